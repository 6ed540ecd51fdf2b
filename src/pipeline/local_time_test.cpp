#include "pipeline/local_time.hpp"

#include <gtest/gtest.h>

namespace interdict::pipeline {
namespace {

TEST(LocalTime, TheZoneOfTheOptionThatNamesTheInput) {
  const auto zones = TimeZones::parse({"+01:00", "logs/iis=+02:00", "dns.log=-03:00"});
  ASSERT_TRUE(zones.has_value());
  EXPECT_EQ(zones->of("a/b.log")->to_utc(7200), 3600);
  EXPECT_EQ(zones->of("logs/iis/u_ex.log")->to_utc(7200), 0);
  EXPECT_EQ(zones->of("logs/iisx/u_ex.log")->to_utc(7200), 3600);
  EXPECT_EQ(zones->of("x/dns.log")->to_utc(0), 10800);
  EXPECT_EQ(TimeZones::parse({})->of("a"), nullptr);
}

TEST(LocalTime, AZoneThatIsNoneIsRefused) {
  for (const auto* bad : {"Nowhere/City", "", "x=", "../etc/passwd", "/etc/passwd"}) {
    EXPECT_FALSE(TimeZones::parse({bad}).has_value()) << bad;
  }
}

TEST(LocalTime, AYearIsPartOfADate) {
  EXPECT_EQ(first_month("auth.log-20240102"), (Month{2024, 1}));
  EXPECT_EQ(first_month("u 2023-11-02"), (Month{2023, 11}));
  EXPECT_EQ(first_month("2023-13-02 2021/02/03"), (Month{2021, 2}));
  EXPECT_EQ(first_month("auth.log"), std::nullopt);
  EXPECT_EQ(first_month("port 2022 20221 192.168.2020-1"), std::nullopt);
}

TEST(LocalTime, TheYearComesFromNameThenContentThenFrom) {
  const std::vector<source::Input> none;
  const YearHint hint(none, Month{2019, 5});
  EXPECT_EQ(hint.of("2020-01/auth.log.2021-02-03", "2022-03-04"), (Month{2021, 2}));
  EXPECT_EQ(hint.of("auth.log", "Jan  2 at 2022-03-04"), (Month{2022, 3}));
  EXPECT_EQ(hint.of("auth.log", "Jan  2 03:04:05"), (Month{2019, 5}));
  EXPECT_EQ(YearHint(none, {}).of("auth.log", ""), std::nullopt);
}

TEST(FirstDay, StandsInANameWithOrWithoutHyphens) {
  EXPECT_EQ(first_day("app-2024-03-01.log"), 19783);
  EXPECT_EQ(first_day("app.log-20240301"), 19783);
  EXPECT_EQ(first_day("app-2024-02-30.log"), std::nullopt);
  EXPECT_EQ(first_day("app-2024-03.log"), std::nullopt);
  EXPECT_EQ(first_day("120240301"), std::nullopt);
}

}  // namespace
}  // namespace interdict::pipeline
