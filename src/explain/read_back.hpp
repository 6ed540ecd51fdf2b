#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "finding/report.hpp"

namespace interdict::explain {

/// The three files that a hunt leaves, as text.
struct ResultFiles {
  std::string_view intrusions;  ///< `intrusions.json`
  std::string_view detections;  ///< `detections.jsonl`
  std::string_view ledger;      ///< `ledger.json`
};

/// The report that the files were written from: writing it again gives the same bytes. What the
/// files do not hold (a rule's status and tactics, the stage weights of a step) stays at its
/// default. `report.rules` holds each rule once, in order of first detection.
/// Errors: syntax (no JSON, another schema, a value that is missing or of the wrong kind; `where`
/// names the file, and the line of a detection), limit. O(text).
[[nodiscard]] Result<finding::Report> read_back(const ResultFiles& files);

/// Only `intrusions.json`; the rest of the report is empty.
[[nodiscard]] Result<finding::Report> read_intrusions(std::string_view text);

}  // namespace interdict::explain
