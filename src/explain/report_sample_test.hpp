#pragma once

#include <string>

#include "finding/report.hpp"

namespace interdict::explain {

/// A report with every part filled; `text` stands in every free text field of it.
[[nodiscard]] finding::Report sample_report(const std::string& text);

}  // namespace interdict::explain
