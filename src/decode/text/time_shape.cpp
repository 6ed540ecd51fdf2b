#include "decode/text/time_shape.hpp"

#include <array>
#include <optional>

namespace interdict::decode {
namespace {

bool is_digit(char byte) {
  return byte >= '0' && byte <= '9';
}
bool is_letter(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}
char lower(char byte) {
  return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte + 32) : byte;
}

/// A way to write a time, one letter a part:
///   Y year of 4 digits   y of 2   M month of 1 or 2 digits   B its name   D day of 1 or 2 digits,
///   one blank before it allowed   W day of the week   h m s clock, 1 or 2 digits (h), 2 (m, s)
///   f fraction, optional   z zone, optional   p AM or PM, optional   anything else itself;
///   a blank stands for one or more.
struct Pattern {
  std::string_view parts;
  bool has_year;
  bool is_iso;
};

constexpr std::array kFromDigit{
    Pattern{"Y-M-DTh:m:sfz", true, true},    Pattern{"Y-M-D h:m:sfz", true, false},
    Pattern{"Y/M/D h:m:sfz", true, false},   Pattern{"Y/M/D-h:m:sfz", true, false},
    Pattern{"Y-M-D_h:m:sfz", true, false},   Pattern{"Y-M-D-h:m:sfz", true, false},
    Pattern{"Y.M.D h:m:sfz", true, false},   Pattern{"Y-M-D,h:m:sfz", true, false},
    Pattern{"Y B D h:m:sfz", true, false},   Pattern{"D/B/Y:h:m:sfz", true, false},
    Pattern{"D/B/Y h:m:sfz", true, false},   Pattern{"D-B-Y h:m:sfz", true, false},
    Pattern{"D B Y h:m:sfz", true, false},   Pattern{"M/D/Y-h:m:sfz", true, false},
    Pattern{"M/D/Y h:m:sfpz", true, false},  Pattern{"D/M/Y h:m:sfpz", true, false},
    Pattern{"M/D/Y, h:m:sfpz", true, false}, Pattern{"D/M/Y, h:m:sfpz", true, false},
    Pattern{"D.M.Y h:m:sfz", true, false},   Pattern{"D.M.Y, h:m:sfz", true, false},
    Pattern{"D-M-Y h:m:sfz", true, false},   Pattern{"M-D-Y h:m:sfpz", true, false},
    Pattern{"M/D/y h:m:sfpz", true, false},  Pattern{"D/M/y h:m:sfpz", true, false},
    Pattern{"M/D/y-h:m:sfz", true, false},   Pattern{"M/D-h:m:sf", false, false},
    Pattern{"M/D/y,h:m:sf", true, false},    Pattern{"y-M-D h:m:sfz", true, false},
    Pattern{"y/M/D h:m:sfz", true, false},   Pattern{"M/D/y, h:m:sfpz", true, false},
};
constexpr std::array kFromLetter{
    Pattern{"B D h:m:sf", false, false},      Pattern{"B D Y h:m:sfz", true, false},
    Pattern{"B D, Y h:m:sfpz", true, false},  Pattern{"W B D h:m:sfY", true, false},
    Pattern{"W, D B Y h:m:sfz", true, false}, Pattern{"W D B Y h:m:sfz", true, false},
};

constexpr std::array<std::string_view, 12> kMonths{"jan", "feb", "mar", "apr", "may", "jun",
                                                   "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::array<std::string_view, 7> kDays{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

template <std::size_t N>
bool take_name(std::string_view text, std::size_t& at,
               const std::array<std::string_view, N>& names) {
  if (text.size() - at < 3) return false;
  const std::array word{lower(text[at]), lower(text[at + 1]), lower(text[at + 2])};
  for (const auto name : names) {
    if (name == std::string_view(word.data(), word.size())) {
      at += 3;
      return true;
    }
  }
  return false;
}

bool take_number(std::string_view text, std::size_t& at, std::size_t digits_min,
                 std::size_t digits_max, unsigned low, unsigned high) {
  unsigned value = 0;
  std::size_t digits = 0;
  while (digits < digits_max && at + digits < text.size() && is_digit(text[at + digits])) {
    value = value * 10 + static_cast<unsigned>(text[at + digits] - '0');
    ++digits;
  }
  if (digits < digits_min || value < low || value > high) return false;
  at += digits;
  return at == text.size() || !is_digit(text[at]);
}

void take_fraction(std::string_view text, std::size_t& at) {
  if (at + 1 >= text.size() || (text[at] != '.' && text[at] != ',') || !is_digit(text[at + 1])) {
    return;
  }
  ++at;
  while (at < text.size() && is_digit(text[at])) ++at;
}

/// `Z`, `+01:00`, `+0100`, ` +0100`, ` UTC`, ` CEST`; leaves `at` where it is if there is none. A
/// word counts only if it is one of the usual zones: the next may be a level.
void take_zone(std::string_view text, std::size_t& at) {
  auto here = at;
  if (here < text.size() && text[here] == 'Z') {
    at = here + 1;
    return;
  }
  if (here < text.size() && text[here] == ' ') ++here;
  if (here < text.size() && (text[here] == '+' || text[here] == '-')) {
    auto to = here + 1;
    while (to < text.size() && to - here <= 5 && (is_digit(text[to]) || text[to] == ':')) ++to;
    const auto size = to - here - 1;
    if (size == 4 || size == 5 || size == 2) at = to;
    return;
  }
  constexpr std::array<std::string_view, 14> kZones{"UTC", "GMT", "CET", "CEST", "EST",
                                                    "EDT", "CST", "CDT", "MST",  "MDT",
                                                    "PST", "PDT", "BST", "Z"};
  auto to = here;
  while (to < text.size() && is_letter(text[to])) ++to;
  for (const auto zone : kZones) {
    if (text.substr(here, to - here) == zone) at = to;
  }
}

void take_half(std::string_view text, std::size_t& at) {
  auto here = at;
  if (here < text.size() && text[here] == ' ') ++here;
  if (here + 1 < text.size() && (lower(text[here]) == 'a' || lower(text[here]) == 'p') &&
      lower(text[here + 1]) == 'm' && (here + 2 == text.size() || !is_letter(text[here + 2]))) {
    at = here + 2;
  }
}

/// The year behind ctime's clock, a zone's name between them allowed.
bool take_late_year(std::string_view text, std::size_t& at) {
  take_zone(text, at);
  if (at == text.size() || text[at] != ' ') return false;
  ++at;
  return take_number(text, at, 4, 4, 1970, 2999);
}

std::optional<std::size_t> match(std::string_view parts, std::string_view text) {
  std::size_t at = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    bool fits = true;
    switch (const char part = parts[i]) {
      case 'Y':
        fits = at > 6 && parts[i - 1] == 'f' ? take_late_year(text, at)
                                             : take_number(text, at, 4, 4, 1970, 2999);
        break;
      case 'y':
        fits = take_number(text, at, 2, 2, 0, 99);
        break;
      case 'M':
        fits = take_number(text, at, 1, 2, 1, 12);
        break;
      case 'B':
        fits = take_name(text, at, kMonths);
        break;
      case 'D':
        fits = take_number(text, at, 1, 2, 1, 31);
        break;
      case 'W':
        fits = take_name(text, at, kDays);
        break;
      case 'h':
        fits = take_number(text, at, 1, 2, 0, 23);
        break;
      case 'm':
        fits = take_number(text, at, 2, 2, 0, 59);
        break;
      case 's':
        fits = take_number(text, at, 2, 2, 0, 60);
        break;
      case 'f':
        take_fraction(text, at);
        break;
      case 'z':
        take_zone(text, at);
        break;
      case 'p':
        take_half(text, at);
        break;
      default:
        fits = at < text.size() && text[at] == part;
        if (fits) ++at;
        while (fits && part == ' ' && at < text.size() && text[at] == ' ') ++at;
    }
    if (!fits) return std::nullopt;
  }
  return at;
}

TimeShape epoch(std::string_view text) {
  std::size_t digits = 0;
  while (digits < text.size() && is_digit(text[digits])) ++digits;
  if (digits != 10 && digits != 13) return {};
  if (text[0] == '0') return {};
  std::size_t at = digits;
  if (digits == 10) take_fraction(text, at);
  return {at, true, true, false};
}

}  // namespace

