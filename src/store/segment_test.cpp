#include "store/segment.hpp"

#include <filesystem>
#include <fstream>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "base/hash.hpp"
#include "store/reader.hpp"
#include "store/writer.hpp"

namespace interdict::store {
namespace {

namespace fs = std::filesystem;

Timestamp at(std::int64_t seconds) {
  return {seconds * kNsPerSecond, 3};
}

Entry entry(int number, std::string host = "WS1.example.org") {
  return {EntryType::detection,          at(number),      at(number + 1),
          "d-" + std::to_string(number), std::move(host), "{\"n\":" + std::to_string(number) + "}"};
}

std::string segment(int blocks) {
  std::string out = encode_segment_header();
  for (int i = 0; i < blocks; ++i) {
    const std::vector<Entry> both = {entry(10 * i), entry(10 * i + 1, "ws2")};
    out += encode_block(both);
  }
  return out;
}

struct Read {
  std::vector<std::string> ids;
  Walked walked;
};

Read read(const std::string& bytes, const Query& query = {}) {
  Read out;
  const auto walked =
      walk(as_byte_span(bytes), query, [&](const Entry& e) { out.ids.push_back(e.id); });
  EXPECT_TRUE(walked);
  if (walked) out.walked = *walked;
  const auto& w = out.walked;
  EXPECT_EQ(bytes.size(), kSegmentHeaderBytes + w.block_bytes + w.damaged_bytes + w.torn_bytes);
  return out;
}

TEST(Segment, GivesBackWhatWasWritten) {
  Entry one = entry(7);
  one.type = EntryType::intrusion;
  one.time.digits = 7;
  one.last = at(500);
  one.body = std::string("\0\xFF text", 7);
  const std::string bytes = encode_segment_header() + encode_block(std::vector{one});
  int seen = 0;
  const auto walked = walk(as_byte_span(bytes), {}, [&](const Entry& e) {
    ++seen;
    EXPECT_EQ(e.type, one.type);
    EXPECT_EQ(e.time, one.time);
    EXPECT_EQ(e.time.digits, 7);
    EXPECT_EQ(e.last, one.last);
    EXPECT_EQ(e.id, one.id);
    EXPECT_EQ(e.host, one.host);
    EXPECT_EQ(e.body, one.body);
  });
  ASSERT_TRUE(walked);
  EXPECT_EQ(seen, 1);
}

TEST(Segment, QueriesByTimeHostAndType) {
  const auto bytes = segment(3);
  EXPECT_EQ(read(bytes).ids.size(), 6U);
  const auto late = read(bytes, {.from = at(20)});
  EXPECT_EQ(late.ids, (std::vector<std::string>{"d-20", "d-21"}));
  EXPECT_EQ(late.walked.blocks_skipped, 2U);
  EXPECT_EQ(read(bytes, {.from = at(1), .to = at(1)}).ids,
            (std::vector<std::string>{"d-0", "d-1"}));  // d-0 lasts until second 1
  EXPECT_EQ(read(bytes, {.host = "WS2"}).ids, (std::vector<std::string>{"d-1", "d-11", "d-21"}));
  EXPECT_TRUE(read(bytes, {.type = EntryType::intrusion}).ids.empty());
}

TEST(Segment, ATailCutAnywhereLosesTheLastBlockOnly) {
  const auto bytes = segment(2);
  const auto whole = segment(1).size();
  for (std::size_t size = kSegmentHeaderBytes; size < bytes.size(); ++size) {
    const auto got = read(bytes.substr(0, size));
    EXPECT_EQ(got.walked.torn_bytes, size < whole ? size - kSegmentHeaderBytes : size - whole);
    EXPECT_EQ(got.walked.damaged_bytes, 0U) << size;
    EXPECT_EQ(got.ids.size(), size < whole ? 0U : 2U);
  }
  for (std::size_t size = 0; size < kSegmentHeaderBytes; ++size) {
    const auto cut = bytes.substr(0, size);
    EXPECT_FALSE(walk(as_byte_span(cut), {}, [](const Entry&) {}));
  }
}

TEST(Segment, AChangedByteLosesItsBlockOnly) {
  const auto good = segment(3);
  for (std::size_t i = kSegmentHeaderBytes; i < good.size(); ++i) {
    auto bytes = good;
    bytes[i] = static_cast<char>(bytes[i] ^ 0x10);
    const auto got = read(bytes);
    EXPECT_EQ(got.ids.size(), 4U) << i;
    EXPECT_GT(got.walked.damaged_bytes + got.walked.torn_bytes, 0U) << i;
  }
  for (std::size_t i = 0; i < kSegmentHeaderBytes; ++i) {
    auto bytes = good;
    bytes[i] = static_cast<char>(bytes[i] ^ 0x10);
    EXPECT_FALSE(walk(as_byte_span(bytes), {}, [](const Entry&) {})) << i;
  }
}

TEST(Segment, AnotherVersionIsRefused) {
  std::string bytes = "INTRDSEG";
  bytes += std::string("\2\0\0\0\0\0\0\0", 8);
  const auto sum = hash64(bytes);
  bytes.append(reinterpret_cast<const char*>(&sum), 8);
  const auto walked = walk(as_byte_span(bytes), {}, [](const Entry&) {});
  ASSERT_FALSE(walked);
  EXPECT_EQ(walked.error().code, Errc::unsupported);
}

class Folder : public testing::Test {
 protected:
  Folder() : path(fs::temp_directory_path() / ("store_test_" + std::to_string(getpid()))) {
    fs::remove_all(path);
  }
  ~Folder() override { fs::remove_all(path); }
  fs::path path;

