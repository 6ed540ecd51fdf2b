#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace interdict::detect {

/// A finite number as a rule or an event writes it.
using Number = std::variant<std::int64_t, double>;

/// Reads a whole text as a number: decimal integer, `0x` hexadecimal, or a decimal fraction with or
/// without exponent. An integer beyond 64 bits signed becomes a double. Nothing for any other text,
/// infinities and NaN included. No allocation.
[[nodiscard]] std::optional<Number> parse_number(std::string_view text);

/// Compares exactly, also an integer with a double.
[[nodiscard]] std::partial_ordering compare(Number left, Number right);

/// Decimal, the shortest text that reads back as the same number.
[[nodiscard]] std::string to_text(Number number);

}  // namespace interdict::detect
