#include "assess/dominators.hpp"

#include <cassert>

namespace interdict::assess {

std::vector<bool> behind(const Causes& parents, const std::vector<bool>& cut, const Causes& needs) {
  std::vector<bool> unreachable(parents.size(), false);
  for (std::size_t node = 0; node < parents.size(); ++node) {
    bool reached = parents[node].empty();
    for (const std::size_t parent : parents[node]) {
      assert(parent < node);
      reached = reached || !unreachable[parent];
    }
    if (!needs.empty()) {
      for (const std::size_t need : needs[node]) {
        assert(need < node);
        reached = reached && !unreachable[need];
      }
    }
    unreachable[node] = cut[node] || !reached;
  }
  return unreachable;
}

}  // namespace interdict::assess
