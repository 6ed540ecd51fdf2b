#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace interdict::rule {

/// Texts that one value may become by `expand`; more are refused (S014).
inline constexpr std::size_t kMaxExpansions = 4096;

/// What reading a rule depends on beside its text. Each switch stands in docs/sigma.md.
struct ParseOptions {
  /// Values of `%name%` under `expand`; they may hold wildcards. A name without an entry refuses
  /// the rule.
  std::map<std::string, std::vector<std::string>, std::less<>> placeholders{};
  bool any_placeholder_is_wildcard = false;  ///< a name without an entry is `*`
  bool base64_ignores_case = false;  ///< as pySigma; ours: what base64 made compares with case
  bool fieldref_minds_case = false;  ///< as Hayabusa's `equalsfield`; ours: only with `cased`
};

}  // namespace interdict::rule
