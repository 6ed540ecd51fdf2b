// What records that are no Windows records say about entities.
#include <algorithm>

#include <gtest/gtest.h>

#include "graph/keys.hpp"
#include "graph/observation.hpp"

namespace interdict::graph {
namespace {

struct Record {
  LogSource source;
  std::string host;
  std::string user;
  std::vector<std::pair<std::string, std::string>> fields;
};

class Other : public testing::Test {
 protected:
  Observation read(const Record& record) {
    EventBatch batch("x", record.source);
    return extractor_.observe(batch, fill(batch, record));
  }
  std::string viewed(const Record& record) {
    EventBatch batch("x", record.source);
    return extractor_.viewed_host(batch, fill(batch, record));
  }

 private:
  Row fill(EventBatch& batch, const Record& record) {
    const Row row = batch.begin_row(Timestamp{5, 0}, record.host, {});
    for (const auto& [name, value] : record.fields) {
      batch.add(row, *catalogue_.intern(name), {value});
    }
    batch.set_user(row, record.user);
    return row;
  }
  FieldCatalogue catalogue_;
  Extractor extractor_{catalogue_};
};

bool has_edge(const Observation& o, EdgeType type, const std::string& from, const std::string& to) {
  return std::ranges::any_of(o.edges, [&](const EdgeMention& e) {
    return e.type == type && e.from.key == from && e.to.key == to;
  });
}
bool has(const Observation& o, EntityType type, const std::string& key) {
  return std::ranges::find(o.entities, EntityRef{type, key}) != o.entities.end();
}

const LogSource kConn{"zeek", "conn", {"network_connection", "firewall"}, "zeek/conn"};
const LogSource kExec{"linux", "auditd", {"process_creation"}, "linux/auditd/execve"};
const LogSource kSshd{"linux", "sshd", {"authentication"}, "linux/sshd"};
const LogSource kTrail{"aws", "cloudtrail", {}, "aws/cloudtrail"};

TEST_F(Other, ASensorsRecordIsAboutTheInnerParty) {
  const Record in{kConn, "sensor", "", {{"src_ip", "203.0.113.9"}, {"dst_ip", "10.1.2.3"}}};
  const Record out{kConn, "sensor", "", {{"src_ip", "10.1.2.3"}, {"dst_ip", "203.0.113.9"}}};
  const Record within{kConn, "sensor", "", {{"src_ip", "10.1.2.3"}, {"dst_ip", "10.9.9.9"}}};
  const Record outside{kConn, "sensor", "", {{"src_ip", "203.0.113.9"}, {"dst_ip", "192.0.2.1"}}};
  EXPECT_EQ(read(in).about, "10.1.2.3");
  for (const auto& record : {in, out, within}) EXPECT_EQ(viewed(record), "10.1.2.3");
  // Neither party is known to be ours: the view is the sensor's own.
  EXPECT_EQ(viewed(outside), "sensor");
  // A host's own log views the host.
  EXPECT_EQ(viewed({kSshd, "web1", "", {{"src_ip", "10.1.2.3"}}}), "web1");
}

TEST_F(Other, ADhcpLeaseNamesTheMachineBehindAnAddress) {
  const auto o = read({{"zeek", "dhcp", {}, "zeek/dhcp"},
                       "",
                       "",
                       {{"host_name", "WS7"}, {"assigned_addr", "10.0.0.7"}}});
  EXPECT_EQ(o.about, "ws7");
  EXPECT_EQ(o.self_addresses, std::vector<std::string>{"10.0.0.7"});
}

TEST_F(Other, AnAuditedProgramStartsAProcessOfItsSession) {
  const auto o =
      read({kExec,
            "web1",
            "www-data",
            {{"pid", "41"}, {"ppid", "40"}, {"exe", "/bin/dash"}, {"ses", "7"}, {"uid", "33"}}});
  EXPECT_TRUE(o.starts_process);
  EXPECT_TRUE(has_edge(o, EdgeType::spawned, "web1|pid:40", "web1|pid:41"));
  EXPECT_TRUE(has_edge(o, EdgeType::loaded_image, "web1|/bin/dash", "web1|pid:41"));
  EXPECT_TRUE(has_edge(o, EdgeType::in_session, "web1|ses:7", "web1|pid:41"));
  EXPECT_TRUE(std::ranges::none_of(o.entities, [](const EntityRef& e) {
    return e.type == EntityType::flow;
  })) << "a user's number is no flow";
  for (const std::string none : {"4294967295", "-1", "unset"}) {
    const auto p = read({kExec, "web1", "", {{"pid", "41"}, {"ses", none}}});
    EXPECT_TRUE(p.edges.empty()) << none;
  }
}

TEST_F(Other, SystemAccountsOfTwoUnixMachinesAreTwo) {
  EXPECT_TRUE(has(read({kExec, "web1", "root", {}}), EntityType::user, "root@web1"));
  EXPECT_TRUE(has(read({kExec, "web1", "1000", {}}), EntityType::user, "1000@web1"));
  EXPECT_TRUE(has(read({kExec, "web1", "ann", {}}), EntityType::user, "ann"));
}

TEST_F(Other, ALogonLeadsFromTheAddressToTheProcessThatServesIt) {
  const auto o = read({kSshd, "web1", "ann", {{"pid", "77"}, {"src_ip", "203.0.113.9"}}});
  EXPECT_TRUE(has_edge(o, EdgeType::accepted, "203.0.113.9", "web1|pid:77"));
}

TEST_F(Other, AProcessThatTheRecordNamesIsWhatConnected) {
  const auto o = read({{"osquery", "result", {"network_connection"}, "osquery/sockets"},
                       "web1",
                       "",
                       {{"pid", "9"}, {"SourceIp", "10.0.0.5"}, {"DestinationIp", "203.0.113.9"}}});
  EXPECT_TRUE(has_edge(o, EdgeType::connected, "web1|pid:9", "203.0.113.9"));
  EXPECT_EQ(o.self_addresses, std::vector<std::string>{"10.0.0.5"});
}

TEST_F(Other, AccessKeysLeadFromWhoGotThemToWhatTheyDid) {
  const auto assumed = read({kTrail,
                             "",
                             "",
                             {{"userIdentity.accessKeyId", "AKIAEXAMPLE1"},
                              {"src_ip", "203.0.113.9"},
                              {"responseElements.credentials.accessKeyId", "ASIAEXAMPLE2"},
                              {"requestParameters.roleArn", "arn:aws:iam::1:role/R"}}});
  EXPECT_TRUE(has_edge(assumed, EdgeType::opened_session, "|akiaexample1", "|asiaexample2"));
  EXPECT_TRUE(has_edge(assumed, EdgeType::opened_session, "203.0.113.9", "|akiaexample1"));
  EXPECT_TRUE(has(assumed, EntityType::resource, "|arn:aws:iam::1:role/r"));
  // Where a service calls, its name stands in the address's place.
  const auto service =
      read({kTrail,
            "",
            "",
            {{"userIdentity.accessKeyId", "AKIAEXAMPLE1"}, {"src_ip", "ec2.amazonaws.com"}}});
  EXPECT_TRUE(service.edges.empty());
}

TEST(Keys, OneOwnNetwork) {
  for (const auto* own :
       {"10.0.0.1", "172.16.0.1", "172.31.255.1", "192.168.1.1", "169.254.1.1", "100.64.0.1",
        "100.127.0.1", "fd00::1", "fc00::1", "fe80::1", "feb0::1", "::ffff:10.0.0.1"}) {
    EXPECT_TRUE(is_private(own)) << own;
  }
  for (const auto* other :
       {"172.15.0.1", "172.32.0.1", "100.63.0.1", "100.128.0.1", "192.0.2.1", "198.51.100.1",
        "203.0.113.1", "2001:db8::1", "1.2.3.4", "", "172.", "172.x", "100"}) {
    EXPECT_FALSE(is_private(other)) << other;
  }
}

}  // namespace
}  // namespace interdict::graph
