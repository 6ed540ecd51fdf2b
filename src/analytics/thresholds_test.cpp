#include "analytics/thresholds.hpp"

#include <gtest/gtest.h>

#include "analytics/testing.hpp"

namespace interdict::analytics {
namespace {

TEST(Thresholds, TheShippedOnesHaveAllThatIsNeeded) {
  EXPECT_TRUE(Thresholds::parse(shipped_thresholds()));
}

TEST(Thresholds, AMissingRowIsNamed) {
  const std::string all(kTestThresholds);
  const auto read = Thresholds::parse(all.substr(all.find('\n') + 1));
  ASSERT_FALSE(read);
  EXPECT_NE(read.error().message.find("password-spraying/accounts"), std::string::npos);
}

TEST(Thresholds, ARowNeedsANumberAndAReason) {
  for (const auto* bad : {"x\ty\tmany\treason\n", "x\ty\t3\n", "x\ty\t-3\treason\n", "x\n"}) {
    const auto read = Thresholds::parse(std::string(kTestThresholds) + bad);
    ASSERT_FALSE(read) << bad;
    EXPECT_EQ(read.error().where.line, 23U);
  }
}

TEST(Thresholds, ZeroOrTwiceIsRefused) {
  const std::string all(kTestThresholds);
  EXPECT_FALSE(Thresholds::parse(all + "host-scan\thosts\t6\tagain\n"));
  EXPECT_FALSE(
      Thresholds::parse("password-spraying\taccounts\t0\tt\n" + all.substr(all.find('\n') + 1)));
}

TEST(Registry, NamesAreDifferent) {
  for (const auto& a : analytics()) {
    for (const auto& b : analytics()) EXPECT_EQ(a.name == b.name, &a == &b);
  }
}

}  // namespace
}  // namespace interdict::analytics
