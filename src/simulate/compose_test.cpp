#include "simulate/compose.hpp"

#include <map>
#include <set>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "json/reader.hpp"
#include "sensors/machine.hpp"
#include "simulate/technique.hpp"

namespace interdict::simulate {
namespace {

using testing::HasSubstr;

constexpr std::string_view kStory = R"(
schema: interdict.scenario/1
name: story
records: 40
site: {workstations: 5}
intrusions:
  - name: one
    start: 9h
    dwell: 3h
    steps:
      - {technique: T1566.002, host: ws1}
      - {technique: T1204.002}
      - {technique: T1071.001}
      - {technique: T1547.001}
      - {technique: T1082, loud: true}
      - {technique: T9999}
      - {technique: T1021.002, host: fs}
      - {technique: T1560.001}
      - {technique: T1041}
)";

Scenario story(const std::vector<std::pair<std::string, std::string>>& knobs = {}) {
  auto scenario = parse_scenario(kStory, "story.yml");
  EXPECT_TRUE(scenario.has_value());
  for (const auto& [name, value] : knobs) {
    EXPECT_TRUE(set_knob(*scenario, name, value, {}).has_value()) << name << '=' << value;
  }
  return *std::move(scenario);
}

Composition made(const std::vector<std::pair<std::string, std::string>>& knobs = {},
                 std::uint64_t seed = 5) {
  auto out = compose(story(knobs), seed);
  EXPECT_TRUE(out.has_value()) << (out ? "" : out.error().message);
  return out ? *std::move(out) : Composition{};
}

json::Value truth_of(const Composition& made) {
  auto truth = json::parse(made.truth);
  EXPECT_TRUE(truth.has_value());
  return *std::move(truth);
}

const json::Value::Array& list_at(const json::Value& object, std::string_view key) {
  static const json::Value::Array kNone;
  const json::Value* value = object.find(key);
  return value != nullptr && value->array() != nullptr ? *value->array() : kNone;
}

std::string text_at(const json::Value& object, std::string_view key) {
  const json::Value* value = object.find(key);
  return value != nullptr && value->string() != nullptr ? *value->string() : std::string();
}

std::int64_t number_at(const json::Value& object, std::string_view key) {
  const json::Value* value = object.find(key);
  return value == nullptr ? -1 : value->integer().value_or(-1);
}

const LogFile* file_named(const Composition& made, std::string_view name) {
  for (const LogFile& file : made.logs) {
    if (file.name == name) return &file;
  }
  return nullptr;
}

std::size_t records_of(const Composition& made, std::string_view text = "\n") {
  std::size_t count = 0;
  for (const LogFile& file : made.logs) {
    for (std::size_t at = file.content.find(text); at != std::string::npos;
         at = file.content.find(text, at + text.size())) {
      ++count;
    }
  }
  return count;
}

/// Whether a record has that time in the form of its format.
bool has_time(const std::string& file, const std::string& line, const std::string& iso) {
  const auto has = [&](const std::string& text) { return line.find(text) != std::string::npos; };
  if (file == "cloudtrail.jsonl") return has('"' + iso.substr(0, 19) + "Z\"");
  if (file.ends_with(".jsonl")) return has('"' + iso + '"');
  if (file.ends_with("-access.log")) return has(':' + iso.substr(11, 8) + " +0000]");
  if (file.ends_with("-syslog.log")) return line.starts_with(iso.substr(0, 23));
  if (file.ends_with(".csv")) return line.starts_with(iso + ',');
  // Zeek and auditd: seconds since the epoch, here within the day.
  const std::size_t at = file.starts_with("zeek/") ? 0 : line.find("audit(") + 6;
  const std::int64_t day = std::stoll(line.substr(at)) % 86400;
  return day == std::stoi(iso.substr(11, 2)) * 3600 + std::stoi(iso.substr(14, 2)) * 60 +
                    std::stoi(iso.substr(17, 2)) &&
         line.substr(line.find('.', at) + 1, 3) == iso.substr(20, 3);
}

/// Every event of the truth stands at its file, record and offset, with its time. Returns how many.
std::size_t check_places(const Composition& made) {
  std::size_t events = 0;
  std::set<std::pair<std::string, std::int64_t>> seen;
  const auto truth = truth_of(made);
  for (const json::Value& intrusion : list_at(truth, "intrusions")) {
    for (const json::Value& step : list_at(intrusion, "steps")) {
      for (const json::Value& event : list_at(step, "events")) {
        const LogFile* file = file_named(made, text_at(event, "file"));
        if (file == nullptr) {
          ADD_FAILURE() << "no such file " << text_at(event, "file");
          continue;
        }
        const auto offset = static_cast<std::size_t>(number_at(event, "offset"));
        EXPECT_LT(offset, file->content.size());
        EXPECT_EQ(std::count(file->content.begin(),
                             file->content.begin() + static_cast<std::ptrdiff_t>(offset), '\n') +
                      1,
                  number_at(event, "record"));
        const std::string line =
            file->content.substr(offset, file->content.find('\n', offset) - offset);
        EXPECT_TRUE(has_time(file->name, line, text_at(event, "time"))) << line;
        EXPECT_TRUE(seen.insert({file->name, number_at(event, "offset")}).second);
        ++events;
      }
    }
  }
  return events;
}

TEST(Compose, SameSeedSameBytesOtherSeedOtherBytes) {
  const Composition one = made();
  const Composition two = made();
  ASSERT_EQ(one.logs.size(), two.logs.size());
  for (std::size_t i = 0; i < one.logs.size(); ++i) {
    EXPECT_TRUE(one.logs[i].content == two.logs[i].content) << one.logs[i].name;
  }
  EXPECT_EQ(one.truth, two.truth);
  EXPECT_NE(one.truth, made({}, 6).truth);
}

TEST(Compose, EveryEventOfTheTruthStandsWhereItSays) {
  EXPECT_GT(check_places(made()), 20U);
}

TEST(Compose, TruthHasOrderRootAndWhatWasNotRendered) {
  const auto truth = truth_of(made());
  const json::Value& one = list_at(truth, "intrusions").front();
  EXPECT_EQ(text_at(one, "entry"), "phishing");
  EXPECT_EQ(number_at(one, "root"), 1);
  EXPECT_EQ(text_at(*one.find("patient_zero"), "host"), "WS01.example.test");
  EXPECT_EQ(text_at(one, "furthest_stage"), "actions-on-objectives");
  EXPECT_THAT(list_at(one, "hosts"), testing::SizeIs(2));
  EXPECT_THAT(list_at(one, "indicators"), testing::SizeIs(3));
  EXPECT_THAT(list_at(one, "cut_by"), testing::Not(testing::IsEmpty()));
  ASSERT_THAT(list_at(one, "unrendered"), testing::SizeIs(1));
  EXPECT_EQ(text_at(list_at(one, "unrendered").front(), "technique"), "T9999");
  std::string last;
  std::int64_t number = 0;
  for (const json::Value& step : list_at(one, "steps")) {
    ++number;
    EXPECT_LT(last, text_at(step, "time"));
    last = text_at(step, "time");
    EXPECT_EQ(step.find("caused_by")->is_null(), number == 1);
    EXPECT_LT(step.find("caused_by")->integer().value_or(0), number);
    EXPECT_EQ(list_at(step, "events").empty(), text_at(step, "technique") == "T9999");
  }
}

TEST(Compose, DwellStretchesTheStory) {
  const auto length = [](const Composition& made) {
    const auto truth = truth_of(made);
    const auto& steps = list_at(list_at(truth, "intrusions").front(), "steps");
    return std::pair(text_at(steps.front(), "time"), text_at(steps.back(), "time"));
  };
  EXPECT_EQ(length(made({{"dwell", "1h"}})).second.substr(0, 10), "2026-03-03");
  const auto [first, last] = length(made({{"dwell", "180d"}, {"records", "1"}}));
  EXPECT_EQ(first.substr(0, 10), "2026-03-03");
  EXPECT_GE(last, "2026-08-28");
  EXPECT_LE(last, "2026-08-31");
}

TEST(Compose, ConcurrentIntrusionsShareHubsAndNothingElse) {
  const auto truth = truth_of(made({{"intrusions", "3"}}));
  std::set<std::string> entries;
  std::map<std::string, int> indicators;
  ASSERT_THAT(list_at(truth, "intrusions"), testing::SizeIs(3));
  for (const json::Value& one : list_at(truth, "intrusions")) {
    entries.insert(text_at(*one.find("patient_zero"), "host"));
    for (const json::Value& indicator : list_at(one, "indicators")) {
      EXPECT_EQ(++indicators[text_at(indicator, "value")], 1);
    }
    bool hub = false;
    for (const json::Value& host : list_at(one, "hosts"))
      hub |= *host.string() == "FS01.example.test";
    EXPECT_TRUE(hub);
  }
  EXPECT_THAT(entries, testing::SizeIs(3));
}

TEST(Compose, SkewMovesOneHostsRecordsAndTheirTruth) {
  const Composition skewed = made({{"skew", "fs=-19h"}});
  check_places(skewed);
  const auto truth = truth_of(skewed);
  for (const json::Value& step : list_at(list_at(truth, "intrusions").front(), "steps")) {
    for (const json::Value& event : list_at(step, "events")) {
      const bool shifted = text_at(event, "file") == "FS01.example.test.jsonl";
      const bool a_day_back =
          text_at(event, "time").substr(0, 10) < text_at(step, "time").substr(0, 10);
      EXPECT_EQ(a_day_back, shifted);
    }
  }
}

TEST(Compose, LossTakesAShareOfRecordsAndOfTheTruth) {
  const Composition whole = made();
  const Composition lossy = made({{"loss", "50%"}});
  EXPECT_LT(records_of(lossy), records_of(whole) * 6 / 10);
  EXPECT_GT(records_of(lossy), records_of(whole) * 4 / 10);
  EXPECT_LT(check_places(lossy), check_places(whole));
}

TEST(Compose, RemovedSourcesAreGone) {
  const Composition all = made({{"remove", "security"}});
  EXPECT_EQ(records_of(all, "\"Channel\":\"Security\""), 0U);
  EXPECT_GT(records_of(all, "Sysmon/Operational"), 0U);
  const Composition one = made({{"remove", "sysmon@fs,security@fs,system@fs"}});
  EXPECT_EQ(file_named(one, "FS01.example.test.jsonl"), nullptr);
  EXPECT_NE(file_named(one, "WS01.example.test.jsonl"), nullptr);
  check_places(one);
}

TEST(Compose, QuietLeavesOutLoudStepsAndKeepsCauses) {
  const auto truth = truth_of(made({{"quiet", "true"}}));
  const auto& steps = list_at(list_at(truth, "intrusions").front(), "steps");
  EXPECT_THAT(steps, testing::SizeIs(8));
  for (const json::Value& step : steps) EXPECT_NE(text_at(step, "technique"), "T1082");
  EXPECT_EQ(number_at(steps[4], "caused_by"), 4);
}

TEST(Compose, AStepRestsOnTheFootholdItRunsInAndOnWhatBroughtThatBack) {
  const auto rests_on = [](const json::Value& step) {
    std::vector<std::int64_t> out;
    for (const json::Value& other : list_at(step, "rests_on")) {
      out.push_back(other.integer().value_or(-1));
    }
    return out;
  };
  using testing::ElementsAre;
  const auto day = truth_of(made());
  const auto& steps = list_at(list_at(day, "intrusions").front(), "steps");
  EXPECT_THAT(rests_on(steps[0]), ElementsAre());
  EXPECT_THAT(rests_on(steps[1]), ElementsAre());   // a download starts nothing
  EXPECT_THAT(rests_on(steps[3]), ElementsAre(2));  // the program that was started
  EXPECT_THAT(rests_on(steps[5]), ElementsAre());   // no template
  EXPECT_THAT(rests_on(steps[6]), ElementsAre(2));  // from the desk to the file server
  EXPECT_THAT(rests_on(steps[8]), ElementsAre(7));  // and there
  const auto months = truth_of(made({{"dwell", "60d"}}));
  const auto& later = list_at(list_at(months, "intrusions").front(), "steps");
  EXPECT_THAT(rests_on(later[4]), ElementsAre(2, 4));  // the autostart brought it back
}

TEST(Compose, TwinIsTheSameInputWithoutTheAttack) {
  const Composition whole = made();
  const Composition twin = made({{"twin", "true"}});
  EXPECT_EQ(records_of(twin) + check_places(whole), records_of(whole));
  EXPECT_THAT(list_at(truth_of(twin), "intrusions"), testing::IsEmpty());
  EXPECT_EQ(records_of(twin, "203.0.113."), 0U);
}

TEST(Compose, StormIsSoManyAlertsOfOneRuleAndNoStepOfTheTruth) {
  const Composition calm = made();
  const Composition storm = made({{"storm", "1000"}});
  EXPECT_EQ(records_of(storm, "Repeated policy violation"), 1000U);
  EXPECT_EQ(check_places(storm), check_places(calm));
}

TEST(Compose, EveryPlatformHasItsLogsAndItsTruth) {
  const auto scenario = parse_scenario(R"(
schema: interdict.scenario/1
name: mixed
records: 30
site: {workstations: 1, linux: 1, web: true, cloud: true}
intrusions:
  - name: one
    dwell: 5h
    steps:
      - {technique: T1595.002, host: web}
      - {technique: T1190}
      - {technique: T1505.003}
      - {technique: T1071.001}
      - {technique: T1021.004, host: linux1}
      - {technique: T1552.001}
      - {technique: T1078.004, host: cloud}
      - {technique: T1530}
)",
                                       "mixed.yml");
  ASSERT_TRUE(scenario.has_value());
  const auto mixed = compose(*scenario, 2);
  ASSERT_TRUE(mixed.has_value());
  for (const std::string_view name :
       {"WEB01.example.test-audit.log", "WEB01.example.test-syslog.log",
        "WEB01.example.test-access.log", "LNX01.example.test-audit.log", "cloudtrail.jsonl",
        "zeek/conn.log", "zeek/dns.log", "alerts.csv"}) {
    EXPECT_NE(file_named(*mixed, name), nullptr) << name;
  }
  EXPECT_GT(check_places(*mixed), 300U);
  const auto truth = truth_of(*mixed);
  EXPECT_THAT(list_at(list_at(truth, "intrusions").front(), "unrendered"), testing::IsEmpty());
  EXPECT_THAT(list_at(list_at(truth, "intrusions").front(), "hosts"), testing::SizeIs(3));
}

