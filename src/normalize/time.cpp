#include "normalize/time.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>

namespace interdict::normalize {
namespace {

std::optional<Timestamp> read_epoch(std::string_view text) {
  const auto point = text.find('.');
  const auto whole = text.substr(0, point);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(whole.data(), whole.data() + whole.size(), number);
  if (error != std::errc{} || end != whole.data() + whole.size() || number < 0) return std::nullopt;
  const auto scaled = [number](std::int64_t factor,
                               std::uint8_t digits) -> std::optional<Timestamp> {
    std::int64_t ns = 0;
    if (__builtin_mul_overflow(number, factor, &ns)) return std::nullopt;
    return Timestamp{ns, digits};
  };
  if (point == std::string_view::npos) {
    switch (whole.size()) {
      case 9:
      case 10:
        return scaled(kNsPerSecond, 0);
      case 13:
        return scaled(1'000'000, 3);
      case 16:
        return scaled(1'000, 6);
      case 19:
        return scaled(1, 9);
      default:
        return std::nullopt;
    }
  }
  if (whole.size() != 9 && whole.size() != 10) return std::nullopt;
  auto fraction = text.substr(point + 1);
  if (fraction.empty()) return std::nullopt;
  fraction = fraction.substr(0, 9);
  std::int64_t part = 0;
  for (std::size_t i = 0; i < 9; ++i) {
    const char digit = i < fraction.size() ? fraction[i] : '0';
    if (digit < '0' || digit > '9') return std::nullopt;
    part = part * 10 + (digit - '0');
  }
  auto time = scaled(kNsPerSecond, static_cast<std::uint8_t>(fraction.size()));
  if (!time || __builtin_add_overflow(time->ns, part, &time->ns)) return std::nullopt;
  return time;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// The months' English names begin so; logs write no others.
constexpr std::array<std::string_view, 12> kMonths = {"jan", "feb", "mar", "apr", "may", "jun",
                                                      "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr int kNoYear = 1972;

/// Reads one text from left to right.
class Reader {
 public:
  Reader(std::string_view text, bool day_first) : text_(text), day_first_(day_first) {}

  /// A time of day, and nothing else.
  std::optional<Timestamp> read_clock() {
    if (digits() == 6 || !clock() || !done()) return std::nullopt;
    return Timestamp{(hour_ * 3600LL + minute_ * 60LL + std::min(second_, 59)) * kNsPerSecond + ns_,
                     digits_};
  }

  std::optional<ReadTime> read() {
    weekday();
    if (!date()) return std::nullopt;
    const bool jointed = skip_joint();
    has_clock_ = has_clock_ || !done();
    if (!done() && (!jointed || !clock())) return std::nullopt;
    spaces();
    half_of_day();
    if (!year_ && !zone_year()) return std::nullopt;
    if (!zone()) return std::nullopt;
    spaces();
    if (!year_ && digits() == 4) year_ = number();
    if (!done()) return std::nullopt;
    return result();
  }

 private:
  [[nodiscard]] bool done() const { return at_ >= text_.size(); }
  [[nodiscard]] char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  void spaces() {
    while (peek() == ' ' || peek() == '\t') ++at_;
  }
  bool take(char c) {
    if (peek() != c) return false;
    ++at_;
    return true;
  }
  /// How many digits stand here.
  [[nodiscard]] std::size_t digits() const {
    std::size_t count = 0;
    while (is_digit(peek(count))) ++count;
    return count;
  }
  /// At most nine digits; the caller has looked.
  int number(std::size_t count = 9) {
    int value = 0;
    for (std::size_t i = 0; i < count && is_digit(peek()); ++i)
      value = value * 10 + (text_[at_++] - '0');
    return value;
  }
  std::string_view word() {
    const auto from = at_;
    while (is_letter(peek())) ++at_;
    return text_.substr(from, at_ - from);
  }
  static bool starts(std::string_view text, std::string_view lower) {
    return text.size() >= lower.size() &&
           std::equal(lower.begin(), lower.end(), text.begin(),
                      [](char want, char c) { return want == (c | 0x20); });
  }

  void weekday() {
    constexpr std::array<std::string_view, 7> kDays = {"mon", "tue", "wed", "thu",
                                                       "fri", "sat", "sun"};
    const auto from = at_;
    const auto name = word();
    const auto is_it = [&](std::string_view day) { return starts(name, day); };
    if (name.size() >= 3 && std::ranges::any_of(kDays, is_it)) {
      take(',');
      spaces();
    } else {
      at_ = from;
    }
  }

  bool month_name() {
    const auto name = word();
    if (name.size() < 3) return false;
    for (std::size_t i = 0; i < kMonths.size(); ++i) {
      if (starts(name, kMonths[i])) {
        month_ = static_cast<int>(i) + 1;
        return true;
      }
    }
    return false;
  }

  /// A year of two digits is of this century: no log is older.
  bool year_here() {
    const auto count = digits();
    if (count != 4 && count != 2) return false;
    year_ = number(count);
    if (count == 2) *year_ += 2000;
    return true;
  }

  bool date() {
    if (is_letter(peek())) {
      if (!month_name()) return false;
      spaces();
      if (digits() == 0 || digits() > 2) return false;
      day_ = number(2);
      take(',');
      const auto from = at_;
      spaces();
      if (digits() == 4) {
        year_ = number(4);
      } else {
        at_ = from;
      }
      return true;
    }
    const auto count = digits();
    if (count == 14) {
      year_ = number(4);
      month_ = number(2);
      day_ = number(2);
      has_clock_ = true;
      return clock();
    }
    if (count == 8) {
      year_ = number(4);
      month_ = number(2);
      day_ = number(2);
      return true;
    }
    if (count == 4) {
      year_ = number(4);
      const char mark = peek();
      if (mark == ' ' && is_letter(peek(1))) {  // `2024 Mar 01`, as OSSEC writes it
        ++at_;
        if (!month_name() || !take(' ')) return false;
        spaces();
        if (digits() < 1 || digits() > 2) return false;
        day_ = number(2);
        return true;
      }
      if (mark != '-' && mark != '/' && mark != '.') return false;
      ++at_;
      if (is_letter(peek()) ? !month_name() : digits() < 1 || digits() > 2) return false;
      if (month_ == 0) month_ = number(2);
      if (!take(mark) || digits() < 1 || digits() > 2) return false;
      day_ = number(2);
      return true;
    }
    return count >= 1 && count <= 2 && day_or_month_first();
  }

  bool day_or_month_first() {
    const int first = number(2);
    const char mark = peek();
    if (mark != '/' && mark != '-' && mark != '.' && mark != ' ') return false;
    ++at_;
    if (is_letter(peek())) {
      day_ = first;
      return month_name() && (take(mark) || take(' ')) && year_here();
    }
    if (mark == ' ' || digits() < 1 || digits() > 2) return false;
    const int second = number(2);
    if (mark == '/' && peek() == '-' && peek(3) == ':') {  // Snort: no year
      month_ = first;
      day_ = second;
      return true;
    }
    if (!take(mark)) return false;
    const bool day_first = mark != '/' || first > 12 || (day_first_ && second <= 12);
    day_ = day_first ? first : second;
    month_ = day_first ? second : first;
    return year_here();
  }

  /// What stands between date and clock.
  bool skip_joint() {
    if (done()) return true;
    if (take('T') || take('t') || take(':') || take('-') || take('_')) return true;
    take(',');
    const auto from = at_;
    spaces();
    return at_ > from;
  }

  bool clock() {
    const auto count = digits();
    if (count == 6) {
      hour_ = number(2);
      minute_ = number(2);
      second_ = number(2);
    } else {
      if (count < 1 || count > 2) return false;
      hour_ = number(2);
      if (!take(':') || digits() != 2) return false;
      minute_ = number(2);
      if (take(':')) {
        if (digits() != 2) return false;
        second_ = number(2);
      }
    }
    if ((peek() == '.' || peek() == ',' || peek() == ':') && is_digit(peek(1))) {
      ++at_;
      fraction();
    }
    return hour_ <= 23 && minute_ <= 59 && second_ <= 60;
  }

  void fraction() {
    std::int64_t scale = kNsPerSecond;
    while (is_digit(peek())) {
      if (digits_ < 9) {
        scale /= 10;
        ns_ += (peek() - '0') * scale;
        ++digits_;
      }
      ++at_;
    }
  }

  void half_of_day() {
    const char c = static_cast<char>(peek() | 0x20);
    if ((c != 'a' && c != 'p') || (peek(1) | 0x20) != 'm' || is_letter(peek(2))) return;
    if (hour_ < 1 || hour_ > 12) return;
    hour_ = hour_ % 12 + (c == 'p' ? 12 : 0);
    at_ += 2;
    spaces();
  }

  /// `… UTC 2000`: the year last, perhaps a zone's name before it.
  bool zone_year() {
    if (digits() == 4) {
      year_ = number(4);
      spaces();
    }
    return true;
  }

  /// `Z`, `UTC`, `GMT`, `+hh:mm`, `+hhmm`, `+hh`; a name after an offset says nothing new, and one
  /// alone is not known well enough (`CST` is three zones).
  bool zone() {
    spaces();
    if (done()) return true;
    if (is_letter(peek())) {
      const auto name = word();
      has_zone_ = name == "Z" || name == "z" || name == "UTC" || name == "GMT";
      if (name.size() > 5) return false;
      if (peek() != '+' && peek() != '-') return true;
    }
    if (peek() != '+' && peek() != '-') return true;
    const bool minus = peek() == '-';
    ++at_;
    if (digits() != 2 && digits() != 4) return false;
    const int hours = number(2);
    take(':');
    const int minutes = is_digit(peek()) ? number(2) : 0;
    if (hours > 23 || minutes > 59) return false;
    offset_ = (hours * 3600 + minutes * 60) * (minus ? -1 : 1);
    has_zone_ = true;
    spaces();
    const bool bracket = take('(');
    if (word().size() > 5) return false;
    return !bracket || take(')');
  }

  [[nodiscard]] std::optional<ReadTime> result() const {
    const std::chrono::year_month_day date{std::chrono::year{year_.value_or(kNoYear)},
                                           std::chrono::month{static_cast<unsigned>(month_)},
                                           std::chrono::day{static_cast<unsigned>(day_)}};
    if (!date.ok()) return std::nullopt;
    const std::int64_t days = std::chrono::sys_days{date}.time_since_epoch().count();
    const std::int64_t seconds = days * 86400 + std::int64_t{hour_} * 3600 +
                                 std::int64_t{minute_} * 60 + std::min(second_, 59) - offset_;
    constexpr std::int64_t kMaxSeconds = 9'223'372'035;  // what a Timestamp can hold
    if (seconds > kMaxSeconds || seconds < -kMaxSeconds) return std::nullopt;
    return ReadTime{Timestamp{seconds * kNsPerSecond + ns_, digits_}, has_zone_, year_.has_value(),
                    true, has_clock_};
  }

  std::string_view text_;
  bool day_first_;
  std::size_t at_ = 0;
  std::optional<int> year_;
  int month_ = 0;
  int day_ = 0;
  int hour_ = 0;
  int minute_ = 0;
  int second_ = 0;
  std::int64_t ns_ = 0;
  std::uint8_t digits_ = 0;
  int offset_ = 0;  ///< seconds east of UTC
  bool has_zone_ = false;
  bool has_clock_ = false;
};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '[')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == ']')) text.remove_suffix(1);
  return text;
}

/// Longer texts are no times.
constexpr std::size_t kMaxTimeBytes = 64;

}  // namespace

