#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "clock/own_clock.hpp"
#include "event/field.hpp"
#include "normalize/normalizer.hpp"

namespace interdict::pipeline {

/// How much of an input is looked at before its first event is placed.
inline constexpr std::size_t kClockCheckBytes = std::size_t{4} << 20U;

/// True for an export (JSON, CSV, XML) of Windows events, by its first bytes: only there can a tool
/// have written a wrong time. A binary event log has the kernel's.
[[nodiscard]] bool may_have_two_clocks(std::string_view format, std::string_view head);

/// Compares the stamps and own clocks of the records in `head`, the first kClockCheckBytes of an
/// input or all of it. At most 2,000 records with two clocks are asked. The answer depends on the
/// bytes alone, not on how they were cut.
[[nodiscard]] clock::ClockRepair check_clock(const normalize::FieldMaps& maps,
                                             FieldCatalogue& catalogue, const std::string& input,
                                             const std::string& format, std::string_view head,
                                             const normalize::LocalTime& local);

/// Says what was moved, a note for each host.
void note_repair(const clock::ClockRepair& repair, std::vector<std::string>& notes);

}  // namespace interdict::pipeline
