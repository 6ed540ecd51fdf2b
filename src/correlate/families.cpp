#include <algorithm>
#include <map>
#include <numeric>
#include <string>

#include "correlate/judge.hpp"

namespace interdict::correlate {

namespace {

/// Common host-hours that two rules need: one alone may be chance.
constexpr std::uint64_t kJointLeast = 2;

std::uint32_t top_of(std::vector<std::uint32_t>& up, std::uint32_t i) {
  while (up[i] != i) {
    up[i] = up[up[i]];
    i = up[i];
  }
  return i;
}

}  // namespace

std::vector<std::uint32_t> rule_families(const std::vector<finding::RuleInfo>& rules,
                                         const Priors& priors) {
  std::map<std::string, std::uint32_t, std::less<>> number;
  for (std::uint32_t i = 0; i < rules.size(); ++i) number.emplace(rules[i].id, i);
  std::vector<std::uint32_t> up(rules.size());
  std::iota(up.begin(), up.end(), 0U);
  for (const auto& [pair, both] : priors.joint) {
    const auto first = number.find(pair.first);
    const auto second = number.find(pair.second);
    const auto a = priors.rules.find(pair.first);
    const auto b = priors.rules.find(pair.second);
    if (both < kJointLeast || first == number.end() || second == number.end() ||
        a == priors.rules.end() || b == priors.rules.end()) {
      continue;
    }
    // Jaccard ≥ 1/2: both ≥ (a + b − both) / 2.
    if (3 * both < a->second.fired + b->second.fired) continue;
    const auto x = top_of(up, first->second);
    const auto y = top_of(up, second->second);
    up[std::max(x, y)] = std::min(x, y);
  }
  for (std::uint32_t i = 0; i < up.size(); ++i) up[i] = top_of(up, i);
  return up;
}

}  // namespace interdict::correlate
