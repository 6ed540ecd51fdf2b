#include "detect/time_part.hpp"

#include <gtest/gtest.h>

namespace interdict::detect {
namespace {

using rule::TimePart;

TEST(TimePart, PartsInUtc) {
  const struct {
    std::string_view time;
    TimePart part;
    std::int64_t expected;
  } cases[] = {
      {"2023-08-15T09:53:48.447Z", TimePart::minute, 53},
      {"2023-08-15T09:53:48Z", TimePart::hour, 9},
      {"2023-08-15T01:53:48+02:00", TimePart::hour, 23},
      {"2023-08-15T01:53:48+02:00", TimePart::day, 14},
      {"2023-08-15T09:53:48Z", TimePart::month, 8},
      {"2023-08-15T09:53:48Z", TimePart::year, 2023},
      {"1969-12-31T23:59:59.5Z", TimePart::minute, 59},
      {"1969-12-31T23:59:59.5Z", TimePart::year, 1969},
      // ISO 8601: the first week is that of the year's first Thursday.
      {"2021-01-03T12:00:00Z", TimePart::week, 53},
      {"2021-01-04T00:00:00Z", TimePart::week, 1},
      {"2024-12-30T00:00:00Z", TimePart::week, 1},
      {"2020-12-31T00:00:00Z", TimePart::week, 53},
      {"2023-01-01T00:00:00Z", TimePart::week, 52},
  };
  for (const auto& c : cases) {
    const auto time = parse_timestamp(c.time);
    ASSERT_TRUE(time.has_value()) << c.time;
    EXPECT_EQ(time_part(*time, c.part), c.expected) << c.time;
  }
}

}  // namespace
}  // namespace interdict::detect
