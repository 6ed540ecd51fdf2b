#include "clock/flow_skew.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace interdict::clock {
namespace {

Timestamp at(double seconds) {
  return {static_cast<std::int64_t>(seconds * 1e9), 3};
}

/// `count` connections that `a` and `b` both record, `b` by `later` seconds after `a`.
void talk(FlowVote& vote, std::uint64_t first, int count, std::string_view a, std::string_view b,
          double later) {
  for (int i = 0; i < count; ++i) {
    const auto flow = first + static_cast<std::uint64_t>(i);
    vote.see(flow, a, at(100.0 * i));
    vote.see(flow, b, at(100.0 * i + later + 0.01 * (i % 5)));
  }
}

TEST(FlowSkew, TheOneThatDiffersFromTwoOthersIsMoved) {
  FlowVote vote;
  talk(vote, 0, 5, "dc", "fs", 0.2);
  talk(vote, 100, 4, "dc", "ws1", -68'400);  // nineteen hours behind
  const auto skews = vote.skews();
  ASSERT_EQ(skews.size(), 1U);
  EXPECT_EQ(skews[0].host, "ws1");
  EXPECT_NEAR(static_cast<double>(skews[0].ahead_ns), -68'400e9, 1e9);
  EXPECT_EQ(skews[0].against, "dc");
  EXPECT_EQ(skews[0].flows, 4U);
}

TEST(FlowSkew, AnUnnamedSensorIsTakenForRightAgainstOneHost) {
  FlowVote vote;
  talk(vote, 0, 3, "", "ws1", 300);
  const auto skews = vote.skews();
  ASSERT_EQ(skews.size(), 1U);
  EXPECT_EQ(skews[0].host, "ws1");
  EXPECT_EQ(skews[0].against, "");
}

TEST(FlowSkew, TheFirstHostOfTheWalkMayBeTheWrongOne) {
  FlowVote vote;
  talk(vote, 0, 3, "a", "b", 60);
  talk(vote, 100, 3, "b", "c", 0);
  const auto skews = vote.skews();
  ASSERT_EQ(skews.size(), 1U);
  EXPECT_EQ(skews[0].host, "a");
  EXPECT_EQ(skews[0].against, "b");
  EXPECT_LT(skews[0].ahead_ns, 0);
}

TEST(FlowSkew, FewFlowsSmallDifferencesAndDisagreementMoveNothing) {
  FlowVote few;
  talk(few, 0, 2, "a", "b", 600);
  EXPECT_TRUE(few.skews().empty());
  FlowVote small;
  talk(small, 0, 9, "a", "b", 4.5);
  EXPECT_TRUE(small.skews().empty());
  FlowVote scattered;
  for (int i = 0; i < 9; ++i)
    talk(scattered, 10 * static_cast<std::uint64_t>(i), 1, "a", "b", 50 * i);
  EXPECT_TRUE(scattered.skews().empty());
}

TEST(FlowSkew, PortsUsedTwiceAreNoEvidence) {
  FlowVote vote;
  talk(vote, 0, 3, "a", "b", 600);
  for (std::uint64_t flow = 0; flow < 3; ++flow) vote.see(flow, "a", at(90'000));
  EXPECT_TRUE(vote.skews().empty());
}

TEST(FlowSkew, OrderOfSightingsChangesNothing) {
  struct Seen {
    std::uint64_t flow;
    std::string_view host;
    double second;
  };
  std::vector<Seen> all;
  for (std::uint64_t i = 0; i < 6; ++i) {
    all.push_back({i, "a", 10.0 * static_cast<double>(i)});
    all.push_back({i, i % 2 == 0 ? "b" : "c", 10.0 * static_cast<double>(i) + 30});
  }
  const auto told = [&] {
    FlowVote vote;
    for (const auto& seen : all) vote.see(seen.flow, seen.host, at(seen.second));
    std::string out;
    for (const auto& skew : vote.skews()) {
      out += skew.host + ' ' + std::to_string(skew.ahead_ns) + ' ' + skew.against + ' ' +
             std::to_string(skew.flows) + '\n';
    }
    return out;
  };
  const auto first = told();
  EXPECT_EQ(first, "a -30000000000 b 3\n");
  for (int i = 0; i < 20; ++i) {
    std::rotate(all.begin(), all.begin() + 1 + i % 4, all.end());
    if (i % 3 == 0) std::ranges::reverse(all);
    EXPECT_EQ(told(), first);
  }
}

}  // namespace
}  // namespace interdict::clock
