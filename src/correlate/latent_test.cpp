#include <gtest/gtest.h>

#include "correlate/world.hpp"

namespace interdict::correlate {
namespace {

using finding::Level;
using finding::LinkKind;
using graph::EdgeType;
using world::proc;
using world::World;

/// Two loud detections of one process whose start no record shows.
void chain(World& w, std::int64_t at, const std::string& parent, const std::string& n) {
  const auto run = w.rule("run" + n, Level::high, {"execution"}, {"T1059.001"});
  const auto dump = w.rule("dump" + n, Level::high, {"credential-access"}, {"T1003.001"});
  w.start(at, parent, "a" + n, {run});
  w.start(at + 5, "a" + n, "b" + n, {dump});
}

/// Detections of the largest chain, where none is reportable alone.
std::size_t joined(World& w) {
  w.options.report_at = 1e-9;
  const auto report = w.run();
  std::size_t most = 0;
  for (const auto& i : report.intrusions) most = std::max(most, i.steps.size());
  for (const auto& lead : report.leads) most = std::max(most, lead.detections.size());
  return most;
}

TEST(Latent, ChainsWhoseTopsBeganUnseenMayBeOne) {
  World w;
  chain(w, 0, "ps1", "1");
  chain(w, 1800, "ps2", "2");
  EXPECT_EQ(joined(w), 4U);
}

TEST(Latent, ChainsOfTreesThatAreKnownAreTwo) {
  World w;
  for (const std::string n : {"1", "2"}) {
    w.image("shell" + n, "c:\\windows\\explorer.exe");
    chain(w, n == "1" ? 0 : 1800, "shell" + n, n);
  }
  EXPECT_EQ(joined(w), 2U);
}

TEST(Latent, AKnownTreeDoesNotTakeInOneThatBeganBeforeTheRecords) {
  // The recorder's own shell, at work since before the recording, is not the intruder's child.
  World w;
  w.image("shell", "c:\\windows\\explorer.exe");
  chain(w, 0, "shell", "1");
  chain(w, 300, "recorder", "2");
  EXPECT_EQ(joined(w), 2U);
}

TEST(Latent, AGapOfAllLogsLeavesItOpen) {
  World w;
  w.image("shell", "c:\\windows\\explorer.exe");
  chain(w, 0, "shell", "1");
  chain(w, 7200, "unseen", "2");
  const auto at = [](std::int64_t second) {
    return Timestamp{(World::kStart + second) * kNsPerSecond, 0};
  };
  HostScope row;
  row.host = "pc";
  row.hours = 2;
  row.sources = {{"windows/sysmon", at(0), at(7300), 10, {{at(60), at(7100)}}}};
  w.scope = {row};
  EXPECT_EQ(joined(w), 4U);
  row.sources[0].gaps.clear();
  w.scope = {row};
  EXPECT_EQ(joined(w), 2U) << "without the gap its start would have been seen";
}

TEST(Latent, DaysApartChanceSuffices) {
  World w;
  chain(w, 0, "ps1", "1");
  chain(w, 40 * 86400, "ps2", "2");
  EXPECT_EQ(joined(w), 2U);
}

TEST(Latent, TwoStrongOnesThatTheHostsRecordsLeaveOpenAreOne) {
  World w;
  chain(w, 0, "ps1", "1");
  chain(w, 1800, "ps2", "2");
  w.options.report_at = 1e9;
  const auto report = w.run();
  ASSERT_EQ(report.intrusions.size(), 1U);
  EXPECT_EQ(report.intrusions[0].steps.size(), 4U);
}

TEST(CommonGround, AnAddressThatBothProcessesTalkedToJoinsTheirDetections) {
  World w;
  const auto one = w.rule("one", Level::critical, {"execution"}, {"T1059.001"});
  const auto two = w.rule("two", Level::critical, {"credential-access"}, {"T1003.001"});
  const EntityRef c2{EntityType::ip, "203.0.113.7"};
  w.user = "";
  w.host = "pc";
  w.start(0, "x", "p", {one});
  w.add(5, {{proc("p"), c2, EdgeType::connected}}, {}, {}, 443);
  w.host = "pc2";
  const EntityRef q{EntityType::process, "pc2|{q}"};
  w.add(600, {{q, c2, EdgeType::connected}}, {}, {}, 443);
  w.add(700, {}, {q}, {two});
  w.options.report_at = 1e9;
  const auto report = w.run();
  ASSERT_EQ(report.intrusions.size(), 1U);
  EXPECT_EQ(report.intrusions[0].steps.at(1).link->kind, LinkKind::shared_infrastructure);
  EXPECT_EQ(report.intrusions[0].hosts.size(), 2U);
}

TEST(Leads, InformationAloneIsNoLead) {
  World w;
  w.add(0, {}, {proc("p")}, {w.rule("logoff", Level::informational, {})});
  EXPECT_TRUE(w.run().leads.empty());
}

}  // namespace
}  // namespace interdict::correlate
