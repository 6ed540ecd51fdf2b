#include "rule/binary.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

#include "base/byte_reader.hpp"

namespace interdict::rule {

namespace {

/// Lists each structure's members once, for the writer and the reader alike.
template <class Archive>
class Shape {
 public:
  explicit Shape(Archive& archive) : archive_(archive) {}

  template <class T>
  requires(std::is_arithmetic_v<T>) void operator()(T& value) { archive_.plain(value); }
  void operator()(std::string& text) { archive_.text(text); }

  template <class T>
  void operator()(std::vector<T>& list) {
    archive_.list(list, *this);
  }
  template <class A, class B>
  void operator()(std::pair<A, B>& both) {
    all(both.first, both.second);
  }
  template <class T>
  void operator()(std::optional<T>& perhaps) {
    bool there = perhaps.has_value();
    (*this)(there);
    if (there && !perhaps) perhaps.emplace();
    if (there) (*this)(*perhaps);
  }

  void operator()(PatternPart& part) {
    one_of(part.kind, PatternPart::Kind::one);
    (*this)(part.text);
  }
  void operator()(Pattern& pattern) { (*this)(pattern.parts); }
  void operator()(RegexFlags& flags) { all(flags.ignore_case, flags.multi_line, flags.dot_all); }
  void operator()(RegexText& regex) { (*this)(regex.text); }
  void operator()(CidrText& network) { (*this)(network.text); }
  void operator()(FieldName& name) { (*this)(name.text); }
  void operator()(std::monostate&) {}
  void operator()(MatchValue& value) {
    auto index = static_cast<std::uint8_t>(value.index());
    (*this)(index);
    if (!become(value, index, std::make_index_sequence<std::variant_size_v<MatchValue>>{})) {
      archive_.refuse();
      return;
    }
    std::visit(*this, value);
  }
  void operator()(Matcher& matcher) {
    one_of(matcher.op, Op::time_part);
    all(matcher.cased, matcher.windash, matcher.regex_flags);
    one_of(matcher.compare, Op::time_part);
    one_of(matcher.part, TimePart::year);
    (*this)(matcher.value);
  }
  void operator()(Position& position) { all(position.line, position.column); }
  void operator()(Item& item) {
    all(item.field, item.all, item.negated);
    filled_twice(item.values);
    (*this)(item.position);
  }
  void operator()(SearchIdentifier& identifier) {
    (*this)(identifier.name);
    filled_twice(identifier.alternatives);
    (*this)(identifier.position);
  }
  void operator()(Condition& condition) {
    if (++depth_ > kMaxBinaryDepth) {
      archive_.refuse();
    } else {
      one_of(condition.kind, Condition::Kind::all_of);
      all(condition.index, condition.indices, condition.children);
      if (!is_whole(condition)) archive_.refuse();
    }
    --depth_;
  }
  void operator()(LogsourceSpec& source) {
    all(source.category, source.product, source.service, source.custom);
  }
  void operator()(Rule& rule) {
    metadata(rule);
    all(rule.logsource, rule.identifiers);
    filled(rule.conditions);
  }
  void operator()(Reference& reference) { all(reference.text, reference.position); }
  void operator()(Bound& bound) {
    one_of(bound.compare, Comparison::neq);
    (*this)(bound.number);
  }
  void operator()(Alias& alias) { all(alias.name, alias.fields); }
  void operator()(Correlation& correlation) {
    metadata(correlation);
    one_of(correlation.type, CorrelationType::value_percentile);
    all(correlation.rules, correlation.group_by, correlation.timespan_ns, correlation.bounds,
        correlation.values, correlation.percentile, correlation.expression, correlation.aliases,
        correlation.generate, correlation.own_rules);
  }
  void operator()(Filter& filter) { all(filter.body, filter.any, filter.rules); }
  void operator()(Diagnostic& diagnostic) {
    one_of(diagnostic.severity, Severity::warning);
    all(diagnostic.code, diagnostic.message, diagnostic.line, diagnostic.column, diagnostic.length,
        diagnostic.suggestion, diagnostic.rule_id);
  }
  void operator()(ParsedFile& file) {
    all(file.rules, file.correlations, file.filters, file.diagnostics, file.refused);
  }