TEST(Flow, BecomesAScenarioWhoseHostsFitTheTechniques) {
  constexpr std::string_view kFlow = R"({"type": "bundle", "objects": [
    {"type": "attack-flow", "id": "attack-flow--1", "name": "flow", "start_refs": ["attack-action--1"]},
    {"type": "attack-action", "id": "attack-action--1", "name": "the portal is used", "technique_id": "T1190",
     "effect_refs": ["attack-action--2", "attack-action--4"]},
    {"type": "attack-action", "id": "attack-action--2", "name": "over to a server", "technique_id": "T1021.002",
     "effect_refs": ["attack-action--3"]},
    {"type": "attack-action", "id": "attack-action--3", "name": "memory", "technique_id": "T1003.001"},
    {"type": "attack-action", "id": "attack-action--4", "name": "pictures", "technique_id": "T1530"}]})";
  const auto scenario = parse_flow(kFlow, "technique\tT1530\t0 0 0 0 0 0 1000\t-\t\n", "flow.json");
  ASSERT_TRUE(scenario.has_value()) << scenario.error().message;
  const auto& one = scenario->intrusions.front();
  EXPECT_EQ(one.entry, "exposed-service-exploit");
  ASSERT_EQ(one.steps.size(), 4U);
  std::map<std::string, std::string> hosts;
  for (const ScenarioStep& step : one.steps) hosts[step.technique] = step.host;
  EXPECT_EQ(hosts,
            (std::map<std::string, std::string>{
                {"T1190", "web"}, {"T1021.002", "fs"}, {"T1003.001", "fs"}, {"T1530", "cloud"}}));
  const auto made = compose(*scenario, 1);
  ASSERT_TRUE(made.has_value());
  EXPECT_GT(check_places(*made), 60U);
}

