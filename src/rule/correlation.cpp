#include "rule/correlation.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "rule/condition.hpp"
#include "rule/timespan.hpp"

namespace interdict::rule {
namespace {

using Kind = Condition::Kind;

constexpr auto kTypes = std::to_array<std::pair<std::string_view, CorrelationType>>({
    {"event_count", CorrelationType::event_count},
    {"value_count", CorrelationType::value_count},
    {"temporal", CorrelationType::temporal},
    {"temporal_ordered", CorrelationType::temporal_ordered},
    {"value_sum", CorrelationType::value_sum},
    {"value_avg", CorrelationType::value_avg},
    {"value_percentile", CorrelationType::value_percentile},
    {"value_median", CorrelationType::value_percentile},
    {"temporal_extended", CorrelationType::temporal},
    {"temporal_ordered_extended", CorrelationType::temporal_ordered},
});
constexpr auto kComparisons = std::to_array<std::pair<std::string_view, Comparison>>({
    {"gt", Comparison::gt},
    {"gte", Comparison::gte},
    {"lt", Comparison::lt},
    {"lte", Comparison::lte},
    {"eq", Comparison::eq},
    {"neq", Comparison::neq},
});
constexpr auto kKeys = std::to_array<std::string_view>(
    {"type", "rules", "group-by", "timespan", "condition", "aliases", "generate"});

template <std::size_t N, class T>
constexpr auto names_of(const std::array<std::pair<std::string_view, T>, N>& table) {
  std::array<std::string_view, N> names{};
  for (std::size_t i = 0; i < N; ++i) names[i] = table[i].first;
  return names;
}

bool is_temporal(CorrelationType type) {
  return type == CorrelationType::temporal || type == CorrelationType::temporal_ordered;
}

/// A text or a list of texts, without repeats; what is none of that is reported.
std::vector<const yaml::Node*> read_texts(const yaml::Node& node, std::string_view key,
                                          Reporter& reporter) {
  std::vector<const yaml::Node*> out;
  const auto add = [&](const yaml::Node& one) {
    if (!one.is_scalar() || one.is_null() || one.text().empty())
      reporter.report(kWrongType, one, "`" + std::string(key) + "` must hold texts");
    else
      out.push_back(&one);
  };
  if (node.is_sequence()) {
    for (const yaml::Node& one : node.items()) add(one);
    if (node.items().empty())
      reporter.report(kMissing, node, "`" + std::string(key) + "` is an empty list");
  } else {
    add(node);
  }
  std::set<std::string_view> seen;
  std::erase_if(out, [&](const yaml::Node* one) {
    if (seen.insert(one->text()).second) return false;
    reporter.report(kBadValue, *one, "`" + one->text() + "` stands here a second time");
    return true;
  });
  return out;
}

std::vector<std::string> read_fields(const yaml::Node& node, std::string_view key,
                                     Reporter& reporter) {
  std::vector<std::string> out;
  for (const yaml::Node* one : read_texts(node, key, reporter)) out.push_back(one->text());
  if (out.size() > kMaxCorrelationFields)
    reporter.report(kCorrelationLimit, node,
                    "more than " + std::to_string(kMaxCorrelationFields) + " fields");
  return out;
}

void parse_type(const yaml::Node& section, Correlation& out, Reporter& reporter) {
  const yaml::Node* node = section.find("type");
  if (node == nullptr) {
    reporter.report(kMissing, section, "missing mandatory key `type`");
    return;
  }
  const auto found = std::ranges::find(kTypes, node->text(), &decltype(kTypes)::value_type::first);
  if (found == kTypes.end()) {
    reporter.report(kCorrelationType, *node, "unknown correlation type `" + node->text() + "`", {},
                    std::string(nearest(node->text(), names_of(kTypes))));
    return;
  }
  out.type = found->second;
  if (found->first == "value_median") out.percentile = 50;
}

void parse_aliases(const yaml::Node& node, Correlation& out, Reporter& reporter) {
  if (!node.is_map()) {
    reporter.report(kWrongType, node, "`aliases` must be a map");
    return;
  }
  for (const auto& [name, fields] : node.entries()) {
    if (!fields.is_map()) {
      reporter.report(kWrongType, fields, "an alias must be a map from rule to field");
      continue;
    }
    Alias alias{name.text(), {}};
    for (const auto& [rule, field] : fields.entries()) {
      if (!field.is_scalar() || field.is_null())
        reporter.report(kWrongType, field, "an alias must name a field");
      else
        alias.fields.emplace_back(rule.text(), field.text());
    }
    out.aliases.push_back(std::move(alias));
  }
}

bool has_quantifier(const Condition& condition) {
  return condition.kind == Kind::one_of || condition.kind == Kind::all_of ||
         std::ranges::any_of(condition.children, has_quantifier);
}

/// The names in an extended condition, in order of first use.
std::vector<std::string> names_in(std::string_view text) {
  std::vector<std::string> names;
  std::size_t at = 0;
  while (at < text.size()) {
    const auto is_word = [](char c) {
      return c == '_' || c == '-' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
             (c >= 'A' && c <= 'Z');
    };
    if (!is_word(text[at])) {
      ++at;
      continue;
    }
    const std::size_t start = at;
    while (at < text.size() && is_word(text[at])) ++at;
    std::string name(text.substr(start, at - start));
    const bool is_operator = name == "and" || name == "or" || name == "not";
    if (!is_operator && std::ranges::find(names, name) == names.end() &&
        names.size() <= kMaxCorrelatedRules)
      names.push_back(std::move(name));
  }
  return names;
}

/// SEP 198: names, `and`, `or`, `not` and parentheses. If `rules` is given, both name the same.
void parse_expression(const yaml::Node& node, Correlation& out, Reporter& reporter) {
  const std::vector<std::string> used = names_in(node.text());
  if (out.rules.empty())
    for (const std::string& name : used) out.rules.push_back({name, {node.line(), node.column()}});
  std::vector<std::string> names;
  for (const Reference& rule : out.rules) names.push_back(rule.text);
  ParsedCondition parsed = parse_condition(node.text(), names);
  for (ConditionIssue& found : parsed.issues)
    reporter.report(*found.code, node, std::move(found.message), found.token,
                    std::move(found.suggestion), found.occurrence);
  if (!parsed.condition || names.size() > kMaxCorrelatedRules) return;
  if (has_quantifier(*parsed.condition)) {
    reporter.report(kCorrelationCondition, node, "an extended condition has no `of`", "of");
    return;
  }
  for (const std::string& name : names)
    if (std::ranges::find(used, name) == used.end())
      reporter.report(kCorrelationCondition, node,
                      "`" + name + "` stands in `rules` but not in the condition");
  const auto terms = terms_of(*parsed.condition);
  if (!terms)
    reporter.report(kCorrelationLimit, node,
                    "multiplied out, the condition has more than " +
                        std::to_string(kMaxCorrelationTerms) + " terms");
  else if (terms->empty() ||
           std::ranges::any_of(*terms, [](const auto& term) { return term.present == 0; }))
    reporter.report(kCorrelationCondition, node,
                    "the condition can never hold, or holds where nothing happens at all");
  out.expression = std::move(parsed.condition);
}

void parse_criteria(const yaml::Node& node, Correlation& out, Reporter& reporter) {
  for (const auto& [key, value] : node.entries()) {
    if (key.text() == "field") {
      out.values = read_fields(value, "field", reporter);
      continue;
    }
    if (key.text() == "percentile") {
      const auto number = value.as_double();
      if (!number || !(*number >= 0 && *number <= 100))
        reporter.report(kCorrelationCondition, value, "`percentile` is a number from 0 to 100");
      else
        out.percentile = *number;
      continue;
    }
    const auto found =
        std::ranges::find(kComparisons, key.text(), &decltype(kComparisons)::value_type::first);
    if (found == kComparisons.end()) {
      reporter.report(kCorrelationCondition, key, "unknown criterion `" + key.text() + "`", {},
                      std::string(nearest(key.text(), names_of(kComparisons))));
      continue;
    }
    const auto number = value.as_double();
    if (!number || *number != *number)
      reporter.report(kNotANumber, value, "`" + key.text() + "` needs a number");
    else
      out.bounds.push_back({found->second, *number});
  }
  if (out.bounds.empty())
    reporter.report(kCorrelationCondition, node, "the condition compares with no number");
}

void check_condition(const yaml::Node& node, Correlation& out, Reporter& reporter) {
  const bool takes_values = !is_temporal(out.type) && out.type != CorrelationType::event_count;
  const bool is_number = takes_values && out.type != CorrelationType::value_count;
  if (takes_values && out.values.empty())
    reporter.report(kMissing, node, "this type needs `field` in its condition");
  if (!takes_values && !out.values.empty())
    reporter.report(kCorrelationCondition, node, "this type takes no `field`", "field");
  if (is_number && out.values.size() > 1)
    reporter.report(kCorrelationCondition, node, "this type takes a single `field`", "field");
  const bool counts =
      out.type == CorrelationType::event_count || out.type == CorrelationType::value_count;
  for (const Bound& bound : out.bounds)
    if (counts && bound.number > kMaxCorrelationCount)
      reporter.report(kCorrelationLimit, node,
                      "no count above " + std::to_string(kMaxCorrelationCount) + " is kept");
  if (out.percentile && out.type != CorrelationType::value_percentile)
    reporter.report(kCorrelationCondition, node, "this type takes no `percentile`", "percentile");
}

void parse_rules(const yaml::Node& section, Correlation& out, Reporter& reporter) {
  const yaml::Node* node = section.find("rules");
  if (node == nullptr) return;
  for (const yaml::Node* one : read_texts(*node, "rules", reporter))
    out.rules.push_back({one->text(), {one->line(), one->column()}});
}

}  // namespace

std::optional<std::vector<CorrelationTerm>> terms_of(const Condition& condition) {
  using Terms = std::vector<CorrelationTerm>;
  // Negation is pushed down to the names, so that every step is a union or a product of terms.
  const auto walk = [](const auto& self, const Condition& node,
                       bool negated) -> std::optional<Terms> {
    if (node.kind == Kind::negation) return self(self, node.children.front(), !negated);
    if (node.kind == Kind::identifier) {
      const std::uint64_t bit = std::uint64_t{1} << node.index;
      return Terms{negated ? CorrelationTerm{0, bit} : CorrelationTerm{bit, 0}};
    }
    const bool is_union = (node.kind == Kind::disjunction) != negated;
    Terms joined;
    if (!is_union) joined.push_back({});
    for (const Condition& child : node.children) {
      const auto terms = self(self, child, negated);
      if (!terms) return std::nullopt;
      Terms next;
      if (is_union) {
        next = joined;
        next.insert(next.end(), terms->begin(), terms->end());
      } else {
        for (const auto& left : joined)
          for (const auto& right : *terms)
            next.push_back({left.present | right.present, left.absent | right.absent});
      }
      if (next.size() > kMaxCorrelationTerms) return std::nullopt;
      joined = std::move(next);
    }
    return joined;
  };
  auto terms = walk(walk, condition, false);
  if (!terms) return std::nullopt;
  std::erase_if(*terms, [](const auto& term) { return (term.present & term.absent) != 0; });
  return terms;
}

void parse_correlation(const yaml::Node& section, Correlation& out, Reporter& reporter) {
  if (!section.is_map()) {
    reporter.report(kWrongType, section, "`correlation` must be a map");
    return;
  }
  for (const auto& [key, value] : section.entries())
    if (std::ranges::find(kKeys, key.text()) == kKeys.end())
      reporter.report(kUnknownCorrelationKey, key, "unknown key `" + key.text() + "`", {},
                      std::string(nearest(key.text(), kKeys)));
  parse_type(section, out, reporter);
  parse_rules(section, out, reporter);
  if (const yaml::Node* node = section.find("group-by"); node != nullptr && !node->is_null())
    out.group_by = read_fields(*node, "group-by", reporter);
  if (const yaml::Node* node = section.find("timespan")) {
    const auto span = parse_timespan(node->text());
    if (!span)
      reporter.report(kTimespan, *node,
                      "`" + node->text() + "` is no timespan: a number and `s`, `m`, `h` or `d`");
    else
      out.timespan_ns = *span;
  } else {
    reporter.report(kMissing, section, "missing mandatory key `timespan`");
  }
  if (const yaml::Node* node = section.find("aliases")) parse_aliases(*node, out, reporter);
  if (const yaml::Node* node = section.find("generate")) {
    const auto flag = node->as_bool();
    if (!flag) reporter.report(kWrongType, *node, "`generate` must be true or false");
    out.generate = flag.value_or(false);
  }
  const yaml::Node* condition = section.find("condition");
  if (condition == nullptr) {
    if (!is_temporal(out.type))
      reporter.report(kMissing, section, "missing mandatory key `condition`");
  } else if (condition->is_map()) {
    parse_criteria(*condition, out, reporter);
    check_condition(*condition, out, reporter);
  } else if (condition->is_string() && is_temporal(out.type)) {
    parse_expression(*condition, out, reporter);
  } else {
    reporter.report(kCorrelationCondition, *condition,
                    "the condition must be a map of comparisons, or for the temporal types a text");
  }
  if (out.rules.empty()) reporter.report(kMissing, section, "missing mandatory key `rules`");
  if (out.rules.size() > kMaxCorrelatedRules)
    reporter.report(kCorrelationLimit, section,
                    "more than " + std::to_string(kMaxCorrelatedRules) + " rules");
}

}  // namespace interdict::rule
