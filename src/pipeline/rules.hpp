#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "correlate/sigma/plan.hpp"
#include "detect/ruleset.hpp"
#include "event/field.hpp"
#include "finding/ledger.hpp"
#include "finding/rule_info.hpp"
#include "pipeline/options.hpp"
#include "rule/diagnostic.hpp"
#include "rule/link.hpp"

namespace interdict::pipeline {

/// A fault or warning about rules, with what a tool needs to show it.
struct RuleFault {
  std::string path;
  rule::Diagnostic diagnostic;
  std::string rendered;          ///< as shown to a person: place, line and caret
  std::uint32_t character = 0;   ///< 1-based column in code points; 0 with no line
  std::uint32_t characters = 0;  ///< length of the token in code points
};

/// Every rule that was given: those that load, and those that were refused with place and reason.
struct LoadedRules {
  detect::RuleSet rules;
  rule::Linked linked;       ///< what `rules` was made of, by RuleId
  std::vector<bool> silent;  ///< by RuleId: only counted by correlations, fires nothing on its own
  correlate::SigmaPlan correlations;
  /// Of `rules`, then of the correlations: finding::Detection::rule indexes it.
  std::vector<finding::RuleInfo> infos;
  std::vector<finding::RefusedRule> refused;
  std::vector<RuleFault> faults;  ///< refusals and warnings, by path and place
  std::size_t refused_documents = 0;
};

/// Reads the built-in rules (unless switched off) and `rule_paths`. Error: a path that is not
/// there, a fault in a processing pipeline, an unknown switch.
[[nodiscard]] Result<LoadedRules> load_rules(const Options& options, FieldCatalogue& catalogue);

}  // namespace interdict::pipeline
