#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace interdict::normalize {

/// A time zone: what a clock on the wall reads there. Immutable; any number of threads.
class Zone {
 public:
  /// `+02:00`, `-0330`, `+05`, `Z` or `UTC`. Nothing if it is none of them.
  [[nodiscard]] static std::optional<Zone> fixed(std::string_view text);
  /// A compiled zone of the system's database (RFC 8536, version 2 or later). Errors: bad_magic,
  /// truncated, limit, and unsupported for a file that ends before 2037 and leaves the rest to a
  /// rule of daylight saving time (zic's short form).
  [[nodiscard]] static Result<Zone> from_tzif(Bytes file);

  /// The instant at which clocks there read `local`, both in seconds since 1970. Of a reading that
  /// came twice, the first; of one that was skipped, as if the clock had not been moved yet.
  [[nodiscard]] std::int64_t to_utc(std::int64_t local) const;

 private:
  [[nodiscard]] std::int64_t offset_at(std::int64_t utc) const;

  std::int64_t first_offset_ = 0;  ///< seconds east of UTC before the first change
  std::vector<std::pair<std::int64_t, std::int64_t>> changes_;  ///< (instant, offset from then on)
};

}  // namespace interdict::normalize
