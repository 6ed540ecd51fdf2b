#include "detect/ruleset.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "detect/fixture.hpp"

namespace interdict::detect {
namespace {

using namespace fixture;  // NOLINT(google-build-using-namespace): as in reference_test.cpp
using finding::RuleId;

rule::Rule with_source(std::string product, std::string category, std::string service) {
  auto rule = make_rule({{item("a", {text(Op::equals, "x")})}});
  rule.logsource = {std::move(category), std::move(product), std::move(service), {}};
  return rule;
}

/// "The event source must satisfy every attribute given."
TEST(RuleSet, LogsourceTable) {
  const LogSource sysmon{
      "windows", "sysmon", {"registry_event", "registry_set"}, "windows/sysmon/13"};
  const LogSource linux_source{"linux", "auditd", {}, "linux/auditd"};
  const LogSource unknown{};
  const struct {
    rule::Rule rule;
    bool on_sysmon;
    bool on_linux;
    bool on_unknown;
  } cases[] = {
      {with_source("windows", "", ""), true, false, false},
      {with_source("windows", "registry_set", ""), true, false, false},
      {with_source("windows", "registry_event", ""), true, false, false},
      {with_source("windows", "process_creation", ""), false, false, false},
      {with_source("windows", "", "sysmon"), true, false, false},
      {with_source("windows", "", "security"), false, false, false},
      {with_source("windows", "registry_set", "sysmon"), true, false, false},
      {with_source("windows", "registry_set", "security"), false, false, false},
      {with_source("", "registry_set", ""), true, false, false},
      {with_source("linux", "", "auditd"), false, true, false},
      {with_source("", "", "auditd"), false, true, false},
      {with_source("", "", ""), true, true, true},
  };
  FieldCatalogue fields;
  RuleSetBuilder builder(fields);
  for (const auto& c : cases) ASSERT_TRUE(builder.add(c.rule).has_value());
  const auto rules = std::move(builder).build();
  for (const auto* source : {&sysmon, &linux_source, &unknown}) {
    std::vector<RuleId> expected;
    for (std::uint32_t i = 0; i < std::size(cases); ++i) {
      const bool applies = source == &sysmon         ? cases[i].on_sysmon
                           : source == &linux_source ? cases[i].on_linux
                                                     : cases[i].on_unknown;
      EXPECT_EQ(rules.applies(RuleId(i), *source), applies) << "rule " << i;
      if (applies) expected.push_back(RuleId(i));
    }
    EXPECT_EQ(rules.applicable(*source), expected);
  }
}

TEST(RuleSet, RulesRunOnlyOnTheirSources) {
  FieldCatalogue fields;
  RuleSetBuilder builder(fields);
  ASSERT_TRUE(builder.add(with_source("windows", "", "")).has_value());
  ASSERT_TRUE(builder.add(with_source("linux", "", "")).has_value());
  const auto rules = std::move(builder).build();
  EventBatch batch("in", {"linux", "", {}, "linux"});
  add_row(batch, fields, {{"a", "x"}});
  EXPECT_EQ(run(rules, batch), std::vector{(RowMatch{0, RuleId(1)})});
}

TEST(RuleSet, InfoOfARule) {
  auto rule = with_source("windows", "process_creation", "");
  rule.level = rule::Level::high;
  rule.status = "test";
  rule.techniques = {"T1059.001"};
  rule.tactics = {"execution"};
  rule.has_false_positives = true;
  auto bare = with_source("", "webserver", "");
  bare.id.clear();
  auto other = bare;
  other.path = "elsewhere.yml";
  auto different = bare;
  different.identifiers[0].alternatives[0][0].negated = true;
  FieldCatalogue fields;
  RuleSetBuilder builder(fields);
  for (const auto* r : {&rule, &bare, &other, &different}) ASSERT_TRUE(builder.add(*r).has_value());
  const auto rules = std::move(builder).build();
  const auto& info = rules.rules()[0];
  EXPECT_EQ(info.id, rule.id);
  EXPECT_EQ(info.title, "a rule");
  EXPECT_EQ(info.path, "rules/a.yml");
  EXPECT_EQ(info.level, finding::Level::high);
  EXPECT_EQ(info.status, "test");
  EXPECT_EQ(info.source, finding::DetectionSource::sigma);
  EXPECT_THAT(info.techniques, testing::ElementsAre("T1059.001"));
  EXPECT_THAT(info.tactics, testing::ElementsAre("execution"));
  EXPECT_EQ(info.log_source_class, "windows/process_creation");
  EXPECT_TRUE(info.has_false_positives);
  // Without an id, one is made of the content: the same wherever the file lies.
  EXPECT_THAT(rules.rules()[1].id, testing::MatchesRegex("sigma-[0-9a-f]+"));
  EXPECT_EQ(rules.rules()[1].id.size(), 22U);
  EXPECT_EQ(rules.rules()[1].id, rules.rules()[2].id);
  EXPECT_NE(rules.rules()[1].id, rules.rules()[3].id);
  EXPECT_EQ(rules.rules()[1].level, finding::Level::medium);
  EXPECT_EQ(rules.rules()[1].log_source_class, "webserver");
}

TEST(RuleSet, RefusesWithCodeAndPlaceAndKeepsTheRest) {
  FieldCatalogue fields;
  RuleSetBuilder builder(fields);
  const struct {
    Item item;
    Errc code;
  } cases[] = {
      {item("a", {regex("a(?=b)")}), Errc::unsupported},
      {item("a", {regex("(")}), Errc::syntax},
      {item("a", {cidr("10.0.0.1/8")}), Errc::syntax},
      {item("", {matcher(Op::equals, std::monostate{})}), Errc::syntax},
      {item("", {matcher(Op::exists, true)}), Errc::syntax},
      {neq(item("", {text(Op::equals, "x")})), Errc::syntax},
      {item("a", {text(Op::regex, "x")}), Errc::syntax},
  };
  for (const auto& c : cases) {
    const auto added = builder.add(make_rule({{item("a", {text(Op::equals, "x")}), c.item}}));
    ASSERT_FALSE(added.has_value());
    EXPECT_EQ(added.error().code, c.code) << added.error().message;
    EXPECT_EQ(added.error().where.file, "rules/a.yml");
    EXPECT_EQ(added.error().where.line, 7U);
    EXPECT_EQ(added.error().where.rule_id, "11111111-2222-4333-8444-555555555555");
  }
  ASSERT_TRUE(builder.add(make_rule({{item("a", {text(Op::equals, "x")})}})).has_value());
  const auto rules = std::move(builder).build();
  ASSERT_EQ(rules.rules().size(), 1U);
  EventBatch batch("in", {});
  add_row(batch, fields, {{"a", "x"}});
  EXPECT_EQ(run(rules, batch).size(), 1U);
}

Errc code_of(const rule::Rule& rule) {
  FieldCatalogue fields;
  RuleSetBuilder builder(fields);
  const auto added = builder.add(rule);
  EXPECT_FALSE(added.has_value());
  return added ? Errc::io : added.error().code;
}

TEST(RuleSet, Limits) {
  using Kind = rule::Condition::Kind;
  const std::vector one = {item("a", {text(Op::equals, "x")})};
  auto deep = identifier(0);
  for (std::size_t i = 1; i < kMaxConditionDepth; ++i) deep = condition(Kind::negation, {}, {deep});
  EXPECT_TRUE(fires(make_rule({one}, deep), {}).has_value());
  EXPECT_EQ(code_of(make_rule({one}, condition(Kind::negation, {}, {deep}))), Errc::limit);

  const std::vector<rule::Condition> wide(kMaxConditionNodes, identifier(0));
  EXPECT_EQ(code_of(make_rule({one}, condition(Kind::disjunction, {}, wide))), Errc::limit);

  const std::vector<Matcher> many(kMaxTestsPerRule + 1, text(Op::equals, "x"));
  EXPECT_EQ(code_of(make_rule({{item("a", many)}})), Errc::limit);

  EXPECT_EQ(code_of(make_rule({one}, identifier(1))), Errc::syntax);
}

}  // namespace
}  // namespace interdict::detect
