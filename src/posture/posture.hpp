#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "event/timestamp.hpp"
#include "finding/assessment.hpp"

namespace interdict::posture {

/// Kinds of evidence, by the weight they carry: logs beat scans, scans beat statements.
inline constexpr std::uint8_t kWeightStatement = 1;
inline constexpr std::uint8_t kWeightScan = 2;
inline constexpr std::uint8_t kWeightLog = 3;

/// For how long a scan and a statement prove anything, in days: a state decays to unknown. Assumed,
/// not measured; records have their own span in content/controls/evidence.tsv.
inline constexpr std::uint32_t kScanDays = 90;
inline constexpr std::uint32_t kStatementDays = 365;

/// What is known of a control, from one source. Missing evidence makes no such value: it stays
/// unknown, never absent.
struct ControlEvidence {
  std::string control;  ///< catalogue id, `X5`
  finding::ControlState state = finding::ControlState::unknown;
  std::string text;         ///< shown to the user; a statement reads "claimed: …"
  std::uint8_t weight = 0;  ///< kWeightLog, kWeightScan or kWeightStatement: the highest wins
  std::string host{};       ///< where it was seen; empty: the whole scope
  std::optional<Timestamp> first{};  ///< when it was seen; empty: no date was given
  std::optional<Timestamp> last{};   ///< the last time; equals `first` for a scan
  std::uint32_t days = 0;            ///< how long around that it proves the state; 0: without end

  friend bool operator==(const ControlEvidence&, const ControlEvidence&) = default;
};

/// True if the evidence says something of `when`: it lies within `days` of the time it was seen.
[[nodiscard]] bool holds_at(const ControlEvidence& evidence, Timestamp when);

}  // namespace interdict::posture
