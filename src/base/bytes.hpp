#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>

namespace interdict {

/// Borrowed binary input. Lives as long as whatever it was cut from.
using Bytes = std::span<const std::byte>;

[[nodiscard]] inline std::string_view as_text(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
[[nodiscard]] inline Bytes as_byte_span(std::string_view text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

/// `size` bytes from `offset` on, or nothing if they do not all lie inside. Never overflows.
[[nodiscard]] constexpr std::optional<Bytes> slice(Bytes bytes, std::uint64_t offset,
                                                   std::uint64_t size) {
  if (offset > bytes.size() || bytes.size() - offset < size) return std::nullopt;
  return bytes.subspan(static_cast<std::size_t>(offset), static_cast<std::size_t>(size));
}

/// Little-endian integer at `offset`, or nothing if it does not lie inside. O(1), no alignment
/// needed. (Only little-endian hosts are built for: a static_assert in bytes_test.cpp says so.)
template <class T>
[[nodiscard]] std::optional<T> load_le(Bytes bytes, std::uint64_t offset) {
  static_assert(std::is_integral_v<T>);
  const auto part = slice(bytes, offset, sizeof(T));
  if (!part) return std::nullopt;
  T value;
  std::memcpy(&value, part->data(), sizeof(T));
  return value;
}

}  // namespace interdict
