#include "match/literals.hpp"

#include <algorithm>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace interdict::match {
namespace {

std::vector<std::uint32_t> search(const LiteralIndex& index, std::string_view text) {
  LiteralIndex::Seen seen;
  std::vector<std::uint32_t> out;
  index.search(text, seen, out);
  std::ranges::sort(out);
  return out;
}

LiteralIndex index_of(const std::vector<std::string>& literals) {
  LiteralIndex index;
  for (std::size_t i = 0; i < literals.size(); ++i) {
    index.add(literals[i], static_cast<std::uint32_t>(i));
  }
  index.build();
  return index;
}

TEST(Literals, EveryLengthIsFoundAtStartMiddleAndEnd) {
  const std::vector<std::string> literals = {"q", "wx", "abc", "defg", "hijkl-mnop"};
  const auto index = index_of(literals);
  for (std::uint32_t i = 0; i < literals.size(); ++i) {
    for (const auto& text :
         {literals[i], literals[i] + "....", "...." + literals[i], ".." + literals[i] + ".."}) {
      EXPECT_THAT(search(index, text), testing::Contains(i)) << text;
    }
  }
  EXPECT_THAT(search(index, ""), testing::IsEmpty());
  EXPECT_THAT(search(index, "......"), testing::IsEmpty());
}

TEST(Literals, EachIsNamedOnceHoweverOftenItStands) {
  const auto index = index_of({"abcd", "b"});
  EXPECT_THAT(search(index, "abcdabcdabcd"), testing::ElementsAre(0, 1));
}

TEST(Literals, SameLiteralTwiceIsNamedTwice) {
  EXPECT_THAT(search(index_of({"abcd", "abcd"}), "xabcdx"), testing::ElementsAre(0, 1));
}

TEST(Literals, IsWatchedByTheGramThatOthersDoNotHold) {
  // ".exe" is in all of them: a text that holds only that wakes none.
  const auto index = index_of({"one.exe", "two.exe", "six.exe"});
  EXPECT_THAT(search(index, "other.exe"), testing::IsEmpty());
  EXPECT_THAT(search(index, "two.exe"), testing::ElementsAre(1));
}

TEST(Literals, AnEmptyIndexFindsNothing) {
  LiteralIndex index;
  index.build();
  EXPECT_TRUE(index.empty());
  EXPECT_THAT(search(index, "text"), testing::IsEmpty());
}

TEST(Literals, SeenIsSharedBetweenIndices) {
  const auto first = index_of({"abcd", "efgh"});
  const auto second = index_of({"abcd"});
  LiteralIndex::Seen seen;
  for (int i = 0; i < 3; ++i) {
    std::vector<std::uint32_t> out;
    first.search("abcdefgh", seen, out);
    EXPECT_EQ(out.size(), 2U);
    out.clear();
    second.search("abcdefgh", seen, out);
    EXPECT_EQ(out.size(), 1U);
  }
}

TEST(Literals, NoLiteralThatStandsInATextIsMissed) {
  std::mt19937 random(7);
  const auto text_of = [&](std::size_t size) {
    std::string text(size, ' ');
    for (auto& c : text) c = static_cast<char>('a' + random() % 4);
    return text;
  };
  for (int round = 0; round < 200; ++round) {
    std::vector<std::string> literals;
    for (int i = 0; i < 30; ++i) literals.push_back(text_of(1 + random() % 7));
    const auto index = index_of(literals);
    const auto text = text_of(random() % 40);
    const auto named = search(index, text);
    for (std::uint32_t i = 0; i < literals.size(); ++i) {
      if (text.find(literals[i]) == std::string::npos) continue;
      EXPECT_TRUE(std::ranges::binary_search(named, i)) << literals[i] << " in " << text;
    }
  }
}

}  // namespace
}  // namespace interdict::match
