#pragma once

#include <string_view>

#include "decode/text/fields.hpp"

namespace interdict::decode {

/// Reads a line whose values stand in fixed places, by a pattern:
///   `<name>`    any text up to what follows in the pattern
///   `<name:w>`  a word: text without blanks        `<name:n>`  a decimal number, or `-`
///   `<name:t>`  a time (time_shape)                `<name:q>`  text in double quotes
///   `<name:e>`  address and port as `name_addr`, `name_port`: `192.0.2.1:80`, `[2001:db8::1]:80`
///   `<name:r>`  the rest of the line
///   `{ … }`     may be absent as a whole           `\` before a byte: that byte
///   a blank     one or more blanks                 anything else: itself
/// A value of `-` is null. The pattern must take the whole line. False if it does not; the list
/// then holds what was read until there. O(line · 2^groups): tables have few.
[[nodiscard]] bool read_positional(std::string_view pattern, std::string_view line,
                                   FieldList& fields);

}  // namespace interdict::decode
