#include <random>

#include <gtest/gtest.h>

#include "analytics/testing.hpp"

namespace interdict::analytics {
namespace {

constexpr unsigned kSeed = 20'241;

TEST(Beacon, EqualIntervalsWithJitterAreOneFinding) {
  std::mt19937 random(kSeed);
  Stream s;
  double at = 0;
  for (int i = 0; i < 40; ++i) {
    s.flow(at, "ws1.example.org", "198.51.100.9", 443);
    at += 60 + static_cast<double>(random() % 7) - 3;
  }
  const auto found = s.findings();
  ASSERT_EQ(found.size(), 1U) << "seed " << kSeed;
  EXPECT_EQ(name_of(found[0]), "beaconing");
  EXPECT_EQ(found[0].count, 40U);
  EXPECT_EQ(found[0].refs.size(), 11U);  // ten intervals show it
}

/// By the shipped thresholds: what is equal by chance depends on how many intervals are asked for.
TEST(Beacon, RandomTrafficIsNone) {
  const auto thresholds = shipped_thresholds();
  std::mt19937 random(kSeed);
  std::exponential_distribution<double> wait(1.0 / 60);
  for (int run = 0; run < 40; ++run) {
    Stream s;
    double at = 0;
    for (int i = 0; i < 300; ++i) {
      s.flow(at, "ws1", "198.51.100.9", 443);
      at += wait(random);
    }
    EXPECT_TRUE(s.findings(thresholds).empty()) << "seed " << kSeed << " run " << run;
  }
}

struct QuietCase {
  const char* name;
  const char* to;
  std::uint16_t port;
  double interval_s;
  int connections;
  friend void PrintTo(const QuietCase& c, std::ostream* os) { *os << c.name; }
};
class BeaconQuiet : public testing::TestWithParam<QuietCase> {};
TEST_P(BeaconQuiet, HasNoFinding) {
  const auto& c = GetParam();
  Stream s;
  for (int i = 0; i < c.connections; ++i) s.flow(i * c.interval_s, "ws1", c.to, c.port);
  EXPECT_TRUE(s.findings().empty());
}
INSTANTIATE_TEST_SUITE_P(Cases, BeaconQuiet,
                         testing::Values(QuietCase{"OwnNetwork", "10.0.0.5", 443, 60, 100},
                                         QuietCase{"TimeService", "198.51.100.9", 123, 60, 100},
                                         QuietCase{"TooFast", "198.51.100.9", 443, 2, 1000},
                                         QuietCase{"TooFew", "198.51.100.9", 443, 60, 10},
                                         QuietCase{"SilentForADayBetween", "198.51.100.9", 443,
                                                   90'000, 100},
                                         QuietCase{"TooShortASpell", "198.51.100.9", 443, 20, 12}),
                         [](const auto& p) { return std::string(p.param.name); });

TEST(Beacon, ConnectionsOfOneMomentAreOneVisit) {
  Stream s;
  for (int i = 0; i < 30; ++i) {
    for (int k = 0; k < 4; ++k) s.flow(i * 60 + k * 0.1, "ws1", "198.51.100.9", 443);
  }
  const auto found = s.findings();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].count, 30U);
}

TEST(Beacon, HostileTimesDoNotOverflow) {
  Suite suite(Thresholds::parse(kTestThresholds).value());
  const Signal flow{SignalKind::flow, "ws1", "198.51.100.9", "198.51.100.9", 443};
  suite.see(flow, Timestamp{0, 0}, 0);
  for (std::size_t i = 1; i < 40; ++i) {
    suite.see(flow, Timestamp{INT64_MAX - 40 + static_cast<std::int64_t>(i), 0}, i);
  }
  EXPECT_TRUE(suite.finish().empty());
}

}  // namespace
}  // namespace interdict::analytics
