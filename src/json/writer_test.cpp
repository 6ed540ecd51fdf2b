#include "json/writer.hpp"

#include <charconv>
#include <limits>

#include <gtest/gtest.h>

namespace interdict::json {
namespace {

std::string real_text(double value) {
  std::string out;
  Writer(out).real(value);
  return out;
}

std::string quoted(std::string_view text) {
  std::string out;
  append_quoted(text, out);
  return out;
}

TEST(Writer, KeepsTheOrderOfKeysAndSeparatesValues) {
  std::string out;
  Writer writer(out);
  writer.begin_object().key("b").integer(-1).key("a").begin_array().unsigned_integer(1).string("x");
  writer.null()
      .boolean(true)
      .begin_object()
      .end_object()
      .end_array()
      .key("c")
      .raw("[1]")
      .end_object();
  EXPECT_EQ(out, R"({"b":-1,"a":[1,"x",null,true,{}],"c":[1]})");
}

TEST(Writer, PrettyIndentsByTwoAndKeepsEmptyContainersClosed) {
  std::string out;
  Writer writer(out, Layout::pretty);
  writer.begin_object().key("a").begin_array().integer(1).integer(2).end_array();
  writer.key("b").begin_object().end_object().key("c").begin_array().end_array().end_object();
  EXPECT_EQ(out, "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": {},\n  \"c\": []\n}");
}

TEST(Writer, EscapesControlCharactersAndQuotes) {
  EXPECT_EQ(quoted("a\"b\\c\n\r\t\x01\x1f"), R"("a\"b\\c\n\r\t\u0001\u001f")");
  EXPECT_EQ(quoted(std::string_view("\0", 1)), R"("\u0000")");
  EXPECT_EQ(quoted("\x7fgr\xc3\xbc\xc3\x9f/"), "\"\x7fgr\xc3\xbc\xc3\x9f/\"");
}

TEST(Writer, ReplacesIllFormedUtf8) {
  EXPECT_EQ(quoted("a\xff\"b"), "\"a\xef\xbf\xbd\\\"b\"");
}

TEST(Writer, RealsAreShortestAndPlain) {
  EXPECT_EQ(real_text(100000.0), "100000");
  EXPECT_EQ(real_text(0.1), "0.1");
  EXPECT_EQ(real_text(-2.5), "-2.5");
  EXPECT_EQ(real_text(-0.0), "0");
  EXPECT_EQ(real_text(0.000001), "0.000001");
  EXPECT_EQ(real_text(1e300), "1e+300");
  EXPECT_EQ(real_text(std::numeric_limits<double>::quiet_NaN()), "null");
  EXPECT_EQ(real_text(std::numeric_limits<double>::infinity()), "null");
}

TEST(Writer, RealsReadBackTheSame) {
  for (const double value : {1.0 / 3.0, 123456789.123456, 9.999999999999999e20, 5e-324, 1.7e308}) {
    const auto text = real_text(value);
    double back = 0;
    std::from_chars(text.data(), text.data() + text.size(), back);
    EXPECT_EQ(back, value) << text;
  }
}

TEST(Writer, ExtremesOfIntegers) {
  std::string out;
  Writer writer(out);
  writer.begin_array().integer(std::numeric_limits<std::int64_t>::min());
  writer.unsigned_integer(std::numeric_limits<std::uint64_t>::max()).end_array();
  EXPECT_EQ(out, "[-9223372036854775808,18446744073709551615]");
}

}  // namespace
}  // namespace interdict::json
