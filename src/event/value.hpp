#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace interdict {

/// The type that the source gave a value. Absent is not a type: an absent field has no value at
/// all.
enum class ValueType : std::uint8_t { null, string, integer, real, boolean };

/// One value of a field: its text as the source wrote it (numbers in decimal unless the source
/// wrote hexadecimal; booleans `true`/`false`; null empty) and its type.
///
/// `text` points into whatever filled it (a batch's arena, a decoder's buffer) and lives as long.
struct Value {
  std::string_view text{};
  ValueType type = ValueType::string;
};

/// A Value that owns its text, for what outlives a batch.
struct OwnedValue {
  std::string text;
  ValueType type = ValueType::string;
  friend bool operator==(const OwnedValue&, const OwnedValue&) = default;
};

}  // namespace interdict
