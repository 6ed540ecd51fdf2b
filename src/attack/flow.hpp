#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "attack/stage_map.hpp"
#include "base/result.hpp"

namespace interdict::attack {

inline constexpr std::size_t kMaxFlowObjects = 100'000;
inline constexpr std::size_t kMaxFlowArcs = 1'000'000;

/// One action of a described attack.
struct FlowStep {
  std::string name;
  std::vector<std::string> techniques;  ///< ATT&CK ids as written; empty: the source names none
  std::optional<Stage> stage;
  std::vector<std::size_t> parents;  ///< lower numbers; empty: an entry
};

/// A described attack: a graph of actions in an order that follows its arcs.
struct Flow {
  std::string name;
  std::vector<FlowStep> steps;
  bool synthetic_order = false;  ///< the arcs were made up: every technique of a stage after all of
                                 ///< the stage before
  std::size_t cycle_steps = 0;   ///< steps that lay on a cycle and were put in file order
};

/// Reads an Attack Flow: the builder's `.afb` (`attack_flow_v2`) or a STIX 2.1 bundle with the
/// Attack Flow extension. Operators and conditions are passed through: what leads to an operator
/// leads to what follows it. AND and OR are not told apart, since published flows do not either.
/// Errors: syntax, unsupported (no flow), limit; `file` names the text. O(objects + arcs).
[[nodiscard]] Result<Flow> read_flow(std::string_view text, const StageMap& stages,
                                     const std::string& file);

/// The techniques of one group or campaign (`name`: its name, an alias or its id, without case),
/// from an ATT&CK STIX 2.0 or 2.1 bundle, or from a list `{"groups": [{"id", "name", "aliases",
/// "techniques"}]}`. Order by stage, synthetic. Errors: syntax, unsupported (no such text; no such
/// group), limit.
[[nodiscard]] Result<Flow> read_group(std::string_view text, std::string_view name,
                                      const StageMap& stages, const std::string& file);

}  // namespace interdict::attack
