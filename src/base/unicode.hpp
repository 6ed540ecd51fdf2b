#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/bytes.hpp"

namespace interdict {

/// Appends `utf16le` (an odd last byte is ignored) to `out` as UTF-8. Unpaired surrogates become
/// U+FFFD. O(n).
void append_utf8_from_utf16le(Bytes utf16le, std::string& out);

/// True if no byte of `text` is above 0x7F. O(n).
[[nodiscard]] bool is_ascii(std::string_view text);

/// True if `text` is well-formed UTF-8 (no surrogates, no overlong forms). O(n).
[[nodiscard]] bool is_utf8(std::string_view text);

/// `text` with each ill-formed byte replaced by U+FFFD; well-formed text is returned unchanged.
[[nodiscard]] std::string to_valid_utf8(std::string_view text);

/// Simple case folding (Unicode CaseFolding.txt, status C and S): one code point to one code
/// point, so the number of characters never changes. Ill-formed bytes are kept as they are.
[[nodiscard]] std::string fold_case(std::string_view utf8);
/// The same into `out`, whose memory is used again. `utf8` is no part of it.
void fold_case(std::string_view utf8, std::string& out);
[[nodiscard]] char32_t fold_case(char32_t code_point);

/// Decodes the code point at `position` and moves past it. An ill-formed byte yields
/// 0x110000 + that byte (no code point), so that it equals itself only. `position < text.size()`.
[[nodiscard]] char32_t next_code_point(std::string_view text, std::size_t& position);
void append_utf8(char32_t code_point, std::string& out);

}  // namespace interdict
