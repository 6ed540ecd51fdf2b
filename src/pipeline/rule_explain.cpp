#include "pipeline/rule_explain.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "detect/reference.hpp"
#include "event/batch.hpp"
#include "json/reader.hpp"
#include "pipeline/rules.hpp"
#include "rule/pattern.hpp"

namespace interdict::pipeline {

namespace {

using rule::Item;
using rule::Matcher;
using rule::Op;

constexpr std::size_t kShownBytes = 200;  ///< of a value
constexpr std::size_t kShownValues = 5;   ///< of a field

struct EventText {
  std::string kind;  ///< `windows/sysmon/1`
  std::optional<LogSource> source;
  std::vector<std::pair<std::string, OwnedValue>> fields;
};

OwnedValue value_of(const json::Value& value) {
  if (value.is_null()) return {"", ValueType::null};
  if (const bool* flag = value.boolean()) return {*flag ? "true" : "false", ValueType::boolean};
  if (const std::string* text = value.string()) return {*text, ValueType::string};
  if (const auto* big = std::get_if<std::uint64_t>(&value.data))
    return {std::to_string(*big), ValueType::integer};
  if (const auto integer = value.integer()) return {std::to_string(*integer), ValueType::integer};
  return {fmt::format("{}", value.number().value_or(0)), ValueType::real};
}

void add_field(const std::string& name, const json::Value& value, EventText& out) {
  if (const auto* list = value.array()) {
    for (const auto& one : *list) add_field(name, one, out);
  } else if (const auto* object = value.object()) {
    for (const auto& member : *object) add_field(name + "." + member.key, member.value, out);
  } else {
    out.fields.emplace_back(name, value_of(value));
  }
}

Result<EventText> read_event(std::string_view text) {
  INTERDICT_TRY(const auto root, json::parse(text.substr(0, text.find('\n'))));
  if (root.object() == nullptr) return fail(Errc::syntax, "an event is a JSON object");
  EventText out;
  const auto* fields = root.find("fields");
  const bool is_decoded = fields != nullptr && fields->object() != nullptr;
  for (const auto& member : *(is_decoded ? fields : &root)->object())
    add_field(member.key, member.value, out);
  const auto* kind = root.find("log_source");
  if (is_decoded && kind != nullptr && kind->string() != nullptr) out.kind = *kind->string();
  const auto* attributes = root.find("log_source_attributes");
  if (attributes != nullptr && attributes->object() != nullptr) {
    LogSource source;
    const auto read = [&](const char* key) {
      const auto* found = attributes->find(key);
      return found != nullptr && found->string() != nullptr ? *found->string() : std::string();
    };
    source.product = read("product");
    source.service = read("service");
    if (const auto* list = attributes->find("category"); list != nullptr && list->array())
      for (const auto& one : *list->array())
        if (one.string() != nullptr) source.categories.push_back(*one.string());
    out.source = std::move(source);
  }
  return out;
}

std::string shown(std::string_view text) {
  if (text.size() <= kShownBytes) return "`" + std::string(text) + "`";
  return "`" + std::string(text.substr(0, kShownBytes)) + "…` (" + std::to_string(text.size()) +
         " bytes)";
}

std::string_view name_of(Op op) {
  constexpr std::string_view kNames[] = {
      "",    "contains", "startswith", "endswith", "re",       "cidr", "lt",
      "lte", "gt",       "gte",        "exists",   "fieldref", ""};
  return kNames[static_cast<std::size_t>(op)];
}

std::string text_of(const rule::MatchValue& value) {
  if (const auto* pattern = std::get_if<rule::Pattern>(&value))
    return "'" + rule::to_sigma(*pattern) + "'";
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return std::to_string(*integer);
  if (const auto* real = std::get_if<double>(&value)) return fmt::format("{}", *real);
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  if (const auto* regex = std::get_if<rule::RegexText>(&value)) return "'" + regex->text + "'";
  if (const auto* cidr = std::get_if<rule::CidrText>(&value)) return cidr->text;
  if (const auto* field = std::get_if<rule::FieldName>(&value)) return field->text;
  return "null";
}

std::string text_of(const Matcher& matcher) {
  std::string out;
  const auto add = [&out](std::string_view word) {
    if (!word.empty()) out += (out.empty() ? "" : "|") + std::string(word);
  };
  if (matcher.op == Op::time_part) {
    constexpr std::string_view kParts[] = {"minute", "hour", "day", "week", "month", "year"};
    add(kParts[static_cast<std::size_t>(matcher.part)]);
    add(name_of(matcher.compare));
  } else {
    add(name_of(matcher.op));
    if (matcher.op == Op::fieldref) add(name_of(matcher.compare));
  }
  if (matcher.windash) add("windash");
  if (matcher.cased) add("cased");
  if (matcher.regex_flags.ignore_case) add("i");
  if (matcher.regex_flags.multi_line) add("m");
  if (matcher.regex_flags.dot_all) add("s");
  return out + (out.empty() ? "" : " ") + text_of(matcher.value);
}

/// Judges parts of rules, each as a rule of its own, by the reference evaluator.
class Judge {
 public:
  Judge(const EventText& event, FieldCatalogue& catalogue)
      : event_(event), catalogue_(catalogue), whole_("event", {}), each_("event", {}) {
    const Row row = whole_.begin_row({}, {}, {});
    for (const auto& [name, value] : event.fields) {
      const auto field = catalogue.intern(name);
      if (!field) continue;
      whole_.add(row, *field, {value.text, value.type});
      if (each_.full()) continue;
      each_.add(each_.begin_row({}, {}, {}), *field, {value.text, value.type});
      names_.push_back(name);
    }
  }

