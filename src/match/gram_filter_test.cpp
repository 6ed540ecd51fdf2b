#include "match/gram_filter.hpp"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/unicode.hpp"

namespace interdict::match {
namespace {

TEST(GramFilter, LetsThroughEveryPlaceAndLetterCase) {
  const std::vector<std::string> literals = {"sekurlsa::", "EVENT::clear"};
  const GramFilter filter(literals);
  ASSERT_TRUE(filter.usable());
  for (std::size_t before = 0; before < 20; ++before) {
    const std::string space(before, '.');
    EXPECT_TRUE(filter.may_hold(space + "SeKurLsa::"));
    EXPECT_TRUE(filter.may_hold(space + "sekurlsa::" + space));
    EXPECT_TRUE(filter.may_hold(space + "event::CLEAR" + space));
  }
}

TEST(GramFilter, SaysNo) {
  const std::vector<std::string> literals = {"sekurlsa::"};
  const GramFilter filter(literals);
  EXPECT_FALSE(filter.may_hold(""));
  EXPECT_FALSE(filter.may_hold("sekurlsa"));
  EXPECT_FALSE(filter.may_hold("C:\\Windows\\System32\\svchost.exe -k netsvcs"));
  EXPECT_FALSE(
      filter.may_hold("Gr\xc3\xbc\xc3\x9f"
                      "e aus dem Norden"));
}

TEST(GramFilter, ShortLiteralsAndNoneAreNotUsable) {
  const std::vector<std::string> literals = {"abcdef", "abc"};
  EXPECT_FALSE(GramFilter(literals).usable());
  EXPECT_FALSE(GramFilter(std::span<const std::string>{}).usable());
}

/// Every character whose folding is ASCII must pass: the literal may stand there.
TEST(GramFilter, NoCharacterFoldsToAsciiUnseen) {
  const std::vector<std::string> literals = {"literal"};
  const GramFilter filter(literals);
  std::size_t folding = 0;
  for (char32_t c = 0x80; c < 0x110000; ++c) {
    if (c >= 0xD800 && c < 0xE000) continue;
    if (fold_case(c) >= 0x80) continue;
    ++folding;
    for (std::size_t before = 0; before < 24; ++before) {
      for (const std::size_t after : {0U, 1U, 5U, 9U}) {
        std::string text(before, '.');
        append_utf8(c, text);
        text.append(after, '.');
        // With fewer bytes than the literal's it cannot stand there.
        EXPECT_EQ(filter.may_hold(text), text.size() >= literals[0].size())
            << static_cast<std::uint32_t>(c) << " at " << before << " of " << text.size();
      }
    }
  }
  EXPECT_GE(folding, 2U);
}

/// Texts of few different characters, so that parts of literals are everywhere, at every length
/// around those of a block.
TEST(GramFilter, ManyPlacesAtOnceSayWhatOneAtATimeSays) {
  std::mt19937 random(5);
  const std::string letters = "aAbB:\\\xc5\xbf";
  std::size_t held = 0;
  for (int round = 0; round < 60; ++round) {
    std::vector<std::string> literals(1 + random() % 40);
    for (auto& literal : literals) {
      literal.resize(GramFilter::kMinLiteral + random() % 12);
      for (char& c : literal) c = letters[random() % 6];
    }
    const GramFilter filter(literals);
    for (std::size_t size = 0; size < 140; ++size) {
      std::string text(size, '.');
      for (char& c : text) {
        const auto what = random() % (letters.size() + 40);
        c = what < letters.size() ? letters[what] : letters[what % 6];
      }
      if (random() % 2 == 0) std::ranges::replace(text, 'a', '.');
      const bool expected = filter.may_hold_reference(text);
      held += expected ? 1 : 0;
      ASSERT_EQ(filter.may_hold(text), expected) << text;
    }
  }
  EXPECT_GT(held, 500U);
  EXPECT_LT(held, 60U * 140U);
}

}  // namespace
}  // namespace interdict::match
