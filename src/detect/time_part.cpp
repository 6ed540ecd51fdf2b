#include "detect/time_part.hpp"

#include <chrono>

namespace interdict::detect {
namespace {

using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year_month_day;

/// The week that holds a year's first Thursday is its first (ISO 8601): so a week belongs to the
/// year of its Thursday.
std::int64_t iso_week(sys_days day) {
  const unsigned weekday = std::chrono::weekday(day).iso_encoding();  // Monday 1 … Sunday 7
  const sys_days thursday = day + days(4) - days(weekday);
  const sys_days new_year = year_month_day(thursday).year() / std::chrono::January / 1;
  return (thursday - new_year).count() / 7 + 1;
}

}  // namespace

std::int64_t time_part(Timestamp time, rule::TimePart part) {
  const std::chrono::sys_time<std::chrono::nanoseconds> instant{std::chrono::nanoseconds(time.ns)};
  const auto day = std::chrono::floor<days>(instant);
  const year_month_day date{day};
  const auto minutes = std::chrono::floor<std::chrono::minutes>(instant - day).count();
  switch (part) {
    case rule::TimePart::minute:
      return minutes % 60;
    case rule::TimePart::hour:
      return minutes / 60;
    case rule::TimePart::day:
      return static_cast<unsigned>(date.day());
    case rule::TimePart::week:
      return iso_week(day);
    case rule::TimePart::month:
      return static_cast<unsigned>(date.month());
    case rule::TimePart::year:
      return static_cast<int>(date.year());
  }
  return -1;
}

}  // namespace interdict::detect
