#pragma once

#include <span>
#include <vector>

#include "finding/report.hpp"
#include "pipeline/log_kinds.hpp"
#include "pipeline/worker.hpp"

namespace interdict::pipeline {

/// The harvests of all workers as one, in an order that depends on the input alone.
[[nodiscard]] Harvest merge(std::vector<Harvest> harvests);

/// Puts events in order of time; those of one time in an order that depends on the input alone.
void sort_events(std::vector<Pending>& events);

/// Moves the detections out of `pending` (sorted) into one list, equal ids joined by adding their
/// counts. `links[i]` are the indices into that list for pending event i.
struct Detections {
  std::vector<finding::Detection> list;
  std::vector<std::vector<std::uint32_t>> links;
};
[[nodiscard]] Detections collect_detections(std::vector<Pending>& pending);

/// Fills the parts of the ledger that speak of inputs, log sources and rules.
void fill_ledger(const Harvest& harvest, const detect::RuleSet* rules, const LogKinds& log_kinds,
                 finding::Report& report);

}  // namespace interdict::pipeline
