#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "rule/ast.hpp"

namespace interdict::rule {

/// Sigma's escape automaton (specification, "Escaping"): `\` before `*`, `?` or `\` makes that
/// character literal; before any other, and at the end, the backslash stays. O(n).
[[nodiscard]] Pattern parse_pattern(std::string_view text);

/// A pattern that is `text` and nothing else: no wildcards, no escapes.
[[nodiscard]] Pattern literal_pattern(std::string text);

/// The text of a pattern without wildcards; nothing if it has any.
[[nodiscard]] std::optional<std::string> plain_text(const Pattern& pattern);

/// Writes a pattern so that parse_pattern() reads it back the same.
[[nodiscard]] std::string to_sigma(const Pattern& pattern);

enum class Utf16 : std::uint8_t { little, big, little_with_mark };
/// The bytes of `utf8` as UTF-16.
[[nodiscard]] std::string encode_utf16(std::string_view utf8, Utf16 form);

/// RFC 4648 base64 with padding.
[[nodiscard]] std::string encode_base64(std::string_view bytes);

/// What base64 of any text that holds `bytes` must hold, for each of the three alignments
/// (`base64offset`). A variant is empty if `bytes` is too short to fix a single character of it.
[[nodiscard]] std::array<std::string, 3> base64_offsets(std::string_view bytes);

}  // namespace interdict::rule
