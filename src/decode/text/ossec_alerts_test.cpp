#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "decode/text/told_testing.hpp"

namespace interdict::decode {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(OssecAlerts, AnAgentsAlertAndTheManagersOwn) {
  const auto told = tell("ossec-alerts",
                         "** Alert 1700000000.123: mail  - syslog,sshd,\n"
                         "2023 Nov 14 22:13:20 (web1) 192.0.2.1->/var/log/auth.log\n"
                         "Rule: 5716 (level 5) -> 'it's failed'\nSrc IP: 192.0.2.7\nUser: (none)\n"
                         "Jan  2 03:04:05 web1 p: x\nUser: y\n\n"
                         "** Alert 1700000001.200: - ossec,\n2023 Nov 14 22:13:21 m->syscheck\n"
                         "Rule: 550 (level 7) -> 'z'\n");
  EXPECT_THAT(
      told.records,
      ElementsAre("1@0: timestamp=1700000000 id=1700000000.123 rule.groups=syslog rule.groups=sshd "
                  "agent.ip=192.0.2.1 agent.name=web1 location=/var/log/auth.log rule.id=5716 "
                  "rule.level=5 rule.description=it's failed data.srcip=192.0.2.7 "
                  "full_log=Jan  2 03:04:05 web1 p: x\nUser: y",
                  "9@207: timestamp=1700000001 id=1700000001.200 rule.groups=ossec agent.name=m "
                  "location=syscheck rule.id=550 rule.level=7 rule.description=z"));
  EXPECT_THAT(told.skipped, IsEmpty());
}

TEST(OssecAlerts, WithoutItsRuleItIsNone) {
  EXPECT_THAT(tell("ossec-alerts", "** Alert 1700000000.123: - x\nhello\n").skipped,
              ElementsAre("bad-record 1 34@0"));
  EXPECT_THAT(
      tell("ossec-alerts", "** Alert x\n2023 Nov 14 22:13:20 a->b\nRule: 1 (level 2) -> ''\n")
          .records,
      IsEmpty());
}

TEST(Cri, AContainersLine) {
  EXPECT_THAT(tell("cri", "2024-01-02T03:04:05.123456789Z stderr P a b\n").records,
              ElementsAre("1@0: time=2024-01-02T03:04:05.123456789Z stream=stderr tag=P log=a b"));
  EXPECT_THAT(tell("cri", "2024-01-02T03:04:05Z stdin F a\n").records.front(),
              ::testing::HasSubstr("is lines"));
}

}  // namespace
}  // namespace interdict::decode
