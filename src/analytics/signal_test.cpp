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

struct SshCase {
  const char* name;
  std::string_view message, source, account;  // empty: no signal
  friend void PrintTo(const SshCase& c, std::ostream* os) { *os << c.name; }
};
class SshMessage : public testing::TestWithParam<SshCase> {};
TEST_P(SshMessage, IsReadAsTheServerWritesIt) {
  const auto& c = GetParam();
  const LogSource source{"linux", "sshd", {}, "linux/sshd"};
  const auto signal = read(source, {{"program", "sshd"}, {"message", std::string(c.message)}});
  ASSERT_EQ(signal.has_value(), !c.source.empty());
  if (!signal) return;
  EXPECT_EQ(signal->actor, c.source);
  EXPECT_EQ(signal->object, c.account);
}
INSTANTIATE_TEST_SUITE_P(
    OpenSsh, SshMessage,
    testing::Values(
        SshCase{"Known", "Failed password for root from 192.0.2.7 port 5000 ssh2", "192.0.2.7",
                "root"},
        SshCase{"Invalid", "Failed password for invalid user bob from 2001:db8::7 port 1 ssh2",
                "2001:db8::7", "bob"},
        SshCase{"HostileName",
                "Failed password for invalid user x from 203.0.113.1 from 192.0.2.7 port 1 ssh2",
                "192.0.2.7", "x from 203.0.113.1"},
        SshCase{"Success", "Accepted password for root from 192.0.2.7 port 5000 ssh2", "", ""},
        SshCase{"Cut", "Failed password for", "", ""},
        SshCase{"NoAddress", "Failed password for root from ", "", ""}),
    [](const auto& p) { return std::string(p.param.name); });

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
