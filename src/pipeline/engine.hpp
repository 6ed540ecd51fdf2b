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

/// Takes a report that is whole but for its detections, and one of these.
using OnDetection = std::function<void(const finding::Report&, const finding::Detection&)>;

/// Detections only: the ledger, no intrusions. `on_detection` gets one detection after another, by
/// (time, id); none is kept. Memory: about 60 bytes for each event that a rule or an analytic looks
/// at, the rest of it in a temporary file past EventList::kMemoryBytes.
[[nodiscard]] Result<Run> detect(const Options& options, const OnDetection& on_detection);

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
