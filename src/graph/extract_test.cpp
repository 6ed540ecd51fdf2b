#include <algorithm>

#include <gtest/gtest.h>

#include "graph/keys.hpp"
#include "graph/observation.hpp"

namespace interdict::graph {
namespace {

Observation read(const std::string& service, const std::string& id,
                 const std::vector<std::pair<std::string, std::string>>& fields,
                 const std::string& host = "PC1.Corp.Example", const std::string& user = "") {
  FieldCatalogue catalogue;
  const Extractor extractor(catalogue);
  EventBatch batch("x", {"windows", service, {}, "windows/" + service + "/" + id});
  const Row row = batch.begin_row(Timestamp{5, 0}, host, {});
  batch.add(row, *catalogue.intern("EventID"), {id});
  for (const auto& [name, value] : fields) batch.add(row, *catalogue.intern(name), {value});
  batch.set_user(row, user);
  return extractor.observe(batch, row);
}

bool has_edge(const Observation& o, EdgeType type, const std::string& from, const std::string& to) {
  return std::ranges::any_of(o.edges, [&](const EdgeMention& e) {
    return e.type == type && e.from.key == from && e.to.key == to;
  });
}

TEST(Extract, SysmonProcessNamesParentImageSessionAndHash) {
  const auto o = read("sysmon", "1",
                      {{"ProcessGuid", "{AB-1}"},
                       {"ProcessId", "44"},
                       {"ParentProcessGuid", "{AB-0}"},
                       {"ParentProcessId", "4"},
                       {"Image", "C:\\T\\A.exe"},
                       {"LogonId", "0xDDF1D"},
                       {"Hashes", "MD5=11,SHA256=AABB"}},
                      "PC1.Corp.Example", "CORP\\Ann");
  EXPECT_EQ(o.host, "pc1.corp.example");
  EXPECT_EQ(o.entities.front().key, "pc1.corp.example|{ab-1}");
  EXPECT_TRUE(o.starts_process);
  EXPECT_TRUE(has_edge(o, EdgeType::spawned, "pc1.corp.example|{ab-0}", "pc1.corp.example|{ab-1}"));
  EXPECT_TRUE(has_edge(o, EdgeType::loaded_image, "pc1.corp.example|c:\\t\\a.exe",
                       "pc1.corp.example|{ab-1}"));
  EXPECT_TRUE(
      has_edge(o, EdgeType::in_session, "pc1.corp.example|0xddf1d", "pc1.corp.example|{ab-1}"));
  EXPECT_TRUE(has_edge(o, EdgeType::has_hash, "pc1.corp.example|c:\\t\\a.exe", "aabb"));
  ASSERT_FALSE(o.names.empty());
  EXPECT_EQ(o.names[0].pid_key, "pc1.corp.example|pid:44");
  EXPECT_EQ(o.entities.back().key, "corp\\ann");
}

TEST(Extract, SecurityProcessRawAndNormalisedAreTheSame) {
  const auto raw =
      read("security", "4688", {{"NewProcessId", "0xb04"}, {"ProcessId", "0xef8"}}, "pc");
  const auto normalised =
      read("security", "4688",
           {{"NewProcessId", "0xb04"}, {"ProcessId", "0xb04"}, {"ParentProcessId", "0xef8"}}, "pc");
  for (const auto& o : {raw, normalised}) {
    EXPECT_TRUE(has_edge(o, EdgeType::spawned, "pc|pid:3832", "pc|pid:2820"));
  }
}

TEST(Extract, MarkOfTheWebLeadsFromAddressToFile) {
  const auto o =
      read("sysmon", "15",
           {{"ProcessGuid", "{B}"},
            {"TargetFilename", "C:\\d\\x.exe:Zone.Identifier"},
            {"Contents", "[ZoneTransfer]  ZoneId=3  HostUrl=http://203.0.113.9:8080/x.exe  "}},
           "pc");
  EXPECT_TRUE(o.marks_the_web);
  EXPECT_TRUE(has_edge(o, EdgeType::wrote_file, "pc|{b}", "pc|c:\\d\\x.exe"));
  EXPECT_TRUE(has_edge(o, EdgeType::downloaded, "203.0.113.9", "pc|c:\\d\\x.exe"));
}

TEST(Extract, LoopbackAndWellKnownAccountsAndSessionsAreNobody) {
  const auto o =
      read("sysmon", "3",
           {{"ProcessGuid", "{A}"}, {"DestinationIp", "127.0.0.1"}, {"Initiated", "true"}}, "pc",
           "NT AUTHORITY\\SYSTEM");
  EXPECT_TRUE(o.edges.empty());
  EXPECT_EQ(o.entities.size(), 1U);
  EXPECT_TRUE(null_logon("0x3e7"));
  EXPECT_TRUE(well_known_user("corp\\pc1$"));
  EXPECT_FALSE(well_known_user("corp\\ann"));
}

TEST(Extract, ServiceLeadsFromItsMakerToWhatItRuns) {
  const auto made = read("security", "4697",
                         {{"ServiceName", "upd"},
                          {"ServiceFileName", "\"C:\\x.exe\"  -k"},
                          {"ClientProcessId", "0x10"}},
                         "pc");
  EXPECT_TRUE(has_edge(made, EdgeType::registered, "pc|pid:16", "pc|upd"));
  EXPECT_TRUE(has_edge(made, EdgeType::started_by, "pc|upd", "pc|command:c:\\x.exe -k"));
  const auto run = read("sysmon", "1",
                        {{"ProcessGuid", "{C}"},
                         {"ParentProcessGuid", "{S}"},
                         {"ParentImage", "C:\\Windows\\System32\\services.exe"},
                         {"CommandLine", "C:\\x.exe -k"}},
                        "pc");
  EXPECT_TRUE(has_edge(run, EdgeType::started_by, "pc|command:c:\\x.exe -k", "pc|{c}"));
}

TEST(Extract, WhatIsWrittenToAShareIsAFileOfTheHost) {
  const std::vector<std::pair<std::string, std::string>> fields = {
      {"SubjectLogonId", "0xabc"},
      {"IpAddress", "10.0.0.9"},
      {"ShareName", "\\\\*\\ADMIN$"},
      {"RelativeTargetName", "Upd.exe"},
      {"AccessMask", "0x2"}};
  const auto written = read("security", "5145", fields, "fs");
  EXPECT_TRUE(has_edge(written, EdgeType::opened_session, "10.0.0.9", "fs|0xabc"));
  EXPECT_TRUE(has_edge(written, EdgeType::wrote_file, "fs|0xabc", "fs|c:\\windows\\upd.exe"));
  auto looked = fields;
  looked.back().second = "0x80";
  EXPECT_FALSE(has_edge(read("security", "5145", looked, "fs"), EdgeType::wrote_file, "fs|0xabc",
                        "fs|c:\\windows\\upd.exe"));
  auto drive = fields;
  drive[2].second = "\\\\*\\C$";
  drive[3].second = "Users\\Public\\t.bin";
  EXPECT_TRUE(has_edge(read("security", "5145", drive, "fs"), EdgeType::wrote_file, "fs|0xabc",
                       "fs|c:\\users\\public\\t.bin"));
  auto shared = fields;
  shared[2].second = "\\\\*\\projects";
  shared.emplace_back("ShareLocalPath", "\\??\\D:\\projects");
  EXPECT_TRUE(has_edge(read("security", "5145", shared, "fs"), EdgeType::wrote_file, "fs|0xabc",
                       "fs|d:\\projects\\upd.exe"));
}

TEST(Extract, ATicketIsAskedForFromAnAddress) {
  const auto o = read("security", "4769", {{"IpAddress", "::ffff:10.0.0.9"}}, "dc");
  ASSERT_EQ(o.entities.size(), 1U);
  EXPECT_EQ(o.entities.front(), (EntityRef{EntityType::ip, "10.0.0.9"}));
}

TEST(Extract, EventThatNamesNothingHasNoEdges) {
  const auto o = read("sysmon", "1", {});
  EXPECT_TRUE(o.edges.empty());
  EXPECT_TRUE(o.entities.empty());
}

TEST(Keys, HostileTextIsNotAnAddressOrPid) {
  EXPECT_FALSE(is_address("1.2.3"));
  EXPECT_FALSE(is_address("1.2.3.4.5"));
  EXPECT_FALSE(is_address("1.2.3.256"));
  EXPECT_FALSE(is_address("1.2.3.4x"));
  EXPECT_TRUE(is_address("10.0.0.1"));
  EXPECT_TRUE(is_address("fe80::1"));
  EXPECT_EQ(decimal_pid("0xzz"), "");
  EXPECT_EQ(decimal_pid(""), "");
  EXPECT_EQ(url_host("http://u@h.example:80/x"), "h.example");
  EXPECT_EQ(without_stream("c:\\a:s"), "c:\\a");
  EXPECT_EQ(without_stream("c:"), "c:");
}

}  // namespace
}  // namespace interdict::graph
