#include "match/regex.hpp"

#include <string>

#include <gtest/gtest.h>

namespace interdict::match {
namespace {

const Where kWhere{.file = "rule.yml", .line = 12, .rule_id = "r"};

bool search(std::string_view pattern, RegexFlags flags, std::string_view text) {
  const auto regex = Regex::compile(pattern, flags, kWhere);
  EXPECT_TRUE(regex.has_value()) << pattern;
  return regex && regex->search(text);
}

TEST(Regex, SearchesUnanchoredAndCaseSensitively) {
  EXPECT_TRUE(search("b.d", {}, "abcde"));
  EXPECT_FALSE(search("B.D", {}, "abcde"));
  EXPECT_FALSE(search("^b", {}, "abcde"));
  EXPECT_TRUE(search("e$", {}, "abcde"));
  EXPECT_TRUE(search("^ä.ü$", {}, "äöü"));
  EXPECT_TRUE(search("(?i)WHO", {}, "who"));
  EXPECT_TRUE(search("", {}, ""));
}

TEST(Regex, FlagsHold) {
  EXPECT_TRUE(search("B|x", {.ignore_case = true}, "abc"));
  EXPECT_FALSE(search("^b$", {}, "a\nb\nc"));
  EXPECT_TRUE(search("^b$", {.multi_line = true}, "a\nb\nc"));
  EXPECT_FALSE(search("a.b", {}, "a\nb"));
  EXPECT_TRUE(search("a.b", {.dot_all = true}, "a\nb"));
  EXPECT_TRUE(
      search("^B.C$", {.ignore_case = true, .multi_line = true, .dot_all = true}, "a\nb\nc"));
}

TEST(Regex, RefusesWithCodeAndPlace) {
  const struct {
    std::string pattern;
    Errc code;
  } cases[] = {
      {"(a", Errc::syntax},
      {"[a", Errc::syntax},
      {"a(?=b)", Errc::unsupported},
      {"(a)\\1", Errc::unsupported},
      {std::string(Regex::kMaxPatternBytes + 1, 'a'), Errc::limit},
      {"((((a{100}){100}){100}){100}){100}", Errc::unsupported},
  };
  for (const auto& c : cases) {
    const auto regex = Regex::compile(c.pattern, {}, kWhere);
    ASSERT_FALSE(regex.has_value()) << c.pattern;
    EXPECT_EQ(regex.error().code, c.code) << regex.error().message;
    EXPECT_EQ(regex.error().where.file, "rule.yml");
    EXPECT_EQ(regex.error().where.line, 12U);
  }
}

TEST(Regex, ProgramMemoryIsBounded) {
  const auto regex = Regex::compile("(\\pL{900}\\pN{900}){1}(\\pL{900}\\pN{900})", {}, kWhere);
  ASSERT_FALSE(regex.has_value());
  EXPECT_EQ(regex.error().code, Errc::limit);
}

}  // namespace
}  // namespace interdict::match
