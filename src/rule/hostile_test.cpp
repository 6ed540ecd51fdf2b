#include <string>

#include <gmock/gmock.h>

#include "rule/condition.hpp"
#include "rule/link.hpp"
#include "rule/test_rule.hpp"
#include "yaml/reader.hpp"

/// Rules made to hurt: each is refused with a place and a code, and the document before it is read.
namespace interdict::rule {
namespace {

const std::string kGood = with_item("A: x") + "---\n";

void expect_refused(const std::string& bad, std::string_view code) {
  const ParsedFile file = parse_rules(kGood + bad, "f.yml");
  EXPECT_EQ(file.rules.size(), 1u);
  EXPECT_EQ(file.refused, 1u);
  ASSERT_FALSE(file.diagnostics.empty());
  EXPECT_EQ(file.diagnostics.back().code, code) << file.diagnostics.back().message;
  EXPECT_GT(file.diagnostics.back().line, 6u);
}

std::string repeated(std::string_view text, std::size_t times) {
  std::string out;
  out.reserve(text.size() * times);
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

TEST(Hostile, AYamlBombIsRefused) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" +
            repeated(before + ", ", 8) + before + "]\n";
  }
  expect_refused(bomb, "S002");
}

TEST(Hostile, AMillionLevelsAreRefused) {
  expect_refused("title: " + repeated("[", 1'000'000), "S002");
  expect_refused("title:\n  " + repeated("- ", 1'000'000), "S002");
  expect_refused(repeated("{a: ", 1'000'000), "S002");
}

TEST(Hostile, AHundredMegabytesAreRefusedUnread) {
  const ParsedFile file = parse_rules(std::string(std::size_t{100} << 20U, 'a'), "f.yml");
  ASSERT_EQ(file.diagnostics.size(), 1u);
  EXPECT_EQ(file.diagnostics[0].code, "S002");
  EXPECT_EQ(file.refused, 1u);
}

TEST(Hostile, NotUtf8IsRefusedWithItsPlace) {
  const ParsedFile file = parse_rules("title: T\nlevel: \xc3\x28\n", "f.yml");
  ASSERT_EQ(file.diagnostics.size(), 1u);
  EXPECT_EQ(file.diagnostics[0].code, "S003");
  EXPECT_EQ(file.diagnostics[0].line, 2u);
  EXPECT_EQ(file.diagnostics[0].column, 8u);
}

TEST(Hostile, ConditionsAreBounded) {
  const auto with_condition = [](const std::string& condition) {
    return with_detection("    s:\n        A: x\n    condition: " + condition + "\n");
  };
  expect_refused(with_condition(repeated("not ", 100'000) + "s"), "S034");
  expect_refused(with_condition(repeated("(", 10'000) + "s"), "S034");
  expect_refused(with_condition("[" + repeated("s, ", 1000) + "s]"), "S034");
}

TEST(Hostile, PatternsOverManyIdentifiersAreBounded) {
  std::string detection;
  for (int i = 0; i < 2000; ++i) detection += "    s" + std::to_string(i) + ": {A: x}\n";
  expect_refused(
      with_detection(detection + "    condition: " + repeated("1 of s* or ", 2000) + "s1\n"),
      "S034");
}

TEST(Hostile, ALongGlobalBeforeManyDocumentsIsBounded) {
  std::string text = "action: global\ntitle: G\nfields: [" + repeated("x, ", 100'000) + "x]\n";
  text += repeated("---\nlevel: low\n", 50);
  const ParsedFile file = parse_rules(text, "f.yml");
  EXPECT_THAT(codes_of(file), testing::Contains("S002"));
}

}  // namespace
}  // namespace interdict::rule
