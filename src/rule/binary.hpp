#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "rule/parser.hpp"

namespace interdict::rule {

/// Changes whenever anything below, or the meaning of what ast.hpp holds, does.
inline constexpr std::string_view kBinaryFormat = "interdict rules 1";

/// Parsed files as bytes, for a cache: reading them back is many times faster than parsing YAML.
/// Only for the program that wrote them: the form is not documented and changes without notice.
/// O(size).
[[nodiscard]] std::string to_binary(const std::vector<ParsedFile>& files);

/// What `to_binary` wrote, or nothing for anything else. Never reads outside of `bytes`; memory and
/// time are bounded by their number, nesting by kMaxBinaryDepth. What comes out is well-formed as
/// ast.hpp says (kinds, lists that are never empty), whatever the bytes are.
[[nodiscard]] std::optional<std::vector<ParsedFile>> from_binary(Bytes bytes);

/// Conditions inside conditions.
inline constexpr unsigned kMaxBinaryDepth = 128;

}  // namespace interdict::rule
