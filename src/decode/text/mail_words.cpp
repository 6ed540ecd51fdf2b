#include "decode/text/mail_words.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "base/unicode.hpp"
#include "decode/text/line_format.hpp"

namespace interdict::decode {
namespace {

constexpr std::size_t kNone = std::string_view::npos;

int hex_digit(char byte) {
  if (byte >= '0' && byte <= '9') return byte - '0';
  if (byte >= 'A' && byte <= 'F') return byte - 'A' + 10;
  if (byte >= 'a' && byte <= 'f') return byte - 'a' + 10;
  return -1;
}

/// `mark` and two hexadecimal digits are a byte (quoted-printable, percent-encoding).
std::string undo_hex(std::string_view text, char mark, bool underscore_is_blank) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == mark && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 &&
        hex_digit(text[i + 2]) >= 0) {
      out += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
      i += 2;
    } else {
      out += underscore_is_blank && text[i] == '_' ? ' ' : text[i];
    }
  }
  return out;
}

std::string undo_base64(std::string_view text) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char byte : text) {
    const auto digit = kDigits.find(byte);
    if (digit == kNone) continue;
    bits = (bits << 6U | static_cast<std::uint32_t>(digit)) & 0xFFFFFFU;
    count += 6;
    if (count >= 8) {
      count -= 8;
      out += static_cast<char>(bits >> static_cast<unsigned>(count) & 0xFFU);
    }
  }
  return out;
}

bool equals_ignoring_case(std::string_view a, std::string_view lower) {
  return a.size() == lower.size() &&
         std::equal(a.begin(), a.end(), lower.begin(), [](char x, char y) {
           return (x >= 'A' && x <= 'Z' ? static_cast<char>(x + 32) : x) == y;
         });
}

std::string to_utf8(std::string_view charset, const std::string& bytes) {
  if (!equals_ignoring_case(charset, "iso-8859-1") && !equals_ignoring_case(charset, "latin1")) {
    return to_valid_utf8(bytes);
  }
  std::string out;
  for (const char byte : bytes) append_utf8(static_cast<unsigned char>(byte), out);
  return out;
}

struct Word {
  std::string text;
  std::size_t size = 0;
};

/// The encoded word that `text` begins with.
std::optional<Word> word_at(std::string_view text) {
  if (!text.starts_with("=?")) return std::nullopt;
  const auto first = text.find('?', 2);
  if (first == kNone || first + 2 >= text.size() || text[first + 2] != '?') return std::nullopt;
  const auto end = text.find("?=", first + 3);
  if (end == kNone) return std::nullopt;
  const auto body = text.substr(first + 3, end - first - 3);
  const char how = text[first + 1];
  std::string bytes;
  if (how == 'B' || how == 'b') {
    bytes = undo_base64(body);
  } else if (how == 'Q' || how == 'q') {
    bytes = undo_hex(body, '=', true);
  } else {
    return std::nullopt;
  }
  const auto charset = text.substr(2, first - 2);
  return Word{to_utf8(charset.substr(0, charset.find('*')), bytes), end + 2};
}

}  // namespace

std::string decode_words(std::string_view value) {
  std::string out;
  std::size_t blanks_after_word = 0;  // between two encoded words they are none
  bool after_word = false;
  for (std::size_t at = 0; at < value.size();) {
    if (auto word = word_at(value.substr(at))) {
      if (after_word) out.resize(out.size() - blanks_after_word);
      out += word->text;
      at += word->size;
      after_word = true;
      blanks_after_word = 0;
      continue;
    }
    if (value[at] == ' ' && after_word) {
      ++blanks_after_word;
    } else {
      after_word = false;
      blanks_after_word = 0;
    }
    out += value[at++];
  }
  return out;
}

std::string attachment_name(std::string_view line) {
  for (const std::string_view key : {"filename*=", "filename=", "name*=", "name="}) {
    const auto at = line.find(key);
    if (at == kNone) continue;
    auto value = line.substr(at + key.size());
    if (value.starts_with('"')) {
      value = value.substr(1, value.find('"', 1) - 1);
    } else {
      value = trim(value.substr(0, value.find(';')));
    }
    if (!key.ends_with("*=")) return decode_words(value);
    const auto charset = value.find('\'');  // utf-8''name
    const auto text = charset == kNone ? kNone : value.find('\'', charset + 1);
    if (text == kNone) return to_valid_utf8(undo_hex(value, '%', false));
    return to_utf8(value.substr(0, charset), undo_hex(value.substr(text + 1), '%', false));
  }
  return {};
}

}  // namespace interdict::decode