  [[nodiscard]] Result<bool> holds(Item item) {
    return run(std::move(item), whole_).transform(any);
  }
  /// The first field whose value alone satisfies the item; nothing if none does.
  [[nodiscard]] Result<std::optional<std::string>> where(Item item) {
    return run(std::move(item), each_).transform([this](const auto& rows) {
      return rows.empty() ? std::nullopt : std::optional(names_[rows.front().row]);
    });
  }
  [[nodiscard]] std::string values_of(const std::string& field) const {
    std::string out;
    std::size_t count = 0;
    for (const auto& [name, value] : event_.fields) {
      if (name != field) continue;
      if (++count > kShownValues) continue;
      out += (out.empty() ? "" : ", ") +
             (value.type == ValueType::null ? std::string("null") : shown(value.text));
    }
    if (count == 0) return "`" + field + "` is absent";
    if (count > kShownValues) out += ", … (" + std::to_string(count) + " values)";
    return "`" + field + "` is " + out;
  }

 private:
  static bool any(const std::vector<detect::RowMatch>& rows) { return !rows.empty(); }

  Result<std::vector<detect::RowMatch>> run(Item item, const EventBatch& batch) {
    rule::Rule part;
    part.title = "part";
    rule::Condition whole;
    part.conditions.push_back(whole);
    part.identifiers.push_back({"part", {{std::move(item)}}, {}});
    detect::RuleSetBuilder builder(catalogue_);
    if (auto added = builder.add(part); !added) return tl::unexpected(added.error());
    const auto rules = std::move(builder).build();
    detect::Scratch scratch;
    std::vector<detect::RowMatch> out;
    detect::match_reference(rules, batch, scratch, out);
    return out;
  }

