#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>

namespace interdict {

/// Takes values off the front of bytes in which this program has put them one behind another. It
/// never looks outside of them: once something was asked for that is not there, or `refuse` was
/// called, it has failed and gives zeros and empty texts from then on, so that a caller may ask
/// once, at the end. Views point into the bytes. Every call is O(1).
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

  [[nodiscard]] std::string_view take(std::size_t size) {
    if (failed_ || rest_.size() < size) {
      failed_ = true;
      return {};
    }
    const auto taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }

  /// A number or an enumerator as it stands in memory; of a bool, whether the byte is not zero.
  template <class T>
  requires(std::is_arithmetic_v<T> || std::is_enum_v<T>) [[nodiscard]] T plain() {
    const auto bytes = take(sizeof(T));
    if (bytes.empty()) return {};
    if constexpr (std::is_same_v<T, bool>) {
      return bytes.front() != '\0';
    } else {
      T value{};
      std::memcpy(&value, bytes.data(), sizeof(T));
      return value;
    }
  }

  /// How many elements follow, each of which takes at least a byte: more than there are bytes left
  /// is a failure.
  [[nodiscard]] std::uint32_t count() {
    const auto count = plain<std::uint32_t>();
    if (count > rest_.size()) failed_ = true;
    return failed_ ? 0 : count;
  }

  /// A text with its length before it.
  [[nodiscard]] std::string_view text() { return take(plain<std::uint32_t>()); }

  void refuse() { failed_ = true; }
  [[nodiscard]] bool failed() const { return failed_; }
  /// All was read, and nothing was missing.
  [[nodiscard]] bool done() const { return !failed_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool failed_ = false;
};

}  // namespace interdict
