#pragma once

#include <map>
#include <string_view>
#include <vector>

#include "assess/dominators.hpp"
#include "finding/report.hpp"

namespace interdict::assess {

/// What the records behind the steps say of each other, beside the links that were drawn: links are
/// the likeliest story, these hold in any.
struct Provenance {
  /// `same[i]`: other steps that stand on no record but records of step i, or on the start of the
  /// same process. To deny step i is to deny them.
  std::vector<std::vector<std::size_t>> same;
  /// `needs[i]`: earlier steps without which step i could not be: the start of the process that
  /// acted in it.
  Causes needs;
};

using DetectionsById = std::map<std::string_view, const finding::Detection*>;

/// O(steps + detections of the steps), but for steps on one record: their square.
[[nodiscard]] Provenance provenance(const std::vector<finding::Step>& steps,
                                    const DetectionsById& by_id);

/// The process that the record started, by its key; empty if it started none.
[[nodiscard]] std::string_view started_process(const finding::Detection& detection);
/// The process that acted in the record, by its key; empty if that is not certain.
[[nodiscard]] std::string_view acting_process(const finding::Detection& detection);

}  // namespace interdict::assess
