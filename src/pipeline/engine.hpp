#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "event/batch.hpp"
#include "finding/report.hpp"
#include "pipeline/options.hpp"

namespace interdict::pipeline {

/// A finished run, and what a person should be told about its rules.
struct Run {
  finding::Report report;
  std::vector<std::string> diagnostics;  ///< refused rules and warnings, each with place and caret
};

/// The main job: logs in, intrusions out. Deterministic: the report (but for ledger timing) does
/// not depend on the order of inputs, threads or batches. Errors: nothing to read, a rules or
/// controls path that is not there, broken content.
[[nodiscard]] Result<Run> hunt(const Options& options);

/// Detections only: `report.detections` and the ledger; no intrusions.
[[nodiscard]] Result<Run> detect(const Options& options);

/// Decoding only: `on_event` sees every event, input by input in order of name, one thread. The
/// report carries the ledger.
[[nodiscard]] Result<Run> decode(
    const Options& options,
    const std::function<void(const EventBatch&, Row, const FieldCatalogue&)>& on_event);

/// False for the ledger's reasons that are no loss (not-a-log, duplicate, slack,
/// outside-time-range).
[[nodiscard]] bool is_loss(std::string_view reason);

/// True if some input could not be read in full for a reason that is a loss.
[[nodiscard]] bool has_loss(const finding::Ledger& ledger);

}  // namespace interdict::pipeline
