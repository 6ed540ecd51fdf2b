#include "detect/number.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace interdict::detect {
namespace {

template <class T>
std::optional<T> read_all(std::string_view text, int base) {
  T value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, fault] = std::from_chars(text.data(), end, value, base);
  if (fault != std::errc{} || stop != end) return std::nullopt;
  return value;
}

std::partial_ordering compare_mixed(std::int64_t left, double right) {
  constexpr double kTwoTo63 = 9223372036854775808.0;
  if (std::isnan(right)) return std::partial_ordering::unordered;
  if (right >= kTwoTo63) return std::partial_ordering::less;
  if (right < -kTwoTo63) return std::partial_ordering::greater;
  const double whole = std::trunc(right);
  const auto whole_part = static_cast<std::int64_t>(whole);
  if (left != whole_part) return left <=> whole_part;
  return 0.0 <=> (right - whole);
}

std::partial_ordering reversed(std::partial_ordering order) {
  return 0 <=> order;
}

}  // namespace

std::optional<Number> parse_number(std::string_view text) {
  if (text.empty() || text.size() > 64) return std::nullopt;  // longer is no number of a log
  if (text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
    if (text[2] == '-') return std::nullopt;
    const auto bits = read_all<std::uint64_t>(text.substr(2), 16);
    if (!bits) return std::nullopt;
    if (*bits <= static_cast<std::uint64_t>(INT64_MAX)) return static_cast<std::int64_t>(*bits);
    return static_cast<double>(*bits);
  }
  if (const auto integer = read_all<std::int64_t>(text, 10)) return *integer;
  double value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, fault] = std::from_chars(text.data(), end, value);
  if (fault != std::errc{} || stop != end || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::partial_ordering compare(Number left, Number right) {
  const auto* left_integer = std::get_if<std::int64_t>(&left);
  const auto* right_integer = std::get_if<std::int64_t>(&right);
  if (left_integer != nullptr && right_integer != nullptr) return *left_integer <=> *right_integer;
  if (left_integer != nullptr) return compare_mixed(*left_integer, std::get<double>(right));
  if (right_integer != nullptr) {
    return reversed(compare_mixed(*right_integer, std::get<double>(left)));
  }
  return std::get<double>(left) <=> std::get<double>(right);
}

std::string to_text(Number number) {
  std::array<char, 32> buffer{};
  return std::visit(
      [&](auto value) {
        const auto [end, fault] =
            std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
        return fault == std::errc{} ? std::string(buffer.data(), end) : std::string();
      },
      number);
}

}  // namespace interdict::detect
