#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "finding/plan.hpp"

namespace interdict::pipeline {

/// What to plan against, and what is known of the controls.
struct PlanOptions {
  std::string controls_path;                ///< statements; empty: none
  std::vector<std::string> evidence_paths;  ///< reports of scans
  std::vector<std::string> flows;           ///< Attack Flow files
  std::vector<std::string> groups;          ///< names of ATT&CK groups or campaigns
  std::string attack_path;                  ///< the ATT&CK bundle that knows the groups
  std::vector<std::string> intrusions;      ///< `intrusions.json` of hunts
  double budget = 3;
};

struct PlanRun {
  finding::Plan plan;
  std::vector<std::string> diagnostics;
};

/// Where to stop known attacks: reads them, then asks assess. Errors: nothing to plan against, a
/// path that is not there, a file that does not parse, groups without a bundle that knows them.
[[nodiscard]] Result<PlanRun> plan(const PlanOptions& options);

}  // namespace interdict::pipeline
