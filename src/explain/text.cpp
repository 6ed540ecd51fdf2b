#include "explain/text.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include <fmt/format.h>

#include "base/unicode.hpp"

namespace interdict::explain {
namespace {

constexpr char32_t kNoCodePoint = 0x110000;

bool is_hidden(char32_t c) {
  return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xad || c == 0x61c || c == 0x180e ||
         (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
         (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || (c >= 0xfff9 && c <= 0xfffb) ||
         (c >= 0xe0000 && c <= 0xe007f);
}

}  // namespace

std::string visible(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = at;
    const char32_t c = next_code_point(text, at);
    if (c >= kNoCodePoint) {
      out += fmt::format("\\x{:02x}", static_cast<std::uint32_t>(c - kNoCodePoint));
    } else if (is_hidden(c)) {
      out += c > 0xffff ? fmt::format("\\U{:08x}", static_cast<std::uint32_t>(c))
                        : fmt::format("\\u{:04x}", static_cast<std::uint32_t>(c));
    } else {
      out.append(text.substr(begin, at - begin));
    }
  }
  return out;
}

std::string html_escape(std::string_view text) {
  std::string out;
  for (const char c : visible(text)) {
    switch (c) {
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '&':
        out += "&amp;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string csv_cell(std::string_view text) {
  std::string out = "\"";
  if (!text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos)
    out += '\'';
  for (const char c : visible(text)) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
  return out;
}

std::string shorten(std::string_view text, std::size_t max_bytes) {
  if (text.size() <= max_bytes) return std::string(text);
  std::size_t end = max_bytes;
  // A continuation byte (10xxxxxx) belongs to the character before it.
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) --end;
  return std::string(text.substr(0, end)) + "…";
}

std::string counted(std::size_t number, std::string_view singular) {
  return fmt::format("{} {}{}", number, singular, number == 1 ? "" : "s");
}

std::string plain_hours(double hours) {
  if (!std::isfinite(hours) || hours <= 0) return "0 s";
  // Beyond this a double no longer holds whole seconds; no log spans it.
  const auto seconds = static_cast<std::uint64_t>(std::min(hours * 3600.0 + 0.5, 1e12));
  if (seconds < 1) return "less than 1 s";
  if (seconds < 60) return fmt::format("{} s", seconds);
  const std::uint64_t minutes = seconds / 60;
  if (minutes < 60)
    return seconds % 60 == 0 ? fmt::format("{} min", minutes)
                             : fmt::format("{} min {} s", minutes, seconds % 60);
  if (minutes < std::uint64_t{48} * 60)
    return minutes % 60 == 0 ? fmt::format("{} h", minutes / 60)
                             : fmt::format("{} h {} min", minutes / 60, minutes % 60);
  return fmt::format("{} days {} h", minutes / 1440, minutes % 1440 / 60);
}

}  // namespace interdict::explain
