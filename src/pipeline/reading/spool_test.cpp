#include "pipeline/reading/spool.hpp"

#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace interdict::pipeline {
namespace {

/// Texts of many sizes, some longer than a chunk.
std::string text_of(std::size_t i) {
  const std::size_t size = i % 97 == 96 ? Spool::kChunkBytes + i : i * 7919 % 20'000;
  std::string text(size, static_cast<char>('a' + i % 26));
  return text + std::to_string(i);
}

void give_back_what_was_put(Spool& spool) {
  constexpr std::size_t kTexts = 500;
  std::vector<Spool::Place> places;
  for (std::size_t i = 0; i < kTexts; ++i) places.push_back(spool.put(text_of(i)));
  std::string got;
  for (std::size_t i = 0; i < kTexts; ++i) {  // in an order of its own
    const auto which = i * 211 % kTexts;
    ASSERT_TRUE(spool.get(places[which], got));
    ASSERT_EQ(got, text_of(which)) << which;
  }
}

TEST(Spool, GivesBackWhatWasPut) {
  for (const std::size_t memory : {std::size_t{0}, 3 * Spool::kChunkBytes, std::size_t{1} << 30U}) {
    Spool spool(memory);
    give_back_what_was_put(spool);
    EXPECT_FALSE(spool.lacks_file());
  }
}

TEST(Spool, KeepsToItsBudget) {
  Spool spool(2 * Spool::kChunkBytes);
  give_back_what_was_put(spool);
  EXPECT_LE(spool.bytes_in_memory(), 2 * Spool::kChunkBytes);
}

TEST(Spool, WithoutRoomForAFileAllStaysInMemory) {
  Spool spool(Spool::kChunkBytes, "/dev/null/no-folder");
  give_back_what_was_put(spool);
  EXPECT_TRUE(spool.lacks_file());
}

TEST(Spool, IsMovedWithAllItHolds) {
  Spool first(Spool::kChunkBytes);
  std::vector<Spool::Place> places;
  for (std::size_t i = 0; i < 300; ++i) places.push_back(first.put(text_of(i)));
  Spool second(0);
  second = std::move(first);
  std::string got;
  for (std::size_t i = 0; i < 300; ++i) {
    ASSERT_TRUE(second.get(places[i], got));
    ASSERT_EQ(got, text_of(i));
  }
}

}  // namespace
}  // namespace interdict::pipeline
