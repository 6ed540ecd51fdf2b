#include <gtest/gtest.h>

#include "analytics/testing.hpp"

namespace interdict::analytics {
namespace {

TEST(HostScan, OnePortOnManyInternalMachinesIsOneFinding) {
  Stream s;
  for (int i = 1; i < 40; ++i) s.flow(i, "ws1", "10.0.0." + std::to_string(i), 445);
  const auto found = s.findings();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(name_of(found[0]), "host-scan");
  EXPECT_EQ(found[0].group, "ws1 port 445");
  EXPECT_EQ(found[0].count, 39U);
  EXPECT_EQ(found[0].outcome, finding::Outcome::unknown);
}

TEST(HostScan, BrowsingManyOutsideMachinesIsNone) {
  Stream s;
  for (int i = 1; i < 200; ++i) s.flow(i, "ws1", "198.51.100." + std::to_string(i), 443);
  EXPECT_TRUE(s.findings().empty());
}

TEST(PortScan, ManyPortsOfOneMachineAreOneFinding) {
  Stream s;
  for (int i = 1; i < 40; ++i) s.flow(i, "ws1", "10.0.0.5", static_cast<std::uint16_t>(i));
  const auto found = s.findings();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(name_of(found[0]), "port-scan");
  EXPECT_EQ(found[0].group, "ws1 to 10.0.0.5");
}

TEST(PortScan, HighPortsOfRemoteProcedureCallsAreNone) {
  Stream s;
  for (int i = 0; i < 200; ++i) {
    s.flow(i, "ws1", "10.0.0.5", static_cast<std::uint16_t>(49'152 + i));
  }
  EXPECT_TRUE(s.findings().empty());
}

TEST(PortScan, AFewServicesOfAServerAreNone) {
  Stream s;
  const std::uint16_t ports[] = {53, 88, 135, 389, 445};
  for (int i = 0; i < 200; ++i) s.flow(i, "ws1", "10.0.0.5", ports[i % 5]);
  EXPECT_TRUE(s.findings().empty());
}

}  // namespace
}  // namespace interdict::analytics
