#pragma once

#include <cstdint>
#include <string>

#include "base/bytes.hpp"
#include "decode/decoder.hpp"

namespace interdict::decode {

/// Types of binary-XML values ([MS-EVEN6] 2.2.12; libevtx format documentation, "Value types").
enum class BinXmlType : std::uint8_t {
  null = 0x00,
  utf16_string = 0x01,
  ansi_string = 0x02,
  int8 = 0x03,
  uint8 = 0x04,
  int16 = 0x05,
  uint16 = 0x06,
  int32 = 0x07,
  uint32 = 0x08,
  int64 = 0x09,
  uint64 = 0x0a,
  real32 = 0x0b,
  real64 = 0x0c,
  boolean = 0x0d,
  binary = 0x0e,
  guid = 0x0f,
  native_size = 0x10,
  filetime = 0x11,
  systemtime = 0x12,
  sid = 0x13,
  hex_int32 = 0x14,
  hex_int64 = 0x15,
  bin_xml = 0x21,
};

/// Set in a type byte: an array of that type.
inline constexpr std::uint8_t kBinXmlArrayFlag = 0x80;

/// Appends one value (no array, no binary XML) to `out` as Windows writes it, but for times
/// (RFC 3339 in UTC: 7 fractional digits for FILETIME, 3 for SYSTEMTIME) and binary and GUID
/// (upper-case hexadecimal). A value whose size does not fit its type, or whose type is unknown, is
/// written as upper-case hexadecimal text: nothing is lost and no number is made up. Empty data is
/// an empty string for strings and binary, else null. O(size).
RawType append_binxml_value(std::uint8_t type, Bytes data, std::string& out);

/// Size in bytes of one element of an array of `type`; 0 if its elements vary in size (strings end
/// with a NUL, SIDs hold their count) or the type is unknown.
[[nodiscard]] std::size_t binxml_element_size(std::uint8_t type);

/// Takes the first element off an array's `rest` (precondition: not empty) and returns it without
/// its NUL. Always makes progress.
[[nodiscard]] Bytes take_binxml_element(std::uint8_t type, Bytes& rest);

}  // namespace interdict::decode
