#include "correlate/fixed.hpp"

#include <bit>
#include <cmath>

namespace interdict::correlate {

namespace {

/// log2 of an integer in 1/1024 bits by repeated squaring of the mantissa (32 fractional bits).
std::int64_t log2_1024(std::uint64_t value) {
  const int whole = static_cast<int>(std::bit_width(value)) - 1;
  std::uint64_t mantissa = whole >= 31 ? value >> static_cast<unsigned>(whole - 31)
                                       : value << static_cast<unsigned>(31 - whole);
  std::int64_t out = static_cast<std::int64_t>(whole) * 1024;
  for (std::int64_t bit = 512; bit > 0; bit /= 2) {
    mantissa = (mantissa * mantissa) >> 31U;
    if (mantissa >= (std::uint64_t{1} << 32U)) {
      mantissa >>= 1U;
      out += bit;
    }
  }
  return out;
}

}  // namespace

Millibits log2_ratio(std::uint64_t numerator, std::uint64_t denominator) {
  if (numerator == 0 || denominator == 0) return 0;
  return (log2_1024(numerator) - log2_1024(denominator)) * 1000 / 1024;
}

double exp2_millibits(Millibits bits) {
  return std::exp2(static_cast<double>(bits) / 1000.0);
}

}  // namespace interdict::correlate
