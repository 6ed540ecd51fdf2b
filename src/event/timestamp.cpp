#include "event/timestamp.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <limits>

namespace interdict {

namespace {

/// Reads exactly `count` digits at `position`.
std::optional<int> digits_at(std::string_view text, std::size_t& position, std::size_t count) {
  if (text.size() - position < count) return std::nullopt;
  int value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const char c = text[position + i];
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  position += count;
  return value;
}

bool take(std::string_view text, std::size_t& position, char wanted) {
  if (position >= text.size() || text[position] != wanted) return false;
  ++position;
  return true;
}

std::optional<std::int64_t> days_from_civil(int year, int month, int day) {
  const std::chrono::year_month_day date{std::chrono::year{year},
                                         std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days{date}.time_since_epoch().count();
}

std::optional<Timestamp> from_seconds(std::int64_t seconds, std::int64_t ns, std::uint8_t digits) {
  constexpr std::int64_t kMaxSeconds = std::numeric_limits<std::int64_t>::max() / kNsPerSecond - 1;
  if (seconds > kMaxSeconds || seconds < -kMaxSeconds) return std::nullopt;
  return Timestamp{seconds * kNsPerSecond + ns, digits};
}

/// `Z`, `+hh:mm`, `+hhmm`, `+hh` or nothing: the offset in seconds.
std::optional<std::int64_t> zone_at(std::string_view text, std::size_t& position) {
  if (position == text.size()) return 0;
  if (take(text, position, 'Z') || take(text, position, 'z')) return 0;
  const bool minus = text[position] == '-';
  if (!minus && text[position] != '+') return std::nullopt;
  ++position;
  const auto hours = digits_at(text, position, 2);
  if (!hours || *hours > 23) return std::nullopt;
  int minutes = 0;
  if (position < text.size()) {
    take(text, position, ':');
    const auto read = digits_at(text, position, 2);
    if (!read || *read > 59) return std::nullopt;
    minutes = *read;
  }
  const std::int64_t seconds = *hours * 3600 + minutes * 60;
  return minus ? -seconds : seconds;
}

}  // namespace

std::optional<Timestamp> parse_timestamp(std::string_view text) {
  std::size_t at = 0;
  const auto year = digits_at(text, at, 4);
  if (!year || !take(text, at, '-')) return std::nullopt;
  const auto month = digits_at(text, at, 2);
  if (!month || !take(text, at, '-')) return std::nullopt;
  const auto day = digits_at(text, at, 2);
  if (!day) return std::nullopt;
  const auto days = days_from_civil(*year, *month, *day);
  if (!days) return std::nullopt;
  if (at == text.size()) return from_seconds(*days * 86400, 0, 0);

  if (!take(text, at, 'T') && !take(text, at, ' ') && !take(text, at, 't')) return std::nullopt;
  const auto hour = digits_at(text, at, 2);
  if (!hour || *hour > 23 || !take(text, at, ':')) return std::nullopt;
  const auto minute = digits_at(text, at, 2);
  if (!minute || *minute > 59 || !take(text, at, ':')) return std::nullopt;
  auto second = digits_at(text, at, 2);
  if (!second || *second > 60) return std::nullopt;
  if (*second == 60) second = 59;

  std::int64_t ns = 0;
  std::uint8_t digits = 0;
  if (take(text, at, '.') || take(text, at, ',')) {
    std::int64_t scale = kNsPerSecond;
    std::size_t count = 0;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') {
      if (count < 9) {
        scale /= 10;
        ns += (text[at] - '0') * scale;
        ++digits;
      }
      ++count;
      ++at;
    }
    if (count == 0) return std::nullopt;
  }
  const auto zone = zone_at(text, at);
  if (!zone || at != text.size()) return std::nullopt;
  return from_seconds(
      *days * 86400 + std::int64_t{*hour} * 3600 + std::int64_t{*minute} * 60 + *second - *zone, ns,
      digits);
}

std::optional<Timestamp> timestamp_from_filetime(std::uint64_t ticks) {
  constexpr std::uint64_t kTicksTo1970 = 116'444'736'000'000'000U;
  constexpr std::uint64_t kMaxTicks = kTicksTo1970 + 92'233'720'368'547'758U;  // int64 of ns
  if (ticks > kMaxTicks) return std::nullopt;
  const auto since_1970 =
      static_cast<std::int64_t>(ticks) - static_cast<std::int64_t>(kTicksTo1970);
  if (since_1970 < std::numeric_limits<std::int64_t>::min() / 100) return std::nullopt;
  return Timestamp{since_1970 * 100, 7};
}

std::string to_rfc3339(Timestamp time) {
  std::int64_t seconds = time.ns / kNsPerSecond;
  std::int64_t ns = time.ns % kNsPerSecond;
  if (ns < 0) {
    ns += kNsPerSecond;
    --seconds;
  }
  std::int64_t days = seconds / 86400;
  std::int64_t rest = seconds % 86400;
  if (rest < 0) {
    rest += 86400;
    --days;
  }
  const std::chrono::year_month_day date{
      std::chrono::sys_days{std::chrono::days{static_cast<int>(days)}}};
  std::string out;
  const auto put = [&out](std::int64_t value, int width) {
    std::array<char, 9> buffer{};
    for (int i = width; i-- > 0; value /= 10) {
      buffer[static_cast<std::size_t>(i)] = static_cast<char>('0' + value % 10);
    }
    out.append(buffer.data(), static_cast<std::size_t>(width));
  };
  put(static_cast<int>(date.year()), 4);
  out += '-';
  put(static_cast<unsigned>(date.month()), 2);
  out += '-';
  put(static_cast<unsigned>(date.day()), 2);
  out += 'T';
  put(rest / 3600, 2);
  out += ':';
  put(rest / 60 % 60, 2);
  out += ':';
  put(rest % 60, 2);
  if (time.digits > 0) {
    out += '.';
    std::int64_t scaled = ns;
    for (int i = time.digits; i < 9; ++i) scaled /= 10;
    put(scaled, time.digits);
  }
  out += 'Z';
  return out;
}

}  // namespace interdict
