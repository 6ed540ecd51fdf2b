#pragma once

#include <cstddef>

#include "rule/ast.hpp"
#include "rule/diagnostic.hpp"
#include "yaml/node.hpp"

namespace interdict::rule {

inline constexpr std::size_t kMaxTitle = 256;  ///< characters (specification, "Title")

/// Reads what every kind of document may say about itself. `root` is a map.
void parse_metadata(const yaml::Node& root, Metadata& out, Reporter& reporter);
/// Reads the mandatory `logsource` of a rule or a filter.
void parse_logsource(const yaml::Node& root, LogsourceSpec& out, Reporter& reporter);

}  // namespace interdict::rule
