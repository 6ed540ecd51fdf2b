#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace interdict {

/// Takes what stands before `separator` off `rest`, and the separator; all of it if there is none.
/// O(length).
[[nodiscard]] std::string_view take_part(std::string_view& rest, char separator);

/// The whole of `text` as a decimal number; nothing if it is none or does not fit.
[[nodiscard]] std::optional<std::uint64_t> parse_number(std::string_view text);

/// One line of a table; a view into its text.
struct TsvRow {
  std::uint32_t line = 0;  ///< 1-based
  std::string_view rest;   ///< the cells not taken yet

  /// The next cell; empty if none is left.
  [[nodiscard]] std::string_view cell() { return take_part(rest, '\t'); }
};

/// The rows of a table of cells with tabs between. Lines end with LF or CR LF; empty ones and those
/// that begin with `#` are no rows. Cells are taken as they stand: nothing is quoted or escaped.
class TsvReader {
 public:
  /// Borrows `text`.
  explicit TsvReader(std::string_view text) : rest_(text) {}

  /// Goes to the next row; nothing at the end. O(length of the line).
  [[nodiscard]] std::optional<TsvRow> next();

 private:
  std::string_view rest_;
  std::uint32_t line_ = 0;
};

}  // namespace interdict
