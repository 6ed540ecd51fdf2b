#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "finding/ledger.hpp"
#include "pipeline/reading/event_list.hpp"
#include "pipeline/rules.hpp"

namespace interdict::pipeline {

/// Runs the Sigma correlation rules over the one ordered stream and gives each finding, as a
/// detection, to the event that it begins with. A record that several inputs hold is counted once.
/// `end` is the time of the last event of all, counted or not. Answers with what was not counted
/// and why, in words. Error: an event cannot be taken up again (EventList).
[[nodiscard]] Result<std::vector<std::string>> correlate_rules(const LoadedRules& loaded,
                                                               EventList& events,
                                                               std::optional<Timestamp> end,
                                                               finding::Ledger& ledger);

}  // namespace interdict::pipeline
