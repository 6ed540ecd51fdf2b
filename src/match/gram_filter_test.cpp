#include "match/gram_filter.hpp"

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
    std::string text;
    append_utf8(c, text);
    EXPECT_TRUE(filter.may_hold(text)) << static_cast<std::uint32_t>(c);
  }
  EXPECT_GE(folding, 2U);
}

}  // namespace
}  // namespace interdict::match
