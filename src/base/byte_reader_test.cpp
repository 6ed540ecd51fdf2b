#include "base/byte_reader.hpp"

#include <string>

#include <gtest/gtest.h>

namespace interdict {
namespace {

std::string bytes_of(std::uint32_t number) {
  return {reinterpret_cast<const char*>(&number), sizeof number};
}

TEST(ByteReader, GivesBackWhatWasPutOneBehindAnother) {
  const std::string bytes = bytes_of(7) + '\2' + bytes_of(3) + "abc" + bytes_of(1) + 'x';
  ByteReader read(bytes);
  EXPECT_EQ(read.plain<std::uint32_t>(), 7U);
  EXPECT_TRUE(read.plain<bool>());
  EXPECT_EQ(read.text(), "abc");
  EXPECT_EQ(read.count(), 1U);
  EXPECT_FALSE(read.done());
  EXPECT_EQ(read.take(1), "x");
  EXPECT_TRUE(read.done());
}

TEST(ByteReader, HasFailedOnceSomethingIsMissing) {
  const std::string bytes = bytes_of(7) + "abc";
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    ByteReader read(std::string_view(bytes).substr(0, size));
    EXPECT_EQ(read.plain<std::uint32_t>(), size < 4 ? 0U : 7U);
    EXPECT_EQ(read.take(3), "");
    EXPECT_TRUE(read.failed());
    EXPECT_EQ(read.take(0), "");
    EXPECT_EQ(read.plain<char>(), '\0');
    EXPECT_FALSE(read.done());
  }
}

TEST(ByteReader, TakesNoLengthThatIsNotThere) {
  const std::string huge = bytes_of(UINT32_MAX) + "abc";
  ByteReader text(huge);
  EXPECT_EQ(text.text(), "");
  EXPECT_TRUE(text.failed());
  ByteReader list(huge);
  EXPECT_EQ(list.count(), 0U);
  EXPECT_TRUE(list.failed());
}

TEST(ByteReader, RefusedItIsNotDone) {
  ByteReader read("");
  EXPECT_TRUE(read.done());
  read.refuse();
  EXPECT_FALSE(read.done());
}

}  // namespace
}  // namespace interdict
