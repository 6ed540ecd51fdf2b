#include "rule/pattern.hpp"

#include <cstdint>
#include <utility>

#include "base/unicode.hpp"

namespace interdict::rule {
namespace {

using Kind = PatternPart::Kind;

void add_character(Pattern& pattern, char character) {
  if (pattern.parts.empty() || pattern.parts.back().kind != Kind::literal)
    pattern.parts.push_back({Kind::literal, {}});
  pattern.parts.back().text += character;
}

void add_wildcard(Pattern& pattern, Kind kind) {
  if (kind == Kind::any && !pattern.parts.empty() && pattern.parts.back().kind == Kind::any) return;
  pattern.parts.push_back({kind, {}});
}

bool is_special(char character) {
  return character == '*' || character == '?' || character == '\\';
}

void append_unit(std::string& out, std::uint32_t unit, bool big) {
  const char high = static_cast<char>(unit >> 8 & 0xff);
  const char low = static_cast<char>(unit & 0xff);
  out += big ? high : low;
  out += big ? low : high;
}

}  // namespace

Pattern parse_pattern(std::string_view text) {
  Pattern pattern;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char character = text[i];
    if (character == '\\' && i + 1 < text.size() && is_special(text[i + 1])) {
      add_character(pattern, text[++i]);
    } else if (character == '*') {
      add_wildcard(pattern, Kind::any);
    } else if (character == '?') {
      add_wildcard(pattern, Kind::one);
    } else {
      add_character(pattern, character);
    }
  }
  return pattern;
}

Pattern literal_pattern(std::string text) {
  Pattern pattern;
  if (!text.empty()) pattern.parts.push_back({Kind::literal, std::move(text)});
  return pattern;
}

std::optional<std::string> plain_text(const Pattern& pattern) {
  if (pattern.has_wildcard()) return std::nullopt;
  return pattern.parts.empty() ? std::string() : pattern.parts.front().text;
}

std::string to_sigma(const Pattern& pattern) {
  std::string out;
  for (const PatternPart& part : pattern.parts) {
    if (part.kind == Kind::any) out += '*';
    if (part.kind == Kind::one) out += '?';
    for (const char character : part.text) {
      if (is_special(character)) out += '\\';
      out += character;
    }
  }
  return out;
}

std::string encode_utf16(std::string_view utf8, Utf16 form) {
  std::string out;
  const bool big = form == Utf16::big;
  if (form == Utf16::little_with_mark) append_unit(out, 0xfeff, false);
  for (std::size_t at = 0; at < utf8.size();) {
    const auto code_point = static_cast<std::uint32_t>(next_code_point(utf8, at));
    if (code_point < 0x10000) {
      append_unit(out, code_point, big);
    } else {
      const std::uint32_t rest = code_point - 0x10000;
      append_unit(out, 0xd800 + (rest >> 10 & 0x3ff), big);
      append_unit(out, 0xdc00 + (rest & 0x3ff), big);
    }
  }
  return out;
}

std::string encode_base64(std::string_view bytes) {
  static constexpr char kAlphabet[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    const std::size_t present = bytes.size() - i < 3 ? bytes.size() - i : 3;
    for (std::size_t j = 0; j < 3; ++j)
      group = group << 8 | (j < present ? static_cast<unsigned char>(bytes[i + j]) : 0U);
    for (std::size_t j = 0; j < 4; ++j)
      out += j <= present ? kAlphabet[group >> (18 - 6 * j) & 0x3f] : '=';
  }
  return out;
}

std::array<std::string, 3> base64_offsets(std::string_view bytes) {
  // A character of base64 is fixed once all its six bits come from `bytes`: the first 0, 2 or 3
  // characters still hold bits of what stands before, the last 0, 3 or 2 of what comes after.
  static constexpr std::size_t kStart[] = {0, 2, 3};
  static constexpr std::size_t kEnd[] = {0, 3, 2};
  std::array<std::string, 3> variants;
  for (std::size_t offset = 0; offset < 3; ++offset) {
    const std::string encoded = encode_base64(std::string(offset, ' ').append(bytes));
    const std::size_t end = encoded.size() - kEnd[(bytes.size() + offset) % 3];
    if (end > kStart[offset])
      variants[offset] = encoded.substr(kStart[offset], end - kStart[offset]);
  }
  return variants;
}

}  // namespace interdict::rule
