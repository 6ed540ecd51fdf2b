#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "rule/ast.hpp"

namespace interdict::rule {

/// Sigma's value modifiers (specification, appendix "Value modifiers"), plus the aliases that
/// pySigma and Hayabusa accept.
enum class Modifier : std::uint8_t {
  contains,
  startswith,
  endswith,
  all,
  exists,
  cased,
  neq,
  re,
  re_ignore_case,
  re_multi_line,
  re_dot_all,
  base64,
  base64offset,
  utf16le,
  utf16be,
  utf16,
  windash,
  cidr,
  lt,
  lte,
  gt,
  gte,
  minute,
  hour,
  day,
  week,
  month,
  year,
  fieldref,
  endswithfield,  ///< Hayabusa's `fieldref|endswith`
  expand,
};

[[nodiscard]] std::optional<Modifier> find_modifier(std::string_view name);
/// All names, for suggestions.
[[nodiscard]] std::span<const std::string_view> modifier_names();

}  // namespace interdict::rule
