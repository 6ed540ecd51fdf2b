#include "rule/detection.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "rule/condition.hpp"
#include "rule/lower_value.hpp"
#include "rule/modifier.hpp"

namespace interdict::rule {
namespace {

Position position_of(const yaml::Node& node) {
  return {node.line(), node.column()};
}

struct Key {
  std::string field;
  std::vector<NamedModifier> modifiers;  ///< names point into the key node's text
  bool all = false;
  bool negated = false;
};

/// `Field|modifier|modifier`; nothing if a modifier is unknown or does not fit.
std::optional<Key> parse_key(const yaml::Node& node, Reporter& reporter) {
  Key key;
  const std::string_view text = node.text();
  std::size_t bar = text.find('|');
  key.field = text.substr(0, bar);
  bool good = true;
  while (bar != std::string_view::npos) {
    const std::size_t next = text.find('|', bar + 1);
    const std::string_view name =
        text.substr(bar + 1, next == std::string_view::npos ? next : next - bar - 1);
    const auto modifier = find_modifier(name);
    if (!modifier) {
      good = false;
      std::string message = "unknown modifier `" + std::string(name) + "`";
      if (!key.field.empty()) message += " on field `" + key.field + "`";
      reporter.report(kUnknownModifier, node, std::move(message), "|" + std::string(name),
                      std::string(nearest(name, modifier_names())));
    } else {
      key.all = key.all || *modifier == Modifier::all;
      key.negated = key.negated || *modifier == Modifier::neq;
      key.modifiers.push_back({*modifier, name});
    }
    bar = next;
  }
  if (good && key.negated && key.field.empty()) {
    good = false;
    reporter.report(kNeedsField, node, "modifier `neq` needs a field", "|neq");
  }
  if (!good) return std::nullopt;
  return key;
}

/// Where what is read comes from and what it depends on.
struct Context {
  Reporter& reporter;
  const ParseOptions& options;
};

void add_value(const yaml::Node& value, const yaml::Node& key_node, const Key& key, Item& item,
               const Context& context) {
  Reporter& reporter = context.reporter;
  if (!value.is_scalar()) {
    reporter.report(kWrongType, value,
                    "a value of `" + key_node.text() + "` must be a text, number, bool or null");
    return;
  }
  auto lowered = lower_value(value, key.modifiers, key.field.empty(), context.options);
  if (auto* fault = std::get_if<ValueFault>(&lowered)) {
    reporter.report(*fault->code, fault->in_key ? key_node : value, std::move(fault->message),
                    fault->in_key && !fault->token.empty() ? "|" + fault->token : fault->token);
    return;
  }
  item.values.push_back(std::get<std::vector<Matcher>>(std::move(lowered)));
}

void lint_values(const yaml::Node& value, const yaml::Node& key_node, const Key& key,
                 Reporter& reporter) {
  if (value.is_sequence()) {
    for (const yaml::Node& element : value.items())
      if (element.is_null() && !key.field.empty())
        reporter.report(kNullInList, element, "null inside the values of `" + key.field + "`");
    if (value.items().empty())
      reporter.report(kEmptyList, value, "the empty list of `" + key.field + "` is read as null");
  }
  if (key.all && (!value.is_sequence() || value.items().size() < 2))
    reporter.report(kAllSingle, key_node, "`all` says nothing about a single value", "|all");
}

std::optional<Item> parse_item(const yaml::Node& key_node, const yaml::Node& value,
                               const Context& context) {
  Reporter& reporter = context.reporter;
  if (key_node.text() == "<<" && key_node.plain()) {
    reporter.report(kWrongType, key_node, "merge keys (`<<`) are not part of YAML 1.2");
    return std::nullopt;
  }
  const std::optional<Key> key = parse_key(key_node, reporter);
  if (!key) return std::nullopt;
  Item item;
  item.field = key->field;
  item.all = key->all;
  item.negated = key->negated;
  item.position = position_of(key_node);
  lint_values(value, key_node, *key, reporter);
  if (!value.is_sequence()) {
    add_value(value, key_node, *key, item, context);
  } else if (value.items().empty()) {
    add_value(
        yaml::Node::scalar("null", yaml::ScalarType::null, true, value.line(), value.column()),
        key_node, *key, item, context);
  } else {
    for (const yaml::Node& element : value.items())
      add_value(element, key_node, *key, item, context);
  }
  if (item.values.empty()) return std::nullopt;
  return item;
}

void add_map(const yaml::Node& map, SearchIdentifier& identifier, const Context& context) {
  std::vector<Item> items;
  for (const auto& [key, value] : map.entries())
    if (auto item = parse_item(key, value, context)) items.push_back(std::move(*item));
  if (map.entries().empty())
    context.reporter.report(kEmptyIdentifier, map, "`" + identifier.name + "` has an empty map");
  if (!items.empty()) identifier.alternatives.push_back(std::move(items));
}

void add_keyword(const yaml::Node& value, SearchIdentifier& identifier, const Context& context) {
  Item item;
  item.position = position_of(value);
  static const Key kKeyword;
  add_value(value, value, kKeyword, item, context);
  if (!item.values.empty()) identifier.alternatives.push_back({std::move(item)});
}

void parse_identifier(const yaml::Node& name, const yaml::Node& value, Rule& rule,
                      const Context& context) {
  Reporter& reporter = context.reporter;
  SearchIdentifier identifier;
  identifier.name = name.text();
  identifier.position = position_of(name);
  if (value.is_map()) {
    add_map(value, identifier, context);
  } else if (value.is_sequence()) {
    for (const yaml::Node& element : value.items()) {
      if (element.is_map())
        add_map(element, identifier, context);
      else
        add_keyword(element, identifier, context);
    }
    if (value.items().empty())
      reporter.report(kEmptyIdentifier, name, "`" + identifier.name + "` is an empty list");
  } else if (value.is_null()) {
    reporter.report(kEmptyIdentifier, name, "`" + identifier.name + "` is empty");
  } else {
    add_keyword(value, identifier, context);
  }
  rule.identifiers.push_back(std::move(identifier));
}

void mark_used(const Condition& condition, std::vector<bool>& used) {
  if (condition.kind == Condition::Kind::identifier) used[condition.index] = true;
  for (const std::uint32_t index : condition.indices) used[index] = true;
  for (const Condition& child : condition.children) mark_used(child, used);
}

void parse_one_condition(const yaml::Node& node, std::span<const std::string> names, Rule& rule,
                         DetectionExtras& extras, Reporter& reporter) {
  if (!node.is_scalar() || node.is_null()) {
    reporter.report(kWrongType, node, "`condition` must be a text or a list of texts");
    return;
  }
  const std::string_view text = node.text();
  const std::size_t bar = text.find('|');
  if (bar != std::string_view::npos) {
    auto tail = parse_aggregation(text.substr(bar + 1));
    if (const auto* why = std::get_if<std::string>(&tail))
      reporter.report(kAggregation, node, *why, "|");
    else
      extras.aggregation = std::get<Aggregation>(std::move(tail));
  }
  ParsedCondition parsed = parse_condition(text.substr(0, bar), names);
  for (ConditionIssue& found : parsed.issues)
    reporter.report(*found.code, node, std::move(found.message), found.token,
                    std::move(found.suggestion), found.occurrence);
  if (parsed.condition) rule.conditions.push_back(std::move(*parsed.condition));
}

void parse_conditions(const yaml::Node& condition, Rule& rule, DetectionExtras& extras,
                      Reporter& reporter) {
  std::vector<std::string> names;
  for (const SearchIdentifier& identifier : rule.identifiers) names.push_back(identifier.name);
  if (condition.items().size() > kMaxConditions) {
    reporter.report(kConditionLimit, condition,
                    "more than " + std::to_string(kMaxConditions) + " conditions");
  } else if (condition.is_sequence()) {
    for (const yaml::Node& element : condition.items())
      parse_one_condition(element, names, rule, extras, reporter);
    if (condition.items().empty())
      reporter.report(kMissing, condition, "the list of conditions is empty");
  } else {
    parse_one_condition(condition, names, rule, extras, reporter);
  }
  if (extras.aggregation && rule.conditions.size() > 1)
    reporter.report(kAggregation, condition, "an aggregation stands alone, not in a list");
  if (reporter.failed()) return;
  std::vector<bool> used(names.size());
  for (const Condition& parsed : rule.conditions) mark_used(parsed, used);
  for (std::size_t i = 0; i < used.size(); ++i)
    if (!used[i])
      reporter.report_at(kUnused, rule.identifiers[i].position, names[i].size(),
                         "search identifier `" + names[i] + "` is never used");
}

}  // namespace

DetectionExtras parse_detection(const yaml::Node& detection, Rule& rule, Reporter& reporter,
                                const ParseOptions& options,
                                std::span<const std::string_view> other_keys) {
  DetectionExtras extras;
  if (!detection.is_map()) {
    reporter.report(kWrongType, detection, "`detection` must be a map");
    return extras;
  }
  const Context context{reporter, options};
  for (const auto& [key, value] : detection.entries()) {
    if (key.text() == "condition" || std::ranges::find(other_keys, key.text()) != other_keys.end())
      continue;
    if (key.text() == "timeframe")
      extras.timeframe = &value;
    else
      parse_identifier(key, value, rule, context);
  }
  const yaml::Node* condition = detection.find("condition");
  if (condition == nullptr)
    reporter.report(kMissing, detection, "missing mandatory key `condition`");
  else
    parse_conditions(*condition, rule, extras, reporter);
  if (rule.identifiers.empty())
    reporter.report(kMissing, detection, "`detection` has no search identifier");
  if (extras.timeframe != nullptr && !extras.aggregation)
    reporter.report(kAggregation, *extras.timeframe,
                    "`timeframe` without an aggregation such as `| count() > 5`");
  return extras;
}

}  // namespace interdict::rule
