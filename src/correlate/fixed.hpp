#pragma once

#include <cstdint>

namespace interdict::correlate {

/// Thousandths of a bit.
using Millibits = std::int64_t;

/// A probability in 1/65536.
using Chance = std::int64_t;
inline constexpr Chance kOne = 65536;

/// log2(numerator / denominator) in millibits, rounded down to 1/1024 bit first. Both > 0.
/// Integer arithmetic alone: the same on every machine.
[[nodiscard]] Millibits log2_ratio(std::uint64_t numerator, std::uint64_t denominator);

/// 2^(millibits / 1000); for output only.
[[nodiscard]] double exp2_millibits(Millibits bits);

}  // namespace interdict::correlate
