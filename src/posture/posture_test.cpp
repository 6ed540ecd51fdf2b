#include <gmock/gmock.h>

#include "posture/statement.hpp"
#include "posture/windows_log.hpp"

namespace interdict::posture {
namespace {

using finding::ControlState;
using testing::HasSubstr;
using testing::IsEmpty;
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

TEST(WindowsLog, BlockIsEnforcedAuditIsWeak) {
  const auto state = [](const char* kind) {
    const auto evidence = from_record(kind, "h", "f record 1");
    return evidence.empty() ? ControlState::unknown : evidence.front().state;
  };
  EXPECT_EQ(state("windows/windefend/1117"), ControlState::enforced);
  EXPECT_EQ(state("windows/windefend/1121"), ControlState::enforced);
  EXPECT_EQ(state("windows/windefend/1122"), ControlState::weak);
  EXPECT_EQ(state("windows/windefend/5001"), ControlState::weak);
  EXPECT_EQ(state("windows/applocker/8003"), ControlState::weak);
  EXPECT_EQ(state("windows/applocker/8004"), ControlState::enforced);
  EXPECT_EQ(state("windows/codeintegrity-operational/3076"), ControlState::weak);
  EXPECT_EQ(state("windows/codeintegrity-operational/3077"), ControlState::enforced);
  EXPECT_EQ(state("windows/security/1102"), ControlState::weak);
  EXPECT_EQ(state("windows/system/104"), ControlState::weak);
  // The same number in another channel says nothing.
  for (const char* kind : {"windows/sysmon/104", "linux/windefend/1117", "windows/windefend/1117x",
                           "windows/security/4624", "windows", "", "windows//"})
    EXPECT_THAT(from_record(kind, "h", ""), IsEmpty()) << kind;
}

TEST(WindowsLog, RepeatsCountOnceAHost) {
  finding::Detection d;
  d.host = "h1";
  d.evidence = {"f.evtx", 7, 0, "windows/applocker/8004"};
  std::vector<finding::Detection> all = {d, d};
  all.push_back(d);
  all.back().host = "h2";
  const auto evidence = from_detections(all);
  ASSERT_THAT(evidence, SizeIs(2));
  EXPECT_EQ(evidence[0].control, "X5");
  EXPECT_EQ(evidence[0].weight, kWeightLog);
  EXPECT_THAT(evidence[0].text, HasSubstr("f.evtx record 7"));
}

TEST(WindowsLog, ReadsBatches) {
  LogSource source;
  source.kind = "windows/security/1102";
  EventBatch batch("s.evtx", source);
  Origin origin;
  origin.record = 5;
  batch.begin_row({}, "dc", origin);
  batch.begin_row({}, "dc", origin);
  const auto evidence = from_events(batch);
  ASSERT_THAT(evidence, SizeIs(1));
  EXPECT_EQ(evidence[0].control, "I8");
  EXPECT_EQ(evidence[0].host, "dc");
}

}  // namespace
}  // namespace interdict::posture
