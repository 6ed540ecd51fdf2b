#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rule/ast.hpp"
#include "rule/diagnostic.hpp"
#include "rule/options.hpp"

/// Processing pipelines: rules rewritten before they run, in pySigma's YAML form. docs/sigma.md
/// lists the transformations and conditions; any other is refused with its place.
namespace interdict::rule {

/// A rule may grow by this many items when a field becomes several; more refuses it.
inline constexpr std::size_t kMaxRewrittenItems = 10'000;

/// One test of a rule, of an item or of its field; `type` says which.
struct RewriteCondition {
  enum class Type : std::uint8_t {
    logsource,       ///< `source`
    contains_item,   ///< `field` and `value`
    contains_field,  ///< `field`
    applied,         ///< processing item `value`: to the rule, or to this item
    state,           ///< `field` is `value`
    tag,             ///< `value`
    attribute,       ///< the rule's `field` is `value`
    include_fields,  ///< the field is one of `names`
    exclude_fields,  ///< or is none of them
    match_string,    ///< `pattern` on the item's texts
    is_null,
    always,
    never,
  };
  Type type = Type::always;
  LogsourceSpec source{};
  std::string field{};
  std::string value{};
  std::vector<std::string> names{};
  std::string pattern{};
  bool regex = false;  ///< `names` are regular expressions
  bool all = false;    ///< every value has to match, not any
};

struct RewriteConditions {
  std::vector<RewriteCondition> list{};
  bool any = false;      ///< OR instead of AND
  bool negated = false;  ///< the whole
};

struct Rewrite {
  enum class Type : std::uint8_t {
    field_name_mapping,
    field_name_prefix_mapping,
    field_name_prefix,
    field_name_suffix,
    drop_item,
    add_condition,
    change_logsource,
    replace_string,
    map_string,
    set_value,
    set_state,
    case_of_values,
    rule_failure,
    item_failure,
    nest,
  };
  Type type = Type::nest;
  std::string id{};
  std::vector<std::pair<std::string, std::vector<std::string>>> mapping{};
  std::string text{};                 ///< prefix, suffix, replacement, message, state's value, case
  std::string pattern{};              ///< replace_string's regex, set_state's key
  std::optional<MatchValue> value{};  ///< set_value
  LogsourceSpec source{};
  std::vector<SearchIdentifier> identifiers{};  ///< add_condition: one
  bool negated = false;                         ///< add_condition
  std::vector<Rewrite> nested{};
  RewriteConditions rule{};
  RewriteConditions item{};
  RewriteConditions field{};
};

/// One pipeline file. Apply several in ascending order of `priority`.
struct RewritePipeline {
  std::string name{};
  std::int64_t priority = 0;
  std::map<std::string, std::vector<std::string>, std::less<>> placeholders{};
  bool any_placeholder_is_wildcard = false;
  std::vector<Rewrite> rewrites{};
};

/// Reads a pipeline file. Nothing, with what is wrong in `diagnostics`, if it has a fault.
[[nodiscard]] std::optional<RewritePipeline> parse_pipeline(std::string_view yaml,
                                                            const std::string& path,
                                                            std::vector<Diagnostic>& diagnostics);

/// Values of placeholders that the pipelines give, for reading rules; a later one wins.
void add_placeholders(const RewritePipeline& pipeline, ParseOptions& options);

/// Rewrites `rule`. The message says why the rule is refused (`rule_failure`, or too large).
[[nodiscard]] std::optional<std::string> apply_pipelines(
    const std::vector<RewritePipeline>& pipelines, Rule& rule);

/// Renames the fields of a correlation's group-by, values and aliases as the pipelines do without
/// conditions on items. A field that becomes several refuses the correlation.
[[nodiscard]] std::optional<std::string> apply_pipelines(
    const std::vector<RewritePipeline>& pipelines, Correlation& correlation);

}  // namespace interdict::rule
