#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "decode/decoder.hpp"

namespace interdict::decode {

/// UTF-16 without a byte order mark, told by its first two characters: both plain.
enum class BareUtf16 : std::uint8_t { none, little, big };
[[nodiscard]] constexpr BareUtf16 bare_utf16(std::string_view first) {
  const auto is_plain = [](char byte) {
    return byte == '\t' || byte == '\r' || byte == '\n' || (byte >= ' ' && byte <= '~');
  };
  if (first.size() < 4) return BareUtf16::none;
  if (is_plain(first[0]) && first[1] == '\0' && is_plain(first[2]) && first[3] == '\0') {
    return BareUtf16::little;
  }
  const bool is_big =
      first[0] == '\0' && is_plain(first[1]) && first[2] == '\0' && is_plain(first[3]);
  return is_big ? BareUtf16::big : BareUtf16::none;
}

/// Reads UTF-16, told by its byte order mark or by two plain characters, by a decoder of UTF-8; any
/// other input goes to that decoder as it is. Offsets, sizes and bytes handed on are those of the
/// input.
///
/// `inner` must account for its bytes in the order they stand, which all decoders do that read one
/// record after another. Holds what inner holds, once as UTF-8 and once as it stands.
[[nodiscard]] std::unique_ptr<Decoder> make_utf16_adapter(std::unique_ptr<Decoder> inner);

}  // namespace interdict::decode
