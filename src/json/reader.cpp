#include "json/reader.hpp"

#include <charconv>
#include <cstring>
#include <system_error>
#include <utility>

#include <simdjson.h>

#include "base/arena.hpp"
#include "base/unicode.hpp"

namespace interdict::json {
namespace {

namespace ondemand = simdjson::ondemand;

/// The parser with the padded copy of the text it works on; both are reused.
struct Reader {
  ondemand::parser parser;
  std::vector<char> buffer;
  Arena repaired;  ///< strings that simdjson refuses and we read with U+FFFD

  /// Where `text` stands with room behind it: as it is, if so many bytes may be read there.
  const char* load(std::string_view text, std::size_t readable_behind) {
    if (repaired.bytes() != 0) repaired.clear();
    if (readable_behind >= simdjson::SIMDJSON_PADDING) return text.data();
    buffer.resize(text.size() + simdjson::SIMDJSON_PADDING);
    std::memcpy(buffer.data(), text.data(), text.size());
    std::memset(buffer.data() + text.size(), ' ', simdjson::SIMDJSON_PADDING);
    return buffer.data();
  }
};

tl::unexpected<Error> syntax(std::string message) {
  return fail(Errc::syntax, std::move(message));
}

tl::unexpected<Error> refused(simdjson::error_code code) {
  return fail(
      code == simdjson::CAPACITY || code == simdjson::DEPTH_ERROR ? Errc::limit : Errc::syntax,
      std::string("not JSON: ") + simdjson::error_message(code));
}

bool read_hex4(const char* digits, char32_t& out) {
  unsigned value = 0;
  const auto done = std::from_chars(digits, digits + 4, value, 16);
  if (done.ec != std::errc{} || done.ptr != digits + 4) return false;
  out = value;
  return true;
}

/// Unescapes the string whose first character `raw` points at, up to its closing quote (simdjson's
/// first stage has made sure that there is one). Lone surrogates become U+FFFD.
bool unescape(const char* raw, std::string& out) {
  static constexpr std::string_view kFrom = "\"\\/bfnrt";
  static constexpr std::string_view kTo = "\"\\/\b\f\n\r\t";
  while (*raw != '"') {
    if (*raw != '\\') {
      out += *raw++;
      continue;
    }
    if (raw[1] != 'u') {
      const auto which = kFrom.find(raw[1]);
      if (which == std::string_view::npos) return false;
      out += kTo[which];
      raw += 2;
      continue;
    }
    char32_t unit = 0;
    if (!read_hex4(raw + 2, unit)) return false;
    raw += 6;
    char32_t low = 0;
    if (unit >= 0xD800 && unit < 0xDC00 && raw[0] == '\\' && raw[1] == 'u' &&
        read_hex4(raw + 2, low) && low >= 0xDC00 && low < 0xE000) {
      unit = 0x10000 + ((unit - 0xD800) << 10U) + (low - 0xDC00);
      raw += 6;
    } else if (unit >= 0xD800 && unit < 0xE000) {
      unit = 0xFFFD;
    }
    append_utf8(unit, out);
  }
  return true;
}

Result<std::string_view> repair(const char* raw, Arena& repaired) {
  std::string out;
  if (!unescape(raw, out)) return syntax("bad escape in a string");
  return repaired.copy(out);
}

enum class Number : std::uint8_t { none, integer, real };

/// RFC 8259, section 6.
Number number_kind(std::string_view text) {
  std::size_t at = 0;
  const auto digits = [&] {
    const auto start = at;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
    return at - start;
  };
  if (at < text.size() && text[at] == '-') ++at;
  const bool zero = at < text.size() && text[at] == '0';
  const auto whole = digits();
  if (whole == 0 || (zero && whole > 1)) return Number::none;
  bool real = false;
  if (at < text.size() && text[at] == '.') {
    ++at;
    real = true;
    if (digits() == 0) return Number::none;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    real = true;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    if (digits() == 0) return Number::none;
  }
  if (at != text.size()) return Number::none;
  return real ? Number::real : Number::integer;
}

std::string_view trim_end(std::string_view text) {
  const auto last = text.find_last_not_of(" \t\r\n");
  return text.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

/// The key as text. Since 3.1, simdjson asks whether to put a mark for what is no Unicode; 3.0 does
/// not know the question.
template <class Field>
auto unescaped_key(Field& field) {
  if constexpr (requires { field.unescaped_key(false); })
    return field.unescaped_key(false);
  else
    return field.unescaped_key();
}

/// Walks a document once, in order, and tells `Handler` what it meets: begin_object/end_object,
/// begin_array/end_array, key/end_member, leaf. `leaf` returns false to stop with `limit`.
template <class Handler>
class Walker {
 public:
  Walker(Reader& reader, Handler& handler) : reader_(reader), handler_(handler) {}

  /// `Node` is the document or a value inside it.
  template <class Node>
  Result<void> object(Node& node) {
    if (depth_ == kMaxDepth) return fail(Errc::limit, "nested too deeply");
    ondemand::object object;
    if (const auto error = node.get_object().get(object)) return refused(error);
    ++depth_;
    handler_.begin_object();
    for (auto entry : object) {
      ondemand::field field;
      if (const auto error = std::move(entry).get(field)) return refused(error);
      const char* raw = field.key().raw();
      std::string_view name;
      if (unescaped_key(field).get(name) != simdjson::SUCCESS) {
        INTERDICT_TRY(name, repair(raw, reader_.repaired));
      }
      handler_.key(name);
      if (auto done = value(field.value()); !done) return done;
      handler_.end_member();
    }
    handler_.end_object();
    --depth_;
    return {};
  }

  template <class Node>
  Result<void> array(Node& node) {
    if (depth_ == kMaxDepth) return fail(Errc::limit, "nested too deeply");
    ondemand::array array;
    if (const auto error = node.get_array().get(array)) return refused(error);
    ++depth_;
    handler_.begin_array();
    for (auto entry : array) {
      ondemand::value element;
      if (const auto error = std::move(entry).get(element)) return refused(error);
      if (auto done = value(element); !done) return done;
    }
    handler_.end_array();
    --depth_;
    return {};
  }

 private:
  Result<void> value(ondemand::value& node) {
    ondemand::json_type type{};
    if (const auto error = node.type().get(type)) return refused(error);
    switch (type) {
      case ondemand::json_type::object:
        return object(node);
      case ondemand::json_type::array:
        return array(node);
      case ondemand::json_type::string:
        return string(node);
      case ondemand::json_type::number:
        return number(node);
      case ondemand::json_type::boolean: {
        bool truth = false;
        if (const auto error = node.get_bool().get(truth)) return refused(error);
        return leaf(truth ? "true" : "false", LeafType::boolean);
      }
      case ondemand::json_type::null:
        break;
    }
    bool is_null = false;
    if (const auto error = simdjson::simdjson_result<bool>(node.is_null()).get(is_null)) {
      return refused(error);
    }
    if (!is_null) return syntax("not JSON: a bad literal");
    return leaf({}, LeafType::null);
  }

  Result<void> string(ondemand::value& node) {
    const char* raw = node.raw_json_token().data() + 1;
    std::string_view text;
    if (node.get_string().get(text) != simdjson::SUCCESS) {
      INTERDICT_TRY(text, repair(raw, reader_.repaired));
    }
    return leaf(text, LeafType::string);
  }

  /// Numbers are kept as they stand, for they may be beyond 64 bits; the iterator skips the token.
  Result<void> number(ondemand::value& node) {
    const auto token = trim_end(node.raw_json_token());
    const auto kind = number_kind(token);
    if (kind == Number::none) return syntax("not JSON: a bad number");
    return leaf(token, kind == Number::real ? LeafType::real : LeafType::integer);
  }

  Result<void> leaf(std::string_view text, LeafType type) {
    if (!handler_.leaf(text, type)) return fail(Errc::limit, "too many values, or one too large");
    return {};
  }

  Reader& reader_;
  Handler& handler_;
  std::size_t depth_ = 0;
};

enum class Root : std::uint8_t { object, object_or_array };

/// Walks all of `text`, and gives an error the place where the reader stood.
template <class Handler>
Result<void> walk(Reader& reader, std::string_view text, std::size_t readable_behind, Root root,
                  Handler& handler) {
  const auto first = text.find_first_not_of(" \t\r\n");
  const bool is_array =
      root == Root::object_or_array && first != std::string_view::npos && text[first] == '[';
  if (first == std::string_view::npos || (text[first] != '{' && !is_array)) {
    return fail(Errc::syntax, "not a JSON object", {.byte_offset = text.size()});
  }
  const char* const start = reader.load(text, readable_behind);
  ondemand::document document;
  if (const auto error =
          reader.parser.iterate(start, text.size(), text.size() + simdjson::SIMDJSON_PADDING)
              .get(document)) {
    return refused(error);
  }
  Walker<Handler> walker(reader, handler);
  auto done = is_array ? walker.array(document) : walker.object(document);
  const char* place = nullptr;
  const auto no_place = document.current_location().get(place);
  if (done && no_place != simdjson::OUT_OF_BOUNDS) done = syntax("text after the end of the value");
  if (!done) {
    done.error().where.byte_offset =
        no_place == simdjson::SUCCESS ? static_cast<std::uint64_t>(place - start) : text.size();
  }
  return done;
}

/// Collects leaves. The path of a leaf of the object itself is its key, which lives as long; longer
/// paths stand one after another in `paths`, and views are made at the end, when it grows no more.
struct LeafCollector {
  /// Of a longer path.
  struct Span {
    std::size_t leaf = 0;
    std::size_t begin = 0;
    std::size_t size = 0;
  };

  std::vector<Leaf> leaves;  ///< the first `count` of them; the others are room
  std::size_t count = 0;
  std::vector<Span> spans;
  std::string paths;
  std::string_view top;              ///< key of the open member of the object itself
  std::string path;                  ///< below that one: the whole path
  std::vector<std::size_t> parents;  ///< length of `path` outside of each open member but the first
  std::size_t depth = 0;             ///< open members
  std::size_t path_bytes = 0;

  void begin_object() {}
  void end_object() {}
  void begin_array() {}
  void end_array() {}
  void key(std::string_view name) {
    if (depth++ == 0) {
      top = name;
      return;
    }
    if (depth == 2) path.assign(top);
    parents.push_back(path.size());
    if (!path.empty()) path += '.';
    path += name;
  }
  void end_member() {
    if (--depth == 0) return;
    path.resize(parents.back());
    parents.pop_back();
  }
  bool leaf(std::string_view text, LeafType type) {
    const auto size = depth == 1 ? top.size() : path.size();
    if (path_bytes + size > kMaxPathBytes) return false;
    if (count == leaves.size()) {
      if (count == kMaxLeaves) return false;
      leaves.resize(std::min(kMaxLeaves, 2 * count + 64));
    }
    path_bytes += size;
    if (depth == 1) {
      leaves[count++] = {top, text, type};
      return true;
    }
    spans.push_back({count, paths.size(), size});
    paths += path;
    leaves[count++] = {{}, text, type};
    return true;
  }
  void clear() {
    count = 0;
    spans.clear();
    paths.clear();
    path.clear();
    parents.clear();
    depth = path_bytes = 0;
  }
  void finish() {
    for (const Span& span : spans) {
      leaves[span.leaf].path = std::string_view(paths).substr(span.begin, span.size);
    }
  }
};

/// Builds a Value: the stack holds the open containers, outermost first.
struct ValueBuilder {
  Value root;
  std::vector<Value> open;
  std::vector<std::string> keys;

  void begin_object() { open.push_back({Value::Object{}}); }
  void begin_array() { open.push_back({Value::Array{}}); }
  void end_object() { close(); }
  void end_array() { close(); }
  void key(std::string_view name) { keys.emplace_back(name); }
  void end_member() { keys.pop_back(); }
  bool leaf(std::string_view text, LeafType type) {
    Value value;
    if (type == LeafType::string) {
      value.data = std::string(text);
    } else if (type == LeafType::boolean) {
      value.data = text == "true";
    } else if (type != LeafType::null && !number(text, type, value)) {
      return false;
    }
    place(std::move(value));
    return true;
  }

 private:
  template <class T>
  static bool read(std::string_view text, Value& out) {
    T value{};
    const auto done = std::from_chars(text.data(), text.data() + text.size(), value);
    if (done.ec != std::errc{} || done.ptr != text.data() + text.size()) return false;
    out.data = value;
    return true;
  }
  static bool number(std::string_view text, LeafType type, Value& out) {
    if (type == LeafType::integer &&
        (read<std::int64_t>(text, out) || read<std::uint64_t>(text, out))) {
      return true;
    }
    return read<double>(text, out);
  }
  void close() {
    Value value = std::move(open.back());
    open.pop_back();
    place(std::move(value));
  }
  void place(Value value) {
    if (open.empty()) {
      root = std::move(value);
    } else if (auto* array = std::get_if<Value::Array>(&open.back().data)) {
      array->push_back(std::move(value));
    } else {
      std::get<Value::Object>(open.back().data).push_back({keys.back(), std::move(value)});
    }
  }
};

}  // namespace

struct JsonFlattener::State {
  Reader reader;
  LeafCollector leaves;
};

JsonFlattener::JsonFlattener() : state_(std::make_unique<State>()) {}
JsonFlattener::~JsonFlattener() = default;
JsonFlattener::JsonFlattener(JsonFlattener&&) noexcept = default;
JsonFlattener& JsonFlattener::operator=(JsonFlattener&&) noexcept = default;

Result<std::span<const Leaf>> JsonFlattener::flatten(std::string_view object,
                                                     std::size_t readable_behind) {
  auto& leaves = state_->leaves;
  leaves.clear();
  auto done = walk(state_->reader, object, readable_behind, Root::object, leaves);
  if (!done) return tl::unexpected(std::move(done).error());
  leaves.finish();
  return std::span<const Leaf>(leaves.leaves).first(leaves.count);
}

std::optional<std::int64_t> Value::integer() const {
  if (const auto* value = std::get_if<std::int64_t>(&data)) return *value;
  return std::nullopt;
}

std::optional<double> Value::number() const {
  if (const auto* real = std::get_if<double>(&data)) return *real;
  if (const auto* whole = std::get_if<std::int64_t>(&data)) return static_cast<double>(*whole);
  if (const auto* big = std::get_if<std::uint64_t>(&data)) return static_cast<double>(*big);
  return std::nullopt;
}

const Value* Value::find(std::string_view key) const {
  const auto* members = object();
  if (members == nullptr) return nullptr;
  for (const auto& member : *members) {
    if (member.key == key) return &member.value;
  }
  return nullptr;
}

Result<Value> parse(std::string_view text) {
  Reader reader;
  ValueBuilder builder;
  auto done = walk(reader, text, 0, Root::object_or_array, builder);
  if (!done) return tl::unexpected(std::move(done).error());
  return std::move(builder.root);
}

}  // namespace interdict::json
