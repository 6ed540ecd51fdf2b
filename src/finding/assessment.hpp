#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "attack/stage.hpp"

namespace interdict::finding {

enum class ControlState : std::uint8_t { unknown, absent, weak, present, enforced };
[[nodiscard]] constexpr std::string_view to_string(ControlState state) {
  switch (state) {
    case ControlState::unknown:
      return "unknown";
    case ControlState::absent:
      return "absent";
    case ControlState::weak:
      return "weak";
    case ControlState::present:
      return "present";
    case ControlState::enforced:
      return "enforced";
  }
  return "";
}

/// What lies behind a step on every path from the root: its dominated set (the step itself not
/// counted).
struct Depends {
  std::uint64_t steps = 0;
  std::uint64_t hosts = 0;
  std::uint64_t users = 0;
  double hours = 0;              ///< from the step to the last dependent step
  std::uint64_t objectives = 0;  ///< dependent steps on the last stage
};

/// One control that could have cut an intrusion at certain steps.
struct StopChoice {
  std::string control;  ///< catalogue id, `X5`
  std::string name;
  attack::Stage stage = attack::Stage::delivery;  ///< where it would have acted
  std::string course_of_action;  ///< deny, disrupt or contain (detect only with a timely response)
  std::vector<std::string> steps;  ///< ids of the steps whose record its mechanism matches
  ControlState state = ControlState::unknown;
  std::string evidence;    ///< what shows the state; says so where nothing does
  std::string why;         ///< which mechanism meets which record
  std::uint64_t cost = 0;  ///< growth^(k-1), the article's illustration
  Depends depends;
  std::vector<std::string>
      would_not_have_stopped;  ///< steps that no choice of this control touches or guards
};

/// Where an intrusion could have been stopped. An empty list of choices is a valid answer.
struct StopAnalysis {
  double growth_per_stage = 2.0;
  std::uint64_t cost_reached = 0;
  std::optional<std::uint64_t> cost_if_stopped;
  std::vector<StopChoice> choices;
};

}  // namespace interdict::finding
