#include "match/regex.hpp"

#include <algorithm>
#include <random>
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

/// The run of characters is read without the library; the group keeps the other from being so.
TEST(Regex, ARunOfCharactersIsWhatTheLibraryFinds) {
  const std::string_view pieces[] = {
      "a",        "\n",   "\xc3\xa9",     "\xe2\x82\xac", "\xf0\x9f\x98\x80", "\xff",        "\xc3",
      "\xe2\x82", "\x80", "\xed\xa0\x80", "\r",           "\xc0\xaf",         "\xe0\x80\x80"};
  std::mt19937 random(5);
  std::size_t found = 0;
  for (const std::string_view count : {"{3,}", "{3}", "{3,9}", "{5,5}", "{1,}"}) {
    for (const bool across : {false, true}) {
      const RegexFlags flags{.dot_all = across};
      const auto ours = Regex::compile("." + std::string(count), flags, {});
      const auto library = Regex::compile("(?:.)" + std::string(count), flags, {});
      ASSERT_TRUE(ours && library);
      for (int i = 0; i < 2000; ++i) {
        std::string text;
        for (auto n = random() % 8; n > 0; --n) text += pieces[random() % std::size(pieces)];
        ASSERT_EQ(ours->search(text), library->search(text))
            << count << " " << testing::PrintToString(text);
        found += ours->search(text) ? 1 : 0;
      }
    }
  }
  EXPECT_GT(found, 1000U);
}

TEST(RegexFilter, NoMatchIsLeftOut) {
  const std::string_view patterns[] = {
      "abc.*def", "(?:abc|xyz)[0-9]", "^\\d+$",         "a+",      "(?i)HELLO world",
      "x{3,5}y",  "\\bcmd\\b",        "foo(?:bar)?baz", "[a-c]bc", "cmd\\.exe"};
  std::vector<Regex> regexes;
  RegexFilter filter;
  for (const auto pattern : patterns) {
    auto made = Regex::compile(pattern, {.ignore_case = pattern[0] == 'a'}, {});
    ASSERT_TRUE(made);
    regexes.push_back(std::move(*made));
    filter.add(regexes.back(), static_cast<std::uint32_t>(regexes.size() - 1));
  }
  filter.build();
  const std::string_view pieces[] = {"abc",     "def",         "DEF",    "xyz",   "7",
                                     "aaa",     "hello WORLD", "xxxxy",  " cmd ", "foobaz",
                                     "CMD.exe", ".",           "foobar", "baz",   " "};
  std::mt19937 random(9);
  RegexFilter::Work work;
  std::size_t named = 0;
  for (int i = 0; i < 3000; ++i) {
    std::string text;
    for (auto n = random() % 5; n > 0; --n) text += pieces[random() % std::size(pieces)];
    std::string lowered = text;
    for (auto& c : lowered) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    std::vector<std::uint32_t> candidates;
    filter.candidates(lowered, work, candidates);
    named += candidates.size();
    for (std::uint32_t id = 0; id < regexes.size(); ++id) {
      if (!regexes[id].search(text)) continue;
      EXPECT_TRUE(std::ranges::find(candidates, id) != candidates.end())
          << patterns[id] << " " << text;
    }
  }
  EXPECT_LT(named, 3000 * regexes.size() / 2);
}

}  // namespace
}  // namespace interdict::match
