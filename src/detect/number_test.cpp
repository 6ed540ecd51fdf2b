#include "detect/number.hpp"

#include <gtest/gtest.h>

namespace interdict::detect {
namespace {

TEST(Number, ReadsWholeTextsOnly) {
  EXPECT_EQ(parse_number("4688"), Number{std::int64_t{4688}});
  EXPECT_EQ(parse_number("-7"), Number{std::int64_t{-7}});
  EXPECT_EQ(parse_number("007"), Number{std::int64_t{7}});
  EXPECT_EQ(parse_number("0x1250"), Number{std::int64_t{0x1250}});
  EXPECT_EQ(parse_number("0XfF"), Number{std::int64_t{255}});
  EXPECT_EQ(parse_number("0x7fffffffffffffff"), Number{INT64_MAX});
  EXPECT_EQ(parse_number("0xffffffffffffffff"), Number{18446744073709551615.0});
  EXPECT_EQ(parse_number("9223372036854775808"), Number{9223372036854775808.0});
  EXPECT_EQ(parse_number("1.5"), Number{1.5});
  EXPECT_EQ(parse_number("1e3"), Number{1000.0});
  for (const auto* text : {"", " 1", "1 ", "0x", "0x-1", "0xg", "1x", "nan", "inf", "-inf", "1e999",
                           "--1", "+1", "one", "1,000"}) {
    EXPECT_EQ(parse_number(text), std::nullopt) << text;
  }
}

TEST(Number, ComparesExactly) {
  const auto integer = [](std::int64_t value) { return Number{value}; };
  EXPECT_TRUE(compare(integer(1), Number{1.0}) == 0);
  EXPECT_TRUE(compare(integer(1), Number{1.5}) < 0);
  EXPECT_TRUE(compare(integer(-1), Number{-1.5}) > 0);
  EXPECT_TRUE(compare(Number{1.5}, integer(1)) > 0);
  EXPECT_TRUE(compare(Number{0.5}, Number{0.25}) > 0);
  EXPECT_TRUE(compare(integer(INT64_MAX), Number{9223372036854775808.0}) < 0);
  EXPECT_TRUE(compare(integer(INT64_MIN), Number{-9223372036854775808.0}) == 0);
  EXPECT_TRUE(compare(integer(INT64_MIN), Number{-1e300}) > 0);
  // 2^53 + 1 is no double: rounding the integer would make these equal.
  EXPECT_TRUE(compare(integer(9007199254740993), Number{9007199254740992.0}) > 0);
}

TEST(Number, CanonicalText) {
  EXPECT_EQ(to_text(Number{std::int64_t{-12}}), "-12");
  EXPECT_EQ(to_text(Number{1.5}), "1.5");
  EXPECT_EQ(to_text(Number{3.0}), "3");
}

}  // namespace
}  // namespace interdict::detect
