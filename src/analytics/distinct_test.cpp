#include "analytics/distinct.hpp"

#include <gtest/gtest.h>

namespace interdict::analytics {
namespace {

Timestamp at(std::int64_t seconds) {
  return {seconds * kNsPerSecond, 0};
}

TEST(DistinctWatch, GroupsPastTheLimitAreForgottenAndCounted) {
  DistinctWatch watch(3, 1000 * kNsPerSecond, 2);
  watch.see("a", "1", at(0), 0);
  watch.see("a", "2", at(1), 1);
  watch.see("b", "1", at(2), 2);
  EXPECT_EQ(watch.evicted(), 0U);
  watch.see("c", "1", at(3), 3);  // `a` was silent longest
  EXPECT_EQ(watch.evicted(), 1U);
  watch.see("a", "3", at(4), 4);
  watch.finish();
  EXPECT_TRUE(watch.take().empty());
}

TEST(DistinctWatch, AnEvictedSpellIsStillFound) {
  DistinctWatch watch(2, 1000 * kNsPerSecond, 1);
  watch.see("a", "1", at(0), 0);
  watch.see("a", "2", at(1), 1);
  watch.see("b", "1", at(2), 2);
  const auto found = watch.take();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].group, "a");
}

TEST(DistinctWatch, EventsOfOneGroupAreBounded) {
  DistinctWatch watch(kMaxGroupEvents, 1'000'000 * kNsPerSecond);
  for (std::size_t i = 0; i < kMaxGroupEvents + 5; ++i) {
    watch.see("a", "same", at(static_cast<std::int64_t>(i)), i);
  }
  EXPECT_EQ(watch.evicted(), 5U);
}

TEST(DistinctWatch, ASilentGroupIsForgottenWithoutCounting) {
  DistinctWatch watch(2, 10 * kNsPerSecond, 1);
  watch.see("a", "1", at(0), 0);
  watch.see("b", "1", at(11), 1);
  EXPECT_EQ(watch.evicted(), 0U);
}

}  // namespace
}  // namespace interdict::analytics
