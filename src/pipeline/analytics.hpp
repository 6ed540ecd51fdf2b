#pragma once

#include <string>
#include <vector>

#include "analytics/thresholds.hpp"
#include "base/result.hpp"
#include "finding/ledger.hpp"
#include "finding/rule_info.hpp"
#include "pipeline/reading/event_list.hpp"

namespace interdict::pipeline {

/// Runs the analytics over the one ordered stream and gives each finding, as a detection, to the
/// event that it begins with. Their descriptions are appended to `rules`. A record that several
/// inputs hold is counted once. Answers with what was not counted and why, in words. Error: an
/// event cannot be taken up again (EventList).
[[nodiscard]] Result<std::vector<std::string>> run_analytics(
    const analytics::Thresholds& thresholds, EventList& events,
    std::vector<finding::RuleInfo>& rules, finding::Ledger& ledger);

}  // namespace interdict::pipeline
