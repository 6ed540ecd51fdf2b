#include <algorithm>

#include <gtest/gtest.h>

#include "attack/stage_map.hpp"
#include "correlate/world.hpp"

/// The contentious techniques of the stage table, alone and in context.
namespace interdict::correlate {
namespace {

using attack::Stage;
using finding::Level;
using finding::StageStatus;
using world::proc;
using world::read;
using world::World;

struct Case {
  std::vector<std::string> techniques;
  std::vector<std::string> tactics;
  Stage stage;
};

TEST(Stages, ContentiousTechniquesAlone) {
  const auto map = attack::StageMap::parse(read("attack/stages.tsv"));
  ASSERT_TRUE(map.has_value());
  const std::vector<Case> cases = {
      {{"T1078"}, {"initial-access", "persistence"}, Stage::exploitation},
      {{"T1133"}, {"initial-access"}, Stage::exploitation},
      {{"T1190"}, {"initial-access"}, Stage::delivery},
      {{"T1189"}, {"initial-access"}, Stage::delivery},
      {{"T1566.001"}, {"initial-access"}, Stage::delivery},
      {{"T1053.005"}, {"execution", "persistence"}, Stage::installation},
      {{"T1055"}, {"stealth", "privilege-escalation"}, Stage::installation},
      {{"T1505.003"}, {"persistence"}, Stage::installation},
      {{"T1110"}, {"credential-access"}, Stage::actions_on_objectives},
      {{"T1021.002"}, {"lateral-movement"}, Stage::actions_on_objectives},
      {{"T1570"}, {"lateral-movement"}, Stage::actions_on_objectives},
      {{"T1046"}, {"discovery"}, Stage::actions_on_objectives},
      {{"T1595.002"}, {"reconnaissance"}, Stage::reconnaissance},
      {{"T1219"}, {"command-and-control"}, Stage::command_and_control},
      {{"T1606.002"}, {"credential-access"}, Stage::actions_on_objectives},
      {{"T9999"}, {"exfiltration"}, Stage::actions_on_objectives},
      {{}, {"stealth"}, Stage::installation},
      {{}, {"defense-evasion"}, Stage::installation},
      {{}, {"defense-impairment"}, Stage::installation},
  };
  for (const auto& c : cases) {
    const auto placed = map->place(c.techniques, c.tactics);
    const auto stage = attack::likeliest(placed.stages);
    ASSERT_TRUE(stage.has_value());
    EXPECT_EQ(*stage, c.stage) << (c.techniques.empty() ? c.tactics[0] : c.techniques[0]);
  }
  EXPECT_FALSE(attack::likeliest(map->place({"T9999"}, {"no-such-tactic"}).stages).has_value());
}

/// The stage of `title` in the one chain that the world makes.
std::optional<Stage> stage_of(World& w, const std::string& title) {
  const auto report = w.run();
  for (const auto& i : report.intrusions) {
    for (const auto& s : i.steps) {
      if (s.title == "Rule " + title) return s.stage;
    }
  }
  return std::nullopt;
}

TEST(Stages, AToolFetchedByTheLoaderInstallsAndByTheOperatorControls) {
  World w;
  const auto run = w.rule("run", Level::critical, {"execution"}, {"T1204.002"});
  const auto fetch = w.rule("fetch", Level::critical, {"command-and-control"}, {"T1105"});
  const auto call = w.rule("call", Level::critical, {"command-and-control"}, {"T1071"});
  w.start(0, "x", "m", {run});
  w.add(10, {}, {proc("m")}, {fetch});
  EXPECT_EQ(stage_of(w, "fetch"), Stage::installation);
  World later;
  const auto run2 = later.rule("run", Level::critical, {"execution"}, {"T1204.002"});
  const auto call2 = later.rule("call", Level::critical, {"command-and-control"}, {"T1071"});
  const auto fetch2 = later.rule("fetch", Level::critical, {"command-and-control"}, {"T1105"});
  static_cast<void>(call);
  later.start(0, "x", "m", {run2});
  later.add(5, {}, {proc("m")}, {call2});
  later.add(10, {}, {proc("m")}, {fetch2});
  EXPECT_EQ(stage_of(later, "fetch"), Stage::command_and_control);
}

TEST(Stages, EvasionTakesItsParentsStage) {
  World w;
  const auto call = w.rule("call", Level::critical, {"command-and-control"}, {"T1071"});
  const auto off = w.rule("off", Level::critical, {"defense-impairment"}, {"T1562.001"});
  w.start(0, "x", "m", {call});
  w.start(5, "m", "n", {off});
  EXPECT_EQ(stage_of(w, "off"), Stage::command_and_control);
}

TEST(Stages, ABlockedRequestIsBlockedDelivery) {
  World w;
  w.see("web", -7200);
  const auto probe = w.rule("probe", Level::critical, {"initial-access"}, {"T1190"});
  const auto scan = w.rule("scan", Level::critical, {"reconnaissance"}, {"T1595.002"});
  w.add(0, {}, {proc("httpd")}, {scan}, 0, finding::Outcome::blocked);
  w.add(5, {}, {proc("httpd")}, {probe}, 0, finding::Outcome::blocked);
  const auto report = w.run();
  ASSERT_EQ(report.intrusions.size(), 1U);
  const auto& i = report.intrusions[0];
  EXPECT_EQ(i.stages[index(Stage::delivery)].status, StageStatus::blocked);
  EXPECT_FALSE(i.furthest_stage.has_value());
  EXPECT_EQ(i.objective, finding::Objective::none);
}

TEST(Stages, AnAccountsWayInGetsNoInventedDelivery) {
  World w;
  w.see("windows/sysmon", -7200);
  const auto logon = w.rule("logon", Level::critical, {"initial-access"}, {"T1078"});
  const auto take = w.rule("take", Level::critical, {"collection"}, {"T1560"});
  w.start(0, "x", "m", {logon});
  w.start(5, "m", "n", {take});
  const auto report = w.run();
  ASSERT_EQ(report.intrusions.size(), 1U);
  EXPECT_NE(report.intrusions[0].stages[index(Stage::delivery)].status, StageStatus::inferred);
  EXPECT_NE(report.intrusions[0].stages[index(Stage::delivery)].status, StageStatus::observed);
}

TEST(Footholds, EachHostSaysWhereItWasReachedFrom) {
  World w;
  const EntityRef ann{EntityType::user, "corp\\ann"};
  const auto dump = w.rule("dump", Level::critical, {"credential-access"});
  const auto move = w.rule("move", Level::critical, {"lateral-movement"}, {"T1021.002"});
  const auto impact = w.rule("impact", Level::critical, {"impact"}, {"T1486"});
  w.host = "a";
  w.add(0, {}, {ann}, {dump});
  w.host = "b";
  w.add(60, {}, {ann}, {move});
  w.add(90, {}, {ann}, {impact});
  const auto report = w.run();
  ASSERT_EQ(report.intrusions.size(), 1U);
  const auto& footholds = report.intrusions[0].footholds;
  ASSERT_EQ(footholds.size(), 2U);
  EXPECT_EQ(footholds[0].reached_from, "");
  EXPECT_EQ(footholds[1].reached_from, footholds[0].host);
  EXPECT_EQ(footholds[1].step, "s-2");
  EXPECT_FALSE(report.intrusions[0].diamond.victim.empty());
}

}  // namespace
}  // namespace interdict::correlate
