#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "finding/report.hpp"

namespace interdict::explain {

/// The style sheet of the page.
[[nodiscard]] std::string_view html_style();

/// Which detection has a row in the evidence table, by id. Views of the report's ids.
using EvidenceRows = std::map<std::string_view, std::size_t>;

/// Escaped and cut to a cell's length; a dash for nothing.
[[nodiscard]] std::string cell(std::string_view text);
/// The ids, escaped, each a link to its row where it has one; at most a few, the rest counted.
[[nodiscard]] std::string evidence_links(const std::vector<std::string>& ids,
                                         const EvidenceRows& rows);
/// The first screen: what happened, how far, what to do now.
[[nodiscard]] std::string answer_section(const finding::Report& report);
/// `number` of the intrusion on the page, from 1: part of its anchors.
[[nodiscard]] std::string intrusion_section(const finding::Intrusion& intrusion, std::size_t number,
                                            const EvidenceRows& rows);

}  // namespace interdict::explain
