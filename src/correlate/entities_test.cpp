#include "correlate/entities.hpp"

#include <gtest/gtest.h>

#include "correlate/fixed.hpp"

namespace interdict::correlate {
namespace {

graph::Observation at(std::int64_t second) {
  graph::Observation o;
  o.time = Timestamp{second * kNsPerSecond, 0};
  return o;
}

TEST(EntityTable, AShortHostNameAndItsFullNameAreOneHost) {
  const Roles roles;
  EntityTable table(roles);
  const auto a = table.find({EntityType::file, "pc1|c:\\a"}, 0);
  EXPECT_EQ(table.find({EntityType::file, "pc1.corp.example|c:\\a"}, 1), a);
  EXPECT_NE(table.find({EntityType::file, "pc1.other.example|c:\\a"}, 2), a);
  EXPECT_EQ(table.full_host("pc1"), "pc1.corp.example");
}

TEST(EntityTable, RecordsOfTwoSourcesAboutOneProcessMeetByItsPid) {
  const Roles roles;
  EntityTable table(roles);
  graph::Observation security = at(100);
  security.entities = {{EntityType::process, "pc|pid:44"}};
  security.starts_process = true;
  table.begin(security);
  const auto mirror = table.find(security.entities[0], security.time.ns);
  graph::Observation sysmon = at(101);
  sysmon.entities = {{EntityType::process, "pc|{g}"}};
  sysmon.names = {{"pc|{g}", "pc|pid:44"}};
  sysmon.starts_process = true;
  table.begin(sysmon);
  EXPECT_EQ(table.find(sysmon.entities[0], sysmon.time.ns), mirror);
  EXPECT_EQ(table.find({EntityType::process, "pc|pid:44"}, 500 * kNsPerSecond), mirror);
}

TEST(EntityTable, AMirrorRecordThatComesAfterTheEndNamesTheSameProcess) {
  // A process of a tenth of a second: Sysmon wrote start and end before the security log its copy.
  const Roles roles;
  EntityTable table(roles);
  graph::Observation sysmon = at(100);
  sysmon.entities = {{EntityType::process, "pc|{g}"}};
  sysmon.names = {{"pc|{g}", "pc|pid:44"}};
  sysmon.starts_process = true;
  table.begin(sysmon);
  const auto born = table.find(sysmon.entities[0], sysmon.time.ns);
  sysmon.starts_process = false;
  sysmon.ends_process = true;
  table.end(sysmon);
  graph::Observation security = at(101);
  security.entities = {{EntityType::process, "pc|pid:44"}};
  security.starts_process = true;
  table.begin(security);
  EXPECT_EQ(table.find(security.entities[0], security.time.ns), born);
}

TEST(EntityTable, AReusedPidIsAnotherProcess) {
  const Roles roles;
  EntityTable table(roles);
  graph::Observation first = at(100);
  first.entities = {{EntityType::process, "pc|pid:44"}};
  first.starts_process = true;
  table.begin(first);
  const auto old = table.find(first.entities[0], first.time.ns);
  first.ends_process = true;
  table.end(first);
  graph::Observation again = at(900);
  again.entities = first.entities;
  again.starts_process = true;
  table.begin(again);
  EXPECT_NE(table.find(again.entities[0], again.time.ns), old);
}

TEST(Fixed, Log2IsExactForPowersAndCloseBetween) {
  EXPECT_EQ(log2_ratio(8, 1), 3000);
  EXPECT_EQ(log2_ratio(1, 8), -3000);
  EXPECT_NEAR(static_cast<double>(log2_ratio(10, 1)), 3321.9, 2);
  EXPECT_EQ(log2_ratio(0, 5), 0);
}

}  // namespace
}  // namespace interdict::correlate
