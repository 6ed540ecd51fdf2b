#pragma once

#include <array>
#include <cstdint>

#include "base/bytes.hpp"

namespace interdict::decode {

/// CRC-32 as in ISO 3309 / zlib (reflected polynomial 0xEDB88320), of `bytes` appended to what
/// `crc` is of (0: nothing). One byte a step: it is computed only for chunks that hold something
/// unreadable. O(n).
[[nodiscard]] constexpr std::uint32_t evtx_crc32(Bytes bytes, std::uint32_t crc = 0) {
  constexpr auto kTable = [] {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < 256; ++i) {
      std::uint32_t value = i;
      for (int bit = 0; bit < 8; ++bit) {
        value = (value & 1U) != 0 ? (value >> 1U) ^ 0xEDB88320U : value >> 1U;
      }
      table[i] = value;
    }
    return table;
  }();
  crc = ~crc;
  for (const std::byte b : bytes) {
    crc = (crc >> 8U) ^ kTable[(crc ^ std::to_integer<std::uint32_t>(b)) & 0xffU];
  }
  return ~crc;
}

}  // namespace interdict::decode
