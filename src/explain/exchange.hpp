#pragma once

#include <string>

#include "finding/report.hpp"

namespace interdict::explain {

/// A hunt's result in the forms of other tools. All are pure functions of the report: no clock, no
/// random ids, so equal reports give equal bytes. Log text is data in them: escaped as each form
/// needs it. O(report) each.

/// STIX 2.1 bundle: for each intrusion its steps as `sighting` and `observed-data` of an
/// `attack-pattern`, its indicators as `indicator` and `infrastructure`, the controls that could
/// have stopped it as `course-of-action`, all held by one `report`. Ids of observables as STIX 2.1
/// section 2.9 asks (UUIDv5); all others are UUIDv5 of the intrusion and the thing, in the URL name
/// space. `created` and `modified` are times of the logs.
[[nodiscard]] std::string stix_bundle(const finding::Report& report);

/// Attack Flow 2.0.0 (MITRE CTID) as a STIX bundle: an `attack-flow` for each intrusion, its steps
/// as `attack-action`, hosts as `attack-asset`, `effect_refs` along the links that were found. The
/// format has no word for an inferred or an alternative link, so both kinds look alike in it.
[[nodiscard]] std::string attack_flow_bundle(const finding::Report& report);

/// MITRE ATT&CK Navigator layer, format 4.5: score = number of steps of all intrusions that show
/// the technique.
[[nodiscard]] std::string navigator_layer(const finding::Report& report);

/// The steps of all intrusions as CSV (RFC 4180, CRLF, a header), safe to open in a spreadsheet:
/// see csv_cell.
[[nodiscard]] std::string steps_csv(const finding::Report& report);

/// All detections as Timesketch JSON lines: `message`, `datetime`, `timestamp` (microseconds),
/// `timestamp_desc`, and our fields beside them.
[[nodiscard]] std::string timesketch_jsonl(const finding::Report& report);

/// The report in Markdown (CommonMark with GitHub's tables). Log text stands in code spans or with
/// its punctuation escaped: it cannot become a link, a heading or HTML.
[[nodiscard]] std::string markdown(const finding::Report& report);

}  // namespace interdict::explain
