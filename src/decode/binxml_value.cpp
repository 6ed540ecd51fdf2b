#include "decode/binxml_value.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <string_view>

#include "base/unicode.hpp"

namespace interdict::decode {
namespace {

constexpr std::size_t kGuidBytes = 16;
constexpr std::size_t kSystemTimeBytes = 16;
constexpr std::size_t kSidHeadBytes = 8;

RawType append_hex_dump(Bytes data, std::string& out) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  for (const std::byte b : data) {
    const auto value = std::to_integer<unsigned>(b);
    out += kDigits[value >> 4U];
    out += kDigits[value & 15U];
  }
  return RawType::string;
}

template <class Number, class... Format>
void append_number(Number value, std::string& out, Format... format) {
  std::array<char, 64> buffer{};
  const auto result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, format...);
  out.append(buffer.data(), result.ptr);
}

template <class Int>
RawType append_int(Bytes data, std::string& out) {
  if (data.size() != sizeof(Int)) return append_hex_dump(data, out);
  append_number(*load_le<Int>(data, 0), out);
  return RawType::integer;
}

/// As Windows does: lower case, no leading zeros.
RawType append_hex_int(Bytes data, std::string& out) {
  std::uint64_t value = 0;
  if (data.size() == sizeof(std::uint32_t)) {
    value = *load_le<std::uint32_t>(data, 0);
  } else if (data.size() == sizeof(std::uint64_t)) {
    value = *load_le<std::uint64_t>(data, 0);
  } else {
    return append_hex_dump(data, out);
  }
  out += "0x";
  append_number(value, out, 16);
  return RawType::integer;
}

template <class Real>
RawType append_real(Bytes data, std::string& out) {
  if (data.size() != sizeof(Real)) return append_hex_dump(data, out);
  Real value;
  std::memcpy(&value, data.data(), sizeof(Real));
  append_number(value, out);
  return RawType::real;
}

/// Writers disagree about the width (4 by the documentation) and about what is true (1; some
/// providers write other values): any bit set is true.
RawType append_bool(Bytes data, std::string& out) {
  if (data.size() > sizeof(std::uint64_t)) return append_hex_dump(data, out);
  const bool value = std::ranges::any_of(data, [](std::byte b) { return b != std::byte{0}; });
  out += value ? "true" : "false";
  return RawType::boolean;
}

/// `value` in decimal, padded with zeros to `width`.
void append_padded(std::uint64_t value, std::size_t width, std::string& out) {
  std::string digits;
  append_number(value, digits);
  if (digits.size() < width) out.append(width - digits.size(), '0');
  out += digits;
}

struct Clock {
  std::uint64_t hour, minute, second, fraction;
  std::size_t digits;
};

void append_time(std::uint64_t year, std::uint64_t month, std::uint64_t day, const Clock& clock,
                 std::string& out) {
  append_padded(year, 4, out);
  out += '-';
  append_padded(month, 2, out);
  out += '-';
  append_padded(day, 2, out);
  out += 'T';
  append_padded(clock.hour, 2, out);
  out += ':';
  append_padded(clock.minute, 2, out);
  out += ':';
  append_padded(clock.second, 2, out);
  out += '.';
  append_padded(clock.fraction, clock.digits, out);
  out += 'Z';
}