TEST(Compose, ABlockedStepLeavesTheRecordOfItsRefusalOrNone) {
  const auto scenario = parse_scenario(R"(
schema: interdict.scenario/1
name: blocked
site: {workstations: 1}
intrusions:
  - name: one
    steps:
      - {technique: T1204.002, host: ws1, outcome: blocked}
      - {technique: T1547.001, outcome: blocked}
)",
                                       "blocked.yml");
  ASSERT_TRUE(scenario.has_value());
  const auto made = compose(*scenario, 1);
  ASSERT_TRUE(made.has_value());
  EXPECT_EQ(records_of(*made, "\"EventID\":8004"), 1U);
  const auto truth = truth_of(*made);
  const json::Value& one = list_at(truth, "intrusions").front();
  EXPECT_TRUE(one.find("furthest_stage")->is_null());
  ASSERT_THAT(list_at(one, "unrendered"), testing::SizeIs(1));
  EXPECT_EQ(text_at(list_at(one, "unrendered").front(), "technique"), "T1547.001");
}

TEST(Compose, HostsAndDaysGrowTheSite) {
  const Composition base = made();
  EXPECT_EQ(made({{"workstations", "9"}}).logs.size(), base.logs.size() + 4);
  EXPECT_GT(records_of(made({{"days", "3"}})), 2 * records_of(base));
}

