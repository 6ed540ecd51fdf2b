#include "normalize/usual_time.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace interdict::normalize {
namespace {

using decode::RawField;
using decode::RawType;

std::string told(std::vector<RawField> fields) {
  ClockReader clock(nullptr, 1970, 0);
  const auto time = usual_time(fields, clock);
  return time ? to_rfc3339(time->time) : "none";
}

TEST(UsualTime, ReadsTheMostUsualNameHoweverItIsSpelled) {
  EXPECT_EQ(told({{"p_event_time", "2024-01-02 03:04:05"}, {"createdAt", "2024-01-01T00:00:00Z"}}),
            "2024-01-01T00:00:00Z");
  EXPECT_EQ(told({{"Event_Time", "2024-01-02T03:04:05Z"}}), "2024-01-02T03:04:05Z");
  EXPECT_EQ(told({{"created_at", "1704164645000", RawType::integer}}), "2024-01-02T03:04:05.000Z");
}

TEST(UsualTime, InsideAWrapperOnlyWhatCanBeNothingElse) {
  EXPECT_EQ(told({{"event.UTCTimestamp", "1704164645", RawType::integer}}), "2024-01-02T03:04:05Z");
  EXPECT_EQ(told({{"repository.created_at", "2011-01-02T03:04:05Z"}}), "none");
  EXPECT_EQ(told({{"data.created", "2011-01-02T03:04:05Z"}}), "none");
  EXPECT_EQ(told({{"a.b.time", "2011-01-02T03:04:05Z"}}), "none");
}

TEST(UsualTime, ADateAloneTakesTheTimeOfDayBesideIt) {
  EXPECT_EQ(told({{"date", "2024-03-01"}, {"time", "10:11:12.5"}}), "2024-03-01T10:11:12.5Z");
  EXPECT_EQ(told({{"date", "2024-03-01"}, {"time", "soon"}}), "2024-03-01T00:00:00Z");
}

TEST(UsualTime, WhatDoesNotParseIsNone) {
  EXPECT_EQ(told({{"time", "soon"}}), "none");
  EXPECT_EQ(told({{"time", "true", RawType::boolean}}), "none");
  EXPECT_EQ(told({{"time", "Jan  2 03:04:05"}}), "none");
  EXPECT_EQ(told({}), "none");
}

}  // namespace
}  // namespace interdict::normalize
