#pragma once

#include <string>

#include "pipeline/options.hpp"
#include "pipeline/rules.hpp"

namespace interdict::cli {

struct RulesFlags {
  pipeline::Options options;
  std::string format = "text";
  std::string rule;   ///< only of `explain`: one file
  std::string event;  ///< only of `explain`
};

/// SARIF 2.1.0 (OASIS): the codes and, if wanted, each diagnostic with its place; without, the
/// rules that load.
[[nodiscard]] std::string rules_sarif(const pipeline::LoadedRules& loaded, bool diagnostics);

[[nodiscard]] int rules_coverage(const RulesFlags& flags);
/// The page docs/log-sources.md.
[[nodiscard]] int rules_sources(const RulesFlags& flags);
[[nodiscard]] int rules_explain(const RulesFlags& flags);

}  // namespace interdict::cli
