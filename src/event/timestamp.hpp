#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace interdict {

/// An instant: nanoseconds since 1970-01-01T00:00:00Z (1677-09-21 … 2262-04-11), and how many
/// fractional digits its source gave (0–9). Compares by the instant alone.
struct Timestamp {
  std::int64_t ns = 0;
  std::uint8_t digits = 0;

  friend constexpr bool operator==(Timestamp a, Timestamp b) { return a.ns == b.ns; }
  friend constexpr auto operator<=>(Timestamp a, Timestamp b) { return a.ns <=> b.ns; }
};

inline constexpr std::int64_t kNsPerSecond = 1'000'000'000;
inline constexpr std::int64_t kNsPerHour = 3600 * kNsPerSecond;

/// RFC 3339 and its common relatives: `2023-08-15T09:53:48.447Z`, a space for the `T`, an offset
/// `+02:00` or `+0200`, a date alone. Without a zone the text is taken as UTC. Leap second 60 is
/// read as 59. Nothing if it does not parse to its last character or lies outside the range. No
/// allocation.
[[nodiscard]] std::optional<Timestamp> parse_timestamp(std::string_view text);

/// Windows FILETIME: 100-ns ticks since 1601-01-01 ([MS-DTYP] 2.3.3); 7 digits. Nothing when out of
/// range.
[[nodiscard]] std::optional<Timestamp> timestamp_from_filetime(std::uint64_t ticks);

/// RFC 3339 in UTC with `Z` and exactly `time.digits` fractional digits.
[[nodiscard]] std::string to_rfc3339(Timestamp time);

}  // namespace interdict
