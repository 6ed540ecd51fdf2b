#include "decode/decoder.hpp"

#include <set>

#include <gtest/gtest.h>

namespace interdict::decode {
namespace {

using namespace std::string_view_literals;

TEST(SkipReason, HasAWordOfItsOwnEach) {
  std::set<std::string_view> words;
  int losses = 0;
  for (int i = 0; i <= static_cast<int>(SkipReason::outside_time_range); ++i) {
    const auto reason = static_cast<SkipReason>(i);
    EXPECT_TRUE(words.insert(to_string(reason)).second) << i;
    EXPECT_EQ(to_string(reason).find('_'), std::string_view::npos);
    losses += is_loss(reason) ? 1 : 0;
  }
  EXPECT_EQ(words.size(), 14U);
  EXPECT_EQ(losses, 10);
  EXPECT_EQ(to_string(SkipReason::path_outside_archive), "path-outside-archive");
}

std::string told(std::string_view text) {
  const auto sniffed = sniff(as_byte_span(text), "a.log");
  return std::string(sniffed.format) + (sniffed.is_log ? "" : " (no log)");
}

TEST(Sniff, TellsLogs) {
  EXPECT_EQ(told("ElfFile\0...."sv), "evtx");
  EXPECT_EQ(told("{\"a\":1}\n{\"a\":2}\n"), "ndjson");
  EXPECT_EQ(told("\xef\xbb\xbf\r\n { \"a\":1}"), "ndjson");
  EXPECT_EQ(told("{}"), "ndjson");
  EXPECT_EQ(told("[\n  {\n \"a\": 1}]"), "ndjson");
}

TEST(Sniff, TellsWhatIsNoLog) {
  EXPECT_EQ(told("\x89PNG\r\n\x1a\n...."), "png (no log)");
  EXPECT_EQ(told("\xff\xd8\xff\xe0"), "jpeg (no log)");
  EXPECT_EQ(told("GIF89a"), "gif (no log)");
  EXPECT_EQ(told("%PDF-1.7"), "pdf (no log)");
  EXPECT_EQ(told("\x7f"
                 "ELF\x02"),
            "elf (no log)");
  EXPECT_EQ(told("SQLite format 3\0"sv), "sqlite (no log)");
  std::string pe = "MZ" + std::string(62, '\0') + std::string("PE\0\0", 4);
  EXPECT_EQ(told(pe), "");
  pe[0x3C] = 64;
  EXPECT_EQ(told(pe), "pe (no log)");
  EXPECT_EQ(told("title: x\nlogsource:\n  product: windows\ndetection:\n  a: b\n"),
            "sigma (no log)");
}

TEST(Sniff, LeavesTheRestUnknown) {
  EXPECT_EQ(told(""), "");
  EXPECT_EQ(told("# Readme\nAbout detection: and title: in a line.\n"), "");
  EXPECT_EQ(told("{{ template }}"), "");
  EXPECT_EQ(told("[1,2]"), "");
  EXPECT_EQ(told(std::string(kSniffBytes, '\0')), "");
  EXPECT_EQ(told("ElfFil"), "");
}

TEST(Registry, MakesADecoderForEachFormatOfALog) {
  for (const auto* format : {"evtx", "ndjson"}) EXPECT_NE(make_decoder(format, {}), nullptr);
  EXPECT_EQ(make_decoder("", {}), nullptr);
  EXPECT_EQ(make_decoder("png", {}), nullptr);
}

}  // namespace
}  // namespace interdict::decode
