#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "detect/program.hpp"

namespace interdict::detect {
namespace {

using rule::Matcher;
using rule::Op;

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};
template <class... F>
Overloaded(F...) -> Overloaded<F...>;

// --- keys: equal texts exactly for equal contents -----------------------------------------------

void append(std::string& key, std::uint64_t number) {
  if (number < 10) {  // nearly all are
    key += static_cast<char>('0' + number);
  } else {
    key += std::to_string(number);
  }
  key += ',';
}
void append(std::string& key, std::string_view text) {  // length first: no text can imitate another
  append(key, text.size());
  key += text;
}

void append(std::string& key, const rule::MatchValue& value) {
  append(key, value.index());
  std::visit(Overloaded{
                 [](std::monostate) {},
                 [&](const rule::Pattern& pattern) {
                   append(key, pattern.parts.size());
                   for (const auto& part : pattern.parts) {
                     append(key, static_cast<std::uint64_t>(part.kind));
                     append(key, part.text);
                   }
                 },
                 [&](std::int64_t number) { append(key, std::to_string(number)); },
                 [&](double number) { append(key, to_text(number)); },
                 [&](bool flag) { append(key, flag ? 1U : 0U); },
                 [&](const rule::RegexText& text) { append(key, text.text); },
                 [&](const rule::CidrText& text) { append(key, text.text); },
                 [&](const rule::FieldName& name) { append(key, name.text); },
             },
             value);
}

void append(std::string& key, const Matcher& matcher) {
  append(key, static_cast<std::uint64_t>(matcher.op));
  append(key, (matcher.cased ? 1U : 0U) + (matcher.windash ? 2U : 0U) +
                  (matcher.regex_flags.ignore_case ? 4U : 0U) +
                  (matcher.regex_flags.multi_line ? 8U : 0U) +
                  (matcher.regex_flags.dot_all ? 16U : 0U));
  append(key, static_cast<std::uint64_t>(matcher.compare));
  append(key, static_cast<std::uint64_t>(matcher.part));
  append(key, matcher.value);
}

void append(std::string& key, const rule::Condition& condition) {
  append(key, static_cast<std::uint64_t>(condition.kind));
  append(key, condition.index);
  append(key, condition.indices.size());
  for (const auto index : condition.indices) append(key, index);
  append(key, condition.children.size());
  for (const auto& child : condition.children) append(key, child);
}

// --- lowering -----------------------------------------------------------------------------------

std::vector<match::PatternPart> parts_of(const rule::Pattern& pattern) {
  std::vector<match::PatternPart> parts;
  parts.reserve(pattern.parts.size());
  for (const auto& part : pattern.parts) {
    switch (part.kind) {
      case rule::PatternPart::Kind::literal:
        parts.push_back({match::PatternPart::Kind::literal, part.text});
        break;
      case rule::PatternPart::Kind::any:
        parts.push_back({match::PatternPart::Kind::any, {}});
        break;
      case rule::PatternPart::Kind::one:
        parts.push_back({match::PatternPart::Kind::one, {}});
        break;
    }
  }
  return parts;
}

class Lowering {
 public:
  Lowering(const rule::Rule& rule, FieldCatalogue& fields, Tables& tables)
      : rule_(rule), fields_(fields), tables_(tables) {
    where_.file = rule.path;
    where_.rule_id = rule.id;
  }

  Result<CompiledRule> run() {
    CompiledRule result;
    for (const auto& identifier : rule_.identifiers) {
      auto& alternatives = result.identifiers.emplace_back();
      for (const auto& items : identifier.alternatives) {
        auto& lowered = alternatives.emplace_back();
        for (const auto& item : items) {
          where_.line = item.position.line;
          INTERDICT_TRY(auto compiled, lower(item));
          lowered.push_back(std::move(compiled));
        }
        // An AND may be taken in any order: what is cheap to refute goes first.
        std::ranges::stable_sort(lowered, {}, [this](const auto& i) { return cost(i); });
      }
    }
    where_.line = rule_.position.line;
    for (const auto& condition : rule_.conditions) {
      if (auto sound = check(condition, 1); !sound) return tl::unexpected(sound.error());
    }
    result.conditions = rule_.conditions;
    return result;
  }