  std::vector<std::string> ids() const {
    std::vector<std::string> out;
    searched = search_folder(path.string(), {}, [&](const Entry& e) { out.push_back(e.id); });
    EXPECT_TRUE(searched);
    return out;
  }
  mutable Result<Searched> searched = Searched{};
};

TEST_F(Folder, TwoWritersAppendAndNeitherChangesTheOther) {
  for (int round = 0; round < 2; ++round) {
    auto writer = Writer::create(path.string());
    ASSERT_TRUE(writer);
    ASSERT_TRUE(writer->append(entry(round)));
    ASSERT_TRUE(writer->close());
  }
  EXPECT_EQ(ids(), (std::vector<std::string>{"d-0", "d-1"}));
  EXPECT_EQ(searched->segments, 2U);
}

TEST_F(Folder, ManyEntriesFillSeveralBlocks) {
  auto writer = Writer::create(path.string());
  ASSERT_TRUE(writer);
  for (int i = 0; i < 40; ++i) {
    auto one = entry(i);
    one.body.assign(100'000, 'x');
    ASSERT_TRUE(writer->append(std::move(one)));
  }
  auto large = entry(1);
  large.body.assign(kMaxBodyBytes + 1, 'x');
  const auto refused = writer->append(std::move(large));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::limit);
  ASSERT_TRUE(writer->close());
  EXPECT_EQ(ids().size(), 40U);
  EXPECT_EQ(searched->walked.blocks, 4U);
}

TEST_F(Folder, WhatIsNoSegmentIsCountedOrPassedOver) {
  fs::create_directories(path);
  std::ofstream(path / "findings-000001.seg") << "not a segment, but as long as a header";
  std::ofstream(path / "notes.txt") << "somebody's";
  EXPECT_TRUE(ids().empty());
  EXPECT_EQ(searched->unreadable, 1U);
  ASSERT_TRUE(remove_segments(path.string()));
  EXPECT_FALSE(fs::exists(path / "findings-000001.seg"));
  EXPECT_TRUE(fs::exists(path / "notes.txt"));
}

TEST_F(Folder, ThatIsNotThereIsAnErrorToReadAndNoneToClear) {
  EXPECT_FALSE(search_folder(path.string(), {}, [](const Entry&) {}));
  EXPECT_TRUE(remove_segments(path.string()));
}

}  // namespace
}  // namespace interdict::store
