#pragma once

#include <limits>

#include "event/timestamp.hpp"

namespace interdict {

/// Of an event whose record has no time, or none that can be read. Stands before every other.
/// Whoever orders, counts or compares by time asks `is_known` first (docs/decisions/0058).
inline constexpr Timestamp kNoTime{std::numeric_limits<std::int64_t>::min(), 0};

[[nodiscard]] constexpr bool is_known(Timestamp time) {
  return time.ns != kNoTime.ns;
}

}  // namespace interdict
