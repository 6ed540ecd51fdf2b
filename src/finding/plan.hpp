#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "attack/stage.hpp"
#include "finding/assessment.hpp"

namespace interdict::finding {

/// How likely an attack gets to its end, under the effect classes assumed. Two readings of one
/// graph, since published flows do not say which holds.
struct Chance {
  double every_step = 1;  ///< if the attacker needs every step: the defender's best case
  double best_path = 1;   ///< if any one path is enough, and he takes the best
};

/// One attack that was planned against.
struct PlannedAttack {
  std::string name;
  std::string origin;            ///< `flow`, `group` or `intrusion`
  bool synthetic_order = false;  ///< the order of the steps was made up (by stage)
  std::uint64_t steps = 0;
  std::uint64_t without_technique = 0;  ///< nothing can be said of these
  std::uint64_t uncontrolled = 0;       ///< no control of the catalogue stops the technique
  Chance now;
  Chance after;
};

/// One control, against all attacks.
struct PlannedControl {
  std::string control;
  std::string name;
  ControlState state = ControlState::unknown;
  std::string evidence;
  double cost = 1;
  std::uint64_t attacks = 0;  ///< with a step that it acts on, at least partially
  std::uint64_t steps = 0;    ///< of all attacks
  double gain = 0;            ///< fall of the mean best-path chance if it alone were enforced
  double stability = 0;       ///< share of the drawn assumptions in which it is chosen
  bool chosen = false;
};

/// How deep one stage is defended: independent controls that can stop a step there.
struct StageDepth {
  std::uint64_t proven = 0;   ///< enforced or present, by logs or scans
  std::uint64_t claimed = 0;  ///< by statement only
  std::uint64_t weak = 0;
  std::uint64_t absent = 0;
  std::uint64_t unknown = 0;
};

/// What `plan` answers. Plain values; owns all it holds.
struct Plan {
  std::string version;  ///< of the tool
  double budget = 0;
  bool exact = false;       ///< no choice within the budget is better; else the best that was found
  std::uint64_t draws = 0;  ///< of the assumptions, for `stability`
  Chance now;               ///< means over the attacks
  Chance after;
  std::vector<PlannedAttack> attacks;    ///< by origin and name
  std::vector<PlannedControl> controls;  ///< the chosen first, then by gain
  std::array<StageDepth, attack::kStageCount> stages{};
};

}  // namespace interdict::finding
