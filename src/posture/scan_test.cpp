#include "posture/scan.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>

#include "posture/scan_readers.hpp"

namespace interdict::posture {
namespace {

using finding::ControlState;
using testing::HasSubstr;
using testing::Not;

std::string slurp(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

ScanTable table() {
  const auto read = ScanTable::parse(slurp(INTERDICT_SOURCE_DIR "/content/controls/scans.tsv"));
  EXPECT_TRUE(read) << read.error().message << " " << read.error().where.line;
  return read.value_or(ScanTable{});
}

/// `X2=weak …`, sorted by control.
std::string states(std::string_view text) {
  const auto read = read_scan(text, table(), "f");
  if (!read) return "error: " + read.error().message;
  std::string out;
  for (const ControlEvidence& e : *read) {
    out += e.control + "=" + std::string(finding::to_string(e.state)) + " ";
    EXPECT_EQ(e.weight, kWeightScan);
    EXPECT_FALSE(e.text.empty());
  }
  return out;
}

std::string lynis(const std::string& rest) {
  return "# Lynis Report\nlynis_version=3.0.8\nhostname=h\nreport_datetime_start=2026-01-02 "
         "03:04:05\n" +
         rest;
}

TEST(Scan, LynisCountsOnlyWhenFinished) {
  const std::string run =
      "warning[]=AUTH-9328|text|-|-|\ntests_executed=AUTH-9328|FILE-6310|FILE-6311|\nhardening_"
      "index=70\n";
  EXPECT_EQ(states(lynis(run + "finish=true\n")), "I6=present X2=present X9=weak ");
  EXPECT_EQ(states(lynis("tests_executed=FILE-6310|\nhardening_index=40\nfinish=true\n")),
            "I6=present X2=weak ");
  const std::string partial = states(lynis(run));
  EXPECT_THAT(partial, HasSubstr("X2=unknown"));
  EXPECT_THAT(partial, Not(HasSubstr("present")));
  EXPECT_THAT(partial, Not(HasSubstr("weak")));
}

std::string scuba(const std::string& id, const std::string& result,
                  const std::string& omitted = "N/A") {
  return "\xef\xbb\xbf{\"MetaData\":{\"ToolVersion\":\"1\",\"DomainName\":\"d\",\"TimestampZulu\":"
         "\"2026-05-04T17:15:48.307Z\"},\"Results\":{\"AAD\":[{\"Controls\":[{\"Control ID\":\"" +
         id + "\",\"Result\":\"" + result + "\",\"OmittedEvaluationResult\":\"" + omitted +
         "\",\"IncorrectResult\":\"N/A\"}]}]}}";
}

TEST(Scan, ScubaGearJudgesByResult) {
  EXPECT_EQ(states(scuba("MS.AAD.3.1v1", "Pass")), "X8=present ");
  EXPECT_EQ(states(scuba("MS.AAD.3.1v1", "Fail")), "X8=absent ");
  EXPECT_EQ(states(scuba("MS.AAD.3.1v1", "Warning")), "X8=weak ");
  EXPECT_EQ(states(scuba("MS.AAD.3.1v1", "N/A")), "X8=unknown ");
  EXPECT_EQ(states(scuba("MS.AAD.3.1v1", "Pass", "Pass")), "X8=unknown ");
  EXPECT_EQ(states(scuba("MS.UNHEARD.1", "Pass")), "");
  const std::string csv =
      "\xef\xbb\xbf\"Control ID\",\"Requirement\",\"Result\"\r\n"
      "\"MS.EXO.4.1v1\",\"a \"\"b\"\",\nc\",\"Pass\"\r\n\"MS.EXO.4.2v1\",\"\",\"Fail\"\r\n";
  EXPECT_EQ(states(csv), "D2=weak ");
}

TEST(Scan, NftablesPolicyDecides) {
  const auto rules = [](const std::string& items) { return "{\"nftables\":[" + items + "]}"; };
  const auto chain = [](const std::string& hook, const std::string& policy) {
    return "{\"chain\":{\"table\":\"t\",\"name\":\"" + hook + "\",\"type\":\"filter\",\"hook\":\"" +
           hook + "\",\"policy\":\"" + policy + "\"}}";
  };
  EXPECT_EQ(states(rules("{\"metainfo\":{}}")), "C1=unknown A1=unknown A2=unknown ");
  EXPECT_EQ(states(rules(chain("output", "drop"))), "C1=present A1=unknown A2=unknown ");
  EXPECT_EQ(states(rules(chain("output", "accept") + "," + chain("input", "drop"))),
            "C1=absent A1=unknown A2=present ");
  EXPECT_EQ(states(rules(chain("output", "accept") +
                         ",{\"rule\":{\"table\":\"t\",\"chain\":\"output\"}}")),
            "C1=weak A1=unknown A2=unknown ");
}

TEST(Scan, GitleaksKeepsNoSecret) {
  const auto read = read_scan(
      R"([{"RuleID":"r","Fingerprint":"f","Secret":"hunter2","Match":"hunter2"}])", table(), "f");
  ASSERT_TRUE(read);
  ASSERT_EQ(read->size(), 1U);
  EXPECT_EQ(read->front().control, "R5");
  EXPECT_THAT(read->front().text, Not(HasSubstr("hunter2")));
}

std::string nmap(const std::string& address, const std::string& ports,
                 const std::string& exit = "success") {
  return "<?xml version=\"1.0\"?>\n<nmaprun scanner=\"nmap\"><scaninfo type=\"connect\"/>"
         "<host><status state=\"up\"/><address addr=\"" +
         address + "\" addrtype=\"ipv4\"/><ports>" + ports +
         "</ports></host>"
         "<runstats><finished time=\"1795486142\" exit=\"" +
         exit + "\"/></runstats></nmaprun>";
}

TEST(Scan, NmapNeedsAnOutsideTargetAndAnEnd) {
  const std::string open =
      R"(<port protocol="tcp" portid="3389"><state state="open" reason="syn-ack"/></port>)";
  const std::string filtered =
      R"(<port protocol="tcp" portid="3389"><state state="filtered"/></port>)";
  EXPECT_EQ(states(nmap("198.51.100.7", open)), "R1=present R2=absent ");
  EXPECT_EQ(states(nmap("198.51.100.7", filtered)), "R1=present R2=present ");
  EXPECT_EQ(states(nmap("198.51.100.7", open, "error")), "R1=unknown R2=unknown ");
  EXPECT_EQ(states(nmap("127.0.0.1", open)), "R1=unknown R2=unknown ");
  EXPECT_EQ(states(nmap("172.20.1.1", open)), "R1=unknown R2=unknown ");
}

std::string xccdf(const std::string& results) {
  return "<Benchmark xmlns=\"http://checklists.nist.gov/xccdf/1.2\"><TestResult id=\"t\" "
         "end-time=\"2026-11-24T02:12:54+00:00\"><benchmark id=\"b\"/><target>h1</target>" +
         results + "</TestResult></Benchmark>";
}
std::string rule(const std::string& id, const std::string& result) {
  return "<rule-result idref=\"xccdf_rule_" + id + "\" severity=\"medium\"><result>" + result +
         "</result></rule-result>";
}

TEST(Scan, XccdfCountsOnlyWhatWasJudged) {
  EXPECT_EQ(states(xccdf(rule("sshd_set_x", "pass") + rule("file_owner_x", "fail"))),
            "A2=present I6=absent X2=weak ");
  EXPECT_EQ(states(xccdf(rule("sshd_set_x", "notselected") + rule("sshd_y", "notapplicable"))),
            "A2=unknown X2=unknown ");
}

TEST(Scan, UnknownOrBrokenIsAnError) {
  EXPECT_THAT(states("hello"), HasSubstr("no report of a kind"));
  EXPECT_THAT(states(""), HasSubstr("no report of a kind"));
  EXPECT_THAT(states("{\"a\":1}"), HasSubstr("no report of a kind"));
  EXPECT_THAT(states("<html></html>"), HasSubstr("no report of a kind"));
  EXPECT_THAT(states("{\"MetaData\":"), HasSubstr("error"));
}

TEST(Scan, EveryControlOfTheTableIsInTheCatalogue) {
  const std::string catalogue = slurp(INTERDICT_SOURCE_DIR "/content/controls/controls.yml");
  for (const ScanTable::Row& row : table().rows)
    EXPECT_THAT(catalogue, HasSubstr("- id: " + row.control + "\n")) << row.check;
}

TEST(ScanData, SamplesThatJudgedNothingProveNothing) {
  const char* set = std::getenv("INTERDICT_DATA");
  const std::filesystem::path data =
      set != nullptr ? std::filesystem::path(set)
                     : std::filesystem::path(INTERDICT_SOURCE_DIR) / ".." / "shared" / "data";
  if (!std::filesystem::exists(data / "evidence-samples"))
    GTEST_SKIP() << "no data pack at " << data;
  for (const char* name : {"nft-ruleset.json", "nmap-localhost.xml", "lynis-report.dat"}) {
    const auto read = read_scan(slurp(data / "evidence-samples" / name), table(), name);
    ASSERT_TRUE(read) << name << ": " << read.error().message;
    EXPECT_FALSE(read->empty()) << name;
    for (const ControlEvidence& e : *read)
      EXPECT_EQ(e.state, ControlState::unknown) << name << " " << e.control << ": " << e.text;
  }
  for (const char* name : {"ScubaResults_sample.json", "ScubaResults_sample.csv"}) {
    const std::string found = states(slurp(data / "scubagear" / name));
    EXPECT_THAT(found, HasSubstr("X8=weak")) << name;
    EXPECT_THAT(found, HasSubstr("X9=absent")) << name;
    EXPECT_THAT(found, HasSubstr("A13=present")) << name;
  }
}

}  // namespace
}  // namespace interdict::posture
