#pragma once

#include "rule/ast.hpp"
#include "rule/diagnostic.hpp"
#include "rule/options.hpp"
#include "yaml/node.hpp"

namespace interdict::rule {

/// Reads the `logsource` and the `filter` of a document (specification, "Sigma filters").
void parse_filter(const yaml::Node& root, Filter& out, Reporter& reporter,
                  const ParseOptions& options);

/// Adds the filter's condition to every condition of the rule, by AND. The filter's identifiers get
/// indices of their own, so that no pattern of the rule can catch them.
void apply_filter(const Filter& filter, Rule& rule);

}  // namespace interdict::rule