/// [MS-DTYP] 2.3.3: ticks of 100 ns since 1601-01-01. The date by the days-to-civil algorithm, on
/// years that begin in March.
RawType append_filetime(Bytes data, std::string& out) {
  if (data.size() != sizeof(std::uint64_t)) return append_hex_dump(data, out);
  constexpr std::uint64_t kTicksPerSecond = 10'000'000;
  constexpr std::uint64_t kSecondsPerDay = 86'400;
  constexpr std::uint64_t kDaysFrom0To1601 = 584'694;  // from 0000-03-01 to 1601-01-01
  const auto ticks = *load_le<std::uint64_t>(data, 0);
  const std::uint64_t seconds = ticks / kTicksPerSecond;
  const std::uint64_t days = seconds / kSecondsPerDay + kDaysFrom0To1601;
  const std::uint64_t of_day = seconds % kSecondsPerDay;
  const std::uint64_t era = days / 146'097;
  const std::uint64_t day_of_era = days % 146'097;
  const std::uint64_t year_of_era =
      (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::uint64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::uint64_t shifted = (5 * day_of_year + 2) / 153;
  const std::uint64_t day = day_of_year - (153 * shifted + 2) / 5 + 1;
  const std::uint64_t month = shifted < 10 ? shifted + 3 : shifted - 9;
  const std::uint64_t year = era * 400 + year_of_era + (month <= 2 ? 1 : 0);
  append_time(year, month, day,
              {of_day / 3600, of_day / 60 % 60, of_day % 60, ticks % kTicksPerSecond, 7}, out);
  return RawType::string;
}

RawType append_systemtime(Bytes data, std::string& out) {
  if (data.size() != kSystemTimeBytes) return append_hex_dump(data, out);
  const auto part = [&](std::uint64_t index) -> std::uint64_t {
    return *load_le<std::uint16_t>(data, index * 2);
  };
  append_time(part(0), part(1), part(3), {part(4), part(5), part(6), part(7), 3}, out);
  return RawType::string;
}

RawType append_guid(Bytes data, std::string& out) {
  if (data.size() != kGuidBytes) return append_hex_dump(data, out);
  constexpr std::array<std::size_t, kGuidBytes> kOrder = {3, 2, 1,  0,  5,  4,  7,  6,
                                                          8, 9, 10, 11, 12, 13, 14, 15};
  out += '{';
  for (std::size_t i = 0; i < kGuidBytes; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) out += '-';
    append_hex_dump(data.subspan(kOrder[i], 1), out);
  }
  out += '}';
  return RawType::string;
}

std::size_t sid_size(Bytes data) {
  if (data.size() < kSidHeadBytes) return 0;
  const std::size_t size = kSidHeadBytes + 4 * std::to_integer<std::size_t>(data[1]);
  return size <= data.size() ? size : 0;
}

/// [MS-DTYP] 2.4.2.1 and 2.4.2.2: the authority is big-endian, the rest little-endian.
RawType append_sid(Bytes data, std::string& out) {
  const std::size_t size = sid_size(data);
  if (size == 0) return append_hex_dump(data, out);
  std::uint64_t authority = 0;
  for (std::size_t i = 2; i < kSidHeadBytes; ++i) {
    authority = authority << 8U | std::to_integer<std::uint64_t>(data[i]);
  }
  out += "S-";
  append_number(std::to_integer<unsigned>(data[0]), out);
  out += '-';
  append_number(authority, out);
  for (std::size_t at = kSidHeadBytes; at < size; at += 4) {
    out += '-';
    append_number(*load_le<std::uint32_t>(data, at), out);
  }
  return RawType::string;
}

/// Without the NULs some writers count as part of the string.
RawType append_utf16(Bytes data, std::string& out) {
  std::size_t size = data.size() & ~std::size_t{1};
  while (size >= 2 && data[size - 1] == std::byte{0} && data[size - 2] == std::byte{0}) size -= 2;
  append_utf8_from_utf16le(data.first(size), out);
  return RawType::string;
}

/// The code page is not recorded: UTF-8 if it is that, else Latin-1.
RawType append_ansi(Bytes data, std::string& out) {
  std::string_view text = as_text(data);
  while (!text.empty() && text.back() == '\0') text.remove_suffix(1);
  if (is_utf8(text)) {
    out += text;
    return RawType::string;
  }
  for (const char c : text) append_utf8(static_cast<unsigned char>(c), out);
  return RawType::string;
}

bool may_be_empty(BinXmlType type) {
  return type == BinXmlType::utf16_string || type == BinXmlType::ansi_string ||
         type == BinXmlType::binary;
}

}  // namespace

