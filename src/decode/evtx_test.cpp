#include "decode/evtx.hpp"

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gmock/gmock.h>

#include "decode/evtx_testing.hpp"

namespace interdict::decode {
namespace {

using namespace evtx_testing;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

/// Two records of one template, the second naming the definition of the first.
std::string template_file() {
  Writer w;
  std::size_t definition = 0;
  for (std::uint64_t id = 5; id < 7; ++id) {
    const std::size_t at = w.begin_record(id);
    w.header();
    if (id == 5) {
      definition = w.begin_template();
      w.open("Event", true), w.attribute("xmlns"), w.text("urn:x"), w.close_start();
      w.open("System"), w.close_start();
      w.open("Provider", true), w.attribute("Name"), w.text("P"), w.close_empty();
      w.open("EventID", true), w.attribute("Qualifiers"), w.substitution(0, true), w.close_start();
      w.substitution(1), w.end();
      w.open("Correlation"), w.close_empty();
      w.end();
      w.open("EventData", true), w.attribute("xmlns:a"), w.text("urn:y"), w.close_start();
      w.data("Image", 2);
      w.substituted("Data", 3);
      w.end(), w.end(), w.end_template(definition);
    } else {
      w.use_template(definition);
    }
    w.values({{id == 5 ? 0U : 6U, id == 5 ? "" : le<std::uint16_t>(3)},
              {6, le<std::uint16_t>(4688)},
              {1, Writer::utf16("a.exe")},
              {0x81, Writer::utf16(std::string_view("one\0\0three\0", 11))}});
    w.eof(), w.end_record(at);
  }
  return w.finish();
}

TEST(Evtx, ReadsTemplatesNamedAndUnnamedDataAndAttributes) {
  const Decoded out = decode(template_file());
  ASSERT_EQ(out.records.size(), 2U);
  EXPECT_THAT(out.skips, IsEmpty());
  EXPECT_EQ(out.records[0].number, 5U);
  EXPECT_EQ(out.records[0].offset, 4096U + 512U);
  EXPECT_THAT(
      out.records[0].fields,
      ElementsAre(Pair("Event.System.Provider.Name", "P"), Pair("Event.System.EventID", "4688"),
                  Pair("Event.System.Correlation", ""), Pair("Event.EventData.Image", "a.exe"),
                  Pair("Event.EventData.Data", "one"), Pair("Event.EventData.Data", ""),
                  Pair("Event.EventData.Data", "three")));
  EXPECT_EQ(out.records[0].types[1], RawType::integer);
  EXPECT_THAT(out.records[1].fields[1], Pair("Event.System.EventID.Qualifiers", "3"));
  EXPECT_EQ(out.records[1].fields.size(), 8U);
}

TEST(Evtx, ReadsRecordsWithoutTemplate) {
  Writer w;
  w.plain_record(9, "Event", "forwarded");
  const Decoded out = decode(w.finish());
  ASSERT_EQ(out.records.size(), 1U);
  EXPECT_THAT(out.records[0].fields, ElementsAre(Pair("Event", "forwarded")));
}

TEST(Evtx, PiecesOfAnySizeGiveTheSame) {
  const std::string file = template_file();
  const Decoded whole = decode(file);
  for (const std::size_t piece : {1U, 3U, 7U, 511U, 4095U, 4096U, 4097U, 65535U, 65537U}) {
    EXPECT_TRUE(decode(file, piece) == whole) << piece;
  }
}

TEST(Evtx, TruncatedAnywhereKeepsTheBalance) {
  const std::string file = template_file();
  const std::size_t used = 4096 + 512 + 1500;
  for (std::size_t size = 0; size < file.size(); size += size < used ? 1 : 4001) {
    const Decoded out = decode(std::string_view(file).substr(0, size));
    if (size < 4096 + 512) {
      EXPECT_TRUE(out.records.empty());
    }
    ASSERT_FALSE(testing::Test::HasFailure()) << size;
  }
}

TEST(Evtx, TruncationIsToldAsSuch) {
  const std::string file = template_file();
  const Decoded whole = decode(file);
  const auto& second = whole.records.at(1);
  const Decoded out = decode(std::string_view(file).substr(0, second.offset + second.bytes - 1));
  EXPECT_EQ(out.records.size(), 1U);
  EXPECT_THAT(out.skips, ElementsAre(Decoded::Skip{SkipReason::truncated, 1, second.bytes - 1,
                                                   second.offset}));
  const Decoded between = decode(std::string_view(file).substr(0, second.offset));
  EXPECT_THAT(between.skips,
              ElementsAre(Decoded::Skip{SkipReason::truncated, 0, 0, second.offset}));
}

TEST(Evtx, EveryFlippedByteKeepsTheBalance) {
  const std::string file = template_file();
  std::size_t decoded = 0;
  for (std::size_t at = 0; at < 4096 + 512 + 1500; at += at >= 200 && at < 4096 ? 97 : 1) {
    std::string damaged = file;
    damaged[at] = static_cast<char>(damaged[at] ^ 0xff);
    decoded += decode(damaged).records.size();
    ASSERT_FALSE(testing::Test::HasFailure()) << at;
  }
  EXPECT_GT(decoded, 2000U) << "one bad byte costs more than its record";
}

TEST(Evtx, LyingHeaderCountsChangeNothing) {
  std::string file = template_file();
  const Decoded whole = decode(file);
  file[0x2a] = '\x7f';                                              // chunks in the file
  for (std::size_t i = 8; i < 48; ++i) file[4096 + i] = '\x7f';     // record numbers, last record
  for (std::size_t i = 128; i < 512; ++i) file[4096 + i] = '\x7f';  // name and template tables
  EXPECT_TRUE(decode(file) == whole);
}

TEST(Evtx, WrongFreeSpaceLosesNoRecord) {
  for (const std::uint32_t claimed : {0U, 511U, 65537U, ~0U}) {
    std::string file = template_file();
    std::memcpy(file.data() + 4096 + 48, &claimed, 4);
    EXPECT_EQ(decode(file).records.size(), 2U) << claimed;
  }
}

TEST(Evtx, BadRecordIsCountedAndTheNextIsRead) {
  Writer w;
  w.plain_record(1, "Event", "a");
  const std::size_t bad = w.chunk.size();
  w.plain_record(2, "Event", "b");
  w.plain_record(3, "Event", "c");
  w.chunk[bad + 24 + 4] = '\x3e';  // no token
  std::string file = w.finish();
  const Decoded out = decode(file);
  EXPECT_EQ(out.records.size(), 2U);
  EXPECT_EQ(out.skipped_records(SkipReason::bad_record), 1U);
  file[4096 + bad + 24 + 4] = '\x3f';  // now the chunk's checksum is wrong, too
  EXPECT_EQ(decode(file).skipped_records(SkipReason::bad_chunk_checksum), 1U);
  std::memset(file.data() + 4096 + 52, 0, 4);  // written without checksums
  std::memset(file.data() + 4096 + 124, 0, 4);
  EXPECT_EQ(decode(file).skipped_records(SkipReason::bad_record), 1U);
}

/// In damaged files remains of other chunks stand among the records. Read with whatever definition
/// now stands at their offset they would become events that never were.
TEST(Evtx, RecordOfAnotherTemplateIsBad) {
  std::string file = template_file();
  const auto second = decode(file).records.at(1);
  file[second.offset + 24 + 4 + 2] = '\x12';  // the template's id
  EXPECT_EQ(decode(file).skipped_records(SkipReason::bad_chunk_checksum), 1U);
}

TEST(Evtx, WrongChecksumAloneLosesNothing) {
  std::string file = template_file();
  file[4096 + 52] = static_cast<char>(file[4096 + 52] ^ 1);
  const Decoded out = decode(file);
  EXPECT_EQ(out.records.size(), 2U);
  EXPECT_THAT(out.skips, IsEmpty());
}

TEST(Evtx, RecordOfSizeZeroEnds) {
  Writer w;
  w.plain_record(1, "Event", "a");
  const std::size_t bad = w.chunk.size();
  w.plain_record(2, "Event", "b");
  w.plain_record(3, "Event", "c");
  w.put_at(bad + 4, std::uint32_t{0});
  const Decoded out = decode(w.finish());
  EXPECT_EQ(out.records.size(), 2U);
  EXPECT_EQ(out.skipped_records(SkipReason::bad_record), 1U);
}

TEST(Evtx, BadChunkMagicSkipsTheChunkOnly) {
  Writer w;
  w.plain_record(1, "Event", "a");
  const std::string good = w.finish_chunk();
  std::string bad = good;
  bad[0] = 'X';
  const std::string file = Writer::file_header() + bad + good;
  const Decoded out = decode(file);
  EXPECT_EQ(out.records.size(), 1U);
  EXPECT_THAT(out.skips, ElementsAre(Decoded::Skip{SkipReason::bad_chunk_magic, 0, 65536, 4096}));
  const Decoded carved = decode(file, 0, {.carve = true});
  ASSERT_EQ(carved.records.size(), 2U);
  EXPECT_TRUE(carved.records[0].carved);
  EXPECT_FALSE(carved.records[1].carved);
}

/// The header of a file whose first `count` chunks are in use, with its checksum.
std::string header_of(std::uint64_t last, std::uint16_t count) {
  std::string header = Writer::file_header();
  header.replace(16, 8, le(last));
  header.replace(42, 2, le(count));
  header.replace(124, 4, le(evtx_crc32(as_byte_span(std::string_view(header).substr(0, 120)))));
  return header;
}

TEST(Evtx, NeverUsedChunksAreSlackButNotThoseInUseOrWithRecords) {
  Writer w;
  w.plain_record(1, "Event", "a");
  const std::string good = w.finish_chunk();
  const std::string junk(65536, 'j');
  std::string headless = good;
  headless[0] = 'X';
  const auto reason = [&](const std::string& header, const std::string& chunk, bool carve) {
    const Decoded out = decode(header + good + chunk, 0, {.carve = carve});
    EXPECT_EQ(out.skips.empty(), false);
    return std::get<0>(out.skips.front());
  };
  for (const bool carve : {false, true}) {
    EXPECT_EQ(reason(header_of(0, 1), junk, carve), SkipReason::slack);
    EXPECT_EQ(reason(header_of(0, 1), headless, carve), SkipReason::bad_chunk_magic);
    EXPECT_EQ(reason(header_of(1, 1), junk, carve), SkipReason::bad_chunk_magic);
    EXPECT_EQ(reason(header_of(0, 2), junk, carve), SkipReason::bad_chunk_magic);  // wrapped
    EXPECT_EQ(reason(header_of(~0ULL, 1), junk, carve), SkipReason::bad_chunk_magic);
    EXPECT_EQ(reason(Writer::file_header(), junk, carve), SkipReason::bad_chunk_magic);
  }
}

TEST(Evtx, SlackIsCountedOrCarved) {
  Writer w;
  w.plain_record(8, "Event", "live");
  const std::size_t free_space = w.chunk.size();
  w.plain_record(3, "Event", "old");
  // The last three bytes, zeros of the size copy, look like padding.
  const std::size_t slack = w.chunk.size() - free_space;
  const std::string file = Writer::file_header() + w.finish_chunk(free_space);
  const Decoded out = decode(file);
  EXPECT_EQ(out.records.size(), 1U);
  EXPECT_THAT(out.skips,
              ElementsAre(Decoded::Skip{SkipReason::slack, 0, slack - 3, 4096 + free_space}));
  const Decoded carved = decode(file, 0, {.carve = true});
  ASSERT_EQ(carved.records.size(), 2U);
  EXPECT_TRUE(carved.records[1].carved);
  EXPECT_THAT(carved.records[1].fields, ElementsAre(Pair("Event", "old")));
}

TEST(Evtx, RecordsBehindAStaleFreeSpaceOffsetAreLive) {
  Writer w;
  w.plain_record(8, "Event", "a");
  const std::size_t free_space = w.chunk.size();
  w.plain_record(9, "Event", "b");
  EXPECT_EQ(decode(Writer::file_header() + w.finish_chunk(free_space)).records.size(), 2U);
}

TEST(Evtx, FileMayBeginWithAChunkOrHaveABadHeader) {
  Writer w;
  w.plain_record(1, "Event", "a");
  EXPECT_EQ(decode(w.finish_chunk()).records.size(), 1U);
  std::string file = w.finish();
  file[0] = 'X';
  EXPECT_EQ(decode(file).records.size(), 1U);
  EXPECT_TRUE(decode("").records.empty());
  EXPECT_TRUE(decode("ElfF").records.empty());
}

}  // namespace
}  // namespace interdict::decode
