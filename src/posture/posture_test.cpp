#include <algorithm>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>

#include "posture/log_evidence.hpp"
#include "posture/outcome.hpp"
#include "posture/statement.hpp"

namespace interdict::posture {
namespace {

using finding::ControlState;
using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;

TEST(Statement, ReadsAndIsShownAsClaimed) {
  const auto read = read_statements(
      "controls:\n  - {control: X5, state: present, scope: \"all\", owner: ops, date: 2026-03-01, "
      "reference: doc, cost: 3}\n  - control: D1\n    state: absent\n",
      "c.yml");
  ASSERT_TRUE(read) << read.error().message;
  ASSERT_THAT(*read, SizeIs(2));
  EXPECT_DOUBLE_EQ((*read)[0].cost, 3);
  EXPECT_DOUBLE_EQ((*read)[1].cost, 1);
  const ControlEvidence evidence = to_evidence((*read)[0]);
  EXPECT_THAT(evidence.text, StartsWith("claimed: present"));
  EXPECT_THAT(evidence.text, HasSubstr("2026-03-01"));
  EXPECT_EQ(evidence.weight, kWeightStatement);
}

TEST(Statement, FaultsHaveAPlace) {
  const auto line_of = [](const char* text) -> std::uint32_t {
    const auto read = read_statements(text, "c.yml");
    EXPECT_FALSE(read) << text;
    if (read) return 0;
    EXPECT_EQ(read.error().where.file, "c.yml");
    return read.error().where.line;
  };
  EXPECT_EQ(line_of("controls:\n  - control: X5\n    state: good\n"), 3U);
  EXPECT_EQ(line_of("controls:\n  - control: X5\n"), 2U);
  EXPECT_EQ(line_of("controls:\n  - state: weak\n"), 2U);
  EXPECT_EQ(line_of("controls:\n  - {control: X5, state: weak, colour: red}\n"), 2U);
  EXPECT_EQ(line_of("controls:\n  - {control: X5, state: weak, cost: -1}\n"), 2U);
  EXPECT_EQ(line_of("controls:\n  - {control: X5, state: weak, date: soon}\n"), 2U);
  EXPECT_EQ(line_of("controls:\n  - {control: A, state: weak}\n  - {control: A, state: weak}\n"),
            3U);
  line_of("controls: [\n");
  line_of("");
}

TEST(Statement, CountIsLimited) {
  std::string text = "controls:\n";
  for (std::size_t i = 0; i <= kMaxStatements; ++i)
    text += "- {control: X" + std::to_string(i) + ", state: weak}\n";
  const auto read = read_statements(text, "c.yml");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, Errc::limit);
}

std::string read_content(const std::string& path) {
  std::ifstream in(INTERDICT_SOURCE_DIR "/content/" + path);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

EvidenceTable evidence_table() {
  auto table = EvidenceTable::parse(read_content("controls/evidence.tsv"));
  EXPECT_TRUE(table) << table.error().message << " " << table.error().where.line;
  return table.value_or(EvidenceTable{});
}

using Fields = std::vector<std::pair<std::string, std::string>>;

struct Seer {
  EvidenceTable table = evidence_table();
  FieldCatalogue catalogue;

  LogEvidence see(const std::string& kind, const Fields& fields, const std::string& host = "h",
                  std::uint64_t record = 7, std::int64_t ns = 0, const std::string& file = "f") {
    LogSource source;
    source.kind = kind;
    EventBatch batch(file, source);
    Origin origin;
    origin.record = record;
    const Row row = batch.begin_row({ns}, host, origin);
    for (const auto& [name, value] : fields)
      batch.add(row, *catalogue.intern(name), {value, ValueType::string});
    LogEvidence out;
    out.see(table, catalogue, batch, [](Row) { return true; });
    return out;
  }
  std::string states(const std::string& kind, const Fields& fields = {}) {
    std::string out;
    for (const auto& e : see(kind, fields).take())
      out += e.control + "=" + std::string(finding::to_string(e.state)) + " ";
    return out;
  }
};

TEST(LogEvidence, BlockIsEnforcedAuditIsWeak) {
  Seer seer;
  EXPECT_EQ(seer.states("windows/windefend/1121"), "X3=enforced ");
  EXPECT_EQ(seer.states("windows/windefend/1122"), "X3=weak ");
  EXPECT_EQ(seer.states("windows/windefend/5001"), "I1=weak I2=weak ");
  EXPECT_EQ(seer.states("windows/applocker/8003"), "X5=weak ");
  EXPECT_EQ(seer.states("windows/applocker/8004"), "X5=enforced ");
  EXPECT_EQ(seer.states("windows/codeintegrity-operational/3077"), "I7=enforced X5=enforced ");
  EXPECT_EQ(seer.states("windows/security/1102"), "I8=weak ");
  EXPECT_EQ(seer.states("windows/sysmon/1"), "A11=present ");
  EXPECT_EQ(seer.states("windows/windefend/1117", {{"ActionName", "Quarantine"}}),
            "I1=enforced I2=enforced ");
  EXPECT_EQ(seer.states("windows/windefend/1117", {{"ActionName", "Allow"}}), "I1=weak I2=weak ");
  // The same number in another channel says nothing.
  for (const char* kind : {"windows/sysmonx/104", "linux/windefend/1117", "windows/windefend/11170",
                           "windows/security/4624", "windows", "", "windows//"})
    EXPECT_EQ(seer.states(kind), "") << kind;
}

TEST(LogEvidence, SecondFactorInSignIns) {
  Seer seer;
  EXPECT_EQ(
      seer.states("azure/signinlogs", {{"authenticationRequirement", "singleFactorAuthentication"},
                                       {"status.errorCode", "0"}}),
      "X8=weak ");
  EXPECT_EQ(
      seer.states("azure/signinlogs", {{"authenticationRequirement", "multiFactorAuthentication"},
                                       {"status.errorCode", "0"}}),
      "X8=present ");
  EXPECT_EQ(
      seer.states("azure/signinlogs", {{"authenticationRequirement", "singleFactorAuthentication"},
                                       {"status.errorCode", "50126"}}),
      "");
}

TEST(LogEvidence, MergeDependsOnTheRecordsAlone) {
  Seer seer;
  const LogEvidence late = seer.see("windows/applocker/8004", {}, "h1", 9, 50, "b.evtx");
  const LogEvidence early = seer.see("windows/applocker/8004", {}, "h1", 3, 10, "a.evtx");
  const LogEvidence other = seer.see("windows/applocker/8004", {}, "h2", 1, 20, "c.evtx");
  LogEvidence one;
  for (const LogEvidence* part : {&late, &early, &other}) one.merge(*part);
  LogEvidence two;
  for (const LogEvidence* part : {&other, &early, &late}) two.merge(*part);
  const auto evidence = one.take();
  EXPECT_EQ(evidence, two.take());
  ASSERT_THAT(evidence, SizeIs(2));
  EXPECT_EQ(evidence[0].control, "X5");
  EXPECT_EQ(evidence[0].weight, kWeightLog);
  EXPECT_EQ(evidence[0].first->ns, 10);
  EXPECT_EQ(evidence[0].last->ns, 50);
  EXPECT_THAT(evidence[0].text, HasSubstr("a.evtx record 3"));
  EXPECT_THAT(evidence[0].text, HasSubstr("2 times"));
}

TEST(LogEvidence, EveryControlOfTheTableIsInTheCatalogue) {
  const std::string catalogue = read_content("controls/controls.yml");
  for (const auto& row : evidence_table().rows)
    EXPECT_THAT(catalogue, HasSubstr("- id: " + row.control + "\n")) << row.text;
}

TEST(Outcome, RecordsSayWhatCameOfIt) {
  const auto table = OutcomeTable::parse(read_content("controls/outcomes.tsv"));
  ASSERT_TRUE(table) << table.error().message << " " << table.error().where.line;
  const auto outcome = [&](const std::string& kind, const Fields& fields = {}) {
    finding::Detection d;
    d.evidence.log_source = kind;
    for (const auto& [name, value] : fields) d.fields.emplace_back(name, OwnedValue{value});
    std::ranges::sort(d.fields, {}, [](const auto& f) { return f.first; });
    return std::string(finding::to_string(table->outcome(d)));
  };
  EXPECT_EQ(outcome("windows/windefend/1117", {{"ActionName", "Quarantine"}}), "blocked");
  EXPECT_EQ(outcome("windows/windefend/1117", {{"ActionName", "Allow"}}), "unknown");
  EXPECT_EQ(outcome("windows/windefend/1117", {{"ErrorCode", "0x80508023"}}), "unknown");
  EXPECT_EQ(outcome("windows/windefend/1116", {{"ActionName", "Not Applicable"}}), "unknown");
  EXPECT_EQ(outcome("windows/windefend/1121"), "blocked");
  EXPECT_EQ(outcome("windows/windefend/1122"), "unknown");
  EXPECT_EQ(outcome("windows/applocker/8003"), "unknown");
  EXPECT_EQ(outcome("windows/applocker/8004"), "blocked");
  EXPECT_EQ(outcome("windows/codeintegrity-operational/3077"), "blocked");
  EXPECT_EQ(outcome("windows/sysmon/27"), "blocked");
  EXPECT_EQ(outcome("windows/sysmon/1"), "unknown");
  EXPECT_EQ(outcome("windows/security/4625"), "failed");
  EXPECT_EQ(outcome("windows/security/4769", {{"Status", "0x0"}}), "succeeded");
  EXPECT_EQ(outcome("windows/security/4769", {{"Status", "0x1F"}}), "failed");
  EXPECT_EQ(outcome("windows/security/4769"), "unknown");
  EXPECT_EQ(outcome("windows/security/4656", {{"Keywords", "0x8010000000000000"}}), "failed");
  EXPECT_EQ(outcome("windows/security/4656", {{"Keywords", "0x8020000000000000"}}), "unknown");
  EXPECT_EQ(outcome("aws/cloudtrail", {{"errorCode", "AccessDenied"}, {"eventName", "x"}}),
            "failed");
  EXPECT_EQ(outcome("aws/cloudtrail", {{"eventName", "GetObject"}}), "succeeded");
  EXPECT_EQ(outcome("some/firewall", {{"action", "Denied"}}), "blocked");
  EXPECT_EQ(outcome("some/firewall", {{"action", "accept"}}), "unknown");
  EXPECT_EQ(outcome(""), "unknown");
}

TEST(Tables, FaultsHaveALine) {
  const auto line_of = [](const auto& parsed) {
    EXPECT_FALSE(parsed);
    return parsed ? 0U : parsed.error().where.line;
  };
  EXPECT_EQ(line_of(OutcomeTable::parse("# c\na/b\t-\tblocked\twhy\na\tb\n")), 3U);
  EXPECT_EQ(line_of(OutcomeTable::parse("a/b\t-\tstopped\twhy\n")), 1U);
  EXPECT_EQ(line_of(OutcomeTable::parse("a/b\t=x\tblocked\twhy\n")), 1U);
  EXPECT_EQ(line_of(OutcomeTable::parse("a/b\tx\tblocked\twhy\n")), 1U);
  EXPECT_EQ(line_of(EvidenceTable::parse("X5\tabsent\thost\t3\ta/b\t-\tsays\n")), 1U);
  EXPECT_EQ(line_of(EvidenceTable::parse("X5\tweak\tnet\t3\ta/b\t-\tsays\n")), 1U);
  EXPECT_EQ(line_of(EvidenceTable::parse("X5\tweak\thost\t0\ta/b\t-\tsays\n")), 1U);
  std::string many;
  for (std::size_t i = 0; i <= kMaxTableRows; ++i) many += "a/b\t-\tblocked\twhy\n";
  const auto over = OutcomeTable::parse(many);
  ASSERT_FALSE(over);
  EXPECT_EQ(over.error().code, Errc::limit);
  std::string clauses = "f=1";
  for (std::size_t i = 0; i < kMaxTestClauses; ++i) clauses += "; f=1";
  const auto long_row = OutcomeTable::parse("a/b\t" + clauses + "\tblocked\twhy\n");
  ASSERT_FALSE(long_row);
  EXPECT_EQ(long_row.error().code, Errc::limit);
}

TEST(Tables, ClausesCompareAsTheirSignSays) {
  const auto test = parse_record_test("k*", "a=x|y; b!=z; c~mid; d!; e~");
  ASSERT_TRUE(test);
  ASSERT_THAT(test->clauses, SizeIs(5));
  const auto& c = test->clauses;
  EXPECT_TRUE(meets(c[0], {"n", "Y"}));
  EXPECT_FALSE(meets(c[0], {"xy"}));
  EXPECT_FALSE(meets(c[0], {}));
  EXPECT_TRUE(meets(c[1], {"a"}));
  EXPECT_FALSE(meets(c[1], {"a", "Z"}));
  EXPECT_FALSE(meets(c[1], {}));
  EXPECT_TRUE(meets(c[2], {"aMIDb"}));
  EXPECT_FALSE(meets(c[2], {"mi"}));
  EXPECT_TRUE(meets(c[3], {}));
  EXPECT_TRUE(meets(c[3], {""}));
  EXPECT_FALSE(meets(c[3], {"x"}));
  EXPECT_TRUE(meets(c[4], {"x"}));
  EXPECT_FALSE(meets(c[4], {""}));
  EXPECT_TRUE(test->wants("kind"));
  EXPECT_FALSE(test->wants("K"));
}

}  // namespace
}  // namespace interdict::posture
