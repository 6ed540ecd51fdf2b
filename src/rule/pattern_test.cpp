#include "rule/pattern.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace interdict::rule {
namespace {

using Kind = PatternPart::Kind;

struct Row {
  std::string_view text;
  std::vector<PatternPart> parts;
};

// Specification, "Escaping": the table of backslashes before wildcards and before themselves.
TEST(Pattern, FollowsTheEscapeAutomaton) {
  const Row kRows[] = {
      {R"(\*)", {{Kind::literal, "*"}}},
      {R"(\\*)", {{Kind::literal, "\\"}, {Kind::any, {}}}},
      {R"(\\\*)", {{Kind::literal, R"(\*)"}}},
      {R"(\\\\)", {{Kind::literal, R"(\\)"}}},
      {R"(\\)", {{Kind::literal, R"(\)"}}},
      {R"(\)", {{Kind::literal, R"(\)"}}},
      {R"(C:\Win)", {{Kind::literal, R"(C:\Win)"}}},
      {R"(\\foo)", {{Kind::literal, R"(\foo)"}}},
      {R"(a?**b)", {{Kind::literal, "a"}, {Kind::one, {}}, {Kind::any, {}}, {Kind::literal, "b"}}},
      {"", {}},
  };
  for (const Row& row : kRows) {
    const Pattern pattern = parse_pattern(row.text);
    EXPECT_EQ(pattern.parts, row.parts) << row.text;
    EXPECT_EQ(parse_pattern(to_sigma(pattern)), pattern) << row.text;
  }
}

// RFC 4648, section 10.
TEST(Base64, EncodesTheTestVectors) {
  EXPECT_EQ(encode_base64(""), "");
  EXPECT_EQ(encode_base64("f"), "Zg==");
  EXPECT_EQ(encode_base64("fo"), "Zm8=");
  EXPECT_EQ(encode_base64("foo"), "Zm9v");
  EXPECT_EQ(encode_base64("foobar"), "Zm9vYmFy");
}

// Specification, "base64offset": whatever stands around the value, one variant is in the encoding.
TEST(Base64, OneOffsetVariantIsAlwaysContained) {
  for (const std::string text : {"foobar", "http://", "abcd"}) {
    const auto variants = base64_offsets(text);
    for (std::size_t before = 0; before < 3; ++before)
      for (std::size_t after = 0; after < 3; ++after) {
        const std::string whole =
            encode_base64(std::string(before, '\xff') + text + std::string(after, '\xff'));
        EXPECT_NE(whole.find(variants[before]), std::string::npos) << text << before << after;
      }
  }
}

TEST(Utf16, EncodesBothOrdersAndSurrogates) {
  EXPECT_EQ(encode_utf16("a", Utf16::little), std::string("a\0", 2));
  EXPECT_EQ(encode_utf16("a", Utf16::big), std::string("\0a", 2));
  EXPECT_EQ(encode_utf16("a", Utf16::little_with_mark), std::string("\xff\xfe"
                                                                    "a\0",
                                                                    4));
  EXPECT_EQ(encode_utf16("\xf0\x9f\x98\x80", Utf16::big), std::string("\xd8\x3d\xde\x00", 4));
}

}  // namespace
}  // namespace interdict::rule
