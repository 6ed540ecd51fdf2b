#include "rule/correlation.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "rule/condition.hpp"
#include "rule/filter.hpp"
#include "rule/link.hpp"
#include "rule/test_rule.hpp"
#include "rule/timespan.hpp"

namespace interdict::rule {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::string with_body(const std::string& body, const std::string& head = "title: C") {
  return head + "\ncorrelation: " + body + "\n";
}
std::string base_rule(const std::string& name, const std::string& more = "") {
  return "title: T\nname: " + name + "\n" + more +
         "logsource: {category: x}\ndetection: {s: {F: 1}, condition: s}\n";
}
std::vector<std::string> errors_of(const ParsedFile& file) {
  std::vector<std::string> codes;
  for (const auto& one : file.diagnostics)
    if (one.severity == Severity::error) codes.push_back(one.code);
  return codes;
}
std::vector<std::string> errors_of(const Linked& linked) {
  std::vector<std::string> codes;
  for (const auto& one : linked.diagnostics) codes.push_back(one.diagnostic.code);
  return codes;
}
Linked link_text(const std::string& text) {
  ParsedFile file = parse_rules(text, "f.yml");
  EXPECT_THAT(errors_of(file), IsEmpty()) << text;
  return link({std::move(file.rules), std::move(file.correlations), std::move(file.filters)});
}

TEST(Timespan, NumberAndLetter) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  struct Row {
    const char* text;
    std::int64_t seconds;  ///< 0: none
  };
  constexpr Row kRows[] = {
      {"30s", 30},
      {"90m", 5400},
      {"2h", 7200},
      {"1d", 86'400},
      {"1w", 604'800},
      {"1M", 2'629'746},
      {"1y", 31'556'952},
      {"1H", 0},
      {"h", 0},
      {"1", 0},
      {"0s", 0},
      {"-1s", 0},
      {"1.5h", 0},
      {"1 h", 0},
      {"", 0},
      {"9999999999y", 0},
      {"99999999999999999999s", 0},
  };
  for (const Row& row : kRows)
    EXPECT_EQ(parse_timespan(row.text).value_or(0), row.seconds * kSecond) << row.text;
}

// Specification, "Correlation section": what each attribute may be.
TEST(CorrelationParser, RefusesByCode) {
  struct Row {
    const char* body;
    const char* code;
  };
  constexpr Row kRows[] = {
      {"{rules: a, timespan: 1s, condition: {gte: 1}}", "S009"},
      {"{type: event_cout, rules: a, timespan: 1s, condition: {gte: 1}}", "S036"},
      {"{type: event_count, timespan: 1s, condition: {gte: 1}}", "S009"},
      {"{type: event_count, rules: [], timespan: 1s, condition: {gte: 1}}", "S009"},
      {"{type: event_count, rules: [a, a], timespan: 1s, condition: {gte: 1}}", "S011"},
      {"{type: event_count, rules: a, condition: {gte: 1}}", "S009"},
      {"{type: event_count, rules: a, timespan: 1x, condition: {gte: 1}}", "S035"},
      {"{type: event_count, rules: a, timespan: 1s}", "S009"},
      {"{type: event_count, rules: a, timespan: 1s, condition: {}}", "S037"},
      {"{type: event_count, rules: a, timespan: 1s, condition: {ge: 1}}", "S037"},
      {"{type: event_count, rules: a, timespan: 1s, condition: {gte: x}}", "S018"},
      {"{type: event_count, rules: a, timespan: 1s, condition: {gte: 600000}}", "S043"},
      {"{type: event_count, rules: a, timespan: 1s, condition: {gte: 1, field: F}}", "S037"},
      {"{type: event_count, rules: a, timespan: 1s, condition: a}", "S037"},
      {"{type: value_count, rules: a, timespan: 1s, condition: {gte: 1}}", "S009"},
      {"{type: value_sum, rules: a, timespan: 1s, condition: {gte: 1, field: [A, B]}}", "S037"},
      {"{type: value_percentile, rules: a, timespan: 1s, condition: {gte: 1, field: A, "
       "percentile: 101}}",
       "S037"},
      {"{type: value_avg, rules: a, timespan: 1s, condition: {gte: 1, field: A, percentile: 5}}",
       "S037"},
      {"{type: temporal, rules: [a, b], timespan: 1s, groupby: F}", "S042"},
      {"{type: temporal, rules: [a, b], timespan: 1s, generate: maybe}", "S010"},
      {"{type: temporal, rules: [a, b], timespan: 1s, aliases: [x]}", "S010"},
      {"{type: temporal, rules: [a, b], timespan: 1s, condition: a and}", "S030"},
      {"{type: temporal, rules: [a, b], timespan: 1s, condition: a and c}", "S031"},
      {"{type: temporal, rules: [a, b], timespan: 1s, condition: a}", "S037"},
      {"{type: temporal, rules: [a, b], timespan: 1s, condition: 1 of them}", "S037"},
      {"{type: temporal, timespan: 1s, condition: not a}", "S037"},
      {"{type: temporal, timespan: 1s, condition: a and not a}", "S037"},
      {"[a]", "S010"},
  };
  for (const Row& row : kRows) {
    const ParsedFile file = parse_rules(with_body(row.body), "f.yml");
    EXPECT_EQ(file.refused, 1u) << row.body;
    EXPECT_THAT(errors_of(file), Contains(row.code)) << row.body;
  }
}

TEST(CorrelationParser, ReadsAllOfIt) {
  const ParsedFile file = parse_rules(
      with_body("{type: value_count, rules: [a, b], group-by: [u, Host], timespan: 90m, "
                "condition: {field: [X, Y], gt: 100, lte: 200}, aliases: {u: {a: U1, b: U2}}, "
                "generate: true}",
                "title: C\nname: c\nlevel: high\ntags: [attack.t1110]"),
      "f.yml");
  ASSERT_THAT(file.correlations, SizeIs(1));
  const Correlation& one = file.correlations[0];
  EXPECT_EQ(one.type, CorrelationType::value_count);
  EXPECT_EQ(one.rules[1].text, "b");
  EXPECT_THAT(one.group_by, ElementsAre("u", "Host"));
  EXPECT_THAT(one.values, ElementsAre("X", "Y"));
  EXPECT_EQ(one.bounds, (std::vector<Bound>{{Comparison::gt, 100}, {Comparison::lte, 200}}));
  EXPECT_EQ(one.timespan_ns, std::int64_t{5400} * 1'000'000'000);
  EXPECT_EQ(one.aliases[0].fields[1].second, "U2");
  EXPECT_TRUE(one.generate);
  EXPECT_EQ(one.level, Level::high);
  EXPECT_THAT(one.techniques, ElementsAre("T1110"));
}

TEST(CorrelationParser, ExtendedConditionNamesItsRules) {
  const ParsedFile file = parse_rules(
      with_body("{type: temporal, timespan: 1s, condition: a and (b or not c)}"), "f.yml");
  ASSERT_THAT(file.correlations, SizeIs(1));
  EXPECT_THAT(file.correlations[0].rules, SizeIs(3));
  const auto terms = terms_of(*file.correlations[0].expression);
  ASSERT_TRUE(terms);
  EXPECT_EQ(*terms, (std::vector<CorrelationTerm>{{0b011, 0}, {0b001, 0b100}}));
}

TEST(CorrelationParser, RefusesAConditionThatMultipliesOutTooFar) {
  std::string condition;
  for (int i = 0; i < 14; i += 2)
    condition +=
        (i > 0 ? " and (r" : "(r") + std::to_string(i) + " or r" + std::to_string(i + 1) + ")";
  const ParsedFile file = parse_rules(
      with_body("{type: temporal, timespan: 1s, condition: " + condition + "}"), "f.yml");
  EXPECT_THAT(errors_of(file), ElementsAre("S043"));
}

const std::string kTemporal =
    "title: C\ncorrelation: {type: temporal, rules: [a, b], timespan: 1s}\n";

TEST(Link, ResolvesNamesAndIdsAcrossFiles) {
  const std::string id = "11111111-2222-4333-8444-555555555555";
  ParsedFile first = parse_rules(base_rule("a"), "1.yml");
  ParsedFile second = parse_rules(base_rule("b", "id: " + id + "\n"), "2.yml");
  ParsedFile third =
      parse_rules(with_body("{type: temporal, rules: [a, " + id + "], timespan: 1s}"), "3.yml");
  const Linked linked = link({{first.rules[0], second.rules[0]}, {third.correlations[0]}, {}});
  ASSERT_THAT(linked.correlations, SizeIs(1));
  EXPECT_EQ(linked.correlations[0].members[1], (Member{false, 1}));
  EXPECT_TRUE(linked.rules[0].silent);
}

TEST(Link, RefusesByCodeAndTheOthersStay) {
  const std::string id = "id: 11111111-2222-4333-8444-555555555555\n";
  const auto head = [](const std::string& name, const std::string& rules) {
    return "title: C\nname: " + name + "\ncorrelation: {type: temporal, rules: [" + rules +
           "], timespan: 1s}\n";
  };
  struct Row {
    std::string text;
    std::vector<std::string> codes;
    std::size_t rules, correlations;
  };
  const std::string sep = "---\n";
  const Row rows[] = {
      {base_rule("a") + sep + kTemporal, {"S038"}, 1, 0},
      {base_rule("a") + sep + base_rule("a", id) + sep + base_rule("b") + sep + kTemporal,
       {"S039"},
       3,
       0},
      {head("x", "y, a") + sep + head("y", "x") + sep + base_rule("a"), {"S040", "S038"}, 1, 0},
      {head("x", "x") + sep + base_rule("a"), {"S040"}, 1, 0},
      {base_rule("a", id) + sep + base_rule("b", id), {"S041"}, 1, 0},
      {base_rule("a", id) + sep + base_rule("a", id), {"S063"}, 1, 0},
      {head("x", "y") + sep + head("y", "gone") + sep + base_rule("a"), {"S038", "S038"}, 1, 0},
  };
  for (const Row& row : rows) {
    const Linked linked = link_text(row.text);
    EXPECT_EQ(errors_of(linked).size(), row.codes.size()) << row.text;
    for (const auto& code : row.codes) EXPECT_THAT(errors_of(linked), Contains(code)) << row.text;
    EXPECT_THAT(linked.rules, SizeIs(row.rules)) << row.text;
    EXPECT_THAT(linked.correlations, SizeIs(row.correlations)) << row.text;
    for (const auto& one : linked.rules) EXPECT_FALSE(one.silent) << row.text;
  }
}

TEST(Link, MembersStandBeforeWhatRefersToThem) {
  const Linked linked = link_text(
      "title: C\ncorrelation: {type: temporal, rules: [x, a], timespan: 1s}\n---\n"
      "title: X\nname: x\ncorrelation: {type: event_count, rules: a, timespan: 1s, condition: "
      "{gte: 2}}\n---\n" +
      base_rule("a"));
  ASSERT_THAT(linked.correlations, SizeIs(2));
  EXPECT_EQ(linked.correlations[0].correlation.title, "X");
  EXPECT_EQ(linked.correlations[1].members[0], (Member{true, 0}));
}

TEST(Link, RefusesChainsThatAreTooLong) {
  std::string text = base_rule("r0");
  for (std::size_t i = 1; i <= kMaxChain + 1; ++i)
    text += "---\ntitle: C\nname: r" + std::to_string(i) +
            "\ncorrelation: {type: event_count, rules: r" + std::to_string(i - 1) +
            ", timespan: 1s, condition: {gte: 1}}\n";
  const Linked linked = link_text(text);
  EXPECT_THAT(errors_of(linked), ElementsAre("S043"));
  EXPECT_THAT(linked.correlations, SizeIs(kMaxChain));
}

TEST(Link, DroppedRulesTakeTheirCorrelationsAlong) {
  Linked linked = link_text(base_rule("a") + "---\n" + base_rule("b") + "---\n" + kTemporal);
  drop_rules(linked, {true, false});
  EXPECT_THAT(linked.rules, SizeIs(1));
  EXPECT_THAT(linked.correlations, IsEmpty());
  EXPECT_FALSE(linked.rules[0].silent);
  EXPECT_THAT(errors_of(linked), ElementsAre("S038"));
}

std::string filter(const std::string& rules, const std::string& condition = "not selection",
                   const std::string& source = "{category: x}") {
  return "title: F\nlogsource: " + source + "\nfilter: {rules: " + rules +
         ", selection: {U: adm}, condition: " + condition + "}\n";
}

// Specification, "Sigma filters".
TEST(Filter, IsAddedByAndToTheRulesItNames) {
  struct Row {
    const char* sentence;
    std::string text;
    bool applied;
  };
  const Row rows[] = {
      {"rules refer by name", filter("[a]"), true},
      {"a single reference", filter("a"), true},
      {"`any` is every rule of that log source", filter("any"), true},
      {"an empty list is any", filter("[]"), true},
      {"not the rules it does not name", filter("[b]"), false},
      {"the filter's attributes must be the rule's", filter("any", "not selection", "{product: p}"),
       false},
  };
  for (const Row& row : rows) {
    const Linked linked = link_text(base_rule("a") + "---\n" + row.text);
    ASSERT_THAT(linked.rules, SizeIs(1));
    const Rule& rule = linked.rules[0].rule;
    EXPECT_EQ(rule.identifiers.size(), row.applied ? 2u : 1u) << row.sentence;
    if (row.applied) {
      EXPECT_EQ(to_sigma(rule.conditions[0], std::vector<std::string>{"s", "f"}), "(s and not f)");
    } else {
      EXPECT_THAT(errors_of(linked), ElementsAre("S064")) << row.sentence;
    }
  }
}

TEST(Filter, PatternsOfTheRuleDoNotCatchItsIdentifiers) {
  const Linked linked = link_text(
      "title: T\nname: a\nlogsource: {category: x}\n"
      "detection: {selection_1: {F: 1}, condition: 1 of sel*}\n---\n" +
      filter("a"));
  const Condition& joined = linked.rules[0].rule.conditions[0];
  EXPECT_THAT(joined.children[0].indices, ElementsAre(0));
  EXPECT_EQ(joined.children[1].children[0].index, 1u);
}

TEST(Filter, ThatIsNotNegatedIsWarnedOf) {
  const ParsedFile file = parse_rules(filter("a", "selection"), "f.yml");
  EXPECT_THAT(file.filters, SizeIs(1));
  ASSERT_THAT(codes_of(file), ElementsAre("S061"));
  EXPECT_EQ(file.diagnostics[0].suggestion, "not selection");
}

TEST(Filter, RefusesByCode) {
  EXPECT_THAT(
      errors_of(parse_rules("title: F\nlogsource: {category: x}\nfilter: {selection: {U: 1}, "
                            "condition: not selection}\n",
                            "f.yml")),
      ElementsAre("S009"));
  EXPECT_THAT(errors_of(parse_rules("title: F\nfilter: {rules: any, selection: {U: 1}, condition: "
                                    "not selection}\n",
                                    "f.yml")),
              ElementsAre("S009"));
  EXPECT_THAT(errors_of(parse_rules("title: F\nlogsource: {category: x}\nfilter: {rules: any, "
                                    "selection: {U: 1}, condition: [not selection]}\n",
                                    "f.yml")),
              ElementsAre("S046"));
}

TEST(LegacyAggregation, BecomesACorrelation) {
  struct Row {
    const char* condition;
    CorrelationType type;
    std::vector<std::string> values, group_by;
    Bound bound;
  };
  const Row rows[] = {
      {"s | count() > 10", CorrelationType::event_count, {}, {}, {Comparison::gt, 10}},
      {"s | count() by A, B >= 5",
       CorrelationType::event_count,
       {},
       {"A", "B"},
       {Comparison::gte, 5}},
      {"s | count(F) by A < 5", CorrelationType::value_count, {"F"}, {"A"}, {Comparison::lt, 5}},
      {"s | count(F) == 2", CorrelationType::value_count, {"F"}, {}, {Comparison::eq, 2}},
      {"s | sum(F) by A > 1", CorrelationType::value_sum, {"F"}, {"A"}, {Comparison::gt, 1}},
  };
  for (const Row& row : rows) {
    const ParsedFile file = parse_rules(
        "title: T\nlogsource: {category: x}\ndetection:\n  s: {F: 1}\n"
        "  timeframe: 5m\n  condition: " +
            std::string(row.condition) + "\n",
        "f.yml");
    ASSERT_THAT(file.correlations, SizeIs(1)) << row.condition;
    const Correlation& one = file.correlations[0];
    EXPECT_EQ(one.type, row.type);
    EXPECT_EQ(one.values, row.values);
    EXPECT_EQ(one.group_by, row.group_by);
    EXPECT_EQ(one.bounds, std::vector<Bound>{row.bound});
    EXPECT_EQ(one.timespan_ns, std::int64_t{300} * 1'000'000'000);
    EXPECT_THAT(codes_of(file), ElementsAre("S062"));
    const Linked linked = link({{}, file.correlations, {}});
    ASSERT_THAT(linked.rules, SizeIs(1));
    EXPECT_TRUE(linked.rules[0].silent);
    EXPECT_EQ(linked.correlations[0].members[0], (Member{false, 0}));
  }
}

TEST(LegacyAggregation, RefusesWhatHasNoEqual) {
  for (const char* condition : {"s | near b", "s | min(F) > 1", "s | count() by A", "s | count > 1",
                                "s | count() over 5", "s | sum() > 1"}) {
    const ParsedFile file =
        parse_rules("title: T\nlogsource: {category: x}\ndetection:\n  s: {F: 1}\n  condition: " +
                        std::string(condition) + "\n",
                    "f.yml");
    EXPECT_THAT(errors_of(file), Contains("S033")) << condition;
  }
  EXPECT_THAT(
      errors_of(parse_rules(
          with_detection("    s:\n        F: 1\n    timeframe: 5m\n    condition: s\n"), "f")),
      ElementsAre("S033"));
}

TEST(Collection, GlobalResetAndRepeat) {
  const ParsedFile file = parse_rules(
      "action: global\ntitle: G\nlogsource: {category: x}\ndetection: {condition: s}\n---\n"
      "detection: {s: {F: 1}}\n---\n"
      "detection: {s: {F: 2}}\n---\n"
      "action: repeat\ntitle: R\n---\n"
      "action: reset\n---\n" +
          base_rule("alone"),
      "f.yml");
  EXPECT_THAT(errors_of(file), IsEmpty());
  ASSERT_THAT(file.rules, SizeIs(4));
  EXPECT_EQ(file.rules[0].title, "G");
  EXPECT_EQ(file.rules[1].identifiers[0].alternatives[0][0].values[0][0].value,
            MatchValue(std::int64_t{2}));
  EXPECT_EQ(file.rules[2].title, "R");
  EXPECT_EQ(file.rules[2].identifiers, file.rules[1].identifiers);
  EXPECT_EQ(file.rules[3].title, "T");
}

TEST(Expand, TakesItsValuesFromOutside) {
  ParseOptions options;
  options.placeholders = {{"Servers", {"srv1", "dc*"}}, {"One", {"x"}}};
  const auto parse = [&](const std::string& item) {
    return parse_rules(with_item(item), "f.yml", options);
  };
  const ParsedFile file = parse("Host|expand: '%Servers%-%One%'");
  ASSERT_THAT(file.rules, SizeIs(1));
  const Item& item = file.rules[0].identifiers[0].alternatives[0][0];
  ASSERT_THAT(item.values, SizeIs(1));
  EXPECT_THAT(item.values[0], SizeIs(2));  // alternatives of one value, even under `all`
  EXPECT_TRUE(std::get<Pattern>(item.values[0][1].value).has_wildcard());
  EXPECT_THAT(errors_of(parse("Host|expand: '%Unknown%'")), ElementsAre("S014"));
  EXPECT_THAT(errors_of(parse("Host|expand: '\\%Unknown%'")), IsEmpty());
  EXPECT_THAT(errors_of(parse("Host|contains|expand: '%One%'")), IsEmpty());
  options.placeholders["Servers"].assign(100, "x");
  EXPECT_THAT(errors_of(parse("Host|expand: '%Servers%%Servers%%Servers%'")), ElementsAre("S014"));
}

TEST(Hostile, FaultsOfAFileAreCapped) {
  std::string text = "title: T\nlogsource: {category: x}\ndetection:\n    condition: s\n    s:\n";
  for (int i = 0; i < 50'000; ++i) text += "        F" + std::to_string(i) + "|nonsense: x\n";
  const ParsedFile file = parse_rules(text, "f.yml");
  EXPECT_EQ(file.refused, 1u);
  EXPECT_EQ(file.diagnostics.size(), kMaxFaultsShown + 1);
  EXPECT_EQ(file.diagnostics.back().code, "S045");
  EXPECT_THAT(file.diagnostics.back().message, HasSubstr("49900"));
}

}  // namespace
}  // namespace interdict::rule
