#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace interdict::json {

/// How a Writer lays its text out.
enum class Layout : std::uint8_t {
  compact,  ///< no white space at all: one line
  pretty,   ///< a line for each key and element, indented by 2 spaces; empty {} and [] stay closed
};

/// Appends `text` to `out` as a JSON string with its quotes. Ill-formed UTF-8 becomes U+FFFD, so
/// the result is always valid JSON (RFC 8259, section 7). O(n).
void append_quoted(std::string_view text, std::string& out);

/// Writes JSON to the end of a string of the caller's, which must outlive the writer.
///
/// Keys come out in the order they are given: the same calls yield the same bytes on every machine.
/// The caller keeps the grammar (a key before each value of an object, as many ends as begins);
/// breaking it is a programmer error (assert). One thread.
class Writer {
 public:
  explicit Writer(std::string& out, Layout layout = Layout::compact)
      : out_(out), pretty_(layout == Layout::pretty) {}

  Writer& begin_object() { return begin('{', true); }
  Writer& end_object() { return end('}'); }
  Writer& begin_array() { return begin('[', false); }
  Writer& end_array() { return end(']'); }

  Writer& key(std::string_view name);
  Writer& string(std::string_view text);
  Writer& integer(std::int64_t value);
  Writer& unsigned_integer(std::uint64_t value);
  /// The shortest digits that read back as `value`; plain notation from 1e-6 up to 1e21, an
  /// exponent outside of that; null for NaN and infinities, which JSON does not have.
  Writer& real(double value);
  Writer& boolean(bool value);
  Writer& null();
  /// `json` as it stands. Precondition: it is one JSON value.
  Writer& raw(std::string_view json);

 private:
  struct Level {
    bool object = false;
    bool empty = true;
  };

  Writer& begin(char bracket, bool object);
  Writer& end(char bracket);
  void before_value();
  void separate();
  void line_break();

  std::string& out_;
  std::vector<Level> levels_;
  bool pretty_ = false;
  bool after_key_ = false;
};

}  // namespace interdict::json
