#include "base/tsv.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>

namespace interdict {
namespace {

using testing::ElementsAre;

std::vector<std::string> rows(std::string_view text) {
  std::vector<std::string> out;
  TsvReader reader(text);
  while (auto row = reader.next()) {
    std::string line = std::to_string(row->line);
    while (!row->rest.empty()) line += "|" + std::string(row->cell());
    out.push_back(line);
  }
  return out;
}

TEST(Tsv, RowsKeepTheirLineAndSkipCommentsAndEmptyLines) {
  EXPECT_THAT(rows("# head\na\tb\n\n\r\nc\r\n#\td\ne"), ElementsAre("2|a|b", "5|c", "7|e"));
  EXPECT_THAT(rows(""), ElementsAre());
  EXPECT_THAT(rows("\n#"), ElementsAre());
}

TEST(Tsv, CellsMayBeEmptyAndEnd) {
  EXPECT_THAT(rows("\ta\t\tb # no comment"), ElementsAre("1||a||b # no comment"));
  TsvRow row{1, "a"};
  EXPECT_EQ(row.cell(), "a");
  EXPECT_EQ(row.cell(), "");
  EXPECT_EQ(row.cell(), "");
}

TEST(Tsv, TakePartTakesTheSeparatorToo) {
  std::string_view rest = "1  2";
  EXPECT_EQ(take_part(rest, ' '), "1");
  EXPECT_EQ(take_part(rest, ' '), "");
  EXPECT_EQ(take_part(rest, ' '), "2");
  EXPECT_EQ(rest, "");
}

TEST(Tsv, NumbersAreWholeOrNone) {
  EXPECT_EQ(parse_number("18446744073709551615"), 18446744073709551615ULL);
  EXPECT_EQ(parse_number("007"), 7U);
  for (const std::string_view bad : {"", "-1", "+1", " 1", "1 ", "0x1", "18446744073709551616"}) {
    EXPECT_FALSE(parse_number(bad)) << bad;
  }
}

}  // namespace
}  // namespace interdict
