#include "match/wildcard.hpp"

#include <random>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/unicode.hpp"

namespace interdict::match {
namespace {

/// `*` any, `?` one; nothing else is special.
std::vector<PatternPart> parts_of(std::string_view text) {
  std::vector<PatternPart> parts;
  for (const char c : text) {
    if (c == '*') {
      parts.push_back({PatternPart::Kind::any, {}});
    } else if (c == '?') {
      parts.push_back({PatternPart::Kind::one, {}});
    } else if (!parts.empty() && parts.back().kind == PatternPart::Kind::literal) {
      parts.back().text += c;
    } else {
      parts.push_back({PatternPart::Kind::literal, std::string(1, c)});
    }
  }
  return parts;
}

bool matches(std::string_view pattern, std::string_view text, TextForm form) {
  const auto parts = parts_of(pattern);
  return Pattern(parts, form).matches(to_form(text, form));
}

struct Case {
  std::string_view pattern;
  std::string_view text;
  bool expected;
};

TEST(Wildcard, CoversTheWholeTextWithoutCase) {
  const Case cases[] = {
      {"", "", true},
      {"", "a", false},
      {"*", "", true},
      {"*", "anything", true},
      {"**", "x", true},
      {"?", "", false},
      {"?", "a", true},
      {"?", "ab", false},
      {"cmd.exe", "CMD.EXE", true},
      {"cmd.exe", "cmd.exe ", false},
      {"cmd*", "cmd", true},
      {"*\\cmd.exe", "C:\\Windows\\CMD.exe", true},
      {"*\\cmd.exe", "C:\\Windows\\cmd.exe.bak", false},
      {"*whoami*", "cmd /c WhoAmI /all", true},
      {"a*b*c", "aXbXc", true},
      {"a*b*c", "abc", true},
      {"a*b*c", "acb", false},
      {"ab*ba", "aba", false},  // the ends may not share a character
      {"a*a", "a", false},
      {"*a?c", "abcaxc", true},
      {"*a?c*", "aacc", true},
      {"a??", "abc", true},
      {"a??", "ab", false},
      {"?b*", "ab", true},
      {"*?", "", false},
      {"?*?", "a", false},
      {"?*?", "ab", true},
      {"???", "äöü", true},          // `?` is one character, not one byte
      {"*?é", "xÉ", true},           // simple folding is not ASCII only
      {"straße", "STRASSE", false},  // simple, not full folding
      {"ΑΣ", "ας", true},            // final sigma folds to sigma
      {"a?c", "a\xffoc", false},
      {"a?c",
       "a\xff"
       "c",
       true},  // an ill-formed byte is one character
      {"*?c",
       "\xe2\x80"
       "c",
       true},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(matches(c.pattern, c.text, {.folded = true}), c.expected)
        << c.pattern << " on " << c.text;
  }
}

TEST(Wildcard, CasedComparesAsWritten) {
  EXPECT_TRUE(matches("*Cmd*", "xCmdx", {}));
  EXPECT_FALSE(matches("*Cmd*", "xcmdx", {}));
}

TEST(Wildcard, DashesFoldToOne) {
  EXPECT_EQ(fold_dashes("-a /b \u2013c \u2014d \u2015e \u2012f"), "-a -b -c -d -e \u2012f");
  const TextForm form{.folded = true, .dashes = true};
  for (const auto* text : {"x -s y", "x /S y", "x \u2013s y", "x \u2014s y", "x \u2015s y"}) {
    EXPECT_TRUE(matches("* -s *", text, form)) << text;
    EXPECT_TRUE(matches("* /s *", text, form)) << text;
    EXPECT_TRUE(matches("x ?s y", text, form)) << text;
  }
  EXPECT_FALSE(matches("* -s *", "x _s y", form));
}

TEST(Wildcard, WidensUnlessWideAlready) {
  EXPECT_EQ(widen(parts_of("a"), true, true), parts_of("*a*"));
  EXPECT_EQ(widen(parts_of("*a"), true, true), parts_of("*a*"));
  EXPECT_EQ(widen(parts_of("a"), true, false), parts_of("*a"));
  EXPECT_EQ(widen(parts_of("a?b"), false, true), parts_of("a?b*"));
  EXPECT_EQ(widen({}, false, true), parts_of("*"));
  EXPECT_EQ(widen({}, true, true), parts_of("*"));
}

/// The definition, character by character, exponential: what the fast one must agree with.
bool by_definition(std::u32string_view pattern, std::u32string_view text) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] == U'*') {
    return by_definition(pattern.substr(1), text) ||
           (!text.empty() && by_definition(pattern, text.substr(1)));
  }
  return !text.empty() && (pattern[0] == U'?' || pattern[0] == text[0]) &&
         by_definition(pattern.substr(1), text.substr(1));
}

TEST(Wildcard, AgreesWithTheDefinitionOnRandomCases) {
  std::mt19937 random(7);
  const std::u32string alphabet = U"aaé*?";
  int matched = 0;
  for (int i = 0; i < 20000; ++i) {
    std::u32string pattern;
    std::u32string text;
    for (auto n = random() % 7; n > 0; --n) pattern += alphabet[random() % 5];
    for (auto n = random() % 8; n > 0; --n) text += alphabet[random() % 3];
    std::vector<PatternPart> parts;
    for (const char32_t c : pattern) {
      PatternPart part;
      if (c == U'*') part.kind = PatternPart::Kind::any;
      if (c == U'?') part.kind = PatternPart::Kind::one;
      if (part.kind == PatternPart::Kind::literal) append_utf8(c, part.text);
      parts.push_back(part);
    }
    std::string utf8;
    for (const char32_t c : text) append_utf8(c, utf8);
    const bool expected = by_definition(pattern, text);
    ASSERT_EQ(Pattern(parts, {}).matches(utf8), expected) << utf8;
    matched += expected ? 1 : 0;
  }
  EXPECT_GT(matched, 1000);
}

TEST(Wildcard, ManyStarsStayLinear) {
  std::string pattern;
  for (int i = 0; i < 200; ++i) pattern += "*a";
  pattern += "*b";
  // Backtracking would not end in our lifetime.
  EXPECT_FALSE(matches(pattern, std::string(100000, 'a'), {.folded = true}));
}

}  // namespace
}  // namespace interdict::match
