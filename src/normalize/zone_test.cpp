#include "normalize/zone.hpp"

#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "event/timestamp.hpp"

namespace interdict::normalize {
namespace {

/// Reads a local time of `zone` and prints the instant.
std::string utc(const Zone& zone, std::string_view local) {
  return to_rfc3339({zone.to_utc(parse_timestamp(local)->ns / kNsPerSecond) * kNsPerSecond, 0});
}

TEST(Zone, FixedOffsets) {
  EXPECT_EQ(utc(*Zone::fixed("+02:00"), "2024-01-02T03:00:00"), "2024-01-02T01:00:00Z");
  EXPECT_EQ(utc(*Zone::fixed("-0330"), "2024-01-02T03:00:00"), "2024-01-02T06:30:00Z");
  EXPECT_EQ(utc(*Zone::fixed("+05"), "2024-01-02T05:00:00"), "2024-01-02T00:00:00Z");
  EXPECT_EQ(utc(*Zone::fixed("UTC"), "2024-01-02T05:00:00"), "2024-01-02T05:00:00Z");
  for (const auto* bad : {"", "02:00", "+2", "+25:00", "+02:60", "+02:000", "Berlin", "+02;00"}) {
    EXPECT_FALSE(Zone::fixed(bad).has_value()) << bad;
  }
}

std::string system_zone(const std::string& name) {
  std::ostringstream text;
  text << std::ifstream("/usr/share/zoneinfo/" + name, std::ios::binary).rdbuf();
  return text.str();
}

TEST(Zone, DaylightSavingTimeOfTheSystemsDatabase) {
  const auto file = system_zone("Europe/Berlin");
  if (file.empty()) GTEST_SKIP() << "no time zone database here";
  const auto zone = Zone::from_tzif(as_byte_span(file));
  if (!zone && zone.error().code == Errc::unsupported) GTEST_SKIP() << zone.error().message;
  ASSERT_TRUE(zone.has_value()) << zone.error().message;
  EXPECT_EQ(utc(*zone, "2024-01-02T03:00:00"), "2024-01-02T02:00:00Z");
  EXPECT_EQ(utc(*zone, "2024-07-02T03:00:00"), "2024-07-02T01:00:00Z");
  EXPECT_EQ(utc(*zone, "2024-03-31T01:59:59"), "2024-03-31T00:59:59Z");
  EXPECT_EQ(utc(*zone, "2024-03-31T02:30:00"), "2024-03-31T01:30:00Z") << "skipped";
  EXPECT_EQ(utc(*zone, "2024-03-31T03:00:00"), "2024-03-31T01:00:00Z");
  EXPECT_EQ(utc(*zone, "2024-10-27T02:30:00"), "2024-10-27T00:30:00Z") << "came twice";
  EXPECT_EQ(utc(*zone, "2024-10-27T03:00:00"), "2024-10-27T02:00:00Z");
}

TEST(Zone, DamagedFilesAreRefused) {
  const auto file = system_zone("Europe/Berlin");
  EXPECT_FALSE(Zone::from_tzif(as_byte_span("TZif2")).has_value());
  EXPECT_FALSE(Zone::from_tzif({}).has_value());
  for (std::size_t size = 0; size < file.size(); size += 7) {
    static_cast<void>(Zone::from_tzif(as_byte_span(std::string_view(file).substr(0, size))));
  }
}

}  // namespace
}  // namespace interdict::normalize
