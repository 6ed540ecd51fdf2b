#include "analytics/signal.hpp"

#include <gtest/gtest.h>

namespace interdict::analytics {
namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

std::optional<Signal> read(const LogSource& source, const Fields& fields) {
  FieldCatalogue catalogue;
  const SignalReader reader(catalogue);
  EventBatch batch("in", source);
  const Row row = batch.begin_row(Timestamp{}, "WS1.example.org", {});
  for (const auto& [name, value] : fields) {
    batch.add(row, catalogue.intern(name).value(), Value{value});
  }
  return reader.read(batch, row);
}

const LogSource kSecurity{"windows", "security", {}, "windows/security"};
const LogSource kSysmon{"windows", "sysmon", {}, "windows/sysmon"};

TEST(SignalReader, FailedWindowsLogonsNameClientAndAccount) {
  for (const auto* id : {"4625", "4771", "4776", "4768"}) {
    const auto signal = read(kSecurity, {{"EventID", id},
                                         {"TargetUserName", "Alice"},
                                         {"IpAddress", "::ffff:192.0.2.7"},
                                         {"Status", "0xC000006A"}});
    ASSERT_TRUE(signal) << id;
    EXPECT_EQ(signal->kind, SignalKind::logon_failed);
    EXPECT_EQ(signal->actor, "192.0.2.7");
    EXPECT_EQ(signal->object, "alice");
  }
}

TEST(SignalReader, SuccessMachinesAndLocalClientsAreNoFailedLogon) {
  EXPECT_FALSE(read(kSecurity, {{"EventID", "4776"},
                                {"TargetUserName", "alice"},
                                {"Workstation", "WS2"},
                                {"Status", "0x0"}}));
  EXPECT_FALSE(read(kSecurity,
                    {{"EventID", "4625"}, {"TargetUserName", "WS2$"}, {"IpAddress", "192.0.2.7"}}));
  EXPECT_FALSE(read(
      kSecurity, {{"EventID", "4625"}, {"TargetUserName", "alice"}, {"IpAddress", "127.0.0.1"}}));
  EXPECT_FALSE(read(
      kSecurity, {{"EventID", "4624"}, {"TargetUserName", "alice"}, {"IpAddress", "192.0.2.7"}}));
}

TEST(SignalReader, OutboundConnectionsAreFlows) {
  const auto flow = read(kSysmon, {{"EventID", "3"},
                                   {"Initiated", "true"},
                                   {"DestinationIp", "198.51.100.9"},
                                   {"DestinationHostname", "C2.example.com"},
                                   {"DestinationPort", "443"}});
  ASSERT_TRUE(flow);
  EXPECT_EQ(flow->actor, "ws1.example.org");
  EXPECT_EQ(flow->object, "c2.example.com");
  EXPECT_EQ(flow->address, "198.51.100.9");
  EXPECT_EQ(flow->port, 443);
  EXPECT_FALSE(
      read(kSysmon, {{"EventID", "3"}, {"Initiated", "false"}, {"DestinationIp", "198.51.100.9"}}));
}

TEST(SignalReader, ZeekRecordsAreAboutTheirOriginator) {
  const LogSource conn{"zeek", "conn", {}, "zeek/conn"};
  const auto flow =
      read(conn, {{"id.orig_h", "10.0.0.3"}, {"id.resp_h", "198.51.100.9"}, {"id.resp_p", "8443"}});
  ASSERT_TRUE(flow);
  EXPECT_EQ(flow->actor, "10.0.0.3");
  EXPECT_EQ(flow->port, 8443);
  const LogSource dns{"zeek", "dns", {"dns"}, "zeek/dns"};
  const auto lookup = read(dns, {{"id.orig_h", "10.0.0.3"}, {"query", "A.example.com"}});
  ASSERT_TRUE(lookup);
  EXPECT_EQ(lookup->object, "a.example.com");
}

TEST(SignalReader, FailuresOfAnyServiceThatAuthenticatesAreFailedLogons) {
  const LogSource sshd{"linux", "sshd", {"authentication"}, "linux/sshd"};
  const auto failed =
      read(sshd, {{"src_ip", "2001:db8::7"}, {"user", "Root"}, {"outcome", "failure"}});
  ASSERT_TRUE(failed);
  EXPECT_EQ(failed->actor, "2001:db8::7");
  EXPECT_EQ(failed->object, "root");
  EXPECT_EQ(read(sshd, {{"src_ip", "192.0.2.7"}, {"user", "root"}, {"outcome", "success"}})->kind,
            SignalKind::logon_succeeded);
  EXPECT_FALSE(read(sshd, {{"src_ip", "192.0.2.7"}, {"user", "root"}}));
  EXPECT_FALSE(read(sshd, {{"user", "root"}, {"outcome", "failure"}}));
}

TEST(SignalReader, WebServersRefuseByStatus) {
  const LogSource web{"", "", {"webserver"}, "web/access"};
  const auto failed =
      read(web, {{"c-ip", "192.0.2.7"}, {"cs-username", "bob"}, {"sc-status", "401"}});
  ASSERT_TRUE(failed);
  EXPECT_EQ(failed->object, "bob");
  // A server asks everybody for a name first: without one it is no attempt.
  EXPECT_FALSE(read(web, {{"c-ip", "192.0.2.7"}, {"cs-username", "-"}, {"sc-status", "401"}}));
  EXPECT_FALSE(read(web, {{"c-ip", "192.0.2.7"}, {"cs-username", "bob"}, {"sc-status", "200"}}));
}

TEST(SignalReader, ProxiesNameTheDestination) {
  const LogSource proxy{"squid", "", {"proxy"}, "squid/access"};
  const auto flow = read(proxy, {{"c-ip", "10.0.0.3"}, {"cs-host", "C2.example.com"}});
  ASSERT_TRUE(flow);
  EXPECT_EQ(flow->object, "c2.example.com");
  EXPECT_EQ(flow->address, "");
}

TEST(IsInternal, KnowsTheOwnNetworks) {
  for (const auto* own :
       {"10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "127.0.0.1", "169.254.1.1",
        "168.63.129.16", "100.64.0.1", "224.0.0.1", "255.255.255.255", "fd00::1", "fe80::1",
        "ff02::1", "::1", "::", "::ffff:10.0.0.1", "no address", ""}) {
    EXPECT_TRUE(is_internal(own)) << own;
  }
  for (const auto* other :
       {"172.32.0.1", "198.51.100.9", "100.128.0.1", "2001:db8::1", "::ffff:198.51.100.9"}) {
    EXPECT_FALSE(is_internal(other)) << other;
  }
}

}  // namespace
}  // namespace interdict::analytics
