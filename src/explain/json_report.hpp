#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "event/timestamp.hpp"
#include "finding/report.hpp"

namespace interdict::explain {

/// A time as outputs write it; nothing for an event that has none (event/no_time.hpp).
[[nodiscard]] std::optional<std::string> time_text(Timestamp time);

/// `intrusions.json`, schema `interdict.intrusions/1`: every field present, null or [] where empty;
/// times in UTC with the digits of their source. The bytes depend on the report alone. O(report).
[[nodiscard]] std::string intrusions_json(const finding::Report& report);

/// One intrusion as it stands in `intrusions.json`, without a newline.
[[nodiscard]] std::string intrusion_json(const finding::Intrusion& intrusion);

/// One line of `detections.jsonl` with its newline. `detection.rule` indexes `report.rules`.
[[nodiscard]] std::string detection_json(const finding::Report& report,
                                         const finding::Detection& detection);

/// `detections.jsonl`: a line for each detection, in the order of the report (time, then id).
[[nodiscard]] std::string detections_jsonl(const finding::Report& report);

/// `ledger.json`, schema `interdict.ledger/1`. `timing` is the only part that may differ between
/// two runs of the same input.
[[nodiscard]] std::string ledger_json(const finding::Ledger& ledger);

/// The first line of the flat timeline as CSV, and one for a detection.
inline constexpr std::string_view kDetectionsCsvHead =
    "time,last,id,level,source,rule_id,title,stage,techniques,host,user,outcome,count,file,record,"
    "offset,log_source,intrusion\r\n";
[[nodiscard]] std::string detection_csv(const finding::Report& report,
                                        const finding::Detection& detection);

/// The flat timeline as CSV (RFC 4180, CRLF, a header), safe to open in a spreadsheet: see
/// csv_cell.
[[nodiscard]] std::string detections_csv(const finding::Report& report);

}  // namespace interdict::explain
