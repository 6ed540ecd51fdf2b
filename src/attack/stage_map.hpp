#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "attack/stage.hpp"
#include "base/result.hpp"

namespace interdict::attack {

/// What the map says of one tactic or technique.
struct Placement {
  StageDistribution stages{};
  bool neutral = false;     ///< takes its causal parent's stage; `stages` where there is none
  bool execution = false;   ///< hands-on once command and control exists
  bool escalation = false;  ///< the same
  bool transfer = false;    ///< T1105: loader before command and control, operator after
  bool achieves = false;    ///< reaches an objective
  bool noisy = false;       ///< common in benign use: half weight
  bool account = false;     ///< access by a valid account: nothing was delivered or exploited
};

/// Tactics and techniques → stages, from `content/attack/stages.tsv`.
class StageMap {
 public:
  /// Errors: syntax, with the line. O(text).
  [[nodiscard]] static Result<StageMap> parse(std::string_view text);

  /// Technique first (a sub-technique falls back to its parent), then tactics: the mean over all
  /// that the map knows, re-scaled to 1000; techniques that agree with no override leave it to the
  /// tactics. Unknown names place nothing: all weights are then 0. Flags are joined by "or", but
  /// `neutral` holds only if everything is neutral.
  [[nodiscard]] Placement place(const std::vector<std::string>& techniques,
                                const std::vector<std::string>& tactics) const;

  [[nodiscard]] const Placement* technique(std::string_view id) const;
  [[nodiscard]] const Placement* tactic(std::string_view slug) const;

 private:
  std::map<std::string, Placement, std::less<>> techniques_;
  std::map<std::string, Placement, std::less<>> tactics_;
};

}  // namespace interdict::attack
