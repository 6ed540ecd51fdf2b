#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "correlate/levers.hpp"
#include "correlate/rarity.hpp"
#include "correlate/world.hpp"

namespace interdict::correlate {
namespace {

using finding::Level;
using finding::LinkKind;
using graph::EdgeType;
using world::attack;
using world::proc;
using world::World;

/// Records without processes: alerts about a host.
void alert(World& w, std::int64_t second, std::uint32_t rule, std::vector<EntityRef> about = {}) {
  w.add(second, {}, std::move(about), {rule});
}

TEST(CommonGround, RareAlertsOfOneHostMakeOneChain) {
  World w;
  w.host = "web";
  const auto scan = w.rule("scan", Level::high, {"reconnaissance"});
  const auto shell = w.rule("shell", Level::critical, {"persistence"}, {"T1505.003"});
  const auto root = w.rule("root", Level::critical, {"privilege-escalation"});
  const auto crack = w.rule("crack", Level::critical, {"credential-access"});
  alert(w, 0, scan);
  alert(w, 100, shell);
  alert(w, 1500, crack);
  alert(w, 2000, root);
  const auto report = w.run();
  ASSERT_EQ(report.intrusions.size() + report.leads.size(), 1U);
  const auto& all = report.detections;
  EXPECT_EQ(std::ranges::count_if(all, [](const auto& d) { return !d.intrusion.empty(); }),
            report.intrusions.empty() ? 0 : 4);
}

TEST(CommonGround, TwoHostsThatShareNothingStayApart) {
  World w;
  const auto dump = w.rule("dump", Level::critical, {"credential-access"});
  const auto impact = w.rule("impact", Level::critical, {"impact"});
  w.host = "a";
  w.user = "";
  alert(w, 0, dump);
  w.host = "b";
  alert(w, 10, impact);
  const auto report = w.run();
  EXPECT_TRUE(report.intrusions.empty());
  EXPECT_EQ(report.leads.size(), 2U);
}

TEST(CommonGround, OneAccountJoinsTwoHosts) {
  World w;
  const EntityRef ann{EntityType::user, "corp\\ann"};
  const auto dump = w.rule("dump", Level::critical, {"credential-access"});
  const auto move = w.rule("move", Level::critical, {"lateral-movement"});
  const auto impact = w.rule("impact", Level::critical, {"impact"}, {"T1486"});
  w.host = "a";
  alert(w, 0, dump, {ann});
  w.host = "b";
  alert(w, 100, move, {ann});
  alert(w, 160, impact, {ann});
  const auto report = w.run();
  ASSERT_EQ(report.intrusions.size(), 1U);
  EXPECT_EQ(report.intrusions[0].hosts, (std::vector<std::string>{"A", "B"}));
  EXPECT_EQ(report.intrusions[0].steps[1].link->kind, LinkKind::same_user);
}

TEST(CommonGround, ASharedServiceAccountSaysLittle) {
  World w;
  const EntityRef svc{EntityType::user, "corp\\svc"};
  const auto run = w.rule("run", Level::medium, {"execution"});
  const auto look = w.rule("look", Level::medium, {"discovery"});
  w.user = "CORP\\svc";
  for (int n = 0; n < 40; ++n) {
    w.host = "srv" + std::to_string(n);
    alert(w, n * 3600, n % 2 == 0 ? run : look, {svc});
  }
  const auto report = w.run();
  EXPECT_TRUE(report.intrusions.empty());
  for (const auto& lead : report.leads) EXPECT_EQ(lead.hosts.size(), 1U);
}

TEST(CommonGround, KnownProcessTreesThatDoNotMeetAreNotJoinedByTheirHost) {
  World w;
  w.see("windows/sysmon", -7200);
  attack(w, 0, "a", "203.0.113.9");
  const auto save = w.rule("save", Level::high, {"credential-access"}, {"T1003.002"});
  w.start(150, "collector", "child", {});
  w.start(151, "child", "reg", {save});
  const auto report = w.run();
  ASSERT_EQ(report.intrusions.size(), 1U);
  for (const auto& step : report.intrusions[0].steps) EXPECT_NE(step.title, "Rule save");
}

TEST(Rarity, LocalRepeatsElsewhereMakeARuleCommonButNeverHideALoudOne) {
  World w;
  const auto noise = w.rule("noise", Level::medium, {"execution"});
  const auto loud = w.rule("loud", Level::high, {"execution"});
  std::vector<finding::Detection> detections;
  std::vector<HostScope> scope;
  for (int h = 0; h < 6; ++h) {
    scope.push_back({"h" + std::to_string(h), {}, 100, {}});
    for (std::int64_t t = 0; t < 50; ++t) {
      for (const auto rule : {noise, loud}) {
        finding::Detection d;
        d.host = "h" + std::to_string(h);
        d.rule = finding::RuleId{rule};
        d.time = Timestamp{t * kNsPerHour, 0};
        detections.push_back(d);
      }
    }
  }
  Roles roles;
  const EntityTable table(roles);
  const Priors priors;
  const Rarity rarity(table, w.rules, priors, detections, scope);
  const Rarity quiet(table, w.rules, priors, {}, scope);
  EXPECT_LT(rarity.rate(noise, "h0", 0, ""), 2'000);
  EXPECT_EQ(quiet.rate(noise, "h0", 0, ""), 7'000);  // shipped: of a kind that nothing fired on
  EXPECT_GE(rarity.rate(loud, "h0", 0, ""), 4'500);
  EXPECT_LT(rarity.evidence(noise, rarity.rate(noise, "h0", 0, "")),
            quiet.evidence(noise, quiet.rate(noise, "h0", 0, "")));
}

TEST(Rarity, TheSuspectsOwnHoursDoNotSpeakForHim) {
  World w;
  const auto rule = w.rule("r", Level::medium, {"execution"});
  std::vector<finding::Detection> detections;
  for (std::int64_t t = 0; t < 6; ++t) {
    finding::Detection d;
    d.host = "h";
    d.rule = finding::RuleId{rule};
    d.time = Timestamp{t * kNsPerHour, 0};
    detections.push_back(d);
  }
  const std::vector<HostScope> scope = {{"h", {}, 6, {}}};
  Roles roles;
  const EntityTable table(roles);
  const Priors priors;
  const Rarity rarity(table, w.rules, priors, detections, scope);
  EXPECT_EQ(rarity.rate(rule, "h", 3 * kNsPerHour, ""), shipped_rate(w.rules[rule], priors));
}

TEST(Rarity, HoursOfAnotherKindOfLogSayNothingAndAHostInAnySpellingIsOneHost) {
  World w;
  const auto rule = w.rule("r", Level::medium, {"execution"});
  finding::Detection d;
  d.host = "H";
  d.rule = finding::RuleId{rule};
  d.evidence.log_source = "windows/sysmon/1";
  std::vector<HostScope> few;
  std::vector<HostScope> many;
  for (const std::string host : {"H", "A", "B", "C", "D"}) {
    few.push_back({host, {}, 500, {{"windows/sysmon", 5}}});
    many.push_back({host, {}, 500, {{"windows/sysmon", 500}}});
  }
  Roles roles;
  const EntityTable table(roles);
  const Priors priors;
  EXPECT_EQ(kind_of_log(d.evidence.log_source), "windows/sysmon");
  const auto rate = [&](const std::vector<HostScope>& scope) {
    return Rarity(table, w.rules, priors, {d}, scope).rate(rule, "h", 0, "windows/sysmon");
  };
  const Millibits shipped = shipped_rate(w.rules[rule], priors);
  EXPECT_LT(rate(few), shipped + 1'000);
  EXPECT_GT(rate(many), shipped + 4'000);
  many.resize(4);
  EXPECT_EQ(rate(many), shipped);  // four hosts' silence says nothing
}

TEST(Priors, CountsRefineTheLevelsRate) {
  World w;
  const auto rule = w.rule("r", Level::high, {"execution"});
  const auto often = parse_priors("rule\tr\t800\t1000\tsite\n");
  const auto never = parse_priors("rule\tr\t0\t100000\tsite\n");
  ASSERT_TRUE(often.has_value());
  EXPECT_LT(shipped_rate(w.rules[rule], *often), 1'500);
  EXPECT_GT(shipped_rate(w.rules[rule], *never), 15'000);
  const auto wrong = parse_priors("rule\tr\t1\t2\nrule\tr\tmany\t2\n");
  ASSERT_FALSE(wrong.has_value());
  EXPECT_EQ(wrong.error().where.line, 2U);
}

TEST(Priors, MoreBenignChainsThatGoodMeanMoreExpectedCoincidences) {
  const std::string one = "chain\trecords\t2000\ta\n";
  const std::string hours = "exposure\trecords\t1000\ta\n";
  const auto few = parse_priors(one + hours);
  const auto many = parse_priors(one + one + "chain\trecords\t1000\ta\n" + hours);
  ASSERT_TRUE(few.has_value());
  constexpr Witnesses ours = {true, false};
  EXPECT_LT(expected_false(1'500, ours, 100, *few), expected_false(1'500, ours, 100, *many));
  EXPECT_LT(expected_false(6'000, ours, 100, *few), expected_false(1'500, ours, 100, *few));
  EXPECT_LT(expected_false(6'000, ours, 100, *few), expected_false(6'000, ours, 1'000, *few));
  const Millibits least = reportable_score(0.1, ours, 100, *few);
  EXPECT_LE(expected_false(least, ours, 100, *few), 0.1);
  EXPECT_GT(expected_false(least - 1, ours, 100, *few), 0.1);
}

TEST(Priors, AChainIsMeasuredAgainstBenignChainsOfItsWitnesses) {
  // Alerts of other tools make long chains by the dozen; rules on records hardly any.
  std::string table = "exposure\trecords\t1000\ta\nexposure\talerts\t1000\tb\n";
  for (int i = 0; i < 40; ++i) {
    table += "chain\talerts\t" + std::to_string(6000 - 10 * i) + "\tb\n";
    table += "chain\trecords\t" + std::to_string(1000 - 10 * i) + "\ta\n";
  }
  const auto priors = parse_priors(table);
  ASSERT_TRUE(priors.has_value());
  const double records = expected_false(4'000, {true, false}, 100, *priors);
  const double alerts = expected_false(4'000, {false, true}, 100, *priors);
  EXPECT_LT(records, 0.1);
  EXPECT_GT(alerts, 1.0);
  EXPECT_EQ(expected_false(4'000, {true, true}, 100, *priors), alerts) << "the worse of both";
}

TEST(Priors, FewerChainsMakeAWiderTail) {
  std::string few = "exposure\trecords\t1000\ta\n";
  std::string many = few;
  for (int i = 0; i < 5; ++i) few += "chain\trecords\t" + std::to_string(2000 - 400 * i) + "\ta\n";
  for (int i = 0; i < 500; ++i) {
    many += "chain\trecords\t" + std::to_string(2000 - 4 * i) + "\ta\n";
  }
  const auto wide = parse_priors(few);
  const auto narrow = parse_priors(many);
  ASSERT_TRUE(wide.has_value() && narrow.has_value());
  constexpr Witnesses ours = {true, false};
  EXPECT_GT(expected_false(5'000, ours, 100, *wide), expected_false(5'000, ours, 100, *narrow));
}

TEST(Priors, RulesThatFireTogetherInBenignHoursAreOneFamily) {
  World w;
  const auto a = w.rule("a", Level::high, {"execution"});
  const auto b = w.rule("b", Level::high, {"execution"});
  const auto c = w.rule("c", Level::high, {"execution"});
  const auto priors = parse_priors(
      "rule\ta\t10\t100\ts\nrule\tb\t8\t100\ts\nrule\tc\t40\t100\ts\n"
      "joint\ta\t7\tb\ts\njoint\ta\t9\tc\ts\n");
  ASSERT_TRUE(priors.has_value());
  const auto family = rule_families(w.rules, *priors);
  EXPECT_EQ(family[a], family[b]) << "7 of 11 hours in common";
  EXPECT_NE(family[a], family[c]) << "9 of 41";
}

TEST(Campaign, TwoIntrusionsOfOneAddressAreOneCampaign) {
  World w;
  attack(w, 0, "a", "203.0.113.9");
  attack(w, 12 * 86'400, "b", "203.0.113.9");
  const auto report = w.run();
  ASSERT_EQ(report.intrusions.size(), 2U);
  ASSERT_EQ(report.campaigns.size(), 1U);
  EXPECT_THAT(report.campaigns[0].key_indicators, ::testing::Contains("203.0.113.9"));
  for (const auto& i : report.intrusions) EXPECT_EQ(i.campaign, report.campaigns[0].id);
}

TEST(Campaign, NothingInCommonIsNoCampaign) {
  World w;
  attack(w, 0, "a", "203.0.113.9");
  attack(w, 12 * 86'400, "b", "198.51.100.7");
  const auto report = w.run();
  EXPECT_EQ(report.intrusions.size(), 2U);
  EXPECT_TRUE(report.campaigns.empty());
}

TEST(Levers, PatternsFit) {
  EXPECT_TRUE(fits("*\\a?c.exe", "c:\\x\\abc.exe"));
  EXPECT_TRUE(fits("*", ""));
  EXPECT_TRUE(fits("a*b*c", "a-b-b-c"));
  EXPECT_FALSE(fits("a*b", "a-c"));
  EXPECT_FALSE(fits("", "a"));
}

TEST(Levers, WhatIsOursIsDiscountedAndCounted) {
  World w;
  attack(w, 0, "a", "203.0.113.9");
  const auto before = w.run();
  ASSERT_EQ(before.intrusions.size(), 1U);
  finding::OurOwn exercise;
  exercise.kind = finding::OurOwn::Kind::exercise;
  exercise.name = "red team";
  exercise.hosts = {"pc"};
  w.options.levers.context = {exercise};
  const auto after = w.run();
  const double score =
      after.intrusions.empty() ? after.leads.at(0).score : after.intrusions[0].score;
  EXPECT_LT(score, before.intrusions[0].score / 2);
  EXPECT_GT(score, 0);
  ASSERT_EQ(w.effects.size(), 1U);
  EXPECT_EQ(w.effects[0].changed, 5U);
}

TEST(Levers, ACriticalAssetRaisesSeverity) {
  World w;
  attack(w, 0, "a", "203.0.113.9");
  const auto before = w.run();
  finding::OurOwn asset;
  asset.kind = finding::OurOwn::Kind::critical_asset;
  asset.hosts = {"pc"};
  w.options.levers.context = {asset};
  const auto after = w.run();
  ASSERT_EQ(after.intrusions.size(), 1U);
  EXPECT_GT(after.intrusions[0].severity, before.intrusions.at(0).severity);
  EXPECT_EQ(after.intrusions[0].score, before.intrusions[0].score);
}

TEST(Levers, ASeedJoinsWhatNamesItInBothDirectionsOfTime) {
  World w;
  const EntityRef bad{EntityType::ip, "203.0.113.9"};
  const auto odd = w.rule("odd", Level::low, {"command-and-control"});
  const auto rare = w.rule("rare", Level::low, {"discovery"});
  w.host = "a";
  alert(w, 0, odd, {bad});
  w.host = "b";
  alert(w, 30 * 86'400, rare, {bad});
  EXPECT_TRUE(w.run().intrusions.empty());
  w.options.levers.seeds = {{"ip", "203.0.113.9", std::nullopt, "ip:203.0.113.9"}};
  const auto report = w.run();
  ASSERT_EQ(report.intrusions.size(), 1U);
  EXPECT_EQ(report.intrusions[0].steps.size(), 2U);
  EXPECT_EQ(report.intrusions[0].steps[1].link->kind, LinkKind::seed);
  EXPECT_EQ(w.effects.at(0).changed, 2U);
}

TEST(Levers, VerdictsKeepApartAndJoinAndExpire) {
  World w;
  const EntityRef ann{EntityType::user, "corp\\ann"};
  const auto dump = w.rule("dump", Level::critical, {"credential-access"});
  const auto impact = w.rule("impact", Level::critical, {"impact"}, {"T1486"});
  w.host = "a";
  alert(w, 0, dump, {ann});
  w.host = "b";
  alert(w, 100, impact, {ann});
  const auto joined = w.run();
  ASSERT_EQ(joined.intrusions.size(), 1U);
  finding::Verdict apart;
  apart.ruling = finding::Verdict::Ruling::apart;
  apart.rules = {"dump", "impact"};
  apart.reason = "two people";
  w.options.levers.verdicts = {apart};
  EXPECT_TRUE(w.run().intrusions.empty());
  EXPECT_EQ(w.effects.at(0).changed, 2U);
  apart.expires = Timestamp{World::kStart * kNsPerSecond, 0};
  w.options.levers.verdicts = {apart};
  EXPECT_EQ(w.run().intrusions.size(), 1U);
  EXPECT_EQ(w.effects.at(0).changed, 0U);
  finding::Verdict benign;
  benign.rules = {"dump", "impact"};
  benign.reason = "drill";
  w.options.levers.verdicts = {benign};
  EXPECT_TRUE(w.run().intrusions.empty());
}

}  // namespace
}  // namespace interdict::correlate
