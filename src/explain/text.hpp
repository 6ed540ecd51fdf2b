#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace interdict::explain {

/// `text` safe to show on a terminal or a page: control characters (C0, DEL, C1), bidirectional
/// controls (U+061C, U+200E/F, U+202A–202E, U+2066–2069), zero-width characters and line separators
/// become visible escapes such as `\u202e`; an ill-formed byte becomes `\xNN`. O(n).
[[nodiscard]] std::string visible(std::string_view text);

/// visible() with `<` `>` `&` `"` `'` as character references: safe in HTML text and in a quoted
/// attribute. O(n).
[[nodiscard]] std::string html_escape(std::string_view text);

/// One CSV cell (RFC 4180), always quoted, its text as visible() gives it. A leading `=` `+` `-`
/// `@`, tab or carriage return gets a
/// `'` before it, so that no spreadsheet takes log content for a formula. O(n).
[[nodiscard]] std::string csv_cell(std::string_view text);

/// At most `max_bytes` of `text`, cut between characters, with `…` where something was cut.
[[nodiscard]] std::string shorten(std::string_view text, std::size_t max_bytes);

/// `1 step`, `2 steps`.
[[nodiscard]] std::string counted(std::size_t number, std::string_view singular);

/// A span in plain words: `6 h 12 min`, `45 s`, `3 days 2 h`.
[[nodiscard]] std::string plain_hours(double hours);

}  // namespace interdict::explain
