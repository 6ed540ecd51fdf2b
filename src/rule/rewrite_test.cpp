#include "rule/rewrite.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "rule/condition.hpp"
#include "rule/pattern.hpp"
#include "rule/test_rule.hpp"

namespace interdict::rule {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

RewritePipeline pipeline_of(const std::string& yaml) {
  std::vector<Diagnostic> faults;
  auto made = parse_pipeline(yaml, "p.yml", faults);
  for (const auto& fault : faults) ADD_FAILURE() << fault.message << '\n' << yaml;
  return made.value_or(RewritePipeline{});
}

/// One item as `field op text,…`; items of an AND are joined by ` & `, alternatives by ` / `.
std::string shown(const Rule& rule) {
  std::string out;
  for (const auto& items : rule.identifiers[0].alternatives) {
    if (!out.empty()) out += " / ";
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (i > 0) out += " & ";
      out += (items[i].negated ? "!" : "") + items[i].field + "=";
      for (const auto& expansions : items[i].values)
        for (const auto& matcher : expansions) {
          if (const auto* pattern = std::get_if<Pattern>(&matcher.value)) out += to_sigma(*pattern);
          if (const auto* name = std::get_if<FieldName>(&matcher.value)) out += name->text;
          out += ',';
        }
    }
  }
  return out;
}

struct Row {
  const char* item;
  std::string transformation;  ///< flow map
  const char* result;          ///< of the rule, or the reason it is refused
};

// pySigma, "Processing pipelines": what each transformation does.
TEST(Rewrite, Transformations) {
  const Row rows[] = {
      {"A: x", "{type: field_name_mapping, mapping: {A: B}}", "B=x,"},
      {"A: x", "{type: field_name_mapping, mapping: {C: B}}", "A=x,"},
      {"A: x", "{type: field_name_mapping, mapping: {A: [B, C]}}", "B=x, / C=x,"},
      {"A|neq: x", "{type: field_name_mapping, mapping: {A: [B, C]}}", "!B=x, & !C=x,"},
      {"A|fieldref: X", "{type: field_name_mapping, mapping: {X: Y}}", "A=Y,"},
      {"win.A: x", "{type: field_name_prefix_mapping, mapping: {win.: w_}}", "w_A=x,"},
      {"A: x", "{type: field_name_prefix, prefix: p.}", "p.A=x,"},
      {"A: x", "{type: field_name_suffix, suffix: .s}", "A.s=x,"},
      {"A: x", "{type: drop_detection_item}", "a search identifier has no items left"},
      {"A: x", "{type: set_value, value: y}", "A=y,"},
      {"A: x1y", "{type: replace_string, regex: '([0-9])', replacement: '<\\1>'}", "A=x<1>y,"},
      {"A: x", "{type: map_string, mapping: {x: [y, z]}}", "A=y,z,"},
      {"A: xY", "{type: case, method: upper}", "A=XY,"},
      {"A: x", "{type: rule_failure, message: not here}", "not here"},
      {"A: x", "{type: detection_item_failure, message: no A}", "no A"},
      {"A: x", "{type: nest, items: [{type: field_name_suffix, suffix: s}]}", "As=x,"},
      // conditions
      {"A: x",
       "{type: field_name_suffix, suffix: s, rule_conditions: [{type: logsource, category: "
       "process_creation}]}",
       "As=x,"},
      {"A: x",
       "{type: field_name_suffix, suffix: s, rule_conditions: [{type: logsource, category: "
       "dns}]}",
       "A=x,"},
      {"A: x",
       "{type: field_name_suffix, suffix: s, rule_cond_not: true, rule_conditions: [{type: "
       "logsource, category: dns}]}",
       "As=x,"},
      {"A: x",
       "{type: field_name_suffix, suffix: s, rule_cond_op: or, rule_conditions: [{type: "
       "logsource, category: dns}, {type: contains_field, field: A}]}",
       "As=x,"},
      {"A: x",
       "{type: field_name_suffix, suffix: s, rule_conditions: [{type: "
       "contains_detection_item, field: A, value: X}]}",
       "As=x,"},
      {"A: x",
       "{type: field_name_suffix, suffix: s, field_name_conditions: [{type: "
       "include_fields, fields: [B]}]}",
       "A=x,"},
      {"A: x",
       "{type: field_name_suffix, suffix: s, field_name_conditions: [{type: "
       "exclude_fields, fields: ['^B'], mode: re}]}",
       "As=x,"},
      {"A: x",
       "{type: field_name_suffix, suffix: s, detection_item_conditions: [{type: "
       "match_string, pattern: '^x$', cond: any}]}",
       "As=x,"},
      {"A: [x, y]",
       "{type: field_name_suffix, suffix: s, detection_item_conditions: [{type: "
       "match_string, pattern: '^x$', cond: all}]}",
       "A=x,y,"},
      {"A: null",
       "{type: field_name_suffix, suffix: s, detection_item_conditions: [{type: "
       "is_null}]}",
       "As=,"},
  };
  for (const Row& row : rows) {
    const auto pipeline = pipeline_of("transformations: [" + row.transformation + "]");
    Rule rule = parse_rules(with_item(row.item), "f.yml").rules.at(0);
    const auto refused = apply_pipelines({pipeline}, rule);
    EXPECT_EQ(refused ? *refused : shown(rule), row.result) << row.transformation;
  }
}

