#include "pipeline/clock_check.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

#include "event/no_time.hpp"
#include "normalize/time.hpp"

namespace interdict::pipeline {

namespace {

/// When it happened, by Sysmon's own account; always UTC (Sysmon's manifest).
constexpr std::string_view kOwnClock = "UtcTime";

std::string hours(std::int64_t seconds) {
  const auto minutes = std::abs(seconds) / 60;
  std::string out = seconds < 0 ? "-" : "+";
  out += std::to_string(minutes / 60) + ":";
  out += minutes % 60 < 10 ? "0" : "";
  return out + std::to_string(minutes % 60);
}

}  // namespace

bool may_have_two_clocks(std::string_view format, std::string_view head) {
  static constexpr std::array<std::string_view, 3> kExports = {"ndjson", "csv", "windows-xml"};
  if (std::ranges::find(kExports, format) == kExports.end()) return false;
  static constexpr std::array<std::string_view, 4> kSigns = {"EventID", "EventId", "event_id",
                                                             "EventData"};
  return std::ranges::any_of(kSigns,
                             [&](auto sign) { return head.find(sign) != std::string_view::npos; });
}

ClockCheck::ClockCheck(FieldCatalogue& catalogue) : own_clock_(catalogue.intern(kOwnClock)) {}

bool ClockCheck::is_enough(std::size_t bytes) {
  seen_bytes_ += bytes;
  if (seen_bytes_ >= kClockCheckBytes) return true;
  return seen_bytes_ % kPieceBytes == 0 && vote_.seen() >= kRecordsEnough;
}

void ClockCheck::hold(EventBatch& batch, std::span<const normalize::Alert> alerts) {
  for (std::size_t i = 0; own_clock_ && i < batch.size(); ++i) {
    const auto row = static_cast<Row>(i);
    const auto text = batch.text(row, *own_clock_);
    if (text.empty()) continue;
    const auto own = normalize::read_time(text);
    if (!own || !own->has_year || !is_known(batch.time(row))) continue;
    vote_.see(batch.host(row), batch.log_source().kind, batch.time(row), own->time);
  }
  auto taken = std::make_unique<EventBatch>(batch.input(), LogSource{});
  std::swap(*taken, batch);
  held_.push_back({std::move(taken), {alerts.begin(), alerts.end()}});
}

clock::ClockRepair ClockCheck::decide(const Emit& emit) {
  auto repair = vote_.repair();
  for (auto& [batch, alerts] : held_) {
    for (std::size_t i = 0; !repair.shifts.empty() && i < batch->size(); ++i) {
      const auto row = static_cast<Row>(i);
      if (!is_known(batch->time(row))) continue;
      batch->set_time(row, repair.mend(batch->host(row), batch->time(row)));
    }
    emit(*batch, alerts);
    batch.reset();
  }
  held_.clear();
  return repair;
}

void note_repair(const clock::ClockRepair& repair, std::vector<std::string>& notes) {
  for (const auto& shift : repair.shifts) {
    if (shift.seconds == 0) continue;
    std::string note = "times of ";
    note += shift.host.empty() ? "records without a host" : shift.host;
    note += " moved by " + hours(shift.seconds) + ": Sysmon's own UTC says so in " +
            std::to_string(shift.agree) + " of " + std::to_string(shift.seen) +
            " records compared; each record keeps the time it was stamped with in its field";
    notes.push_back(std::move(note));
  }
}

}  // namespace interdict::pipeline