TimeShape time_shape(std::string_view text) {
  constexpr std::size_t kLongest = 48;
  text = text.substr(0, kLongest);
  if (text.size() < 8) return {};
  const auto first = [&](const auto& patterns, const auto& may_be) -> TimeShape {
    for (const auto& pattern : patterns) {
      if (!may_be(pattern.parts)) continue;
      const auto size = match(pattern.parts, text);
      if (size) return {*size, true, pattern.has_year, pattern.is_iso};
    }
    return {};
  };
  if (is_letter(text[0])) {
    // A day of the week is no month, so its first three letters leave few patterns.
    std::size_t at = 0;
    const char name = take_name(text, at, kMonths) ? 'B' : take_name(text, at, kDays) ? 'W' : '\0';
    return first(kFromLetter, [&](std::string_view parts) { return parts[0] == name; });
  }
  std::size_t digits = 0;
  while (digits < text.size() && is_digit(text[digits])) ++digits;
  if (digits == 0 || digits == text.size()) return digits == 0 ? TimeShape{} : epoch(text);
  if (digits > 4) return epoch(text);
  // The first number's length and what stands behind it leave few patterns.
  return first(kFromDigit, [&](std::string_view parts) {
    return (parts[0] == 'Y') == (digits == 4) && parts[1] == text[digits];
  });
}

std::size_t clock_shape(std::string_view text) {
  const auto size = match("h:m:sf", text.substr(0, 32));
  if (!size || text[2] != ':') return 0;
  const auto behind = text.substr(*size, 1);
  return behind.empty() || behind == " " || behind == "\t" || behind == "]" ? *size : 0;
}

std::size_t find_time(std::string_view line) {
  std::size_t at = 0;
  if (line.starts_with('<')) {
    const auto end = line.find('>');
    if (end == std::string_view::npos || end < 2 || end > 4) return std::string_view::npos;
    at = end + 1;
  }
  while (at < line.size() && at < 8 &&
         (line[at] == '[' || line[at] == '"' || line[at] == ' ' || line[at] == '(' ||
          line[at] == '\'')) {
    ++at;
  }
  return time_shape(line.substr(at)).size > 0 ? at : std::string_view::npos;
}

}  // namespace interdict::decode