RawType append_binxml_value(std::uint8_t type, Bytes data, std::string& out) {
  const auto kind = static_cast<BinXmlType>(type);
  if (data.empty()) return may_be_empty(kind) ? RawType::string : RawType::null;
  switch (kind) {
    case BinXmlType::null:
      return RawType::null;
    case BinXmlType::utf16_string:
      return append_utf16(data, out);
    case BinXmlType::ansi_string:
      return append_ansi(data, out);
    case BinXmlType::int8:
      return append_int<std::int8_t>(data, out);
    case BinXmlType::uint8:
      return append_int<std::uint8_t>(data, out);
    case BinXmlType::int16:
      return append_int<std::int16_t>(data, out);
    case BinXmlType::uint16:
      return append_int<std::uint16_t>(data, out);
    case BinXmlType::int32:
      return append_int<std::int32_t>(data, out);
    case BinXmlType::uint32:
      return append_int<std::uint32_t>(data, out);
    case BinXmlType::int64:
      return append_int<std::int64_t>(data, out);
    case BinXmlType::uint64:
      return append_int<std::uint64_t>(data, out);
    case BinXmlType::real32:
      return append_real<float>(data, out);
    case BinXmlType::real64:
      return append_real<double>(data, out);
    case BinXmlType::boolean:
      return append_bool(data, out);
    case BinXmlType::guid:
      return append_guid(data, out);
    case BinXmlType::filetime:
      return append_filetime(data, out);
    case BinXmlType::systemtime:
      return append_systemtime(data, out);
    case BinXmlType::sid:
      return append_sid(data, out);
    case BinXmlType::native_size:
    case BinXmlType::hex_int32:
    case BinXmlType::hex_int64:
      return append_hex_int(data, out);
    case BinXmlType::binary:
    case BinXmlType::bin_xml:
      break;
  }
  return append_hex_dump(data, out);
}

std::size_t binxml_element_size(std::uint8_t type) {
  switch (static_cast<BinXmlType>(type)) {
    case BinXmlType::int8:
    case BinXmlType::uint8:
      return 1;
    case BinXmlType::int16:
    case BinXmlType::uint16:
      return 2;
    case BinXmlType::int32:
    case BinXmlType::uint32:
    case BinXmlType::real32:
    case BinXmlType::boolean:
    case BinXmlType::hex_int32:
      return 4;
    case BinXmlType::int64:
    case BinXmlType::uint64:
    case BinXmlType::real64:
    case BinXmlType::filetime:
    case BinXmlType::hex_int64:
    case BinXmlType::native_size:
      return 8;
    case BinXmlType::guid:
    case BinXmlType::systemtime:
      return 16;
    case BinXmlType::null:
    case BinXmlType::utf16_string:
    case BinXmlType::ansi_string:
    case BinXmlType::binary:
    case BinXmlType::sid:
    case BinXmlType::bin_xml:
      break;
  }
  return 0;
}

Bytes take_binxml_element(std::uint8_t type, Bytes& rest) {
  const auto kind = static_cast<BinXmlType>(type);
  std::size_t size = rest.size();
  std::size_t end = rest.size();  // of the element with its NUL
  if (kind == BinXmlType::utf16_string) {
    for (std::size_t at = 0; at + 2 <= rest.size(); at += 2) {
      if (rest[at] == std::byte{0} && rest[at + 1] == std::byte{0}) {
        size = at;
        end = at + 2;
        break;
      }
    }
  } else if (kind == BinXmlType::ansi_string) {
    const auto nul = std::ranges::find(rest, std::byte{0});
    if (nul != rest.end()) {
      size = static_cast<std::size_t>(nul - rest.begin());
      end = size + 1;
    }
  } else {
    std::size_t width = kind == BinXmlType::sid ? sid_size(rest) : binxml_element_size(type);
    if (width == 0) width = rest.size();
    size = end = std::min(width, rest.size());
  }
  const Bytes element = rest.first(size);
  rest = rest.subspan(end);
  return element;
}

}  // namespace interdict::decode
