#include "explain/json_report.hpp"

#include <algorithm>

#include <gmock/gmock.h>

#include "explain/report_sample_test.hpp"
#include "explain/text.hpp"
#include "json/reader.hpp"

namespace interdict::explain {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const std::string kHostile =
    "=cmd|'/c calc'!A0 <script>alert(1)</script> \"&' \x1b[31m\xe2\x80\xae txt \r\n\xff ,";

json::Value parsed(const std::string& text) {
  auto value = json::parse(text);
  EXPECT_TRUE(value) << value.error().message << "\n" << text.substr(0, 400);
  return value.value_or(json::Value{});
}

std::vector<std::string> keys(const json::Value& value) {
  std::vector<std::string> out;
  if (value.object() != nullptr)
    for (const json::Member& member : *value.object()) out.push_back(member.key);
  return out;
}

const json::Value& at(const json::Value& value, std::string_view key) {
  static const json::Value kNull;
  const json::Value* found = value.find(key);
  EXPECT_NE(found, nullptr) << key;
  return found == nullptr ? kNull : *found;
}

const json::Value& first(const json::Value& value) {
  static const json::Value kNull;
  EXPECT_TRUE(value.array() != nullptr && !value.array()->empty());
  return value.array() == nullptr || value.array()->empty() ? kNull : value.array()->front();
}

TEST(IntrusionsJson, HasEveryFieldOfTheContract) {
  const json::Value root = parsed(intrusions_json(sample_report("x")));
  EXPECT_THAT(keys(root), ElementsAre("schema", "tool", "time_range", "exposure", "report_at",
                                      "intrusions", "campaigns", "leads", "scope", "collect_next",
                                      "chain_scores", "unlinked"));
  EXPECT_EQ(*at(root, "schema").string(), "interdict.intrusions/1");
  EXPECT_EQ(*at(at(root, "time_range"), "first").string(), "2024-05-16T21:53:20.000Z");
  const json::Value& intrusion = first(at(root, "intrusions"));
  EXPECT_THAT(keys(intrusion),
              ElementsAre("id", "rank", "score", "false_expected", "strength", "severity", "title",
                          "summary", "first_seen", "last_seen", "furthest_stage", "objective",
                          "left_censored", "stages", "hosts", "users", "indicators", "patient_zero",
                          "steps", "diamond", "footholds", "stop", "campaign"));
  EXPECT_EQ(*at(intrusion, "objective").string(), "hands-on");
  EXPECT_THAT(keys(at(intrusion, "stages")),
              ElementsAre("reconnaissance", "weaponization", "delivery", "exploitation",
                          "installation", "command-and-control", "actions-on-objectives"));
  EXPECT_THAT(keys(at(at(intrusion, "stages"), "delivery")),
              ElementsAre("status", "first_seen", "steps", "reason"));
  EXPECT_THAT(keys(at(intrusion, "patient_zero")),
              ElementsAre("host", "user", "step", "entry", "confidence", "reason"));
  EXPECT_THAT(keys(first(at(intrusion, "steps"))),
              ElementsAre("id", "time", "last", "count", "stage", "techniques", "host", "user",
                          "title", "outcome", "detections", "parent", "also_from", "link"));
  EXPECT_TRUE(at(first(at(intrusion, "steps")), "link").is_null());
  EXPECT_THAT(keys(at((*at(intrusion, "steps").array())[1], "link")),
              ElementsAre("kind", "reason", "e_value"));
  EXPECT_THAT(keys(at(intrusion, "stop")),
              ElementsAre("growth_per_stage", "cost_reached", "cost_if_stopped", "choices"));
  EXPECT_THAT(keys(first(at(at(intrusion, "stop"), "choices"))),
              ElementsAre("control", "name", "stage", "course_of_action", "steps", "state",
                          "evidence", "why", "cost", "depends", "would_not_have_stopped"));
  EXPECT_THAT(
      keys(first(at(root, "leads"))),
      ElementsAre("id", "rank", "score", "false_expected", "strength", "title", "first_seen",
                  "last_seen", "furthest_stage", "hosts", "users", "detections", "why_not"));
  EXPECT_TRUE(at(first(at(root, "leads")), "furthest_stage").is_null());
  EXPECT_EQ(at(at(at(root, "unlinked"), "by_level"), "high").integer(), 3);
}

TEST(IntrusionsJson, InferredStagesHaveNoTimeAndNoSteps) {
  const json::Value root = parsed(intrusions_json(sample_report("x")));
  const json::Value& inferred = at(at(first(at(root, "intrusions")), "stages"), "installation");
  EXPECT_EQ(*at(inferred, "status").string(), "inferred");
  EXPECT_TRUE(at(inferred, "first_seen").is_null());
  EXPECT_TRUE(at(inferred, "steps").array()->empty());
}

TEST(IntrusionsJson, EmptyReportKeepsEveryField) {
  const json::Value root = parsed(intrusions_json({}));
  EXPECT_TRUE(at(at(root, "time_range"), "first").is_null());
  for (const char* list : {"intrusions", "campaigns", "leads", "scope", "collect_next"}) {
    ASSERT_NE(at(root, list).array(), nullptr) << list;
    EXPECT_TRUE(at(root, list).array()->empty()) << list;
  }
  const json::Value ledger = parsed(ledger_json({}));
  EXPECT_THAT(keys(ledger), ElementsAre("schema", "inputs", "rules", "log_sources", "blind_stages",
                                        "clocks", "levers", "state", "timing"));
}

TEST(DetectionsJson, OneLineWithTypedFields) {
  const finding::Report report = sample_report("x");
  const std::string line = detection_json(report, report.detections[0]);
  EXPECT_EQ(std::ranges::count(line, '\n'), 1);
  const json::Value root = parsed(line);
  EXPECT_THAT(keys(root),
              ElementsAre("id", "time", "last", "rule", "stages", "techniques", "host", "user",
                          "outcome", "count", "entities", "event", "fields", "intrusion"));
  EXPECT_EQ(at(at(root, "stages"), "exploitation").number(), 0.8);
  const json::Value& fields = at(root, "fields");
  EXPECT_EQ(at(fields, "Count").integer(), 12);
  EXPECT_EQ(*at(fields, "Flag").boolean(), true);
  EXPECT_EQ(*at(fields, "Hex").string(), "0x1f");  // no JSON number
  EXPECT_TRUE(at(fields, "None").is_null());
  EXPECT_EQ(at(fields, "Image").array()->size(), 2U);
  EXPECT_TRUE(at(parsed(detection_json(report, report.detections[3])), "intrusion").is_null());
}

TEST(Json, HostileTextStaysData) {
  const finding::Report report = sample_report(kHostile);
  const json::Value root = parsed(intrusions_json(report));
  EXPECT_THAT(*at(first(at(root, "intrusions")), "title").string(), HasSubstr("<script>"));
  parsed(ledger_json(report.ledger));
  const std::string lines = detections_jsonl(report);
  EXPECT_EQ(std::ranges::count(lines, '\n'), 4);
  EXPECT_THAT(lines, Not(HasSubstr("\x1b")));
}

TEST(Csv, NoCellIsAFormulaOrBreaksTheTable) {
  for (const char* bad : {"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"})
    EXPECT_TRUE(csv_cell(bad).starts_with("\"'")) << bad;
  EXPECT_EQ(csv_cell("a\"b"), "\"a\"\"b\"");
  EXPECT_EQ(csv_cell(""), "\"\"");
  const std::string csv = detections_csv(sample_report(kHostile));
  EXPECT_EQ(std::ranges::count(csv, '\n'), 5);  // header and 4 detections: no raw line breaks
  EXPECT_THAT(csv, Not(HasSubstr("\x1b")));
  EXPECT_THAT(csv, Not(HasSubstr(",\"=")));
  EXPECT_THAT(csv, HasSubstr(",\"'=cmd"));
}

TEST(Text, VisibleEscapesWhatHidesOrActs) {
  EXPECT_EQ(visible("a\x1b[0m"), "a\\u001b[0m");
  EXPECT_EQ(visible("\xe2\x80\xae"), "\\u202e");
  EXPECT_EQ(visible("\xe2\x81\xa6\xe2\x81\xa9"), "\\u2066\\u2069");
  EXPECT_EQ(visible("\xff"), "\\xff");
  EXPECT_EQ(visible("é 漢"), "é 漢");
  EXPECT_EQ(html_escape("<a href='\"&\">"), "&lt;a href=&#39;&quot;&amp;&quot;&gt;");
  EXPECT_EQ(shorten("aé漢", 4), "aé…");
  EXPECT_EQ(plain_hours(6.2), "6 h 12 min");
  EXPECT_EQ(plain_hours(0), "0 s");
  EXPECT_EQ(plain_hours(50), "2 days 2 h");
}

}  // namespace
}  // namespace interdict::explain
