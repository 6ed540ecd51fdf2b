#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "event/timestamp.hpp"
#include "normalize/zone.hpp"

namespace interdict::normalize {

/// An instant as a log spells it. Without a zone `time` is the clock's reading taken as UTC,
/// without a year that of 1972 (a leap year, so that 29 February stands).
struct ReadTime {
  Timestamp time;
  bool has_zone = true;
  bool has_year = true;
  bool has_date = true;   ///< false: a time of day, and the day was told otherwise
  bool has_clock = true;  ///< false: a date alone
};

/// Reads any spelling that logs use:
/// * RFC 3339 and its relatives (`2024-01-02 03:04:05,678 +0100`, `2024/01/02 …`,
///   `20240102T030405Z`);
/// * `10/Oct/2000:13:55:36 -0700` (web servers), `02-Jan-2024 03:04:05.678` (BIND),
///   `Tue, 02 Jan 2024 03:04:05 +0000` (RFC 5322), `Tue Jan  2 03:04:05.678 2024` (ctime),
///   `Jan  2 03:04:05` and `Jan 2 2024 03:04:05` (syslog);
/// * `1/2/2024 3:04:05 PM`, `02.01.2024 03:04:05`: with `/` the month comes first unless it would
///   be past 12, or `day_first` is told and it can be; with `.` and `-` the day does; a year of two
///   digits is of this century;
/// * `20240102030405` (PowerShell's transcripts), `01/02-03:04:05.678` (Snort, without a year);
/// * `/Date(1600000000000)/`, and seconds, milli-, micro- or nanoseconds since 1970, told apart by
///   their number of digits.
/// Nothing if it does not parse to its last character. No allocation. O(length).
[[nodiscard]] std::optional<ReadTime> read_time(std::string_view text, bool day_first = false);

/// A time of day alone (`03:04:05,678`), in nanoseconds since midnight. Nothing if it is none.
[[nodiscard]] std::optional<Timestamp> read_clock(std::string_view text);

/// Whether the dates with `/` in the beginning of an input have the day first: one of them can be
/// read in no other way and none contradicts; or the heading is Event Viewer's in a language whose
/// Windows writes them so. O(length).
[[nodiscard]] bool has_day_first(std::string_view head);

/// Gives the times of one input the zone and the year that they lack. The first such time is the
/// nearest to the month and year given. Years count on: a month long
/// before the one of the record before it is next year's. Days likewise: a time of day long before
/// the one before it is the next day's.
class ClockReader {
 public:
  /// `day`: of the first time of day without a date, in days since the epoch; none: it is no time.
  ClockReader(const Zone* zone, int year, int month, bool day_first = false,
              std::optional<std::int64_t> day = std::nullopt)
      : zone_(zone), year_(year), hint_month_(month), day_first_(day_first), day_(day) {}

  /// Nothing if it is no time, or 29 February of a year without one.
  [[nodiscard]] std::optional<ReadTime> read(std::string_view text);

 private:
  [[nodiscard]] std::optional<std::int64_t> with_year(std::int64_t seconds);
  [[nodiscard]] std::optional<ReadTime> with_day(std::string_view text);

  const Zone* zone_;  ///< null: UTC
  int year_;
  int hint_month_;  ///< 0: unknown
  bool day_first_;
  int month_ = 0;  ///< of the last time without a year; 0: none yet
  std::optional<std::int64_t> day_;
  std::int64_t clock_ns_ = 0;  ///< the last time of day
};

}  // namespace interdict::normalize
