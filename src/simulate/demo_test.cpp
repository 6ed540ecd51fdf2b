#include "simulate/demo.hpp"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "attack/stage.hpp"
#include "json/reader.hpp"
#include "sensors/machine.hpp"

namespace interdict::simulate {

using sensors::iso_time;
using sensors::Random;
namespace {

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

std::string text_at(const json::Value& object, std::string_view key) {
  const json::Value* value = object.find(key);
  return value != nullptr && value->string() != nullptr ? *value->string() : std::string();
}

std::int64_t number_at(const json::Value& object, std::string_view key) {
  const json::Value* value = object.find(key);
  return value == nullptr ? -1 : value->integer().value_or(-1);
}

/// Every record of a run, parsed, by file and line.
std::map<std::string, std::vector<json::Value>> parse_logs(const DemoLogs& demo) {
  std::map<std::string, std::vector<json::Value>> logs;
  for (const LogFile& file : demo.logs) {
    for (const std::string_view line : lines_of(file.content)) {
      auto record = json::parse(line);
      EXPECT_TRUE(record.has_value()) << file.name << ": " << line;
      if (record) logs[file.name].push_back(*std::move(record));
    }
  }
  return logs;
}

const json::Value::Array& steps_of(const json::Value& truth) {
  return *truth.find("intrusions")->array()->front().find("steps")->array();
}

TEST(Demo, same_seed_same_bytes) {
  const DemoLogs one = make_demo(7);
  const DemoLogs two = make_demo(7);
  ASSERT_EQ(one.logs.size(), two.logs.size());
  for (std::size_t i = 0; i < one.logs.size(); ++i) {
    EXPECT_EQ(one.logs[i].name, two.logs[i].name);
    EXPECT_TRUE(one.logs[i].content == two.logs[i].content) << one.logs[i].name;
  }
  EXPECT_EQ(one.truth, two.truth);
}

TEST(Demo, other_seed_other_bytes) {
  const DemoLogs one = make_demo(7);
  const DemoLogs two = make_demo(8);
  for (std::size_t i = 0; i < one.logs.size(); ++i) {
    EXPECT_FALSE(one.logs[i].content == two.logs[i].content) << one.logs[i].name;
  }
}

TEST(Demo, every_line_is_a_record_and_time_does_not_go_back) {
  const DemoLogs demo = make_demo(1);
  std::size_t records = 0;
  for (const auto& [name, log] : parse_logs(demo)) {
    std::string last;
    for (const json::Value& record : log) {
      const std::string time = text_at(record, "@timestamp");
      EXPECT_LE(last, time) << name;
      last = time;
      EXPECT_FALSE(text_at(record, "Channel").empty());
      EXPECT_EQ(text_at(record, "Hostname") + ".jsonl", name);
      EXPECT_GT(number_at(record, "EventID"), 0);
      ++records;
    }
  }
  EXPECT_GE(records, 5000U);
  EXPECT_LE(records, 20000U);
}

TEST(Demo, truth_points_at_records_of_its_step) {
  for (const std::uint64_t seed : {2U, 99U}) {
    const DemoLogs demo = make_demo(seed);
    const auto logs = parse_logs(demo);
    const auto truth = json::parse(demo.truth);
    ASSERT_TRUE(truth.has_value());
    EXPECT_EQ(number_at(*truth, "seed"), static_cast<std::int64_t>(seed));
    std::set<std::pair<std::string, std::int64_t>> seen;
    std::int64_t number = 0;
    std::string last;
    for (const json::Value& step : steps_of(*truth)) {
      EXPECT_EQ(number_at(step, "step"), ++number);
      EXPECT_TRUE(attack::parse_stage(text_at(step, "stage")).has_value());
      EXPECT_LE(last, text_at(step, "time"));
      last = text_at(step, "time");
      const json::Value* cause = step.find("caused_by");
      ASSERT_NE(cause, nullptr);
      EXPECT_EQ(cause->is_null(), number == 1);
      EXPECT_LT(cause->integer().value_or(0), number);
      const json::Value::Array& records = *step.find("records")->array();
      ASSERT_FALSE(records.empty());
      for (const json::Value& place : records) {
        const std::string file = text_at(place, "file");
        const std::int64_t line = number_at(place, "line");
        ASSERT_TRUE(logs.contains(file));
        ASSERT_GE(line, 1);
        ASSERT_LE(static_cast<std::size_t>(line), logs.at(file).size());
        const json::Value& record = logs.at(file)[static_cast<std::size_t>(line - 1)];
        EXPECT_EQ(text_at(record, "Hostname"), text_at(step, "host"));
        EXPECT_GE(text_at(record, "@timestamp"), text_at(step, "time"));
        EXPECT_TRUE(seen.insert({file, line}).second) << "one record, two steps";
      }
    }
    EXPECT_EQ(number, static_cast<std::int64_t>(steps_of(*truth).size()));
  }
}

TEST(Demo, covers_the_stages_that_logs_can_show) {
  const DemoLogs demo = make_demo(3);
  const auto truth = json::parse(demo.truth);
  ASSERT_TRUE(truth.has_value());
  std::set<std::string> stages;
  for (const json::Value& step : steps_of(*truth)) stages.insert(text_at(step, "stage"));
  EXPECT_THAT(stages,
              testing::UnorderedElementsAre("delivery", "exploitation", "installation",
                                            "command-and-control", "actions-on-objectives"));
}

TEST(Demo, processes_chain_to_a_parent_that_was_started_before) {
  const auto logs = parse_logs(make_demo(5));
  std::size_t chained = 0;
  for (const auto& [name, log] : logs) {
    std::set<std::string> started;
    for (const json::Value& record : log) {
      if (number_at(record, "EventID") != 1) continue;
      EXPECT_TRUE(started.insert(text_at(record, "ProcessGuid")).second) << "guid used twice";
      chained += started.count(text_at(record, "ParentProcessGuid"));
    }
  }
  EXPECT_GE(chained, 10U);
}

TEST(Demo, addresses_are_of_the_documentation_ranges) {
  for (const auto& [name, log] : parse_logs(make_demo(11))) {
    for (const json::Value& record : log) {
      for (const std::string_view key : {"SourceIp", "DestinationIp", "IpAddress"}) {
        const std::string address = text_at(record, key);
        if (address.empty() || address == "-" || address == "127.0.0.1") continue;
        EXPECT_THAT(address, testing::AnyOf(testing::StartsWith("192.0.2."),
                                            testing::StartsWith("198.51.100."),
                                            testing::StartsWith("203.0.113.")));
      }
    }
  }
}

TEST(Random, is_splitmix64) {
  // First outputs for the state 1234567 (the published reference implementation).
  Random random(1234567);
  EXPECT_EQ(random.next(), 6457827717110365317ULL);
  EXPECT_EQ(random.next(), 3203168211198807973ULL);
}

TEST(IsoTime, knows_leap_years) {
  EXPECT_EQ(iso_time(0), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(iso_time(951'782'400'123), "2000-02-29T00:00:00.123Z");
}

}  // namespace
}  // namespace interdict::simulate
