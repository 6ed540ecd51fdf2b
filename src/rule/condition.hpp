#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rule/ast.hpp"
#include "rule/codes.hpp"

namespace interdict::rule {

inline constexpr std::size_t kMaxConditionDepth = 64;  ///< parentheses and `not`
inline constexpr std::size_t kMaxConditionBytes = std::size_t{64} * 1024;  ///< of one condition
inline constexpr std::size_t kMaxConditions = 256;        ///< in a list of conditions
inline constexpr std::size_t kMaxQuantified = 1'000'000;  ///< names that its patterns try

/// A fault or doubt within a condition's text.
struct ConditionIssue {
  const Code* code = nullptr;  ///< one of codes.hpp
  std::string message{};
  std::string token{};         ///< empty: the whole condition
  std::size_t occurrence = 0;  ///< which of the token's occurrences in the text; 0 = first
  std::string suggestion{};
};

struct ParsedCondition {
  std::optional<Condition> condition{};  ///< nothing if an issue is an error
  std::vector<ConditionIssue> issues{};  ///< every undefined name, but only the first syntax error
};

/// Parses one condition (specification, "Condition"). Grammar, loosest binding first:
///
///     or    := and ( "or" and )*
///     and   := not ( "and" not )*
///     not   := "not" not | term
///     term  := "(" or ")" | ( "1" | "any" | "all" ) "of" ( "them" | pattern ) | identifier
///
/// Names are resolved to indices into `names`. `them` and patterns leave out names that start with
/// `_`, unless the pattern does so itself.
[[nodiscard]] ParsedCondition parse_condition(std::string_view text,
                                              std::span<const std::string> names);

/// Writes a condition that parses back to the same tree; quantifiers become `or`/`and` of names.
[[nodiscard]] std::string to_sigma(const Condition& condition, std::span<const std::string> names);

}  // namespace interdict::rule
