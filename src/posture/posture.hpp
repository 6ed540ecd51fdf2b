#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "finding/assessment.hpp"

namespace interdict::posture {

/// Kinds of evidence, by the weight they carry: logs beat scans, scans beat statements.
inline constexpr std::uint8_t kWeightStatement = 1;
inline constexpr std::uint8_t kWeightScan = 2;
inline constexpr std::uint8_t kWeightLog = 3;

/// What is known of a control, from one source. Missing evidence makes no such value: it stays
/// unknown, never absent.
struct ControlEvidence {
  std::string control;  ///< catalogue id, `X5`
  finding::ControlState state = finding::ControlState::unknown;
  std::string text;         ///< shown to the user; a statement reads "claimed: …"
  std::uint8_t weight = 0;  ///< kWeightLog, kWeightScan or kWeightStatement: the highest wins
  std::string host;         ///< where it was seen; empty: the whole scope

  friend bool operator==(const ControlEvidence&, const ControlEvidence&) = default;
};

}  // namespace interdict::posture
