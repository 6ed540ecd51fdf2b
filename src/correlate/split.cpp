#include <algorithm>
#include <set>

#include "correlate/judge.hpp"

namespace interdict::correlate {

namespace {

/// log2 of .01: an arc that chance makes less often is not cut.
constexpr Millibits kFirm = -6'644;
constexpr std::size_t kMaxCuts = 64;  ///< weak arcs tried in one tree, the weakest first

/// The atoms of `tree` that hang on `top`, itself among them, ascending.
std::vector<AtomIndex> below(const std::vector<Atom>& atoms, const Tree& tree, AtomIndex top) {
  std::vector<AtomIndex> out;
  std::set<AtomIndex> in;
  for (const AtomIndex a : tree.atoms) {
    const bool hangs =
        a == top || (!atoms[a].arcs.empty() && in.contains(atoms[a].arcs.front().to));
    if (!hangs) continue;
    in.insert(a);
    out.push_back(a);
  }
  return out;
}

/// Some atoms as a tree of their own would be a strong case.
bool stands_alone(const std::vector<Atom>& atoms, std::vector<AtomIndex> members,
                  const Limits& limits) {
  Tree part;
  part.atoms = std::move(members);
  score_tree(atoms, part);
  return limits.strong(part);
}

}  // namespace

std::size_t split(std::vector<Atom>& atoms, const std::vector<Tree>& trees, const Limits& limits) {
  std::size_t cuts = 0;
  for (const Tree& tree : trees) {
    if (!limits.reportable(tree)) continue;
    std::vector<AtomIndex> weak;
    for (const AtomIndex a : tree.atoms) {
      if (atoms[a].arcs.empty()) continue;
      const Arc& arc = atoms[a].arcs.front();
      if (arc.log_e > kFirm && atoms[arc.to].host != atoms[a].host) weak.push_back(a);
    }
    std::ranges::sort(weak, [&](AtomIndex x, AtomIndex y) {
      return std::pair(-atoms[x].arcs.front().log_e, x) <
             std::pair(-atoms[y].arcs.front().log_e, y);
    });
    if (weak.size() > kMaxCuts) weak.resize(kMaxCuts);
    Tree rest = tree;
    for (const AtomIndex top : weak) {
      if (std::ranges::find(rest.atoms, top) == rest.atoms.end()) continue;
      const auto part = below(atoms, rest, top);
      std::vector<AtomIndex> others;
      std::ranges::set_difference(rest.atoms, part, std::back_inserter(others));
      if (part.size() < 2 || others.size() < 2) continue;
      if (!stands_alone(atoms, part, limits) || !stands_alone(atoms, others, limits)) continue;
      atoms[top].arcs.clear();
      for (const AtomIndex a : part) atoms[a].root = top;
      rest.atoms = std::move(others);
      ++cuts;
    }
  }
  return cuts;
}

}  // namespace interdict::correlate
