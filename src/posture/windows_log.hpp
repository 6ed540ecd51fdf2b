#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "event/batch.hpp"
#include "event/field.hpp"
#include "finding/detection.hpp"
#include "posture/posture.hpp"

namespace interdict::posture {

/// What Windows' own defences wrote about themselves: Defender 1116/1117/1121/1122/1123/1124/5001/
/// 5007…, AppLocker 8003/8004/8006/8007, CodeIntegrity 3033/3063/3076/3077, and cleared logs (1102,
/// 104). A block proves `enforced`; an audit-only record or a switched-off sensor proves `weak`.
/// (Microsoft Learn: Microsoft Defender Antivirus event IDs; AppLocker and WDAC event references.)
///
/// `kind` is the log source's own kind (`windows/windefend/1116`), `host` and `place`
/// (`file, record n`) are shown as evidence. Empty where the record says nothing of a control.
[[nodiscard]] std::vector<ControlEvidence> from_record(std::string_view kind, std::string_view host,
                                                       std::string_view place);

/// from_record of each detection's record, repeats counted once a control, state, host and kind.
/// O(n log n).
[[nodiscard]] std::vector<ControlEvidence> from_detections(
    const std::vector<finding::Detection>& detections);

/// from_record of the events of a batch; `kind` is the batch's. Repeats on a host make one value
/// with the first record as its place. O(rows) for a log source that says something, else O(1).
[[nodiscard]] std::vector<ControlEvidence> from_events(const EventBatch& batch);

}  // namespace interdict::posture
