#include "normalize/time.hpp"

#include <string>

#include <gtest/gtest.h>

namespace interdict::normalize {
namespace {

/// The instant, then ` local` without a zone and ` yearless` without a year.
std::string read(std::string_view text) {
  const auto time = read_time(text);
  if (!time) return "none";
  return to_rfc3339(time->time) + (time->has_zone ? "" : " local") +
         (time->has_year ? "" : " yearless");
}

TEST(Time, RelativesOfRfc3339) {
  EXPECT_EQ(read("2024-01-02T03:04:05Z"), "2024-01-02T03:04:05Z");
  EXPECT_EQ(read("2024-01-02T03:04:05.123456789123Z"), "2024-01-02T03:04:05.123456789Z");
  EXPECT_EQ(read("2024-01-02T03:04:05,678+0100"), "2024-01-02T02:04:05.678Z");
  EXPECT_EQ(read("2024-01-02 03:04:05.5 +01:30"), "2024-01-02T01:34:05.5Z");
  EXPECT_EQ(read("2024-01-02 03:04:05 UTC"), "2024-01-02T03:04:05Z");
  EXPECT_EQ(read("2024-01-02 03:04:05.123 +0000 UTC"), "2024-01-02T03:04:05.123Z");
  EXPECT_EQ(read("2024/01/02 03:04:05"), "2024-01-02T03:04:05Z local");
  EXPECT_EQ(read("2024-1-2 3:04"), "2024-01-02T03:04:00Z local");
  EXPECT_EQ(read("20240102T030405Z"), "2024-01-02T03:04:05Z");
  EXPECT_EQ(read("2024-01-02"), "2024-01-02T00:00:00Z local");
}

TEST(Time, NamesOfMonths) {
  EXPECT_EQ(read("10/Oct/2000:13:55:36 -0700"), "2000-10-10T20:55:36Z");
  EXPECT_EQ(read("[10/Oct/2000:13:55:36 -0700]"), "2000-10-10T20:55:36Z");
  EXPECT_EQ(read("02-Jan-2024 03:04:05.678"), "2024-01-02T03:04:05.678Z local");
  EXPECT_EQ(read("Tue, 02 Jan 2024 03:04:05 +0200"), "2024-01-02T01:04:05Z");
  EXPECT_EQ(read("Tue, 02 Jan 2024 03:04:05 +0200 (EET)"), "2024-01-02T01:04:05Z");
  EXPECT_EQ(read("Tue Jan  2 03:04:05.123 2024"), "2024-01-02T03:04:05.123Z local");
  EXPECT_EQ(read("Tue Jan  2 03:04:05 UTC 2024"), "2024-01-02T03:04:05Z");
  EXPECT_EQ(read("Jan  2 03:04:05"), "1972-01-02T03:04:05Z local yearless");
  EXPECT_EQ(read("Feb 29 03:04:05"), "1972-02-29T03:04:05Z local yearless");
  EXPECT_EQ(read("Jan 02 2024 03:04:05"), "2024-01-02T03:04:05Z local");
}

TEST(Time, LocalForms) {
  EXPECT_EQ(read("1/2/2024 3:04:05 PM"), "2024-01-02T15:04:05Z local");
  EXPECT_EQ(read("1/2/2024 12:04:05 AM"), "2024-01-02T00:04:05Z local");
  EXPECT_EQ(read("13/2/2024 03:04:05"), "2024-02-13T03:04:05Z local");
  EXPECT_EQ(read("02.01.2024 03:04:05"), "2024-01-02T03:04:05Z local");
  EXPECT_EQ(read("01/02/24 03:04:05"), "2024-01-02T03:04:05Z local");
}

TEST(Time, OfDayAloneTakesTheDayThatIsToldAndCountsOn) {
  EXPECT_EQ(read("03:04:05,678"), "none");
  EXPECT_EQ(read("2024 Mar 01 10:11:12"), "2024-03-01T10:11:12Z local");
  ClockReader clock(nullptr, 1970, 0, false, 19783);  // 2024-03-01
  const auto told = [&](std::string_view text) {
    const auto time = clock.read(text);
    return time ? to_rfc3339(time->time) + (time->has_date ? "" : " undated") : "none";
  };
  EXPECT_EQ(told("23:59:59.5"), "2024-03-01T23:59:59.5Z undated");
  EXPECT_EQ(told("00:00:01"), "2024-03-02T00:00:01Z undated");
  EXPECT_EQ(told("24:00:01"), "none");
  EXPECT_EQ(told("2024-01-02 03:04:05"), "2024-01-02T03:04:05Z");
}

TEST(Time, DayFirstWhereTold) {
  const auto told = [](std::string_view text) {
    const auto time = read_time(text, true);
    return time ? to_rfc3339(time->time) : "none";
  };
  EXPECT_EQ(told("01/03/2024 22:11:12"), "2024-03-01T22:11:12Z");
  EXPECT_EQ(told("01/13/2024 22:11:12"), "2024-01-13T22:11:12Z");  // it can only be the month
  EXPECT_EQ(told("13/01/2024 22:11:12"), "2024-01-13T22:11:12Z");
  EXPECT_TRUE(has_day_first("a,01/03/2024 1:00:00\na,13/03/2024 1:00:00\n"));
  EXPECT_FALSE(has_day_first("a,01/03/2024 1:00:00\na,03/13/2024 1:00:00\n"));
  EXPECT_FALSE(
      has_day_first("a,13/03/2024 1:00:00\na,03/13/2024 1:00:00\n"));  // both: nothing is told
  EXPECT_FALSE(has_day_first("a,01/03/2024 1:00:00\n"));
  EXPECT_FALSE(has_day_first("/srv/13/01/2024/x and 113/01/2024"));
  EXPECT_TRUE(has_day_first("Niveau,Date et heure,Source\nInformation,01/03/2024 1:00:00,x\n"));
}

TEST(Time, RunTogetherAndWithoutAYear) {
  EXPECT_EQ(read("20240102030405"), "2024-01-02T03:04:05Z local");
  EXPECT_EQ(read("20240102036105"), "none");
  EXPECT_EQ(read("01/02-03:04:05.123456"), "1972-01-02T03:04:05.123456Z local yearless");
  EXPECT_EQ(read("01/02-2024"), "none");
}

TEST(Time, Epochs) {
  EXPECT_EQ(read("1600000000"), "2020-09-13T12:26:40Z");
  EXPECT_EQ(read("1600000000123"), "2020-09-13T12:26:40.123Z");
  EXPECT_EQ(read("1600000000.123456"), "2020-09-13T12:26:40.123456Z");
  EXPECT_EQ(read("/Date(1600000000123)/"), "2020-09-13T12:26:40.123Z");
}

TEST(Time, WhatIsNoTime) {
  for (const auto* text : {"", "soon", "4624", "2024-13-02", "2024-02-30 00:00:00",
                           "2024-01-02T25:00:00Z", "99/99/2024", "2024-01-02T03:04:05Z and more",
                           "Januar", "12:34:56", "1/2/2024 13:00:00 PM extra", "192.168.10.21",
                           "9999-99-99 99:99:99", "10/Oct/2000:13:55:36 -9900"}) {
    EXPECT_EQ(read(text), "none") << text;
  }
}

/// Any cut of a time is read or refused, never more than read.
TEST(Time, EveryCutIsHandled) {
  for (const std::string whole :
       {"Tue, 02 Jan 2024 03:04:05 +0200 (EET)", "10/Oct/2000:13:55:36 -0700",
        "1/2/2024 3:04:05 PM", "2024-01-02T03:04:05,678+0100"}) {
    for (std::size_t size = 0; size <= whole.size(); ++size) {
      const auto time = read_time(std::string_view(whole).substr(0, size));
      EXPECT_TRUE(time.has_value() || size < whole.size()) << whole;
    }
  }
}

TEST(Time, TheYearCountsOnAndTheZoneIsTheInputs) {
  const auto zone = Zone::fixed("+02:00");
  ClockReader clock(&*zone, 2022, 1);
  const auto at = [&](std::string_view text) {
    const auto time = clock.read(text);
    return time ? to_rfc3339(time->time) : std::string("none");
  };
  EXPECT_EQ(at("Dec 31 23:00:00"), "2021-12-31T21:00:00Z");
  EXPECT_EQ(at("Jan  1 01:00:00"), "2021-12-31T23:00:00Z");
  EXPECT_EQ(at("Dec 31 23:59:59"), "2021-12-31T21:59:59Z") << "came late";
  EXPECT_EQ(at("Jan  2 03:00:00.5"), "2022-01-02T01:00:00.5Z");
  EXPECT_EQ(at("Feb 29 03:00:00"), "none");
  EXPECT_EQ(at("2024-01-02T03:04:05Z"), "2024-01-02T03:04:05Z");
  EXPECT_EQ(at("2024-01-02T03:04:05"), "2024-01-02T01:04:05Z");
}

}  // namespace
}  // namespace interdict::normalize