std::optional<ReadTime> read_time(std::string_view text, bool day_first) {
  if (text.size() > kMaxTimeBytes) return std::nullopt;
  text = trimmed(text);
  if (text.size() < 4) return std::nullopt;
  if (text.starts_with("/Date(") && text.ends_with(")/")) {
    const auto time = read_epoch(text.substr(6, text.size() - 8));
    return time ? std::optional(ReadTime{*time}) : std::nullopt;
  }
  if (std::ranges::all_of(text, [](char c) { return is_digit(c) || c == '.'; })) {
    if (const auto time = read_epoch(text)) return ReadTime{*time};
  }
  return Reader(text, day_first).read();
}

std::optional<Timestamp> read_clock(std::string_view text) {
  if (text.size() > kMaxTimeBytes) return std::nullopt;
  return Reader(trimmed(text), false).read_clock();
}

bool has_day_first(std::string_view head) {
  constexpr std::array<std::string_view, 4> kHeadings = {"Date et heure", "Fecha y hora",
                                                         "Data e ora", "Data e Hora"};
  const auto two = [&](std::size_t at) {
    return at + 1 < head.size() && is_digit(head[at]) && is_digit(head[at + 1])
               ? (head[at] - '0') * 10 + (head[at + 1] - '0')
               : 0;
  };
  bool seen = std::ranges::any_of(kHeadings, [&](std::string_view heading) {
    return head.substr(0, 1024).find(heading) != std::string_view::npos;
  });
  for (auto at = head.find('/'); at != std::string_view::npos; at = head.find('/', at + 1)) {
    // dd/dd/dddd, with nothing numeric around it
    if (at < 2 || at + 8 > head.size() || head[at + 3] != '/' || two(at + 4) == 0) continue;
    if (at > 2 && (is_digit(head[at - 3]) || head[at - 3] == '/')) continue;
    const int first = two(at - 2);
    const int second = two(at + 1);
    if (second > 12 && first <= 12) return false;
    seen = seen || (first > 12 && first <= 31 && second >= 1 && second <= 12);
  }
  return seen;
}

