#pragma once

#include <map>
#include <string>
#include <vector>

#include "attack/flow.hpp"

namespace interdict::attack {

/// A graph as the files hold it: nodes in file order, only some of which are actions.
struct RawFlow {
  struct Node {
    bool is_action = false;
    FlowStep step;
  };
  std::string name;
  std::vector<Node> nodes;
  std::vector<std::pair<std::size_t, std::size_t>> arcs;  ///< from, to
};

/// Actions alone, in an order that follows the arcs; nodes that are none are passed through. A
/// cycle becomes a chain of its steps in file order: each counts once. O(nodes × arcs) at worst.
[[nodiscard]] Flow reduce(const RawFlow& raw);

}  // namespace interdict::attack
