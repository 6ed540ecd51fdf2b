#include "correlate/correlator.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/hash.hpp"
#include "correlate/world.hpp"

namespace interdict::correlate {
namespace {

using attack::Stage;
using finding::StageStatus;
using graph::EdgeType;
using ::testing::Contains;
using ::testing::Field;
using ::testing::Not;
using world::attack;
using world::proc;
using world::read;
using world::World;

TEST(Correlator, DownloadedFileCarriesTheChainFromOneProcessTreeToAnother) {
  World w;
  w.see("windows/sysmon", -7200);
  attack(w, 0, "a", "203.0.113.9");
  const auto report = w.run();
  ASSERT_EQ(report.intrusions.size(), 1U);
  const auto& i = report.intrusions.front();
  ASSERT_EQ(i.steps.size(), 5U);
  EXPECT_EQ(i.steps[0].stage, Stage::delivery);
  EXPECT_FALSE(i.steps[0].link.has_value());
  EXPECT_EQ(i.steps[1].parent, "s-1");
  EXPECT_EQ(i.steps[1].link->kind, finding::LinkKind::file);
  EXPECT_EQ(i.steps[3].link->kind, finding::LinkKind::process_ancestry);
  EXPECT_EQ(i.furthest_stage, Stage::actions_on_objectives);
  EXPECT_EQ(i.objective, finding::Objective::hands_on);
  EXPECT_THAT(i.indicators, Contains(Field(&finding::Indicator::value, "203.0.113.9")));
  EXPECT_THAT(i.indicators, Contains(Field(&finding::Indicator::type, "file")));
  EXPECT_FALSE(i.left_censored);
  EXPECT_EQ(i.patient_zero->entry, "drive-by");
  for (const auto& d : report.detections) EXPECT_EQ(d.intrusion, i.id);
}

TEST(Correlator, TwoAttacksOnOneHostStayApart) {
  World w;
  attack(w, 0, "a", "203.0.113.9");
  attack(w, 200, "b", "198.51.100.7");
  const auto report = w.run();
  ASSERT_EQ(report.intrusions.size(), 2U);
  for (const auto& i : report.intrusions) EXPECT_EQ(i.steps.size(), 5U);
}

TEST(Correlator, IdIsOfTheRootsDetectionAndEveryRunIsTheSame) {
  World w;
  attack(w, 0, "a", "203.0.113.9");
  const auto a = w.run();
  const auto b = w.run();
  ASSERT_EQ(a.intrusions.size(), 1U);
  EXPECT_EQ(a.intrusions[0].id, "i-" + hex64(hash64(a.intrusions[0].steps[0].detections[0])));
  EXPECT_EQ(a.intrusions[0].id, b.intrusions[0].id);
  EXPECT_EQ(a.intrusions[0].summary, b.intrusions[0].summary);
}

TEST(Correlator, StormOfOneRuleCountsOnce) {
  World quiet;
  attack(quiet, 0, "a", "203.0.113.9");
  World loud;
  attack(loud, 0, "a", "203.0.113.9");
  const auto dump = loud.rule("dump", finding::Level::high, {});
  for (int n = 0; n < 3000; ++n) {
    loud.add(91 + n / 100, {}, {proc("pa")}, {dump});
  }
  const auto a = quiet.run();
  const auto b = loud.run();
  ASSERT_EQ(b.intrusions.size(), 1U);
  EXPECT_NEAR(a.intrusions[0].score, b.intrusions[0].score, 0.05 * a.intrusions[0].score);
  EXPECT_LE(b.intrusions[0].steps.size(), 6U);
}

TEST(Correlator, SharedSystemProcessDoesNotLink) {
  World w;
  const auto look = w.rule("look", finding::Level::high, {"discovery"});
  const auto run = w.rule("run", finding::Level::high, {"execution"});
  w.image("svc", "c:\\windows\\system32\\services.exe");
  w.start(0, "svc", "a", {look});
  w.start(5, "svc", "b", {run});
  w.start(400, "svc", "c", {run});
  const auto report = w.run();
  EXPECT_TRUE(report.intrusions.empty());
  for (const auto& lead : report.leads) EXPECT_EQ(lead.detections.size(), 1U);
}

TEST(Correlator, LoneStrongDetectionIsALeadNotAnIntrusion) {
  World w;
  const auto dump = w.rule("one", finding::Level::critical, {"credential-access"});
  w.start(0, "x", "y", {dump});
  const auto report = w.run();
  EXPECT_TRUE(report.intrusions.empty());
  ASSERT_EQ(report.leads.size(), 1U);
  EXPECT_FALSE(report.leads[0].why_not.empty());
  EXPECT_EQ(report.unlinked_detections, 1U);
}

TEST(Correlator, RecordersNoiseDoesNotOutrankACausalChain) {
  World w;
  attack(w, 0, "a", "203.0.113.9");
  const auto shred = w.rule("shred", finding::Level::high, {"defense-evasion"});
  for (int n = 0; n < 98; ++n) w.start(200 + n, "rec", "r" + std::to_string(n), {shred});
  const auto report = w.run();
  ASSERT_GE(report.intrusions.size(), 1U);
  EXPECT_EQ(report.intrusions[0].steps[0].title, "Rule deliver");
  EXPECT_EQ(report.intrusions.size(), 1U);
}

TEST(Correlator, DomainControllerIsNoIndicator) {
  World w;
  attack(w, 0, "a", "203.0.113.9");
  w.add(70, {{proc("pa"), {EntityType::ip, "10.0.0.1"}, EdgeType::connected}}, {proc("pa")}, {},
        88);
  w.add(71, {{proc("pa"), {EntityType::ip, "10.0.0.1"}, EdgeType::connected}}, {proc("pa")}, {},
        49670);
  w.image("svc", "c:\\windows\\system32\\svchost.exe");
  w.add(72, {{proc("svc"), {EntityType::ip, "10.0.0.2"}, EdgeType::connected}}, {proc("svc")}, {},
        8080);
  w.add(73, {{proc("pa"), {EntityType::ip, "10.0.0.2"}, EdgeType::connected}}, {proc("pa")}, {},
        8080);
  const auto report = w.run();
  ASSERT_EQ(report.intrusions.size(), 1U);
  const auto& found = report.intrusions[0].indicators;
  EXPECT_THAT(found, Not(Contains(Field(&finding::Indicator::value, "10.0.0.1"))));
  EXPECT_THAT(found, Not(Contains(Field(&finding::Indicator::value, "10.0.0.2"))));
  EXPECT_THAT(found, Contains(Field(&finding::Indicator::value, "203.0.113.9")));
}

TEST(Correlator, StagesSayWhatIsSeenWhatIsInferredAndWhatCouldNotBeSeen) {
  World w;
  w.see("windows/sysmon");
  const auto call = w.rule("call", finding::Level::critical, {"command-and-control"});
  const auto persist = w.rule("persist", finding::Level::critical, {"persistence"});
  const auto dump = w.rule("dump", finding::Level::critical, {"credential-access"});
  w.start(0, "x", "m", {persist});
  w.add(1, {}, {proc("m")}, {call});
  w.start(2, "m", "n", {dump});
  const auto report = w.run();
  ASSERT_EQ(report.intrusions.size(), 1U);
  const auto& stages = report.intrusions[0].stages;
  EXPECT_EQ(stages[index(Stage::reconnaissance)].status, StageStatus::not_visible);
  EXPECT_EQ(stages[index(Stage::weaponization)].status, StageStatus::not_visible);
  EXPECT_EQ(stages[index(Stage::delivery)].status, StageStatus::inferred);
  EXPECT_TRUE(stages[index(Stage::delivery)].steps.empty());
  EXPECT_EQ(stages[index(Stage::installation)].status, StageStatus::observed);
  EXPECT_TRUE(report.intrusions[0].left_censored);
  EXPECT_EQ(report.intrusions[0].patient_zero->entry, "unknown");
}

TEST(Correlator, AnInsiderGetsNoInventedDelivery) {
  World w;
  w.see("windows/sysmon");
  const auto a = w.rule("a", finding::Level::critical, {"collection"}, {"T1560"});
  const auto b = w.rule("b", finding::Level::critical, {"exfiltration"}, {"T1048"});
  const auto c = w.rule("c", finding::Level::critical, {"credential-access"}, {"T1003"});
  w.start(0, "x", "m", {a});
  w.start(1, "m", "n", {b});
  w.start(2, "m", "o", {c});
  const auto report = w.run();
  ASSERT_EQ(report.intrusions.size() + report.leads.size(), 1U);
  if (!report.intrusions.empty()) {
    for (const auto& stage : report.intrusions[0].stages) {
      EXPECT_NE(stage.status, StageStatus::inferred);
    }
    EXPECT_EQ(report.intrusions[0].objective, finding::Objective::achieved);
  }
}

TEST(Correlator, BlockedIsNotReached) {
  World w;
  w.see("windows/sysmon");
  attack(w, 0, "a", "203.0.113.9");
  const auto impact = w.rule("impact", finding::Level::high, {"impact"}, {"T1486"});
  w.add(95, {}, {proc("pa")}, {impact}, 0, finding::Outcome::blocked);
  const auto report = w.run();
  ASSERT_EQ(report.intrusions.size(), 1U);
  EXPECT_EQ(report.intrusions[0].objective, finding::Objective::hands_on);
}

TEST(Correlator, ExecutionAfterCommandAndControlIsHandsOn) {
  World w;
  attack(w, 0, "a", "203.0.113.9");
  const auto shell = w.rule("shell", finding::Level::high, {"execution"}, {"T1059.001"});
  w.start(70, "pa", "ps", {shell});
  const auto report = w.run();
  ASSERT_EQ(report.intrusions.size(), 1U);
  const auto& steps = report.intrusions[0].steps;
  const auto it = std::ranges::find(steps, "Rule shell", &finding::Step::title);
  ASSERT_NE(it, steps.end());
  EXPECT_EQ(it->stage, Stage::actions_on_objectives);
}

TEST(Correlator, ParentsAreEarlierSteps) {
  World w;
  attack(w, 0, "a", "203.0.113.9");
  const auto x = w.rule("x", finding::Level::high, {"execution"});
  const auto y = w.rule("y", finding::Level::high, {"persistence"});
  for (int n = 0; n < 5; ++n) w.add(50, {}, {proc("pa")}, {y, x});
  const auto report = w.run();
  for (const auto& i : report.intrusions) {
    for (std::size_t n = 1; n < i.steps.size(); ++n) {
      const auto parent = std::ranges::find(i.steps, i.steps[n].parent, &finding::Step::id);
      ASSERT_NE(parent, i.steps.end());
      EXPECT_LT(parent - i.steps.begin(), static_cast<std::ptrdiff_t>(n));
      EXPECT_LE(parent->time.ns, i.steps[n].time.ns);
    }
  }
}

TEST(Correlator, StateIsBoundedAndWhatIsForgottenIsCounted) {
  World w;
  attack(w, 0, "a", "203.0.113.9");
  for (int n = 0; n < 2000; ++n) w.start(100 + n, "quiet", "q" + std::to_string(n));
  EXPECT_EQ(w.run().ledger.state_evicted, 0U);
  const auto report = w.run(100'000);
  EXPECT_GT(report.ledger.state_evicted, 0U);
  EXPECT_EQ(report.intrusions.size(), 1U);
}

TEST(Correlator, HoursOfRecordsThatNameNoHostAreExposureAndNoHost) {
  // A cloud account's trail or a sensor on the wire: one witness without a name.
  World w;
  attack(w, 0, "a", "203.0.113.9");
  w.see("windows/sysmon", -7200);
  const auto alone = w.run();
  HostScope nameless = w.scope.front();
  nameless.host.clear();
  nameless.hours = 5'000;
  w.scope.push_back(nameless);
  const auto both = w.run();
  EXPECT_EQ(alone.exposure_host_hours, 2.0);
  EXPECT_EQ(both.exposure_host_hours, 5'002.0);
  EXPECT_EQ(both.exposure_hosts, 1U);
  for (const auto& row : both.scope) EXPECT_FALSE(row.host.empty());
  ASSERT_EQ(alone.intrusions.size(), 1U);
  const double few = alone.intrusions[0].false_expected;
  const double many =
      both.intrusions.empty() ? both.leads.at(0).false_expected : both.intrusions[0].false_expected;
  EXPECT_GT(many, 10 * few);
}

TEST(Correlator, RefusesBrokenContentWithItsLine) {
  const auto made = Correlator::create({"tactic\tx\t1\t-\n", "", ""}, {}, {});
  ASSERT_FALSE(made.has_value());
  EXPECT_EQ(made.error().where.line, 1U);
}

}  // namespace
}  // namespace interdict::correlate
