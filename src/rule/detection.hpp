#pragma once

#include "rule/ast.hpp"
#include "rule/diagnostic.hpp"
#include "yaml/node.hpp"

namespace interdict::rule {

/// Reads a `detection` map into `rule.identifiers` and `rule.conditions`, reporting every fault.
void parse_detection(const yaml::Node& detection, Rule& rule, Reporter& reporter);

}  // namespace interdict::rule
