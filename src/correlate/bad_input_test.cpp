#include <algorithm>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "correlate/entities.hpp"
#include "correlate/world.hpp"

/// Logs as they come: each test says what the correlator does with one kind of trouble.
namespace interdict::correlate {
namespace {

using finding::Level;
using graph::EdgeType;
using world::attack;
using world::proc;
using world::World;

constexpr std::int64_t kDay = 86'400;

std::vector<std::string> hosts_of(const finding::Report& report) {
  std::vector<std::string> out;
  for (const auto& i : report.intrusions) {
    for (const auto& h : i.hosts) out.push_back(h);
  }
  return out;
}

/// Everything a reader could see of the result, as one text.
std::string picture(const finding::Report& report) {
  std::string out;
  const auto steps = [&](const finding::Intrusion& i) {
    for (const auto& s : i.steps) {
      out += s.id + " " + s.title + " " + s.host + " " + std::to_string(s.time.ns) + " " +
             std::to_string(s.count) + " < " + s.parent;
      for (const auto& d : s.detections) out += " " + d;
      if (s.link) out += std::string(" ") + std::string(to_string(s.link->kind)) + s.link->reason;
      out += "\n";
    }
  };
  for (const auto& i : report.intrusions) {
    out += i.id + " " + std::to_string(i.score) + " " + i.title + " " + i.summary + "\n";
    steps(i);
  }
  for (const auto& l : report.leads) out += l.id + " " + std::to_string(l.score) + l.title + "\n";
  for (const auto& c : report.campaigns) out += c.id + c.reason + "\n";
  return out;
}

/// Two attacks, an account used on another host and some noise.
void busy(World& w, std::int64_t at = 0) {
  attack(w, at, "a", "203.0.113.9");
  const auto noise = w.rule("noise", Level::low, {"execution"});
  for (int n = 0; n < 40; ++n) w.start(at + n * 7, "task", "t" + std::to_string(n), {noise});
  attack(w, at + 7200, "b", "198.51.100.7");
}

TEST(BadInput, OrderOfArrivalChangesNothing) {
  World w;
  busy(w);
  const std::string expected = picture(w.run());
  std::mt19937 random(7);
  for (int round = 0; round < 10; ++round) {
    w.shuffle(random);
    EXPECT_EQ(picture(w.run()), expected);
  }
}

TEST(BadInput, RecordsThatArriveADayLateAreTakenInTheirOwnTime) {
  World w;
  const auto late = w.rule("late", Level::medium, {"execution"});
  w.start(2 * kDay, "other", "thing", {late});
  attack(w, 0, "a", "203.0.113.9");
  const auto report = w.run();
  ASSERT_EQ(report.intrusions.size(), 1U);
  EXPECT_EQ(report.intrusions[0].steps[0].title, "Rule deliver");
}

TEST(BadInput, AClockThatJumpsBackKeepsTheChainAndGoesForwardInTime) {
  World w;
  attack(w, 0, "a", "203.0.113.9");
  const auto dump = w.rule("dump", Level::high, {"credential-access"});
  // An hour back: the same process acts "before" it was started.
  w.add(-3600, {}, {proc("pa")}, {dump});
  const auto report = w.run();
  ASSERT_GE(report.intrusions.size(), 1U);
  for (const auto& i : report.intrusions) {
    for (std::size_t n = 1; n < i.steps.size(); ++n) {
      EXPECT_LE(i.steps[n - 1].time.ns, i.steps[n].time.ns);
    }
  }
}

TEST(BadInput, OneClockNineteenHoursOffLeavesTheOtherHostsStoryAlone) {
  World w;
  attack(w, 0, "a", "203.0.113.9");
  const std::string alone = picture(w.run());
  const auto loud = w.rule("loud", Level::medium, {"discovery"});
  w.host = "far";
  w.user = "";
  w.add(19 * 3600, {}, {{EntityType::process, "far|{x}"}}, {loud});
  const auto both = w.run();
  ASSERT_EQ(both.intrusions.size(), 1U);
  EXPECT_EQ(alone.substr(0, alone.find(' ')), both.intrusions[0].id);
  EXPECT_THAT(both.intrusions[0].hosts, ::testing::SizeIs(1));
}

TEST(BadInput, AReusedPidIsAnotherProcess) {
  World w;
  const auto first = w.rule("first", Level::critical, {"execution"});
  const auto second = w.rule("second", Level::critical, {"impact"});
  const EntityRef pid{EntityType::process, "pc|pid:44"};
  w.add(0, {{proc("x"), pid, EdgeType::spawned}}, {pid}, {first}, 0, finding::Outcome::unknown,
        true);
  w.ends(10, pid);
  w.add(20 * kDay, {{proc("y"), pid, EdgeType::spawned}}, {pid}, {second}, 0,
        finding::Outcome::unknown, true);
  const auto report = w.run();
  EXPECT_TRUE(report.intrusions.empty());
  EXPECT_EQ(report.leads.size(), 2U);
}

TEST(BadInput, AnAddressThatChangesHandsLeadsToWhoBoreItThen) {
  Roles roles;
  EntityTable table(roles);
  table.lease("10.0.0.5", "old", 100);
  table.lease("10.0.0.5", "new", 200);
  EXPECT_EQ(table.bearer("10.0.0.5", 150), "old");
  EXPECT_EQ(table.bearer("10.0.0.5", 250), "new");
  EXPECT_EQ(table.bearer("10.0.0.5", 50), "old");
  EXPECT_EQ(table.bearer("10.0.0.6", 50), "");
  for (int n = 0; n < 100; ++n) table.lease("10.0.0.5", n % 2 == 0 ? "a" : "b", 300 + n);
  EXPECT_EQ(table.bearer("10.0.0.5", 1'000), "b");
  EXPECT_GT(table.evicted(), 0U);
}

TEST(BadInput, AnAttackAlreadyRunningIsLeftCensoredWithEntryUnknown) {
  World w;
  w.see("windows/sysmon");
  const auto call = w.rule("call", Level::critical, {"command-and-control"});
  const auto dump = w.rule("dump", Level::critical, {"credential-access"});
  w.add(1, {}, {proc("m")}, {call});
  w.start(2, "m", "n", {dump});
  const auto report = w.run();
  ASSERT_EQ(report.intrusions.size(), 1U);
  EXPECT_TRUE(report.intrusions[0].left_censored);
  EXPECT_EQ(report.intrusions[0].patient_zero->entry, "unknown");
}

TEST(BadInput, AMissingParentDoesNotBreakTheChain) {
  World w;
  const auto call = w.rule("call", Level::critical, {"command-and-control"});
  const auto dump = w.rule("dump", Level::critical, {"credential-access"});
  const auto look = w.rule("look", Level::high, {"discovery"});
  w.add(0, {}, {proc("implant")}, {call});
  // The record of the shell between implant and tool was lost: only host and time are left.
  w.add(60, {}, {proc("tool")}, {dump});
  w.add(90, {}, {proc("tool2")}, {look});
  const auto report = w.run();
  ASSERT_EQ(report.intrusions.size(), 1U);
  EXPECT_EQ(report.intrusions[0].steps.size(), 3U);
  EXPECT_EQ(report.intrusions[0].steps[1].link->kind, finding::LinkKind::same_host);
}

TEST(BadInput, AHostInFiveSpellingsIsOneHost) {
  World w;
  const auto call = w.rule("call", Level::critical, {"command-and-control"});
  const auto dump = w.rule("dump", Level::critical, {"credential-access"});
  const std::vector<std::string> spellings = {"ws05", "ws05.corp.example", "ws05",
                                              "ws05.corp.example", "ws05"};
  for (std::size_t n = 0; n < spellings.size(); ++n) {
    w.host = spellings[n];
    w.shout = n % 2 == 0;
    w.add(static_cast<std::int64_t>(n) * 30, {}, {}, {n % 2 == 0 ? call : dump});
  }
  const auto report = w.run();
  EXPECT_THAT(hosts_of(report), ::testing::SizeIs(1));
  EXPECT_EQ(report.intrusions.at(0).hosts[0].find("ws05.corp.example") != std::string::npos ||
                report.intrusions[0].hosts[0].find("WS05.CORP.EXAMPLE") != std::string::npos,
            true);
}

#ifdef NDEBUG
constexpr std::uint32_t kStorm = 1'000'000;
#else
constexpr std::uint32_t kStorm = 100'000;  // the sanitizers take minutes over a million
#endif

TEST(BadInput, AStormOnOneHostStaysBoundedAndChangesNoScore) {
  World w;
  attack(w, 0, "a", "203.0.113.9");
  w.add(200, {}, {proc("r")}, {w.rule("storm", Level::high, {"defense-evasion"})});
  const auto quiet = w.run();
  const std::size_t hits = w.hits;
  w.storm = kStorm;
  const auto loud = w.run();
  ASSERT_EQ(quiet.intrusions.size(), 1U);
  ASSERT_EQ(loud.intrusions.size(), 1U);
  EXPECT_EQ(loud.detections.size(), quiet.detections.size() + w.storm);
  EXPECT_NEAR(loud.intrusions[0].score, quiet.intrusions[0].score,
              0.05 * quiet.intrusions[0].score);
  EXPECT_EQ(loud.intrusions[0].id, quiet.intrusions[0].id);
  EXPECT_EQ(loud.leads.size(), quiet.leads.size());
  EXPECT_LE(w.hits, hits + 16);
}

TEST(BadInput, ADetectionWithoutAHostFloatsAndLinksByHardThingsOnly) {
  World w;
  const auto call = w.rule("call", Level::critical, {"command-and-control"});
  const auto dump = w.rule("dump", Level::critical, {"impact"});
  w.host = "";
  w.user = "";
  w.add(0, {}, {}, {call});
  w.add(10, {}, {}, {dump});
  EXPECT_TRUE(w.run().intrusions.empty());
  const EntityRef bad{EntityType::ip, "203.0.113.9"};
  w.add(100, {}, {bad}, {call});
  w.add(130, {}, {bad}, {dump});
  const auto report = w.run();
  ASSERT_EQ(report.intrusions.size(), 1U);
  EXPECT_EQ(report.intrusions[0].steps.size(), 2U);
}

TEST(BadInput, AForwardedDuplicateIsOneDetection) {
  World w;
  attack(w, 0, "a", "203.0.113.9");
  const auto once = w.run();
  w.repeat_all();  // the collector's copy: same bytes, same ids, as the pipeline joins them
  const auto twice = w.run();
  ASSERT_EQ(twice.intrusions.size(), 1U);
  EXPECT_EQ(once.intrusions[0].score, twice.intrusions[0].score);
  EXPECT_EQ(once.intrusions[0].steps.size(), twice.intrusions[0].steps.size());
}

TEST(BadInput, AdministrationToolsAllDayAreNoIntrusion) {
  World w;
  w.see("windows/sysmon");
  const auto shell = w.rule("admin shell", Level::low, {"execution"});
  const auto look = w.rule("admin look", Level::low, {"discovery"});
  for (int n = 0; n < 200; ++n) {
    w.start(n * 300, "mmc", "ps" + std::to_string(n), {shell});
    w.start(n * 300 + 5, "ps" + std::to_string(n), "who" + std::to_string(n), {look});
  }
  EXPECT_TRUE(w.run().intrusions.empty());
}

}  // namespace
}  // namespace interdict::correlate