  const EventText& event_;
  FieldCatalogue& catalogue_;
  EventBatch whole_;
  EventBatch each_;  ///< a row a value
  std::vector<std::string> names_;
};

Result<ExplainedPart> explain(const Item& item, Judge& judge) {
  ExplainedPart out;
  out.text = item.field.empty() ? "keywords" : item.field;
  if (item.negated) out.text += "|neq";
  if (item.all) out.text += "|all";
  INTERDICT_TRY(out.holds, judge.holds(item));
  if (!item.field.empty()) out.reason = judge.values_of(item.field);
  for (const auto& expansions : item.values) {
    for (const Matcher& matcher : expansions) {
      Item one;
      one.field = item.field;
      one.values = {{matcher}};
      ExplainedPart part;
      part.text = text_of(matcher);
      INTERDICT_TRY(part.holds, judge.holds(one));
      if (part.holds && item.field.empty()) {
        INTERDICT_TRY(const auto field, judge.where(one));
        if (field) part.reason = "in " + judge.values_of(*field);
      }
      if (const auto* other = std::get_if<rule::FieldName>(&matcher.value))
        part.reason = judge.values_of(other->text);
      out.children.push_back(std::move(part));
    }
  }
  return out;
}

Result<ExplainedPart> explain(const rule::SearchIdentifier& identifier, Judge& judge) {
  ExplainedPart out;
  out.text = identifier.name;
  for (const auto& items : identifier.alternatives) {
    ExplainedPart both;
    both.text = "all of these";
    both.holds = true;
    for (const Item& item : items) {
      INTERDICT_TRY(auto part, explain(item, judge));
      both.holds = both.holds && part.holds;
      both.children.push_back(std::move(part));
    }
    out.holds = out.holds || both.holds;
    out.children.push_back(std::move(both));
  }
  if (out.children.size() == 1) out.children = std::move(out.children.front().children);
  return out;
}

ExplainedPart explain(const rule::Condition& condition,
                      const std::vector<ExplainedPart>& identifiers) {
  using Kind = rule::Condition::Kind;
  ExplainedPart out;
  for (const auto& child : condition.children) out.children.push_back(explain(child, identifiers));
  for (const auto index : condition.indices) out.children.push_back(identifiers[index]);
  const auto held = [](const ExplainedPart& part) { return part.holds; };
  switch (condition.kind) {
    case Kind::identifier:
      return identifiers[condition.index];
    case Kind::negation:
      out.text = "not";
      out.holds = !out.children.front().holds;
      break;
    case Kind::conjunction:
    case Kind::all_of:
      out.text = condition.kind == Kind::all_of ? "all of" : "and";
      out.holds = std::ranges::all_of(out.children, held);
      break;
    case Kind::disjunction:
    case Kind::one_of:
      out.text = condition.kind == Kind::one_of ? "1 of" : "or";
      out.holds = std::ranges::any_of(out.children, held);
      break;
  }
  return out;
}

ExplainedPart explain(const rule::LogsourceSpec& wanted, const EventText& event) {
  ExplainedPart out;
  const auto add = [&out](std::string_view name, const std::string& value) {
    if (!value.empty())
      out.text += (out.text.empty() ? "" : ", ") + std::string(name) + " " + value;
  };
  add("category", wanted.category);
  add("product", wanted.product);
  add("service", wanted.service);
  const std::string kind = event.kind.empty() ? "unknown" : event.kind;
  if (!event.source) {
    out.holds = true;
    out.reason = "the event's is " + kind + "; its line does not say of which kind, so any fits";
    return out;
  }
  const auto fits = [](const std::string& needs, const std::string& has) {
    return needs.empty() || needs == has;
  };
  out.holds = fits(wanted.product, event.source->product) &&
              fits(wanted.service, event.source->service) &&
              (wanted.category.empty() || event.source->has_category(wanted.category));
  out.reason = "the event's is " + kind;
  return out;
}

}  // namespace

Result<std::vector<ExplainedRule>> explain_rules(const Options& options, std::string_view text) {
  INTERDICT_TRY(const auto event, read_event(text));
  FieldCatalogue catalogue;
  INTERDICT_TRY(const auto loaded, load_rules(options, catalogue));
  if (loaded.linked.rules.empty()) {
    if (loaded.faults.empty()) return fail(Errc::syntax, "no rule in there");
    const RuleFault& first = loaded.faults.front();
    return fail(Errc::syntax, first.diagnostic.message + " [" + first.diagnostic.code + "]",
                Where{.file = first.path, .line = first.diagnostic.line});
  }
  Judge judge(event, catalogue);
  std::vector<ExplainedRule> out;
  for (const auto& linked : loaded.linked.rules) {
    const rule::Rule& rule = linked.rule;
    ExplainedRule made{rule.title, rule.id, rule.path, false, explain(rule.logsource, event), {}};
    std::vector<ExplainedPart> identifiers;
    for (const auto& identifier : rule.identifiers) {
      INTERDICT_TRY(auto part, explain(identifier, judge));
      identifiers.push_back(std::move(part));
    }
    for (const auto& condition : rule.conditions)
      made.conditions.push_back(explain(condition, identifiers));
    made.matched = made.log_source.holds &&
                   std::ranges::any_of(made.conditions, [](const auto& one) { return one.holds; });
    out.push_back(std::move(made));
  }
  return out;
}

}  // namespace interdict::pipeline
