#include "pipeline/duplicates.hpp"

#include <gtest/gtest.h>

namespace interdict::pipeline {
namespace {

TEST(Duplicates, TheFirstInTheListCountsWhoeverComesFirst) {
  Duplicates duplicates({});
  const Digest128 identity{1, 2};
  EXPECT_FALSE(duplicates.claim(identity, {7, 100, 10}).is_duplicate);
  EXPECT_TRUE(duplicates.claim(identity, {9, 0, 10}).is_duplicate);
  const auto answer = duplicates.claim(identity, {3, 50, 12});
  EXPECT_FALSE(answer.is_duplicate);
  ASSERT_TRUE(answer.displaced);
  EXPECT_EQ(answer.displaced->order, 7U);
  EXPECT_EQ(answer.displaced->offset, 100U);
  EXPECT_TRUE(duplicates.claim(identity, {7, 100, 10}).is_duplicate);
}

TEST(Duplicates, OtherIdentitiesAreOtherEvents) {
  Duplicates duplicates({});
  EXPECT_FALSE(duplicates.claim({1, 2}, {0, 0, 1}).is_duplicate);
  EXPECT_FALSE(duplicates.claim({2, 2}, {0, 1, 1}).is_duplicate);
  EXPECT_TRUE(duplicates.claim({1, 2}, {0, 2, 1}).is_duplicate);
}

TEST(Duplicates, EveryInputHasAQuotaThatNoThreadChanges) {
  const Duplicates duplicates({{"/nowhere/a", "a"}, {"/nowhere/b", "b"}});
  EXPECT_GE(duplicates.quota(0), Duplicates::kLeastOfEach);
  EXPECT_LE(duplicates.quota(0) + duplicates.quota(1),
            2 * (Duplicates::kMost + Duplicates::kLeastOfEach));
}

}  // namespace
}  // namespace interdict::pipeline