TEST(Rewrite, StateAndAppliedItemsLinkTransformations) {
  const auto pipeline = pipeline_of(
      "transformations:\n"
      "- {id: one, type: set_state, key: k, val: v}\n"
      "- {id: two, type: field_name_suffix, suffix: s, rule_conditions: [{type: processing_state, "
      "key: k, val: v}]}\n"
      "- {type: field_name_prefix, prefix: p, rule_conditions: [{type: processing_item_applied, "
      "processing_item_id: two}]}\n"
      "- {type: field_name_prefix, prefix: q, rule_conditions: [{type: processing_item_applied, "
      "processing_item_id: three}]}\n");
  Rule rule = parse_rules(with_item("A: x"), "f.yml").rules.at(0);
  EXPECT_FALSE(apply_pipelines({pipeline}, rule));
  EXPECT_EQ(shown(rule), "pAs=x,");
}

TEST(Rewrite, AddedConditionsAndLogsources) {
  const auto pipeline = pipeline_of(
      "transformations:\n"
      "- {type: add_condition, conditions: {EventID: 1, Channel: [a, b]}}\n"
      "- {type: add_condition, negated: true, conditions: {X: 1}}\n"
      "- {type: change_logsource, product: windows, service: sysmon}\n");
  Rule rule = parse_rules(with_item("A: x"), "f.yml").rules.at(0);
  EXPECT_FALSE(apply_pipelines({pipeline}, rule));
  ASSERT_THAT(rule.identifiers, SizeIs(3));
  EXPECT_EQ(to_sigma(rule.conditions[0], std::vector<std::string>{"s", "one", "two"}),
            "(not two and (one and s))");
  EXPECT_EQ(rule.logsource.service, "sysmon");
  EXPECT_EQ(rule.logsource.category, "");
}

TEST(Rewrite, PlaceholdersComeFromVars) {
  const auto values_of = [](const std::string& yaml) {
    ParseOptions options;
    add_placeholders(pipeline_of(yaml), options);
    return options;
  };
  EXPECT_EQ(values_of("vars: {A: [x, y]}").placeholders.at("A"),
            (std::vector<std::string>{"x", "y"}));
  const std::string vars = "vars: {A: x, B: y}\ntransformations: ";
  EXPECT_THAT(values_of(vars + "[{type: value_placeholders, include: [A]}]").placeholders,
              SizeIs(1));
  EXPECT_THAT(values_of(vars + "[{type: value_placeholders, exclude: [A, B]}]").placeholders,
              IsEmpty());
  EXPECT_TRUE(
      values_of("transformations: [{type: wildcard_placeholders}]").any_placeholder_is_wildcard);
  const auto options = values_of("transformations: [{type: wildcard_placeholders, include: [A]}]");
  EXPECT_FALSE(options.any_placeholder_is_wildcard);
  EXPECT_THAT(options.placeholders.at("A"), ElementsAre("*"));
}

