#include <algorithm>
#include <array>
#include <functional>

#include "correlate/judge.hpp"

namespace interdict::correlate {

namespace {

/// Weights of the stages in the score, 1/10 (design 4.5).
constexpr std::array<Millibits, attack::kStageCount> kWeight = {4, 4, 7, 10, 12, 12, 15};
constexpr Chance kMost = 65470;  ///< .999

std::uint32_t find_root(std::vector<std::uint32_t>& up, std::uint32_t i) {
  while (up[i] != i) {
    up[i] = up[up[i]];
    i = up[i];
  }
  return i;
}

/// Clusters among `members`: those that share an event, an alert told by two tools, a process or a
/// rule (design 4.5).
std::vector<std::uint32_t> cluster(const std::vector<Atom>& atoms,
                                   const std::vector<AtomIndex>& members) {
  std::vector<std::uint32_t> up(members.size());
  for (std::uint32_t i = 0; i < up.size(); ++i) up[i] = i;
  const auto join_by = [&](auto key) {
    std::vector<std::pair<std::uint32_t, std::uint32_t>> keyed;
    for (std::uint32_t i = 0; i < members.size(); ++i) {
      const std::uint32_t k = key(atoms[members[i]]);
      if (k != kNone) keyed.emplace_back(k, i);
    }
    std::ranges::sort(keyed);
    for (std::size_t i = 1; i < keyed.size(); ++i) {
      if (keyed[i].first == keyed[i - 1].first) {
        const auto a = find_root(up, keyed[i - 1].second);
        const auto b = find_root(up, keyed[i].second);
        up[std::max(a, b)] = std::min(a, b);
      }
    }
  };
  join_by([](const Atom& a) { return a.hit; });
  join_by([](const Atom& a) { return a.mirror; });
  join_by([](const Atom& a) { return a.primary; });
  join_by([](const Atom& a) { return a.rule; });
  for (std::uint32_t i = 0; i < up.size(); ++i) up[i] = find_root(up, i);
  return up;
}

}  // namespace

void score_tree(const std::vector<Atom>& atoms, Tree& tree) {
  Millibits sum = 0;
  tree.clusters = {};
  for (std::size_t s = 0; s < attack::kStageCount; ++s) {
    std::vector<AtomIndex> members;
    for (const AtomIndex a : tree.atoms) {
      if (atoms[a].stages[s] > 0) members.push_back(a);
    }
    if (members.empty()) continue;
    const auto groups = cluster(atoms, members);
    std::vector<Chance> best(members.size(), 0);
    for (std::size_t i = 0; i < members.size(); ++i) {
      const Atom& atom = atoms[members[i]];
      Chance e = atom.evidence * atom.stages[s] / 1000;
      if (atom.placement.noisy) e /= 2;
      best[groups[i]] = std::max(best[groups[i]], e);
      const auto likeliest = attack::likeliest(atom.stages);
      if (groups[i] == i && likeliest && attack::index(*likeliest) == s) ++tree.clusters[s];
    }
    Chance miss = kOne;
    for (const Chance e : best) miss = miss * (kOne - e) / kOne;
    miss = std::max(miss, kOne - kMost);
    sum += kWeight[s] *
           log2_ratio(static_cast<std::uint64_t>(kOne), static_cast<std::uint64_t>(miss)) / 10;
  }
  // Distinct transitions that an arc shows: β = 1/4 each.
  std::array<std::array<bool, attack::kStageCount>, attack::kStageCount> seen{};
  tree.causal_transitions = 0;
  for (const AtomIndex a : tree.atoms) {
    if (atoms[a].arcs.empty()) continue;
    const auto from = attack::likeliest(atoms[atoms[a].arcs.front().to].stages);
    const auto to = attack::likeliest(atoms[a].stages);
    if (!from || !to || *from == *to) continue;
    bool& cell = seen[attack::index(*from)][attack::index(*to)];
    if (!cell) ++tree.causal_transitions;
    cell = true;
  }
  tree.score = sum * (4 + tree.causal_transitions) / 4;
}

double expected_false(Millibits score, std::uint64_t host_hours, const Priors& priors) {
  // E = X·(k + 3)/X_ref with k reference trees at least that good (design 4.8): 3 is the bound that
  // none seen still allows. Beyond the best reference tree the rate falls by half each `tail`.
  const std::uint64_t hours = std::max(host_hours, priors.floor_hours);
  const auto better = std::ranges::upper_bound(priors.trees, score, std::greater<>{});
  const auto k = static_cast<double>(better - priors.trees.begin());
  const double base = static_cast<double>(hours) * (k + 3.0) /
                      static_cast<double>(std::max<std::uint64_t>(priors.reference_hours, 1));
  const Millibits top = priors.trees.empty() ? 0 : priors.trees.front();
  if (score <= top) return base;
  return base * exp2_millibits(-(score - top) * 1000 / priors.tail);
}

Millibits reportable_score(double report_at, std::uint64_t host_hours, const Priors& priors) {
  // expected_false falls with the score: bisection over whole millibits.
  Millibits low = 0;
  Millibits high = 200'000;
  while (low < high) {
    const Millibits middle = (low + high) / 2;
    if (expected_false(middle, host_hours, priors) <= report_at) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

}  // namespace interdict::correlate
