#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "correlate/judge.hpp"
#include "correlate/world.hpp"

/// What many have in common, and what is told twice: each test says what is made of it.
namespace interdict::correlate {
namespace {

using finding::Level;
using world::World;

/// A run of acts by one process of `host` under the account `svc`.
void act(World& w, const std::string& host, std::int64_t at) {
  w.host = host;
  const EntityRef self{EntityType::process, host + "|{p}"};
  const EntityRef account{EntityType::user, "corp\\svc"};
  w.add(at, {}, {self, account}, {w.rule("run", Level::high, {"execution"})});
  w.add(at + 60, {}, {self, account}, {w.rule("stay", Level::high, {"persistence"})});
  w.add(at + 120, {}, {self, account}, {w.rule("dump", Level::high, {"credential-access"})});
}

TEST(BadInput, AnAccountThatServesManyHostsJoinsNoTwoAttacks) {
  World w;
  w.user = "CORP\\svc";
  const EntityRef account{EntityType::user, "corp\\svc"};
  const auto nightly = w.rule("nightly", Level::low, {"execution"});
  for (int n = 0; n < 30; ++n) {
    w.host = "server" + std::to_string(n);
    for (int hour = 0; hour < 12; ++hour) {
      w.add(hour * 3600 + n, {}, {{EntityType::process, w.host + "|{job}"}, account}, {nightly});
    }
  }
  act(w, "server3", 5 * 3600);
  act(w, "server17", 9 * 3600);
  const auto report = w.run();
  ASSERT_FALSE(report.intrusions.empty());
  for (const auto& intrusion : report.intrusions) {
    EXPECT_THAT(intrusion.hosts, testing::SizeIs(1)) << intrusion.title;
  }
}

TEST(BadInput, AnAlertThatTwoToolsTellIsOnePieceOfEvidence) {
  const auto score = [](std::uint32_t first_mirror, std::uint32_t second_mirror, bool both) {
    std::vector<Atom> atoms(both ? 2 : 1);
    for (std::uint32_t i = 0; i < atoms.size(); ++i) {
      atoms[i].rule = i;
      atoms[i].family = i;
      atoms[i].hit = i;
      atoms[i].primary = i;
      atoms[i].mirror = i == 0 ? first_mirror : second_mirror;
      atoms[i].evidence = 20'000;
      atoms[i].stages[attack::index(attack::Stage::exploitation)] = 1000;
    }
    Tree tree;
    for (std::uint32_t i = 0; i < atoms.size(); ++i) tree.atoms.push_back(i);
    score_tree(atoms, tree);
    return tree.score;
  };
  EXPECT_EQ(score(7, 7, true), score(7, 7, false));
  EXPECT_GT(score(7, 8, true), score(7, 7, false));
  EXPECT_GT(score(kNone, kNone, true), score(kNone, kNone, false)) << "no alert, no mirror";
}

}  // namespace
}  // namespace interdict::correlate
