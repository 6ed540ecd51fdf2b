#include "clock/own_clock.hpp"

#include <gtest/gtest.h>

namespace interdict::clock {
namespace {

constexpr std::int64_t kHour = 3600;

Timestamp at(std::int64_t seconds) {
  return {seconds * kNsPerSecond, 3};
}

TEST(OwnClock, AConstantStepMovesTheHost) {
  ClockVote vote;
  for (int i = 0; i < 5; ++i) {
    vote.see("PC1.example.org", "sysmon/1", at(1000 + i), at(1000 + i + 19 * kHour - 1));
    vote.see("pc1.example.org", "sysmon/5", at(1000 + i), at(1000 + i + 19 * kHour));
  }
  const auto repair = vote.repair();
  ASSERT_EQ(repair.shifts.size(), 1U);
  EXPECT_EQ(repair.shifts[0].agree, 10U);
  EXPECT_EQ(repair.of("PC1.EXAMPLE.ORG"), 19 * kHour);
  EXPECT_EQ(repair.of("pc2"), 19 * kHour);
}

TEST(OwnClock, ADriftingKindIsOutvotedHoweverManyRecordsItHas) {
  ClockVote vote;
  for (int i = 0; i < 100; ++i) vote.see("pc1", "sysmon/3", at(i), at(i - 18 * kHour - 900));
  for (const auto* kind : {"sysmon/1", "sysmon/5"}) vote.see("pc1", kind, at(7), at(7 + 4 * kHour));
  EXPECT_EQ(vote.repair().of("pc1"), 4 * kHour);
}

TEST(OwnClock, ClocksThatAgreeOrDoNotFitAStepMoveNothing) {
  ClockVote same;
  same.see("pc1", "sysmon/1", at(0), at(-5));
  EXPECT_TRUE(same.repair().shifts.empty());
  ClockVote odd;
  for (int i = 0; i < 9; ++i) odd.see("pc1", "sysmon/1", at(i), at(i + 5 * kHour + 400));
  EXPECT_EQ(odd.repair().of("pc1"), 0);
  ClockVote far;
  far.see("pc1", "sysmon/1", at(0), at(5 * 24 * kHour));
  EXPECT_EQ(far.repair().of("pc1"), 0);
}

TEST(OwnClock, ATieOfKindsIsNoReason) {
  ClockVote vote;
  vote.see("pc1", "sysmon/1", at(0), at(4 * kHour));
  vote.see("pc1", "sysmon/3", at(0), at(-7 * kHour));
  EXPECT_EQ(vote.repair().of("pc1"), 0);
}

TEST(OwnClock, HostsWithDifferentStepsKeepTheirOwn) {
  ClockVote vote;
  vote.see("pc1", "sysmon/1", at(0), at(4 * kHour));
  vote.see("pc2", "sysmon/1", at(0), at(0));
  const auto repair = vote.repair();
  EXPECT_EQ(repair.of("pc1"), 4 * kHour);
  EXPECT_EQ(repair.of("pc2"), 0);
  EXPECT_EQ(repair.of("pc3"), 0);
}

}  // namespace
}  // namespace interdict::clock
