#pragma once

#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "rule/ast.hpp"
#include "rule/codes.hpp"
#include "rule/modifier.hpp"
#include "rule/options.hpp"
#include "yaml/node.hpp"

namespace interdict::rule {

struct NamedModifier {
  Modifier modifier;
  std::string_view name;  ///< as written
};

/// Why a value cannot be lowered.
struct ValueFault {
  const Code* code = nullptr;  ///< one of codes.hpp
  std::string message{};
  std::string token{};  ///< what to point at, inside of the value or, if `in_key`, of the key
  bool in_key = false;
};

/// Applies `modifiers`, left to right, to one scalar of a rule. The result holds one matcher, or
/// one for each expansion (base64offset, `expand`). `all` and `neq` belong to the item and change
/// nothing here.
[[nodiscard]] std::variant<std::vector<Matcher>, ValueFault> lower_value(
    const yaml::Node& value, std::span<const NamedModifier> modifiers, bool keyword,
    const ParseOptions& options = {});

}  // namespace interdict::rule