TEST(Compose, NetworkOfTheSiteCanBeChosen) {
  const Composition inside = made({{"network", "10.20.30"}});
  EXPECT_EQ(records_of(inside, "192.0.2."), 0U);
  EXPECT_GT(records_of(inside, "10.20.30."), 0U);
}

TEST(Compose, RefusesWhatDoesNotFit) {
  EXPECT_FALSE(compose(story({{"intrusions", "5"}, {"workstations", "4"}}), 1).has_value());
  EXPECT_FALSE(compose(story({{"days", "200"}, {"records", "100000"}}), 1).has_value());
  EXPECT_FALSE(compose(story({{"skew", "nowhere=5m"}}), 1).has_value());
  EXPECT_FALSE(compose(story({{"remove", "sysmon@nowhere"}}), 1).has_value());
}

TEST(Compose, EveryAddressIsOfDocumentation) {
  const Composition all = made();
  for (const LogFile& file : all.logs) {
    std::size_t at = 0;
    for (const std::string_view key : {"Ip\":\"", "IpAddress\":\""}) {
      while ((at = file.content.find(key, at)) != std::string::npos) {
        at += key.size();
        const std::string value = file.content.substr(at, file.content.find('"', at) - at);
        if (value == "-" || value == "127.0.0.1") continue;
        EXPECT_THAT(value, testing::MatchesRegex(
                               "(::ffff:)?(192\\.0\\.2|198\\.51\\.100|203\\.0\\.113)\\.[0-9]+"));
      }
      at = 0;
    }
  }
}

