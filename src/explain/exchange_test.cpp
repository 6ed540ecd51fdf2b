#include "explain/exchange.hpp"

#include <map>
#include <set>
#include <string>

#include <gmock/gmock.h>

#include "explain/json_report.hpp"
#include "explain/read_back.hpp"
#include "explain/report_sample_test.hpp"
#include "explain/stix_parts.hpp"
#include "json/reader.hpp"

namespace interdict::explain {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

const std::string kHostile = "=cmd|'x'!A1 <script> [a](http://b.c) `|` \x1b[31m \xe2\x80\xae \"'\\";

finding::Report sample(const std::string& text = "host.example") {
  finding::Report report = sample_report(text);
  report.intrusions[0].indicators = {
      {"domain-name", text, attack::Stage::delivery},
      {"ipv4-addr", "198.51.100.3", attack::Stage::command_and_control},
      {"file", std::string(64, 'a'), attack::Stage::delivery}};
  report.detections[0].entities.push_back({EntityType::ip, "198.51.100.3"});
  return report;
}

json::Value::Array objects_of(const std::string& bundle) {
  const auto parsed = json::parse(bundle);
  EXPECT_TRUE(parsed) << (parsed ? "" : parsed.error().message);
  if (!parsed) return {};
  EXPECT_EQ(*parsed->find("type")->string(), "bundle");
  return *parsed->find("objects")->array();
}

std::string text_of(const json::Value& object, std::string_view key) {
  const json::Value* value = object.find(key);
  return value == nullptr || value->string() == nullptr ? "" : *value->string();
}

/// Every reference of a bundle leads to an object of it.
void expect_closed(const json::Value::Array& objects) {
  std::set<std::string> ids;
  for (const json::Value& object : objects)
    EXPECT_TRUE(ids.insert(text_of(object, "id")).second) << text_of(object, "id");
  for (const json::Value& object : objects) {
    for (const json::Member& member : *object.object()) {
      if (member.key.ends_with("_ref")) {
        EXPECT_TRUE(ids.contains(*member.value.string())) << member.key;
      }
      if (!member.key.ends_with("_refs")) continue;
      EXPECT_FALSE(member.value.array()->empty()) << member.key;
      for (const json::Value& ref : *member.value.array())
        EXPECT_TRUE(ids.contains(*ref.string())) << member.key << " " << *ref.string();
    }
  }
}

std::map<std::string, int> types_of(const json::Value::Array& objects) {
  std::map<std::string, int> out;
  for (const json::Value& object : objects) ++out[text_of(object, "type")];
  return out;
}

TEST(Stix, BundleIsClosedAndHoldsWhatTheReportHolds) {
  const auto objects = objects_of(stix_bundle(sample()));
  expect_closed(objects);
  auto types = types_of(objects);
  EXPECT_EQ(types["sighting"], 3);
  EXPECT_EQ(types["indicator"], 3);
  EXPECT_EQ(types["infrastructure"], 2);
  EXPECT_EQ(types["report"], 1);
  EXPECT_EQ(types["course-of-action"], 1);
  EXPECT_EQ(types["attack-pattern"], 1);
  EXPECT_EQ(types["identity"], 2);
  for (const json::Value& object : objects) {
    EXPECT_EQ(text_of(object, "spec_version"), "2.1");
    const std::string id = text_of(object, "id");
    EXPECT_TRUE(id.starts_with(text_of(object, "type") + "--")) << id;
    EXPECT_EQ(id[id.size() - 22], '5') << "UUID version of " << id;
  }
}

TEST(Stix, SameReportSameBytes) {
  EXPECT_EQ(stix_bundle(sample()), stix_bundle(sample()));
  EXPECT_EQ(attack_flow_bundle(sample()), attack_flow_bundle(sample()));
  EXPECT_NE(stix_bundle(sample("a.example")), stix_bundle(sample("b.example")));
}

TEST(Stix, ObservablesAndPatterns) {
  // The id that the STIX specification's rules give (checked against Python's uuid module).
  EXPECT_EQ(observable("ipv4-addr", "198.51.100.3")->id,
            "ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4");
  EXPECT_TRUE(observable("ipv4-addr", "2001:db8::1")->id.starts_with("ipv6-addr--"));
  EXPECT_FALSE(observable("file", "dir/"));
  EXPECT_FALSE(observable("unheard-of", "x"));
  EXPECT_EQ(stix_pattern("url", "http://a/'x\\"), "[url:value = 'http://a/\\'x\\\\']");
  EXPECT_EQ(stix_pattern("file", std::string(32, 'A')),
            "[file:hashes.'MD5' = '" + std::string(32, 'A') + "']");
  EXPECT_EQ(stix_pattern("file", "C:\\a\\b.exe"), "[file:name = 'b.exe']");
}

TEST(AttackFlow, ActionsFollowTheLinks) {
  const auto objects = objects_of(attack_flow_bundle(sample()));
  expect_closed(objects);
  auto types = types_of(objects);
  EXPECT_EQ(types["attack-flow"], 1);
  EXPECT_EQ(types["attack-action"], 3);
  EXPECT_EQ(types["attack-asset"], 1);
  std::size_t effects = 0;
  for (const json::Value& object : objects) {
    const std::string type = text_of(object, "type");
    if (type == "attack-action" && object.find("effect_refs") != nullptr)
      effects += object.find("effect_refs")->array()->size();
    if (type.starts_with("attack-")) {
      EXPECT_NE(object.find("extensions"), nullptr);
    }
    if (type == "attack-flow") {
      EXPECT_THAT(*object.find("start_refs")->array(), SizeIs(1));
    }
  }
  EXPECT_EQ(effects, 2U);
}

TEST(Navigator, ScoresAreStepsAndMetadataIsText) {
  finding::Report report = sample();
  report.intrusions[0].steps[0].techniques = {"T1566", "no technique"};
  const auto layer = json::parse(navigator_layer(report));
  ASSERT_TRUE(layer);
  const auto& techniques = *layer->find("techniques")->array();
  ASSERT_THAT(techniques, SizeIs(2));
  EXPECT_EQ(text_of(techniques[0], "techniqueID"), "T1059.001");
  EXPECT_EQ(techniques[0].find("score")->integer(), 2);
  EXPECT_EQ(techniques[1].find("score")->integer(), 1);
  EXPECT_EQ(text_of(*layer->find("versions"), "layer"), "4.5");
  EXPECT_EQ(layer->find("gradient")->find("maxValue")->integer(), 2);
  EXPECT_NE(techniques[0].find("metadata")->array()->front().find("value")->string(), nullptr);
}

TEST(StepsCsv, NoCellIsAFormula) {
  const std::string csv = steps_csv(sample(kHostile));
  EXPECT_THAT(csv, HasSubstr("\"'=cmd|"));
  EXPECT_THAT(csv, Not(HasSubstr("\"=cmd")));
  EXPECT_THAT(csv, Not(HasSubstr("\x1b")));
  std::size_t lines = 0;
  for (std::size_t at = csv.find("\r\n"); at != std::string::npos; at = csv.find("\r\n", at + 2))
    ++lines;
  EXPECT_EQ(lines, 4U);  // a header and three steps
}

TEST(Timesketch, EachLineHasItsFields) {
  const std::string lines = timesketch_jsonl(sample(kHostile));
  std::size_t count = 0;
  for (std::size_t at = 0; at < lines.size(); ++count) {
    const std::size_t end = lines.find('\n', at);
    const auto line = json::parse(lines.substr(at, end - at));
    ASSERT_TRUE(line);
    for (const char* key : {"message", "datetime", "timestamp_desc"})
      EXPECT_FALSE(text_of(*line, key).empty()) << key;
    EXPECT_TRUE(line->find("timestamp")->integer());
    at = end + 1;
  }
  EXPECT_EQ(count, 4U);
}

TEST(Markdown, LogTextIsNoMarkup) {
  const std::string page = markdown(sample(kHostile));
  EXPECT_THAT(page, Not(HasSubstr("\x1b")));
  EXPECT_THAT(page, Not(HasSubstr("\xe2\x80\xae")));
  EXPECT_THAT(page, HasSubstr("\\<script\\>"));
  EXPECT_THAT(page, HasSubstr("\\[a\\](http\\://b.c)"));
  // In a table's code span the bar is escaped and the fence is longer than what it holds.
  EXPECT_THAT(page, HasSubstr("| ``=cmd\\|'x'!A1 <script> [a](http://b.c) `\\|`"));
}

TEST(ReadBack, WritesTheSameFilesAgain) {
  for (const std::string& text : {std::string("plain"), kHostile}) {
    finding::Report report = sample(text);
    report.rules[0].techniques = {"T1059.001"};
    report.intrusions[0].steps[2].also_from = {"s-1"};
    report.detections[1].fields.emplace_back("a.b", OwnedValue{"1.50", ValueType::real});
    const std::string intrusions = intrusions_json(report);
    const std::string detections = detections_jsonl(report);
    const std::string ledger = ledger_json(report.ledger);
    const auto back = read_back({intrusions, detections, ledger});
    ASSERT_TRUE(back) << back.error().message << " " << back.error().where.file;
    EXPECT_EQ(intrusions_json(*back), intrusions);
    EXPECT_EQ(detections_jsonl(*back), detections);
    EXPECT_EQ(ledger_json(back->ledger), ledger);
  }
}

TEST(ReadBack, FaultsNameTheFile) {
  const finding::Report report = sample();
  const std::string intrusions = intrusions_json(report);
  const std::string detections = detections_jsonl(report);
  const std::string ledger = ledger_json(report.ledger);
  const auto without = [](std::string text, const std::string& what, const std::string& with) {
    const std::size_t at = text.find(what);
    EXPECT_NE(at, std::string::npos) << what;
    return text.replace(at, what.size(), with);
  };
  const auto file_of = [](const Result<finding::Report>& result) {
    EXPECT_FALSE(result);
    return result ? std::string() : result.error().where.file;
  };
  EXPECT_EQ(file_of(read_back({"", detections, ledger})), "intrusions.json");
  EXPECT_EQ(
      file_of(read_back({without(intrusions, "intrusions/1", "intrusions/2"), detections, ledger})),
      "intrusions.json");
  EXPECT_EQ(
      file_of(read_back({without(intrusions, "\"severity\"", "\"sev\""), detections, ledger})),
      "intrusions.json");
  EXPECT_EQ(file_of(read_back({intrusions, without(detections, "\"sigma\"", "\"s\""), ledger})),
            "detections.jsonl");
  EXPECT_EQ(file_of(read_back({intrusions, "not json\n", ledger})), "detections.jsonl");
  EXPECT_EQ(file_of(read_back({intrusions, detections, "{}"})), "ledger.json");
}

}  // namespace
}  // namespace interdict::explain