 private:
  template <class... T>
  void all(T&... members) {
    ((*this)(members), ...);
  }

  template <class Enum>
  void one_of(Enum& value, Enum last) {
    auto number = static_cast<std::uint8_t>(value);
    (*this)(number);
    if (number > static_cast<std::uint8_t>(last)) {
      archive_.refuse();
      number = 0;
    }
    value = static_cast<Enum>(number);
  }

  template <class T>
  void filled(std::vector<T>& list) {
    (*this)(list);
    if (list.empty()) archive_.refuse();
  }
  template <class T>
  void filled_twice(std::vector<std::vector<T>>& lists) {
    filled(lists);
    for (const auto& list : lists) {
      if (list.empty()) archive_.refuse();
    }
  }

  static bool is_whole(const Condition& condition) {
    switch (condition.kind) {
      case Condition::Kind::identifier:
        return true;
      case Condition::Kind::negation:
        return condition.children.size() == 1;
      case Condition::Kind::conjunction:
      case Condition::Kind::disjunction:
        return !condition.children.empty();
      case Condition::Kind::one_of:
      case Condition::Kind::all_of:
        return !condition.indices.empty();
    }
    return false;
  }

  void metadata(Metadata& of) {
    all(of.title, of.id, of.name, of.status, of.description, of.author, of.date, of.modified);
    bool has_level = of.level.has_value();
    (*this)(has_level);
    if (has_level) {
      auto level = of.level.value_or(Level::informational);
      one_of(level, Level::critical);
      of.level = level;
    }
    all(of.references, of.tags, of.techniques, of.tactics, of.fields, of.has_false_positives,
        of.path, of.position);
  }

  /// Makes `value` hold its alternative `index`; false if there is none such.
  template <std::size_t... N>
  static bool become(MatchValue& value, std::size_t index, std::index_sequence<N...> /*all*/) {
    if (value.index() == index) return true;
    return ((index == N && (value.emplace<N>(), true)) || ...);
  }

  Archive& archive_;
  unsigned depth_ = 0;
};

class Writer {
 public:
  template <class T>
  void plain(const T& value) {
    char bytes[sizeof(T)];
    std::memcpy(bytes, &value, sizeof(T));
    out.append(bytes, sizeof(T));
  }
  void text(const std::string& text) {
    plain(static_cast<std::uint32_t>(text.size()));
    out += text;
  }
  template <class T>
  void list(std::vector<T>& list, Shape<Writer>& shape) {
    plain(static_cast<std::uint32_t>(list.size()));
    for (auto& one : list) shape(one);
  }
  void refuse() {}  // what the parser made is sound

  std::string out;
};

class Reader {
 public:
  explicit Reader(Bytes bytes) : bytes_(as_text(bytes)) {}

  template <class T>
  void plain(T& value) {
    value = bytes_.plain<T>();
  }
  void text(std::string& text) { text = bytes_.text(); }
  template <class T>
  void list(std::vector<T>& list, Shape<Reader>& shape) {
    const auto size = bytes_.count();
    list.reserve(std::min<std::size_t>(size, kReserved));
    for (std::uint32_t i = 0; i < size && !bytes_.failed(); ++i) shape(list.emplace_back());
  }
  void refuse() { bytes_.refuse(); }

  [[nodiscard]] bool done() const { return bytes_.done(); }

 private:
  static constexpr std::size_t kReserved = 64;  ///< more elements than that are made as they come

  ByteReader bytes_;
};

}  // namespace

std::string to_binary(const std::vector<ParsedFile>& files) {
  Writer writer;
  Shape<Writer> shape(writer);
  // The shape takes everything by reference to non-const, since it reads as well as it writes; the
  // writer changes nothing.
  shape(const_cast<std::vector<ParsedFile>&>(files));  // NOLINT(*-const-cast)
  return std::move(writer.out);
}

std::optional<std::vector<ParsedFile>> from_binary(Bytes bytes) {
  std::vector<ParsedFile> files;
  Reader reader(bytes);
  Shape<Reader> shape(reader);
  shape(files);
  if (!reader.done()) return std::nullopt;
  return files;
}

}  // namespace interdict::rule
