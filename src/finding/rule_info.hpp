#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.hpp"

namespace interdict::finding {

/// Sigma's levels; also the words of an intrusion's severity.
enum class Level : std::uint8_t { informational, low, medium, high, critical };
[[nodiscard]] constexpr std::string_view to_string(Level level) {
  switch (level) {
    case Level::informational:
      return "informational";
    case Level::low:
      return "low";
    case Level::medium:
      return "medium";
    case Level::high:
      return "high";
    case Level::critical:
      return "critical";
  }
  return "";
}

/// Who says so: a Sigma rule, an analytic of ours, or another tool's alert that was read.
enum class DetectionSource : std::uint8_t { sigma, analytic, alert };
[[nodiscard]] constexpr std::string_view to_string(DetectionSource source) {
  switch (source) {
    case DetectionSource::sigma:
      return "sigma";
    case DetectionSource::analytic:
      return "analytic";
    case DetectionSource::alert:
      return "alert";
  }
  return "";
}

/// Index into the one table of RuleInfo that belongs to a run.
using RuleId = Id<struct RuleTag>;

/// What later modules need to know of a rule, analytic or foreign alert kind, without its logic.
struct RuleInfo {
  std::string id;  ///< Sigma id, or the analytic's or alert's name; never empty
  std::string title;
  std::string path;  ///< as the user gave it; `builtin:…` for the project's own
  Level level = Level::medium;
  std::string status;  ///< Sigma's: stable, test, experimental, …; may be empty
  DetectionSource source = DetectionSource::sigma;
  std::vector<std::string> techniques;  ///< `T1059.001`, sorted, no repeats
  std::vector<std::string> tactics;     ///< slugs as tagged, v18 or v19, sorted
  std::string log_source_class;         ///< `windows/process_creation`: a stratum of the priors
  bool has_false_positives = false;     ///< the rule's author documents some
};

}  // namespace interdict::finding
