#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.hpp"

namespace interdict::json {

/// Containers inside containers; deeper text is refused with `limit`. Real logs stay below 10.
inline constexpr std::size_t kMaxDepth = 64;
/// Leaves of one flattened object; more is refused with `limit`. Real records stay below 500.
inline constexpr std::size_t kMaxLeaves = 4096;
/// All paths of one flattened object together, bytes: keys are hostile too, and nested ones repeat.
inline constexpr std::size_t kMaxPathBytes = std::size_t{4} << 20U;

enum class LeafType : std::uint8_t { null, string, integer, real, boolean };

/// One scalar of an object. `text` is unescaped for strings, the number's own digits (of any
/// length) for numbers, `true` or `false`, and empty for null.
struct Leaf {
  std::string_view path;  ///< keys joined by '.'; array elements share their array's path
  std::string_view text;
  LeafType type = LeafType::string;
};

/// Turns JSON objects into leaves, in document order; a key that comes twice is two leaves, an
/// empty object or array is none. Keeps its buffers from call to call. One thread.
class JsonFlattener {
 public:
  JsonFlattener();
  ~JsonFlattener();
  JsonFlattener(JsonFlattener&&) noexcept;
  JsonFlattener& operator=(JsonFlattener&&) noexcept;
  JsonFlattener(const JsonFlattener&) = delete;
  JsonFlattener& operator=(const JsonFlattener&) = delete;

  /// The leaves of `object`, which must be one JSON object and nothing else but white space. They
  /// live until the next call or the end of the flattener. A lone surrogate (`\ud800`) becomes
  /// U+FFFD. Errors: syntax (also ill-formed UTF-8), limit; `where.byte_offset` is about where.
  /// `readable_behind`: so many bytes behind the object, whatever they hold, may be read; with a
  /// few dozen of them no copy is made, and the leaves live no longer than the object. O(n).
  [[nodiscard]] Result<std::span<const Leaf>> flatten(std::string_view object,
                                                      std::size_t readable_behind = 0);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

struct Member;

/// A JSON value in memory, for small files that are read back. Objects keep the order of their
/// keys.
struct Value {
  using Array = std::vector<Value>;
  using Object = std::vector<Member>;

  /// Integers are int64 where they fit, else uint64, else double.
  std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double, std::string, Array,
               Object>
      data;

  [[nodiscard]] bool is_null() const { return std::holds_alternative<std::monostate>(data); }
  /// The value as that type, or null if it is of another.
  [[nodiscard]] const bool* boolean() const { return std::get_if<bool>(&data); }
  [[nodiscard]] const std::string* string() const { return std::get_if<std::string>(&data); }
  [[nodiscard]] const Array* array() const { return std::get_if<Array>(&data); }
  [[nodiscard]] const Object* object() const { return std::get_if<Object>(&data); }
  /// A whole number that fits, or nothing.
  [[nodiscard]] std::optional<std::int64_t> integer() const;
  /// Any number, integers too (rounded beyond 2^53), or nothing.
  [[nodiscard]] std::optional<double> number() const;
  /// The value of the first member of that name, or null (also if this is no object). O(members).
  [[nodiscard]] const Value* find(std::string_view key) const;
};

struct Member {
  std::string key;
  Value value;
};

/// Reads one JSON text (RFC 8259) that is an object or an array. Errors: syntax, limit (depth, or a
/// number beyond a double's range); `where.byte_offset` is about where.
[[nodiscard]] Result<Value> parse(std::string_view text);

}  // namespace interdict::json
