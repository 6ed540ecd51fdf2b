#pragma once

#include <cstddef>
#include <string>

#include "finding/report.hpp"

namespace interdict::explain {

struct SummaryOptions {
  bool colour = false;     ///< ANSI colours; words and icons say the same without
  std::size_t width = 80;  ///< characters a line; fewer than 40 counts as 40
};

/// What a hunt found, for a terminal: intrusions with their stages, where each could have been
/// stopped, leads, what was not visible, what was skipped. Log text cannot reach the terminal
/// raw: control and bidirectional characters are shown as escapes. O(intrusions + inputs).
[[nodiscard]] std::string terminal_summary(const finding::Report& report,
                                           const SummaryOptions& options);

}  // namespace interdict::explain