struct Fault {
  const char* name;
  const char* text;
  std::uint32_t line;
};

class BadScenario : public testing::TestWithParam<Fault> {};

TEST_P(BadScenario, IsRefusedAtItsLine) {
  const auto scenario = parse_scenario(GetParam().text, "bad.yml");
  ASSERT_FALSE(scenario.has_value());
  EXPECT_EQ(scenario.error().where.file, "bad.yml");
  EXPECT_EQ(scenario.error().where.line, GetParam().line);
}

INSTANTIATE_TEST_SUITE_P(
    Faults, BadScenario,
    testing::Values(
        Fault{"NoSchema", "name: x\n", 0},
        Fault{"UnknownKey", "schema: interdict.scenario/1\nname: x\nknops: {}\n", 3},
        Fault{"UnknownKnob", "schema: interdict.scenario/1\nname: x\nknobs:\n  speed: 3\n", 4},
        Fault{"DwellTooLong", "schema: interdict.scenario/1\nname: x\nknobs:\n  dwell: 181d\n", 4},
        Fault{"StormTooLarge", "schema: interdict.scenario/1\nname: x\nknobs:\n  storm: 1000001\n",
              4},
        Fault{"TooManyIntrusions",
              "schema: interdict.scenario/1\nname: x\nknobs:\n  intrusions: 6\n", 4},
        Fault{"NoSuchSource", "schema: interdict.scenario/1\nname: x\nknobs: {remove: radio}\n", 3},
        Fault{"CauseAhead",
              "schema: interdict.scenario/1\nname: x\nintrusions:\n  - name: a\n    steps:\n"
              "      - {technique: T1082, host: ws1, cause: 1}\n",
              6},
        Fault{"NoHost",
              "schema: interdict.scenario/1\nname: x\nintrusions:\n  - name: a\n    steps:\n"
              "      - {technique: T1082}\n",
              6}),
    [](const auto& param) { return std::string(param.param.name); });