 private:
  Result<CompiledItem> lower(const rule::Item& item) {
    SlotId slot = kEveryValue;
    if (!item.field.empty()) {
      INTERDICT_TRY(slot, slot_of(item.field));
    } else if (item.negated) {
      return fail(Errc::syntax, "`neq` needs a field", where_);
    }
    CompiledItem result{.all = item.all, .negated = item.negated, .values = {}};
    for (const auto& expansions : item.values) {
      auto& ids = result.values.emplace_back();
      for (const auto& matcher : expansions) {
        if (++tests_ > kMaxTestsPerRule) return fail(Errc::limit, "too many values", where_);
        INTERDICT_TRY(auto id, intern(slot, matcher));
        ids.push_back(id);
      }
    }
    return result;
  }

  Result<SlotId> slot_of(std::string_view name) {
    const auto field = fields_.intern(name);
    if (!field) return fail(Errc::limit, "too many field names", where_);
    const SlotId next(static_cast<std::uint32_t>(tables_.slots.size()));
    const auto [entry, is_new] = tables_.slot_of_field.try_emplace(field->value(), next);
    if (is_new) tables_.slots.push_back(*field);
    return entry->second;
  }

  Result<TestId> intern(SlotId slot, const Matcher& matcher) {
    std::string key;
    append(key, slot.value());
    append(key, matcher);
    if (const auto known = tables_.test_of_key.find(key); known != tables_.test_of_key.end()) {
      return known->second;
    }
    INTERDICT_TRY(auto test, lower(slot, matcher));
    const TestId id(static_cast<std::uint32_t>(tables_.tests.size()));
    tables_.tests.push_back(std::move(test));
    tables_.test_of_key.emplace(std::move(key), id);
    return id;
  }

  tl::unexpected<Error> misfit() const {
    return fail(Errc::syntax, "value and modifier do not fit", where_);
  }

  Result<Test> lower(SlotId slot, const Matcher& matcher) {
    switch (matcher.op) {
      case Op::equals:
        return lower_equals(slot, matcher);
      case Op::contains:
      case Op::startswith:
      case Op::endswith: {
        const auto* pattern = std::get_if<rule::Pattern>(&matcher.value);
        if (pattern == nullptr) return misfit();
        return text_test(slot, matcher, *pattern, matcher.op != Op::startswith,
                         matcher.op != Op::endswith);
      }
      case Op::regex: {
        const auto* text = std::get_if<rule::RegexText>(&matcher.value);
        if (text == nullptr) return misfit();
        const auto& flags = matcher.regex_flags;
        INTERDICT_TRY(
            auto regex,
            match::Regex::compile(text->text, {flags.ignore_case, flags.multi_line, flags.dot_all},
                                  where_));
        return Test{slot, RegexTest{std::move(regex)}};
      }
      case Op::cidr: {
        const auto* text = std::get_if<rule::CidrText>(&matcher.value);
        if (text == nullptr) return misfit();
        INTERDICT_TRY(const auto network, match::Cidr::parse(text->text, where_));
        return Test{slot, CidrTest{network}};
      }
      case Op::lt:
      case Op::lte:
      case Op::gt:
      case Op::gte: {
        const auto number = number_of(matcher.value);
        if (!number) return misfit();
        return Test{slot, OrderTest{matcher.op, *number}};
      }
      case Op::exists: {
        const auto* present = std::get_if<bool>(&matcher.value);
        if (present == nullptr || slot == kEveryValue) return misfit();
        return Test{slot, ExistsTest{*present}};
      }
      case Op::fieldref: {
        const auto* name = std::get_if<rule::FieldName>(&matcher.value);
        if (name == nullptr || slot == kEveryValue || is_order(matcher.compare)) return misfit();
        INTERDICT_TRY(const auto other, slot_of(name->text));
        return Test{slot, FieldRefTest{other, matcher.compare, form_of(matcher)}};
      }
      case Op::time_part: {
        const auto* number = std::get_if<std::int64_t>(&matcher.value);
        if (number == nullptr) return misfit();
        return Test{slot, TimeTest{matcher.part, matcher.compare, *number}};
      }
    }
    return misfit();
  }

