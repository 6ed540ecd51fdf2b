#include "pipeline/clock_check.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "decode/decoder.hpp"
#include "normalize/time.hpp"

namespace interdict::pipeline {

namespace {

/// When it happened, by Sysmon's own account; always UTC (Sysmon's manifest).
constexpr std::string_view kOwnClock = "UtcTime";
constexpr std::uint64_t kRecordsEnough = 2000;
constexpr std::size_t kPieceBytes = std::size_t{64} << 10U;

class Feeding final : public decode::Sink {
 public:
  explicit Feeding(normalize::Normalizer& normalizer) : normalizer_(normalizer) {}
  void record(const decode::RawRecord& record) override {
    static_cast<void>(normalizer_.add(record));
  }
  void structure(std::uint64_t) override {}
  void skipped(decode::SkipReason, std::uint64_t, std::uint64_t, std::uint64_t) override {}

 private:
  normalize::Normalizer& normalizer_;
};

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

clock::ClockRepair check_clock(const normalize::FieldMaps& maps, FieldCatalogue& catalogue,
                               const std::string& input, const std::string& format,
                               std::string_view head, const normalize::LocalTime& local) {
  clock::ClockVote vote;
  if (head.find(kOwnClock) == std::string_view::npos) return vote.repair();
  const auto field = catalogue.intern(kOwnClock);
  if (!field) return vote.repair();
  normalize::Normalizer normalizer(
      maps, catalogue, input, format,
      [&](const EventBatch& batch, std::span<const normalize::Alert>) {
        for (std::size_t i = 0; i < batch.size(); ++i) {
          const auto row = static_cast<Row>(i);
          const auto own = normalize::read_time(batch.text(row, *field));
          if (!own || !own->has_year) continue;
          vote.see(batch.host(row), batch.log_source().kind, batch.time(row), own->time);
        }
      },
      local);
  const auto decoder = decode::make_decoder(format, {});
  Feeding sink(normalizer);
  while (!head.empty() && vote.seen() < kRecordsEnough) {
    const auto piece = head.substr(0, kPieceBytes);
    decoder->feed(as_byte_span(piece), sink);
    head.remove_prefix(piece.size());
  }
  normalizer.flush();
  return vote.repair();
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
