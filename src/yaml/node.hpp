#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace interdict::yaml {

enum class Kind : std::uint8_t { scalar, sequence, map };

/// What a scalar is under the core schema of YAML 1.2 (chapter 10.3). `yes`, `on` and `1_000` are
/// strings there, unlike in YAML 1.1.
enum class ScalarType : std::uint8_t { null, boolean, integer, floating, string };

/// One node of a document; a plain value that owns its children. Lines and columns are 1-based,
/// columns count bytes. Aliases are expanded: an alias has the place of what it stands for.
class Node {
 public:
  using Entry = std::pair<Node, Node>;  ///< keys are scalars

  Node() = default;  ///< a null
  Node(Kind kind, std::uint32_t line, std::uint32_t column)
      : line_(line), column_(column), kind_(kind) {}
  static Node scalar(std::string text, ScalarType type, bool plain, std::uint32_t line,
                     std::uint32_t column);

  [[nodiscard]] Kind kind() const { return kind_; }
  [[nodiscard]] bool is_scalar() const { return kind_ == Kind::scalar; }
  [[nodiscard]] bool is_sequence() const { return kind_ == Kind::sequence; }
  [[nodiscard]] bool is_map() const { return kind_ == Kind::map; }
  [[nodiscard]] bool is_null() const { return is_scalar() && type_ == ScalarType::null; }
  [[nodiscard]] bool is_string() const { return is_scalar() && type_ == ScalarType::string; }

  /// ScalarType::null if it is no scalar.
  [[nodiscard]] ScalarType type() const { return type_; }
  /// A scalar's text without quotes, as written otherwise; `null` for any null; else empty.
  [[nodiscard]] const std::string& text() const { return text_; }
  /// Written without quotes and not as a block.
  [[nodiscard]] bool plain() const { return plain_; }
  [[nodiscard]] std::optional<bool> as_bool() const;
  /// Nothing if it is no integer, or one that does not fit.
  [[nodiscard]] std::optional<std::int64_t> as_int() const;
  /// Of an integer or a floating scalar.
  [[nodiscard]] std::optional<double> as_double() const;

  /// Empty unless a sequence.
  [[nodiscard]] const std::vector<Node>& items() const { return items_; }
  /// Empty unless a map; in the document's order, repeated keys included.
  [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }
  /// The value of the first entry with that key, or null. O(entries).
  [[nodiscard]] const Node* find(std::string_view key) const;

  [[nodiscard]] std::uint32_t line() const { return line_; }
  [[nodiscard]] std::uint32_t column() const { return column_; }

  void add_item(Node item) { items_.push_back(std::move(item)); }
  void add_entry(Node key, Node value);

 private:
  std::string text_;
  std::vector<Node> items_;
  std::vector<Entry> entries_;
  std::uint32_t line_ = 0;
  std::uint32_t column_ = 0;
  Kind kind_ = Kind::scalar;
  ScalarType type_ = ScalarType::null;
  bool plain_ = true;
};

/// The core schema's reading of a plain scalar's text.
[[nodiscard]] ScalarType resolve_plain(std::string_view text);

}  // namespace interdict::yaml
