#include "rule/timespan.hpp"

#include <charconv>

namespace interdict::rule {
namespace {

constexpr std::int64_t kNs = 1'000'000'000;
constexpr std::int64_t kLongest = std::int64_t{100} * 31'556'952;  ///< a century, seconds

std::int64_t seconds_of(char unit) {
  switch (unit) {
    case 's':
      return 1;
    case 'm':
      return 60;
    case 'h':
      return 3600;
    case 'd':
      return 86'400;
    case 'w':
      return 604'800;
    case 'M':
      return 2'629'746;
    case 'y':
      return 31'556'952;
    default:
      return 0;
  }
}

}  // namespace

std::optional<std::int64_t> parse_timespan(std::string_view text) {
  if (text.size() < 2) return std::nullopt;
  const std::int64_t unit = seconds_of(text.back());
  text.remove_suffix(1);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (unit == 0 || error != std::errc{} || end != text.data() + text.size() || number <= 0)
    return std::nullopt;
  if (number > kLongest / unit) return std::nullopt;
  return number * unit * kNs;
}

}  // namespace interdict::rule
