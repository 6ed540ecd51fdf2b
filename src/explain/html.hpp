#pragma once

#include <cstddef>
#include <string>

#include "finding/report.hpp"

namespace interdict::explain {

/// How much one page shows. What is left out is counted on the page and stands in the JSON files.
inline constexpr std::size_t kMaxShownIntrusions = 50;
inline constexpr std::size_t kMaxShownSteps = 300;      ///< of one intrusion
inline constexpr std::size_t kMaxShownEvidence = 1000;  ///< rows
inline constexpr std::size_t kMaxShownRows = 300;       ///< of any other table
inline constexpr std::size_t kMaxStoryCards = 9;
inline constexpr std::size_t kMaxCellBytes = 400;

/// `report.html`: one file without scripts and without outside requests (a content security policy
/// forbids both), readable in light and dark, printable. Every text of the report is escaped.
/// The bytes depend on the report alone. O(report).
[[nodiscard]] std::string html(const finding::Report& report);

}  // namespace interdict::explain
