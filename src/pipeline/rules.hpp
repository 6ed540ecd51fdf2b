#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "detect/ruleset.hpp"
#include "event/field.hpp"
#include "finding/ledger.hpp"
#include "pipeline/options.hpp"

namespace interdict::pipeline {

/// Every rule that was given: those that load, and those that were refused with place and reason.
struct LoadedRules {
  detect::RuleSet rules;
  std::vector<finding::RefusedRule> refused;
  std::vector<std::string> diagnostics;  ///< refusals and warnings as shown to a person, with caret
};

/// Reads the built-in rules (unless switched off) and `rule_paths`. Error: a path that is not
/// there.
[[nodiscard]] Result<LoadedRules> load_rules(const Options& options, FieldCatalogue& catalogue);

}  // namespace interdict::pipeline
