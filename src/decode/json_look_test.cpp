#include "decode/json_look.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "decode/text/told_testing.hpp"

namespace interdict::decode {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::string_view kTime = "\"time\":\"2024-01-02T03:04:05Z\"";

TEST(JsonLook, AWrapperHoldsRecordsWithATime) {
  const auto wraps = [](std::string_view text) { return look_at_json(text, true).wrapper_size; };
  const std::string element = "{" + std::string(kTime) + "}";
  EXPECT_EQ(wraps("{\"Records\":[" + element + "]}"), 12U);
  EXPECT_EQ(wraps("{\"@odata.context\":\"x\",\"n\":1,\"value\" : [ " + element + "]}"), 39U);
  EXPECT_EQ(wraps("{\"took\":1,\"hits\":{\"total\":{\"value\":1},\"hits\":[" + element + "]}}"),
            46U);
  EXPECT_EQ(wraps("{\"logEvents\":[{\"timestamp\":1700000000123}]}"), 14U);
  EXPECT_EQ(wraps("{\"Records\":[{\"a\":1}]}"), 0U);  // no time in it
  EXPECT_EQ(wraps("{" + std::string(kTime) + ",\"events\":[" + element + "]}"), 0U);  // its own
  EXPECT_EQ(wraps("{" + std::string(kTime) + ",\"events\":[" + element + "," + element + "]}"),
            41U);
  EXPECT_EQ(wraps("{\"a\":{\"Records\":[" + element + "]}}"), 0U);
  EXPECT_EQ(wraps("{\"data\":{\"Records\":[" + element + "]}}"), 20U);
  EXPECT_EQ(wraps("{\"Records\":[1,2]}"), 0U);
}

TEST(JsonLook, AnArrayOfAnyNameIfNothingElseBearsATime) {
  const auto wraps = [](std::string_view text) { return look_at_json(text, true).wrapper_size; };
  const std::string element = "{" + std::string(kTime) + "}";
  EXPECT_EQ(wraps("{\"n\":1,\"other\":[" + element + "]}"), 16U);
  EXPECT_EQ(wraps("{\"response\":{\"authlogs\":[" + element + "],\"n\":{}}}"), 25U);
  EXPECT_EQ(wraps("{\"snapshot\":[" + element + "],\"unixTime\":1700000000}"), 0U);
  EXPECT_EQ(wraps("{" + std::string(kTime) + ",\"other\":[" + element + "," + element + "]}"), 0U);
  EXPECT_EQ(wraps("{\"a\":{\"b\":1},\"other\":[" + element + "]}"), 0U);
  EXPECT_EQ(wraps("{\"other\":[{\"deep\":" + element + "}]}"), 0U);
}

TEST(JsonLook, ATimeAsWindowsPowerShellWritesIt) {
  const std::string text =
      R"([{"TimeCreated":"\/Date(1700000000123)\/","a":")" + std::string(300, 'x') + "\"}]";
  EXPECT_TRUE(sniff(as_byte_span(text), "x").is_log);
}

TEST(JsonLook, TheDecoderReadsTheElementsOfAWrapper) {
  const std::string text =
      "{\n \"n\": 1,\n \"Records\": [\n  {\"a\":\"2024-01-02T03:04:05Z\"},\n  {\"b\":2}\n ],\n "
      "\"c\":[{}]}\n"
      "{\"Records\":[{\"a\":\"2024-01-02T03:04:06Z\"}]}\n{\"d\":1}";
  const auto told = tell("ndjson", text);
  EXPECT_THAT(told.records, ElementsAre("4@27: a=2024-01-02T03:04:05Z", "5@59: b=2",
                                        "8@94: a=2024-01-02T03:04:06Z", "9@125: d=1"));
  EXPECT_THAT(told.skipped, IsEmpty());
  EXPECT_EQ(told.bytes, text.size());
  for (std::size_t size = 0; size < text.size(); ++size) {
    const auto cut = tell("ndjson", text.substr(0, size));
    ASSERT_EQ(cut.bytes, size);
    ASSERT_EQ(tell("ndjson", text.substr(0, size), 3).all, cut.all);
  }
  EXPECT_THAT(tell("ndjson", text.substr(0, 75)).skipped, ElementsAre("truncated 0 0@75"));
}

TEST(JsonLook, DocumentsAreNoLogs) {
  const auto told = [](std::string_view text) {
    const auto found = sniff(as_byte_span(text), "x");
    return std::string(found.format) + (found.is_log ? "" : " (no log)");
  };
  EXPECT_EQ(told(R"({"$schema":"x","type":"object"})"), "json-schema (no log)");
  EXPECT_EQ(
      told(R"({"type":"bundle","id":"bundle--1","objects":[{"created":"2024-01-02T03:04:05Z"}]})"),
      "stix (no log)");
  EXPECT_EQ(told(R"({"schema":"attack_flow_v2","objects":[]})"), "attack-flow (no log)");
  EXPECT_EQ(told(R"({"name":"x","versions":{},"domain":"enterprise-attack","techniques":[]})"),
            "navigator (no log)");
  EXPECT_EQ(told("{\n\"list\": [\n\"" + std::string(300, 'x') + "\"]}\n"), "json (no log)");
  EXPECT_EQ(told("{\"a\":\"" + std::string(kSniffBytes, 'x')), "json (no log)");
}

TEST(JsonLook, RecordsAreLogsWithOrWithoutATime) {
  const auto told = [](const std::string& text) { return sniff(as_byte_span(text), "x").is_log; };
  const std::string long_one = "{\n\"a\":\"" + std::string(300, 'x') + "\"";
  EXPECT_TRUE(told(long_one + "," + std::string(kTime) + "}"));
  EXPECT_TRUE(told(long_one + "}\n" + long_one + "}"));
  EXPECT_TRUE(told("{\"a\":1}\n"));
  EXPECT_TRUE(told("{\"domain\":\"x\",\"a\":1}\n"));
}

}  // namespace
}  // namespace interdict::decode