TEST(Duration, ReadsUnits) {
  EXPECT_EQ(parse_duration("90s"), 90 * kSecondMs);
  EXPECT_EQ(parse_duration("-19h"), -19 * kHourMs);
  EXPECT_EQ(parse_duration("180d"), 180 * kDayMs);
  EXPECT_EQ(parse_duration("5"), std::nullopt);
  EXPECT_EQ(parse_duration(""), std::nullopt);
  EXPECT_EQ(parse_duration("9999999999d"), std::nullopt);
}

/// Every template, alone on its host, writes records that the truth points at.
TEST(Technique, EveryTemplateLeavesRecords) {
  for (const TechniqueRow& row : technique_table()) {
    for (const auto& [host, render] : {std::pair("ws1", row.windows), std::pair("web", row.posix),
                                       std::pair("cloud", row.cloud)}) {
      if (render == nullptr) continue;
      Scenario scenario;
      scenario.name = "one";
      scenario.workstations = 1;
      scenario.records = 0;
      scenario.web = true;
      scenario.cloud = true;
      ScenarioIntrusion one;
      one.name = "one";
      one.start_ms = 9 * kHourMs;
      one.dwell_ms = kHourMs;
      one.steps.resize(1);
      one.steps.front().technique = row.id;
      one.steps.front().host = host;
      scenario.intrusions = {one};
      for (const bool blocked : {false, shows_blocked(render)}) {
        scenario.intrusions.front().steps.front().blocked = blocked;
        const auto made = compose(scenario, 1);
        ASSERT_TRUE(made.has_value());
        EXPECT_GT(check_places(*made), 0U) << row.id << " on " << host;
      }
    }
  }
}

TEST(Technique, SubTechniqueFallsBackToItsParent) {
  ASSERT_NE(find_technique("T1547.009"), nullptr);
  EXPECT_EQ(find_technique("T1547.009")->id, "T1547");
  EXPECT_EQ(find_technique("T9999"), nullptr);
  EXPECT_EQ(find_technique(""), nullptr);
}

}  // namespace
}  // namespace interdict::simulate
