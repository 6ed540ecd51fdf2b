#include "base/unicode.hpp"

#include <gtest/gtest.h>

#include "base/bytes.hpp"
#include "base/hash.hpp"

namespace interdict {
namespace {

TEST(FoldCase, IsSimpleFoldingNotAsciiOnly) {
  EXPECT_EQ(fold_case("CMD.exe"), "cmd.exe");
  EXPECT_EQ(fold_case("\xC3\x84"), "\xC3\xA4");                        // Ä → ä
  EXPECT_EQ(fold_case(std::string_view("\xE1\xBA\x9E")), "\xC3\x9F");  // ẞ → ß (status S)
  EXPECT_EQ(fold_case("\xCF\x82"), fold_case("\xCE\xA3"));  // ς and Σ are one (status C)
  EXPECT_EQ(fold_case("a\xFFZ"), "a\xFFz");                 // ill-formed bytes stay
}

TEST(FoldCase, EveryByteAtEveryPlace) {
  std::string out;
  for (std::size_t at = 0; at < 20; ++at) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string text(19, 'Q');
      if (at < text.size()) text[at] = static_cast<char>(byte);
      std::string expected;
      for (std::size_t i = 0; i < text.size();) {
        append_utf8(fold_case(next_code_point(text, i)), expected);
      }
      fold_case(text, out);
      ASSERT_EQ(out, expected) << at << " " << byte;
      EXPECT_EQ(is_ascii(text), at >= text.size() || byte < 0x80);
    }
  }
}

TEST(Utf8, TellsWellFormedFromIllFormed) {
  EXPECT_TRUE(is_utf8("a\xC3\xA4\xF0\x9F\x98\x80"));
  EXPECT_FALSE(is_utf8("\xC0\xAF"));      // overlong
  EXPECT_FALSE(is_utf8("\xED\xA0\x80"));  // surrogate
  EXPECT_EQ(to_valid_utf8("a\xFF"), "a\xEF\xBF\xBD");
}

TEST(Utf16, ReplacesUnpairedSurrogates) {
  const unsigned char raw[] = {0x41, 0x00, 0x3D, 0xD8, 0x00, 0xDE, 0x00, 0xD8, 0x42};
  std::string out;
  append_utf8_from_utf16le(std::as_bytes(std::span(raw)), out);
  EXPECT_EQ(out, "A\xF0\x9F\x98\x80\xEF\xBF\xBD");
}

TEST(Utf16, AsciiAndTheRestAtEveryPlace) {
  for (std::size_t size = 0; size < 40; ++size) {
    for (std::size_t at = 0; at <= size; ++at) {  // at == size: all ASCII
      std::string utf16;
      std::string expected = "before";
      for (std::size_t i = 0; i < size; ++i) {
        utf16 += i == at ? '\xe9' : static_cast<char>('a' + i % 26);
        utf16 += '\0';
        expected +=
            i == at ? std::string("\xC3\xA9") : std::string(1, static_cast<char>('a' + i % 26));
      }
      std::string out = "before";
      append_utf8_from_utf16le(as_byte_span(utf16), out);
      ASSERT_EQ(out, expected);
    }
  }
}

TEST(Bytes, NeverReadsOutside) {
  const unsigned char raw[] = {1, 2, 3, 4};
  const auto bytes = std::as_bytes(std::span(raw));
  EXPECT_EQ(load_le<std::uint16_t>(bytes, 2), 0x0403);
  EXPECT_FALSE(load_le<std::uint16_t>(bytes, 3));
  EXPECT_FALSE(load_le<std::uint64_t>(bytes, ~std::uint64_t{0}));
  EXPECT_FALSE(slice(bytes, 1, ~std::uint64_t{0}));
}

TEST(Sha256, MatchesThePublishedVector) {  // FIPS 180-4 example, "abc"
  Sha256 sha;
  sha.update(as_byte_span("a"));
  sha.update(as_byte_span("bc"));
  EXPECT_EQ(sha.finish(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Hex64, PadsToSixteenDigits) {
  EXPECT_EQ(hex64(0xABC), "0000000000000abc");
}

}  // namespace
}  // namespace interdict
