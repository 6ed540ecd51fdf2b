#include "rule/filter.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "rule/detection.hpp"
#include "rule/metadata.hpp"

namespace interdict::rule {
namespace {

void parse_references(const yaml::Node& node, Filter& out, Reporter& reporter) {
  const auto add = [&](const yaml::Node& one) {
    if (!one.is_scalar() || one.is_null() || one.text().empty())
      reporter.report(kWrongType, one, "`rules` must hold ids or names");
    else if (one.text() == "any")
      out.any = true;
    else
      out.rules.push_back({one.text(), {one.line(), one.column()}});
  };
  if (!node.is_sequence()) return add(node);
  for (const yaml::Node& one : node.items()) add(one);
  if (node.items().empty()) out.any = true;
}

/// True if the condition can hold only where something of the filter matches: then it requires
/// what its author most likely wants to leave out.
bool requires_match(const Condition& condition) {
  using Kind = Condition::Kind;
  switch (condition.kind) {
    case Kind::negation:
      return false;
    case Kind::conjunction:
      return std::ranges::any_of(condition.children, requires_match);
    case Kind::disjunction:
      return std::ranges::all_of(condition.children, requires_match);
    default:
      return true;
  }
}

void shift(Condition& condition, std::uint32_t by) {
  condition.index += by;
  for (std::uint32_t& index : condition.indices) index += by;
  for (Condition& child : condition.children) shift(child, by);
}

}  // namespace

void parse_filter(const yaml::Node& root, Filter& out, Reporter& reporter,
                  const ParseOptions& options) {
  static constexpr auto kOther = std::to_array<std::string_view>({"rules"});
  parse_logsource(root, out.body.logsource, reporter);
  const yaml::Node& section = *root.find("filter");
  if (!section.is_map()) {
    reporter.report(kWrongType, section, "`filter` must be a map");
    return;
  }
  if (const yaml::Node* rules = section.find("rules"))
    parse_references(*rules, out, reporter);
  else
    reporter.report(kMissing, section, "missing mandatory key `rules`");
  const yaml::Node* condition = section.find("condition");
  if (condition != nullptr && condition->is_sequence())
    reporter.report(kFilterKind, *condition, "a filter has exactly one condition");
  const DetectionExtras extras = parse_detection(section, out.body, reporter, options, kOther);
  if (extras.aggregation && condition != nullptr)
    reporter.report(kFilterKind, *condition, "a filter has no aggregation", "|");
  if (reporter.failed() || condition == nullptr) return;
  if (requires_match(out.body.conditions.front()))
    reporter.report(kFilterNotNegated, *condition,
                    "the filter requires what it names; to leave that out, negate it", {},
                    "not " + condition->text());
}

void apply_filter(const Filter& filter, Rule& rule) {
  const auto base = static_cast<std::uint32_t>(rule.identifiers.size());
  for (SearchIdentifier identifier : filter.body.identifiers) {
    identifier.name = "filter " + std::to_string(base) + " " + identifier.name;
    rule.identifiers.push_back(std::move(identifier));
  }
  Condition added = filter.body.conditions.front();
  shift(added, base);
  for (Condition& condition : rule.conditions) {
    Condition joined;
    joined.kind = Condition::Kind::conjunction;
    joined.children.push_back(std::move(condition));
    joined.children.push_back(added);
    condition = std::move(joined);
  }
}

}  // namespace interdict::rule
