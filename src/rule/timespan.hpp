#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace interdict::rule {

/// Nanoseconds of a `timespan`: a number and `s`, `m`, `h` or `d` (specification, "Time
/// Selection"), or pySigma's `w` (7 d), `M` (2,629,746 s) or `y` (31,556,952 s). Nothing if it is
/// none, is zero or does not fit.
[[nodiscard]] std::optional<std::int64_t> parse_timespan(std::string_view text);

}  // namespace interdict::rule
