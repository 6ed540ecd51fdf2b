#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "assess/stop.hpp"
#include "finding/plan.hpp"

namespace interdict::assess {

/// The intervals of the effect classes (S, P, m) and of the states that are no proof: assumptions
/// of the controls design, not measures. The middle decides, the whole interval is drawn from.
struct Interval {
  double low = 0;
  double high = 0;
  [[nodiscard]] double middle() const { return (low + high) / 2; }
};
inline constexpr Interval kSignificant{0.50, 0.90};
inline constexpr Interval kPartial{0.20, 0.60};
inline constexpr Interval kMinimal{0.02, 0.20};
/// What is left of the effect in a state.
inline constexpr Interval kPresent{0.6, 1.0};
inline constexpr Interval kWeak{0.0, 0.3};

inline constexpr std::size_t kMaxPlanAttacks = 500;
inline constexpr std::size_t kMaxPlanSteps = 20'000;     ///< of one attack
inline constexpr std::uint64_t kMaxPlanTries = 150'000;  ///< sets that the exact search looks at
inline constexpr std::uint64_t kPlanDraws = 200;

/// An attack to plan against. Steps in an order that follows their arcs.
struct AttackStep {
  std::vector<std::string> techniques;
  std::optional<attack::Stage> stage;
  std::vector<std::size_t> parents;  ///< lower numbers
};
struct Attack {
  std::string name;
  std::string origin;  ///< flow, group or intrusion
  bool synthetic_order = false;
  std::vector<AttackStep> steps;
};

/// Which controls, together within `budget`, lower most the mean chance that the attacks reach an
/// end on the attacker's best path; every other number of the plan beside it.
///
/// A control acts on a step by its technique (catalogue; a sub-technique falls back to its parent,
/// lowered by one class). Only deny, disrupt and contain stop; a control that acts after a
/// detection only (`responds`) counts nothing, since no time to act is known. Steps fail
/// independently, which overrates layers. `costs` by control id, 1 where none is given. Exact by
/// branch and bound (adding a control never raises the chance, so "all the rest for free" bounds
/// it) until kMaxPlanTries, then the best so far. Stability: kPlanDraws greedy choices under drawn
/// effect classes and unknown states, one draw a control, fixed seed. Deterministic.
/// Errors: limit (attacks, steps); a budget below zero is none.
[[nodiscard]] Result<finding::Plan> make_plan(const std::vector<Attack>& attacks,
                                              const Catalogue& catalogue,
                                              const std::vector<ControlEvidence>& evidence,
                                              const std::map<std::string, double>& costs,
                                              double budget);

/// The chance of one attack if step i fails with chance `stopped[i]`. O(steps + arcs).
[[nodiscard]] finding::Chance chance_of(const Attack& attack, const std::vector<double>& stopped);

}  // namespace interdict::assess