  Result<Test> lower_equals(SlotId slot, const Matcher& matcher) {
    const bool keyword = slot == kEveryValue;
    if (const auto* pattern = std::get_if<rule::Pattern>(&matcher.value)) {
      return text_test(slot, matcher, *pattern, keyword, keyword);
    }
    if (const auto number = number_of(matcher.value)) {
      auto text = to_text(*number);
      if (!keyword) return Test{slot, NumberTest{*number, std::move(text)}};
      const rule::Pattern pattern{{{rule::PatternPart::Kind::literal, std::move(text)}}};
      return text_test(slot, matcher, pattern, true, true);
    }
    if (keyword) return misfit();
    if (const auto* flag = std::get_if<bool>(&matcher.value)) return Test{slot, BoolTest{*flag}};
    if (std::holds_alternative<std::monostate>(matcher.value)) return Test{slot, NullTest{}};
    return misfit();
  }

  static Result<Test> text_test(SlotId slot, const Matcher& matcher, const rule::Pattern& pattern,
                                bool open_start, bool open_end) {
    const auto parts = match::widen(parts_of(pattern), open_start, open_end);
    return Test{slot, TextTest{match::Pattern(parts, form_of(matcher))}};
  }

  static match::TextForm form_of(const Matcher& matcher) {
    return {.folded = !matcher.cased, .dashes = matcher.windash};
  }

  static bool is_order(Op op) {
    return op == Op::lt || op == Op::lte || op == Op::gt || op == Op::gte;
  }

  static std::optional<Number> number_of(const rule::MatchValue& value) {
    if (const auto* integer = std::get_if<std::int64_t>(&value)) return *integer;
    if (const auto* real = std::get_if<double>(&value)) return *real;
    return std::nullopt;
  }

  /// How dear an item is to evaluate, roughly: keywords after fields, regular expressions last.
  std::size_t cost(const CompiledItem& item) const {
    std::size_t total = 0;
    for (const auto& expansions : item.values) {
      for (const auto id : expansions) {
        const auto& test = tables_.tests[id.value()];
        std::size_t one = 1;
        if (const auto* text = std::get_if<TextTest>(&test.how)) {
          one = text->pattern.anchored() ? 1 : 8;
        } else if (std::holds_alternative<RegexTest>(test.how)) {
          one = 100;
        }
        total += test.slot == kEveryValue ? one * 100 : one;
      }
    }
    return total;
  }

  Result<void> check(const rule::Condition& condition, std::size_t depth) {
    if (depth > kMaxConditionDepth)
      return fail(Errc::limit, "condition is nested too deep", where_);
    if (++nodes_ > kMaxConditionNodes) return fail(Errc::limit, "condition is too long", where_);
    const auto known = [this](std::uint32_t index) { return index < rule_.identifiers.size(); };
    if (!std::ranges::all_of(condition.indices, known) ||
        (condition.kind == rule::Condition::Kind::identifier && !known(condition.index)) ||
        (condition.kind == rule::Condition::Kind::negation && condition.children.size() != 1)) {
      return fail(Errc::syntax, "condition is not well-formed", where_);
    }
    for (const auto& child : condition.children) {
      if (auto sound = check(child, depth + 1); !sound) return sound;
    }
    return {};
  }

  const rule::Rule& rule_;
  FieldCatalogue& fields_;
  Tables& tables_;
  Where where_;
  std::size_t tests_ = 0;
  std::size_t nodes_ = 0;
};

}  // namespace

Result<CompiledRule> compile(const rule::Rule& rule, FieldCatalogue& fields, Tables& tables) {
  if (tables.slots.empty()) tables.slots.emplace_back();  // kEveryValue
  return Lowering(rule, fields, tables).run();
}

std::string content_key(const rule::Rule& rule) {
  std::string key;
  append(key, rule.title);
  append(key, rule.logsource.product);
  append(key, rule.logsource.category);
  append(key, rule.logsource.service);
  for (const auto& identifier : rule.identifiers) {
    append(key, identifier.name);
    append(key, identifier.alternatives.size());
    for (const auto& items : identifier.alternatives) {
      append(key, items.size());
      for (const auto& item : items) {
        append(key, item.field);
        append(key, (item.all ? 1U : 0U) + (item.negated ? 2U : 0U));
        append(key, item.values.size());
        for (const auto& expansions : item.values) {
          append(key, expansions.size());
          for (const auto& matcher : expansions) append(key, matcher);
        }
      }
    }
  }
  for (const auto& condition : rule.conditions) append(key, condition);
  return key;
}

}  // namespace interdict::detect
