#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "clock/own_clock.hpp"
#include "event/field.hpp"
#include "normalize/normalizer.hpp"

namespace interdict::pipeline {

/// How much of an input is looked at before its first event is judged.
inline constexpr std::size_t kClockCheckBytes = std::size_t{4} << 20U;

/// True for an export (JSON, CSV, XML) of Windows events, by its first bytes: only there can a tool
/// have written a wrong time. A binary event log has the kernel's.
[[nodiscard]] bool may_have_two_clocks(std::string_view format, std::string_view head);

/// Compares the stamps and own clocks of an input's first records, and holds their batches until
/// it is decided what their times are. Asks the records of the first kClockCheckBytes, and of these
/// only as many kPieceBytes as give kRecordsEnough with two clocks: the answer depends on the bytes
/// alone, not on how they were cut. One thread.
class ClockCheck {
 public:
  static constexpr std::size_t kPieceBytes = std::size_t{64} << 10U;
  static constexpr std::uint64_t kRecordsEnough = 2000;
  using Emit = normalize::Normalizer::Emit;

  explicit ClockCheck(FieldCatalogue& catalogue);

  /// Bytes that may be decoded before `is_enough` is asked: up to the next kPieceBytes of the
  /// input.
  [[nodiscard]] std::size_t wanted() const { return kPieceBytes - seen_bytes_ % kPieceBytes; }
  /// True if no more records are to be asked, `bytes` having been decoded.
  [[nodiscard]] bool is_enough(std::size_t bytes);
  /// Takes a batch and leaves another.
  void hold(EventBatch& batch, std::span<const normalize::Alert> alerts);
  /// What is to be added to times; done to those of the batches held, which `emit` then gets.
  clock::ClockRepair decide(const Emit& emit);

 private:
  struct Held {
    std::unique_ptr<EventBatch> batch;
    std::vector<normalize::Alert> alerts;
  };

  std::optional<FieldId> own_clock_;
  clock::ClockVote vote_;
  std::vector<Held> held_;
  std::size_t seen_bytes_ = 0;
};

/// Says what was moved, a note for each host.
void note_repair(const clock::ClockRepair& repair, std::vector<std::string>& notes);

}  // namespace interdict::pipeline
