#pragma once

#include "rule/ast.hpp"
#include "rule/diagnostic.hpp"
#include "yaml/node.hpp"

namespace interdict::rule {

inline constexpr std::size_t kMaxTitle = 256;  ///< characters (specification, "Title")

/// Reads everything of a rule but its detection. `root` is a map.
void parse_metadata(const yaml::Node& root, Rule& rule, Reporter& reporter);

}  // namespace interdict::rule
