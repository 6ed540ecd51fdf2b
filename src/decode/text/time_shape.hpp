#pragma once

#include <cstddef>
#include <string_view>

namespace interdict::decode {

/// How a time at the start of a text is written; what it means is normalize's business.
struct TimeShape {
  std::size_t size = 0;  ///< bytes of it, with fraction and zone; 0: there is none
  bool has_date = false;
  bool has_year = false;
  bool is_iso = false;  ///< RFC 3339: with a `T`, and so never two words
};

/// The time that `text` begins with, or none. Knows ISO 8601 and its many variants (`/` or a blank
/// for the separators, a comma before the fraction), RFC 3164 (`Jan  2 03:04:05`), ctime, RFC 5322,
/// the web servers' `02/Jan/2024:03:04:05 +0000`, day or month first with `/`, `-` or `.`, and
/// seconds or milliseconds since the epoch (10 or 13 digits, years 2001 to 2286). A date alone is
/// none. Checks ranges of hours, minutes, months and days. O(1).
[[nodiscard]] TimeShape time_shape(std::string_view text);

/// Bytes of the time of day (`03:04:05`, perhaps with a fraction) that `text` begins with, which
/// must end it or be followed by a blank or a closing bracket; 0: there is none.
[[nodiscard]] std::size_t clock_shape(std::string_view text);

/// Bytes before the time of a line that bears one near its start: at most an opening bracket or
/// quote, or a priority (`<13>`), then the time. npos if it does not.
[[nodiscard]] std::size_t find_time(std::string_view line);

}  // namespace interdict::decode
