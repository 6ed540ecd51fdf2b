#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace interdict::rule {

struct RegexFault {
  bool unsupported = false;  ///< valid elsewhere, outside Sigma's subset; else malformed
  std::string token;         ///< the offending construct as written
  std::string what;          ///< `look-around`, `unclosed group`, …
};

/// Looks for what a linear-time engine cannot do (look-around, back-references, possessive and
/// atomic groups, conditionals) and for unbalanced brackets. No full syntax check. O(n).
[[nodiscard]] std::optional<RegexFault> scan_regex(std::string_view regex);

}  // namespace interdict::rule
