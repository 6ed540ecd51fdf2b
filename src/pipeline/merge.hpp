#pragma once

#include <string>
#include <vector>

#include "finding/report.hpp"
#include "pipeline/log_kinds.hpp"
#include "pipeline/worker.hpp"

namespace interdict::pipeline {

/// The harvests of all workers as one, in an order that depends on the input alone.
[[nodiscard]] Harvest merge(std::vector<Harvest> harvests);

/// Fills the parts of the ledger that speak of inputs, log sources and rules.
void fill_ledger(const Harvest& harvest, const detect::RuleSet* rules, const LogKinds& log_kinds,
                 finding::Report& report);

/// Counts a detection for the input that it begins in.
void count_detection(const std::string& input, finding::Ledger& ledger);

}  // namespace interdict::pipeline