TEST(Rewrite, CorrelationsAreRenamedToo) {
  Correlation one = parse_rules(
                        "title: C\ncorrelation: {type: value_count, rules: a, group-by: [A, "
                        "al], timespan: 1s, condition: {field: B, gte: 2}, aliases: {al: {a: "
                        "A}}}\n",
                        "f.yml")
                        .correlations.at(0);
  const auto pipeline =
      pipeline_of("transformations: [{type: field_name_mapping, mapping: {A: X, B: Y, al: no}}]");
  EXPECT_FALSE(apply_pipelines({pipeline}, one));
  EXPECT_THAT(one.group_by, ElementsAre("X", "al"));
  EXPECT_THAT(one.values, ElementsAre("Y"));
  EXPECT_EQ(one.aliases[0].fields[0].second, "X");
  const auto several =
      pipeline_of("transformations: [{type: field_name_mapping, mapping: {X: [A, B]}}]");
  EXPECT_TRUE(apply_pipelines({several}, one));
}

TEST(Rewrite, ARuleMayNotGrowWithoutBound) {
  std::string detection = "    s:\n";
  for (int i = 0; i < 20; ++i) detection += "        F" + std::to_string(i) + ": x\n";
  Rule rule = parse_rules(with_detection(detection + "    condition: s\n"), "f.yml").rules.at(0);
  std::string mapping;
  for (int i = 0; i < 20; ++i) mapping += "F" + std::to_string(i) + ": [a, b], ";
  const auto pipeline =
      pipeline_of("transformations: [{type: field_name_mapping, mapping: {" + mapping + "}}]");
  EXPECT_EQ(apply_pipelines({pipeline}, rule).value_or(""),
            "the pipelines make the rule too large");
}

TEST(Rewrite, RefusesWhatItDoesNotUnderstandWithItsPlace) {
  const char* rows[] = {
      "[]",
      "a: [",
      "priority: high",
      "transformations: [{mapping: {A: B}}]",
      "transformations: [{type: field_name_maping, mapping: {A: B}}]",
      "transformations: [{type: query_expression_placeholders}]",
      "transformations: [{type: field_name_mapping}]",
      "transformations: [{type: replace_string, regex: '(', replacement: x}]",
      ("transformations: [{type: field_name_suffix, suffix: s, rule_conditions: [{type: "
       "nonsense}]}]"),
      "transformations: [{type: field_name_suffix, suffix: s, rule_cond_expr: 'a or b'}]",
      "transformations: [{type: value_placeholders, rule_conditions: [{type: is_sigma_rule}]}]",
      "postprocessing: [{type: embed}]",
  };
  for (const char* row : rows) {
    std::vector<Diagnostic> faults;
    EXPECT_FALSE(parse_pipeline(std::string("name: n\n") + row, "p.yml", faults)) << row;
    ASSERT_FALSE(faults.empty()) << row;
    EXPECT_EQ(faults[0].code, "S047");
    EXPECT_GE(faults[0].line, 1u) << row;
  }
  std::vector<Diagnostic> faults;
  static_cast<void>(parse_pipeline("transformations:\n- type: field_name_maping\n", "p", faults));
  EXPECT_EQ(faults.at(0).line, 2u);
  EXPECT_EQ(faults.at(0).suggestion, "field_name_mapping");
}

}  // namespace
}  // namespace interdict::rule
