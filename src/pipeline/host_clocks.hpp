#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "finding/ledger.hpp"
#include "pipeline/worker.hpp"

namespace interdict::pipeline {

/// Finds hosts whose clocks differ from those of the hosts they talk to (clock::FlowVote), moves
/// their events and the hours they cover, and puts `harvest.pending` in order again. What was moved
/// is told in the ledger; the records keep their own times. O(events log events) if any is moved.
/// Error: an event cannot be taken up again (EventList).
[[nodiscard]] Result<void> mend_host_clocks(Harvest& harvest, finding::Ledger& ledger);

/// The same in words, a line each.
[[nodiscard]] std::vector<std::string> told(const std::vector<finding::HostClock>& clocks);

}  // namespace interdict::pipeline
