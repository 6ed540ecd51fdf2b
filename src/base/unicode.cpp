#include "base/unicode.hpp"

#include <array>
#include <cstdint>
#include <cstring>

#include <utf8proc.h>

namespace interdict {

namespace {

constexpr char32_t kReplacement = 0xFFFD;
constexpr char32_t kIllFormed = 0x110000;

constexpr std::uint64_t kEach = 0x0101010101010101U;
constexpr std::uint64_t kHighBits = 0x80 * kEach;

/// ASCII letters of eight bytes to lower case at once; bytes above 0x7F stay. Adding to the low
/// seven bits of a byte carries into its own eighth bit only.
std::uint64_t lower_eight(std::uint64_t word) {
  const std::uint64_t low = word & ~kHighBits;
  const std::uint64_t from_a = low + (0x80 - 'A') * kEach;
  const std::uint64_t past_z = low + (0x7F - 'Z') * kEach;
  const std::uint64_t upper = (from_a ^ past_z) & ~word & kHighBits;
  return word | upper >> 2U;
}

char ascii_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

}  // namespace

char32_t next_code_point(std::string_view text, std::size_t& position) {
  const auto first = static_cast<unsigned char>(text[position]);
  if (first < 0x80U) {
    ++position;
    return first;
  }
  utf8proc_int32_t code_point = -1;
  const auto used =
      utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()) + position,
                       static_cast<utf8proc_ssize_t>(text.size() - position), &code_point);
  if (used <= 0) {
    ++position;
    return kIllFormed + first;
  }
  position += static_cast<std::size_t>(used);
  return static_cast<char32_t>(code_point);
}

void append_utf8(char32_t code_point, std::string& out) {
  if (code_point < 0x80) {
    out += static_cast<char>(code_point);
    return;
  }
  if (code_point >= kIllFormed) {  // from next_code_point: the byte itself
    out += static_cast<char>(code_point - kIllFormed);
    return;
  }
  std::array<utf8proc_uint8_t, 4> buffer{};
  const auto size = utf8proc_encode_char(static_cast<utf8proc_int32_t>(code_point), buffer.data());
  out.append(reinterpret_cast<const char*>(buffer.data()), static_cast<std::size_t>(size));
}

void append_utf8_from_utf16le(Bytes utf16le, std::string& out) {
  const std::size_t units = utf16le.size() / 2;
  const auto unit = [&](std::size_t i) {
    return static_cast<char32_t>(std::to_integer<unsigned>(utf16le[2 * i]) |
                                 (std::to_integer<unsigned>(utf16le[2 * i + 1]) << 8U));
  };
  // Most text is ASCII: copied without a look at each character, up to the first that is none.
  const auto start = out.size();
  out.resize(start + units);
  char* to = out.data() + start;
  std::size_t ascii = 0;
  constexpr std::size_t kBlock = 8;
  for (; ascii + kBlock <= units; ascii += kBlock) {
    unsigned high = 0;
    for (std::size_t i = ascii; i < ascii + kBlock; ++i) {
      high |= (std::to_integer<unsigned>(utf16le[2 * i]) & 0x80U) |
              std::to_integer<unsigned>(utf16le[2 * i + 1]);
      to[i] = static_cast<char>(utf16le[2 * i]);
    }
    if (high != 0) break;
  }
  out.resize(start + ascii);
  for (std::size_t i = ascii; i < units; ++i) {
    char32_t c = unit(i);
    if (c >= 0xD800 && c <= 0xDBFF && i + 1 < units) {
      const char32_t low = unit(i + 1);
      if (low >= 0xDC00 && low <= 0xDFFF) {
        c = 0x10000 + ((c - 0xD800) << 10U) + (low - 0xDC00);
        ++i;
      }
    }
    if (c >= 0xD800 && c <= 0xDFFF) c = kReplacement;
    append_utf8(c, out);
  }
}

bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    // Most of most texts is ASCII: eight bytes at once while none has its high bit.
    for (std::uint64_t eight = 0; text.size() - i >= sizeof eight; i += sizeof eight) {
      std::memcpy(&eight, text.data() + i, sizeof eight);
      if ((eight & kHighBits) != 0) break;
    }
    if (i == text.size()) return true;
    if (next_code_point(text, i) >= kIllFormed) return false;
  }
  return true;
}

std::string to_valid_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const char32_t c = next_code_point(text, i);
    append_utf8(c >= kIllFormed ? kReplacement : c, out);
  }
  return out;
}

char32_t fold_case(char32_t code_point) {
  if (code_point < 0x80) {
    return static_cast<unsigned char>(ascii_lower(static_cast<char>(code_point)));
  }
  if (code_point >= kIllFormed) return code_point;
  // Full folding where it is one code point (status C); else the simple lower case (status S).
  std::array<utf8proc_int32_t, 4> folded{};
  int boundary = 0;
  const auto count = utf8proc_decompose_char(
      static_cast<utf8proc_int32_t>(code_point), folded.data(),
      static_cast<utf8proc_ssize_t>(folded.size()), UTF8PROC_CASEFOLD, &boundary);
  if (count == 1) return static_cast<char32_t>(folded[0]);
  return static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(code_point)));
}

std::string fold_case(std::string_view utf8) {
  std::string out;
  fold_case(utf8, out);
  return out;
}

void fold_case(std::string_view utf8, std::string& out) {
  out.resize(utf8.size());
  std::size_t i = 0;
  std::uint64_t high = 0;
  for (; i + 8 <= utf8.size() && (high & kHighBits) == 0; i += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, utf8.data() + i, 8);
    high = word;
    word = lower_eight(word);
    std::memcpy(out.data() + i, &word, 8);
  }
  for (; i < utf8.size() && (high & kHighBits) == 0; ++i) {
    high = static_cast<unsigned char>(utf8[i]);
    out[i] = ascii_lower(utf8[i]);
  }
  if ((high & kHighBits) == 0) return;
  out.clear();
  for (i = 0; i < utf8.size();) append_utf8(fold_case(next_code_point(utf8, i)), out);
}

bool is_ascii(std::string_view text) {
  std::uint64_t all = 0;
  std::size_t i = 0;
  for (; i + 8 <= text.size(); i += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + i, 8);
    all |= word;
  }
  for (; i < text.size(); ++i) all |= static_cast<unsigned char>(text[i]);
  return (all & kHighBits) == 0;
}

}  // namespace interdict
