#include "event/timestamp.hpp"

#include <ostream>

#include <gtest/gtest.h>

namespace interdict {
namespace {

struct TimeCase {
  const char* name;
  std::string_view text;
  std::string_view printed;  ///< empty: must not parse
  friend void PrintTo(const TimeCase& c, std::ostream* os) { *os << c.name; }
};
class ParseTimestamp : public testing::TestWithParam<TimeCase> {};

TEST_P(ParseTimestamp, ReadsRfc3339AndItsRelatives) {
  const auto got = parse_timestamp(GetParam().text);
  EXPECT_EQ(got ? to_rfc3339(*got) : "", GetParam().printed);
}

INSTANTIATE_TEST_SUITE_P(
    Event, ParseTimestamp,
    testing::Values(
        TimeCase{"Milliseconds", "2023-08-15T09:53:48.447Z", "2023-08-15T09:53:48.447Z"},
        TimeCase{"WholeSeconds", "2023-08-15T09:53:48Z", "2023-08-15T09:53:48Z"},
        TimeCase{"SpaceAndNoZone", "2023-08-16 04:53:46.060", "2023-08-16T04:53:46.060Z"},
        TimeCase{"Offset", "2023-08-15T09:53:48+02:00", "2023-08-15T07:53:48Z"},
        TimeCase{"OffsetWithoutColon", "2020-03-04T13:55:00-0130", "2020-03-04T15:25:00Z"},
        TimeCase{"NineDigits", "2023-08-15T09:53:48.123456789Z", "2023-08-15T09:53:48.123456789Z"},
        TimeCase{"MoreDigitsAreCut", "2023-08-15T09:53:48.1234567899Z",
                 "2023-08-15T09:53:48.123456789Z"},
        TimeCase{"DateAlone", "2026-11-24", "2026-11-24T00:00:00Z"},
        TimeCase{"BeforeTheEpoch", "1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59.5Z"},
        TimeCase{"LeapDay", "2024-02-29T00:00:00Z", "2024-02-29T00:00:00Z"},
        TimeCase{"NoLeapDay", "2023-02-29T00:00:00Z", ""},
        TimeCase{"Month13", "2023-13-01T00:00:00Z", ""},
        TimeCase{"Hour24", "2023-01-01T24:00:00Z", ""},
        TimeCase{"TrailingText", "2023-01-01T00:00:00Zx", ""},
        TimeCase{"DotWithoutDigits", "2023-01-01T00:00:00.Z", ""},
        TimeCase{"OutOfRange", "9999-01-01T00:00:00Z", ""}, TimeCase{"Empty", "", ""}),
    [](const auto& p) { return std::string(p.param.name); });

TEST(Filetime, EpochAndTicks) {
  EXPECT_EQ(to_rfc3339(*timestamp_from_filetime(116'444'736'000'000'001U)),
            "1970-01-01T00:00:00.0000001Z");
}

TEST(Filetime, OutOfRangeIsNothing) {
  EXPECT_FALSE(timestamp_from_filetime(~std::uint64_t{0}));
  EXPECT_FALSE(timestamp_from_filetime(0));
}

}  // namespace
}  // namespace interdict
