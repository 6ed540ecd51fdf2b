#pragma once

#include <optional>
#include <span>

#include "decode/decoder.hpp"
#include "normalize/time.hpp"

namespace interdict::normalize {

/// The time of a record whose map names none that is there: the field that is most usually the time
/// of an event (`timestamp`, `eventTime`, `createdAt`, `p_event_time` …, spelled with or without
/// `_` and capitals), at the top, or else inside one wrapper (`event`, `data`, `metadata` …). A
/// name that may be another thing's time, such as a repository's `created_at` deeper inside, is
/// none. Nothing if there is no such field or it does not parse. O(fields).
[[nodiscard]] std::optional<ReadTime> usual_time(std::span<const decode::RawField> fields,
                                                 ClockReader& clock);

/// Whether a record has a field that is so named, whatever it says. O(fields).
[[nodiscard]] bool has_usual_time(std::span<const decode::RawField> fields);

}  // namespace interdict::normalize
