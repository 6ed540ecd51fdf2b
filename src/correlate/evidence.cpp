#include <algorithm>
#include <array>

#include "correlate/judge.hpp"

namespace interdict::correlate {

namespace {

/// Weights of the stages in the score, 1/10 (design 4.5).
constexpr std::array<Millibits, attack::kStageCount> kWeight = {4, 4, 7, 10, 12, 12, 15};
constexpr Millibits kUnplaced = 4;  ///< of what no stage is known of: the least of the above
constexpr Chance kMost = 65470;     ///< .999

std::uint32_t find_root(std::vector<std::uint32_t>& up, std::uint32_t i) {
  while (up[i] != i) {
    up[i] = up[up[i]];
    i = up[i];
  }
  return i;
}

/// Clusters among `members`: those that share an event, an alert told by two tools, a process or
/// flow, a parent that started them in one go, or a family of rules (design 4.5).
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
  join_by([](const Atom& a) { return a.one_act ? a.primary : kNone; });
  join_by([](const Atom& a) { return a.burst; });
  join_by([](const Atom& a) { return a.family; });
  for (std::uint32_t i = 0; i < up.size(); ++i) up[i] = find_root(up, i);
  return up;
}

}  // namespace

namespace {

/// What distinct pieces of evidence among `members` say together, in millibits: −log2 of the chance
/// that none of them is right. `share` is an atom's part in it (1/1000); `each(atom)` is called for
/// one atom of each piece.
template <class Share, class Each>
Millibits weigh(const std::vector<Atom>& atoms, const std::vector<AtomIndex>& members, Share share,
                Each each) {
  const auto groups = cluster(atoms, members);
  std::vector<Chance> best(members.size(), 0);
  for (std::size_t i = 0; i < members.size(); ++i) {
    const Atom& atom = atoms[members[i]];
    Chance e = atom.evidence * share(atom) / 1000;
    if (atom.placement.noisy) e /= 2;
    best[groups[i]] = std::max(best[groups[i]], e);
    if (groups[i] == i) each(atom);
  }
  Chance miss = kOne;
  for (const Chance e : best) miss = miss * (kOne - e) / kOne;
  miss = std::max(miss, kOne - kMost);
  return log2_ratio(static_cast<std::uint64_t>(kOne), static_cast<std::uint64_t>(miss));
}

/// Distinct transitions between stages that the arcs of `tree` make, in halves.
std::uint32_t transitions_of(const std::vector<Atom>& atoms, const Tree& tree) {
  std::array<std::array<std::uint8_t, attack::kStageCount>, attack::kStageCount> seen{};
  std::uint32_t halves = 0;
  for (const AtomIndex a : tree.atoms) {
    if (atoms[a].arcs.empty()) continue;
    const Arc& arc = atoms[a].arcs.front();
    const auto from = attack::likeliest(atoms[arc.to].stages);
    const auto to = attack::likeliest(atoms[a].stages);
    if (!from || !to || *from == *to) continue;
    std::uint8_t& cell = seen[attack::index(*from)][attack::index(*to)];
    const std::uint8_t worth = arc.common ? 1 : 2;
    if (worth <= cell) continue;
    halves += worth - cell;
    cell = worth;
  }
  return halves;
}

}  // namespace

void score_tree(const std::vector<Atom>& atoms, Tree& tree) {
  Millibits sum = 0;
  tree.clusters = {};
  tree.witnesses = {};
  std::vector<AtomIndex> members;
  for (std::size_t s = 0; s < attack::kStageCount; ++s) {
    members.clear();
    for (const AtomIndex a : tree.atoms) {
      if (atoms[a].stages[s] > 0) members.push_back(a);
    }
    if (members.empty()) continue;
    sum += kWeight[s] *
           weigh(
               atoms, members, [&](const Atom& atom) { return atom.stages[s]; },
               [&](const Atom& atom) {
                 const auto likeliest = attack::likeliest(atom.stages);
                 if (likeliest && attack::index(*likeliest) == s) ++tree.clusters[s];
               }) /
           10;
  }
  // A detection that says nothing of a stage is evidence all the same.
  members.clear();
  for (const AtomIndex a : tree.atoms) {
    if (!attack::likeliest(atoms[a].stages)) members.push_back(a);
    const bool alert = atoms[a].source == finding::DetectionSource::alert;
    tree.witnesses[static_cast<std::size_t>(alert ? Witness::alerts : Witness::records)] = true;
  }
  if (!members.empty()) {
    sum += kUnplaced *
           weigh(
               atoms, members, [](const Atom&) { return Chance{1000}; }, [](const Atom&) {}) /
           10;
  }
  tree.half_transitions = transitions_of(atoms, tree);
  tree.score = sum * (8 + tree.half_transitions) / 8;  // β = 1/4 a transition
}

}  // namespace interdict::correlate
