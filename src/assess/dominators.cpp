#include "assess/dominators.hpp"

#include <cassert>

namespace interdict::assess {

std::vector<bool> behind(const Causes& parents, const std::vector<bool>& cut) {
  std::vector<bool> unreachable(parents.size(), false);
  for (std::size_t node = 0; node < parents.size(); ++node) {
    bool reached = parents[node].empty();
    for (const std::size_t parent : parents[node]) {
      assert(parent < node);
      reached = reached || !unreachable[parent];
    }
    unreachable[node] = cut[node] || !reached;
  }
  return unreachable;
}

}  // namespace interdict::assess
