#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "json/reader.hpp"
#include "sensors/cloud.hpp"
#include "sensors/linux_host.hpp"
#include "sensors/machine.hpp"
#include "sensors/network.hpp"

namespace interdict::sensors {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

constexpr std::int64_t kNow = 1'772'524'800'123;  // 2026-03-03T08:00:00.123Z

std::ptrdiff_t cells(std::string_view line) {
  return std::count(line.begin(), line.end(), '\t') + 1;
}

/// How many columns the head announces: `#fields` counts as a cell of its line.
std::ptrdiff_t columns(const Log& log, std::string_view key) {
  const std::size_t at = log.head.find(key);
  return cells(std::string_view(log.head).substr(at, log.head.find('\n', at) - at)) - 1;
}

TEST(Network, EveryZeekLineHasTheColumnsOfItsHead) {
  Network network(1);
  network.set_resolver("192.0.2.10");
  network.tcp(kNow, {"192.0.2.50", 50000}, {"198.51.100.7", 80}, "www.news.example", 4);
  network.refused(kNow, {"192.0.2.50", 50001}, {"192.0.2.51", 445});
  ASSERT_THAT(network.conn().records, SizeIs(2));
  ASSERT_THAT(network.dns().records, SizeIs(1));
  ASSERT_THAT(network.http().records, SizeIs(1));
  for (const Log* log : {&network.conn(), &network.dns(), &network.http()}) {
    EXPECT_EQ(columns(*log, "#fields"), columns(*log, "#types")) << log->name;
    for (const Record& record : log->records) {
      EXPECT_EQ(cells(record.text), columns(*log, "#fields")) << record.text;
    }
    EXPECT_EQ(log->records.front().step, 4U);
  }
  EXPECT_THAT(network.conn().records.front().text, HasSubstr("1772524800.123000\tC"));
}

TEST(Network, InsideNamesAreNotLookedUp) {
  Network network(1);
  network.tcp(kNow, {"192.0.2.50", 50000}, {"192.0.2.11", 445}, "FS01.example.test");
  EXPECT_TRUE(network.dns().records.empty());
}

TEST(LinuxHost, AnExecutionIsOneEventOfSeveralLinesWithOneStamp) {
  LinuxHost host("WEB01", "192.0.2.20", 1);
  const Shell child = host.exec(kNow, host.web_server(), "/usr/bin/id", {"id", "-u"}, 3);
  EXPECT_GT(child.pid, host.web_server().pid);
  EXPECT_EQ(child.uid, 33U);
  const Record& record = host.audit_log().records.front();
  EXPECT_EQ(std::count(record.text.begin(), record.text.end(), '\n'), 3);
  std::size_t stamps = 0;
  for (std::size_t at = 0;
       (at = record.text.find("msg=audit(1772524800.123:101):", at)) != std::string::npos; ++at) {
    ++stamps;
  }
  EXPECT_EQ(stamps, 4U);
  EXPECT_THAT(record.text, HasSubstr("ppid=811 pid=" + std::to_string(child.pid)));
  EXPECT_THAT(record.text, HasSubstr("argc=2 a0=\"id\" a1=\"-u\""));
}

TEST(LinuxHost, FailedSignInHasNoShell) {
  LinuxHost host("LNX01", "192.0.2.21", 1);
  EXPECT_EQ(host.sign_in(kNow, "deploy", "203.0.113.9", false, false).pid, 0U);
  EXPECT_GT(host.sign_in(kNow, "deploy", "203.0.113.9", true, false).pid, 0U);
  EXPECT_THAT(host.system_log().records.front().text,
              testing::MatchesRegex("2026-03-03T08:00:00\\.123000\\+00:00 LNX01\\.example\\.test "
                                    "sshd\\[[0-9]+\\]: Failed password for deploy from "
                                    "203\\.0\\.113\\.9 port [0-9]+ ssh2"));
  EXPECT_THAT(host.system_log().records.back().text, HasSubstr("Accepted password"));
}

TEST(LinuxHost, AccessLineIsCombined) {
  LinuxHost host("WEB01", "192.0.2.20", 1);
  host.set_clock_offset(60'000);
  host.access(kNow, "203.0.113.9", "GET / HTTP/1.1", 200, 512, "Mozilla/5.0");
  const Record& record = host.access_log().records.front();
  EXPECT_EQ(record.text,
            "203.0.113.9 - - [03/Mar/2026:08:01:00 +0000] \"GET / HTTP/1.1\" 200 512 \"-\" "
            "\"Mozilla/5.0\"");
  EXPECT_EQ(record.time_ms, 1'772'524'860'000);
}

TEST(Cloud, RecordIsJsonWithTheCallersIdentity) {
  Cloud cloud(1);
  cloud.call(kNow, {"d.mori", "", "AKIAEXAMPLE", "203.0.113.9"},
             {"s3.amazonaws.com", "GetObject", true, "data", "AccessDenied"});
  const auto record = json::parse(cloud.log().records.front().text);
  ASSERT_TRUE(record.has_value());
  EXPECT_EQ(*record->find("eventTime")->string(), "2026-03-03T08:00:00Z");
  EXPECT_EQ(*record->find("errorCode")->string(), "AccessDenied");
  EXPECT_EQ(*record->find("userIdentity")->find("arn")->string(),
            "arn:aws:iam::123456789012:user/d.mori");
}

TEST(Machine, ConnectionsAreSeenByTheNetworkToo) {
  Network network(1);
  Machine machine(0, "WS01", "192.0.2.50", "a.keller", kNow, 1);
  machine.connect(kNow, machine.browser(), "198.51.100.7", 443, "");
  EXPECT_TRUE(network.conn().records.empty());
  machine.set_network(network);
  machine.connect(kNow, machine.browser(), "198.51.100.7", 443, "", 2);
  ASSERT_THAT(network.conn().records, SizeIs(1));
  EXPECT_EQ(network.conn().records.front().step, 2U);
}

}  // namespace
}  // namespace interdict::sensors
