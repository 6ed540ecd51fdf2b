#pragma once

#include <cstdint>

#include "event/timestamp.hpp"
#include "rule/ast.hpp"

namespace interdict::detect {

/// `part` of `time` in UTC: minute 0–59, hour 0–23, day 1–31, ISO 8601 week 1–53, month 1–12, year.
[[nodiscard]] std::int64_t time_part(Timestamp time, rule::TimePart part);

}  // namespace interdict::detect
