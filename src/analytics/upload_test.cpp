#include <gtest/gtest.h>

#include "analytics/testing.hpp"

namespace interdict::analytics {
namespace {

constexpr std::uint64_t kMega = 1'000'000;

TEST(UploadVolume, MuchSentToOneOutsideDestinationIsOneFinding) {
  Stream s;
  for (int i = 0; i < 10; ++i) s.sent(i * 50, "10.0.0.5", "203.0.113.9", kMega, 1000);
  const auto found = s.findings();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(name_of(found[0]), "upload-volume");
  EXPECT_EQ(found[0].group, "10.0.0.5 to 203.0.113.9");
  EXPECT_EQ(found[0].count, 10U);
  EXPECT_EQ(found[0].facts.front(),
            (std::pair<std::string, std::string>{"bytes_sent", "10000000"}));
}

TEST(UploadVolume, LessThanTheThresholdAndWhatIsAnsweredInKindAreNone) {
  Stream less;
  for (int i = 0; i < 9; ++i) less.sent(i * 50, "10.0.0.5", "203.0.113.9", kMega, 0);
  EXPECT_TRUE(less.findings().empty());
  Stream call;
  for (int i = 0; i < 20; ++i) call.sent(i * 20, "10.0.0.5", "203.0.113.9", kMega, kMega / 2);
  EXPECT_TRUE(call.findings().empty());
}

TEST(UploadVolume, OwnNetworkManyDestinationsAndManyWindowsAreNone) {
  Stream s;
  for (int i = 0; i < 20; ++i) s.sent(i, "10.0.0.5", "10.0.0.6", kMega, 0);
  for (int i = 0; i < 20; ++i) {
    s.sent(100 + i, "10.0.0.5", "203.0.113." + std::to_string(i), kMega, 0);
  }
  for (int i = 0; i < 40; ++i) s.sent(1000 + i * 100, "10.0.0.5", "198.51.100.7", kMega, 0);
  for (const auto& found : s.findings()) {
    EXPECT_EQ(name_of(found), "beaconing") << "the last are at equal intervals";
  }
}

TEST(UploadVolume, ASumThatWouldOverflowStaysLarge) {
  Stream s;
  s.sent(0, "10.0.0.5", "203.0.113.9", ~std::uint64_t{0}, 0);
  s.sent(1, "10.0.0.5", "203.0.113.9", ~std::uint64_t{0}, 0);
  EXPECT_EQ(s.findings().size(), 1U);
}

}  // namespace
}  // namespace interdict::analytics
