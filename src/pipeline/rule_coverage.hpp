#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "attack/stage.hpp"
#include "base/result.hpp"
#include "finding/rule_info.hpp"
#include "pipeline/options.hpp"

namespace interdict::pipeline {

/// Rules of one stage or log source; the second number counts those that the logs given could make
/// fire (their log source is there).
struct CoveredBy {
  std::uint64_t rules = 0;
  std::uint64_t could_fire = 0;
};

struct RuleCoverage {
  std::array<CoveredBy, attack::kStageCount> stages{};
  CoveredBy unplaced{};                          ///< rules whose tags place them on no stage
  std::map<std::string, CoveredBy> log_sources;  ///< by `windows/process_creation`
  std::vector<std::pair<finding::RuleInfo, bool>> rules;  ///< and whether it could fire
  bool has_input = false;
  std::vector<std::string> unwatched;  ///< stages without a rule (with input: that could fire)
  std::uint64_t refused = 0;           ///< faults that refuse documents
  bool lost_input = false;             ///< some input could not be read in full
};

/// Which stages and log sources the rules of `options.rule_paths` cover and, with `options.inputs`,
/// which of them the events there could make fire. Errors: as load_rules, and of the inputs.
[[nodiscard]] Result<RuleCoverage> rule_coverage(const Options& options);

}  // namespace interdict::pipeline