std::optional<std::int64_t> ClockReader::with_year(std::int64_t seconds) {
  constexpr int kHalfYear = 6;
  const auto days = std::chrono::floor<std::chrono::days>(
      std::chrono::sys_seconds{std::chrono::seconds{seconds}});
  const std::chrono::year_month_day date{days};
  const auto month = static_cast<int>(static_cast<unsigned>(date.month()));
  if (month_ == 0 && hint_month_ != 0) {
    if (month > hint_month_ + kHalfYear) --year_;
    if (month < hint_month_ - kHalfYear) ++year_;
  }
  int year = year_;
  if (month_ != 0 && month < month_ - kHalfYear) {
    year = ++year_;
    month_ = month;
  } else if (month_ != 0 && month > month_ + kHalfYear) {
    --year;  // one that came late
  } else {
    month_ = month;
  }
  const std::chrono::year_month_day there{std::chrono::year{year}, date.month(), date.day()};
  if (!there.ok()) return std::nullopt;
  return (std::chrono::sys_days{there} - days).count() * 86400 + seconds;
}

std::optional<ReadTime> ClockReader::with_day(std::string_view text) {
  constexpr std::int64_t kDayNs = 86400 * kNsPerSecond;
  const auto clock = day_ ? read_clock(text) : std::nullopt;
  if (!clock) return std::nullopt;
  if (clock->ns < clock_ns_ - kDayNs / 2) ++*day_;
  clock_ns_ = clock->ns;
  return ReadTime{{*day_ * kDayNs + clock->ns, clock->digits}, false, true, false};
}

std::optional<ReadTime> ClockReader::read(std::string_view text) {
  auto result = read_time(text, day_first_);
  if (!result) result = with_day(text);
  if (!result || (result->has_zone && result->has_year)) return result;
  std::int64_t seconds = result->time.ns / kNsPerSecond;
  std::int64_t rest = result->time.ns % kNsPerSecond;
  if (rest < 0) {
    rest += kNsPerSecond;
    --seconds;
  }
  if (!result->has_year) {
    const auto there = with_year(seconds);
    if (!there) return std::nullopt;
    seconds = *there;
  }
  if (!result->has_zone && zone_ != nullptr) seconds = zone_->to_utc(seconds);
  result->time.ns = seconds * kNsPerSecond + rest;
  return result;
}

}  // namespace interdict::normalize
