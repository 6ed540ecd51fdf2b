#pragma once

#include <optional>
#include <string>
#include <vector>

#include "finding/ledger.hpp"
#include "pipeline/rules.hpp"
#include "pipeline/worker.hpp"

namespace interdict::pipeline {

/// Runs the Sigma correlation rules over the one ordered stream and gives each finding, as a
/// detection, to the event that it begins with. A record that several inputs hold is counted once.
/// `end` is the time of the last event of all, counted or not. Answers with what was not counted
/// and why, in words.
[[nodiscard]] std::vector<std::string> correlate_rules(const LoadedRules& loaded,
                                                       std::vector<Pending>& pending,
                                                       std::optional<Timestamp> end,
                                                       finding::Ledger& ledger);

}  // namespace interdict::pipeline
