#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>

#include "correlate/judge.hpp"

namespace interdict::correlate {

namespace {

using attack::Stage;

/// From (row) to (column) stages in 883 causal edges of 40 public Attack Flows (design, section 3).
constexpr std::array<std::array<std::uint64_t, 7>, 7> kTransitions = {{{3, 0, 6, 1, 1, 3, 6},
                                                                       {0, 0, 4, 2, 1, 0, 4},
                                                                       {1, 0, 10, 18, 15, 7, 11},
                                                                       {1, 1, 0, 8, 46, 13, 33},
                                                                       {2, 0, 2, 26, 94, 29, 90},
                                                                       {2, 1, 0, 16, 44, 27, 55},
                                                                       {6, 1, 4, 19, 69, 46, 155}}};
constexpr Millibits kTransitionBound = 2'000;  ///< the prior is soft: at most two bits either way
/// F_b: a path of 12 bits is as common in benign data as not. First prior, not calibrated.
constexpr Millibits kCoincidence = 12'000;

/// log2 of (uniform benign transition) / (attackers' transition, add ½).
Millibits transition_cost(const attack::StageDistribution& from,
                          const attack::StageDistribution& to) {
  const auto a = attack::likeliest(from);
  const auto b = attack::likeliest(to);
  if (!a || !b) return 0;
  const auto& row = kTransitions[attack::index(*a)];
  std::uint64_t sum = 7;
  for (const auto n : row) sum += 2 * n;
  const Millibits cost = log2_ratio(sum, 7 * (2 * row[attack::index(*b)] + 1));
  return std::clamp(cost, -kTransitionBound, kTransitionBound);
}

bool earlier(const Atom& a, const Atom& b, const std::vector<finding::Detection>& detections) {
  return std::tie(a.ns, detections[a.first].id) < std::tie(b.ns, detections[b.first].id);
}

finding::Outcome merged(finding::Outcome a, finding::Outcome b) {
  using finding::Outcome;
  if (a == Outcome::succeeded || b == Outcome::succeeded) return Outcome::succeeded;
  if (a == Outcome::unknown || b == Outcome::unknown) return Outcome::unknown;
  return a == b ? a : Outcome::failed;
}

}  // namespace

std::vector<Atom> make_atoms(const Linker& linker,
                             const std::vector<finding::Detection>& detections,
                             const std::vector<finding::RuleInfo>& rules,
                             const attack::StageMap& map, const Priors& priors) {
  std::vector<attack::Placement> placed;
  std::vector<Chance> evidence;
  for (const auto& rule : rules) {
    placed.push_back(map.place(rule.techniques, rule.tactics));
    evidence.push_back(rule_evidence(rule, priors));
  }
  std::vector<Atom> atoms;
  std::map<std::tuple<std::uint32_t, EntityIndex, EntityIndex, std::string>, AtomIndex> open;
  std::map<std::pair<std::uint32_t, EntityIndex>, std::size_t> counted;
  std::vector<bool> used(detections.size(), false);
  for (HitIndex h = 0; h < linker.hits().size(); ++h) {
    const Hit& hit = linker.hits()[h];
    std::vector<std::uint32_t> here = hit.detections;
    std::erase_if(here, [&](std::uint32_t d) { return d >= detections.size() || used[d]; });
    std::ranges::sort(here, [&](auto a, auto b) { return detections[a].id < detections[b].id; });
    for (const std::uint32_t d : here) {
      if (used[d]) continue;
      used[d] = true;
      const std::uint32_t rule = detections[d].rule.value();
      if (rule >= rules.size()) continue;
      std::size_t& burst = counted[{rule, hit.primary}];
      const EntityIndex other = burst >= kStormAtoms ? kNone : hit.secondary;
      const auto key = std::tuple{rule, hit.primary, other, hit.host};
      const auto it = open.find(key);
      if (it != open.end() && hit.ns - atoms[it->second].last_ns <= kAtomGapNs) {
        Atom& atom = atoms[it->second];
        atom.detections.push_back(d);
        atom.last_ns = std::max(hit.ns, detections[d].last.ns);
        atom.outcome = merged(atom.outcome, detections[d].outcome);
        continue;
      }
      ++burst;
      Atom atom;
      atom.first = d;
      atom.detections = {d};
      atom.ns = hit.ns;
      atom.last_ns = std::max(hit.ns, detections[d].last.ns);
      atom.rule = rule;
      atom.hit = h;
      atom.primary = hit.primary;
      atom.secondary = other;
      atom.host = hit.host;
      atom.placement = placed[rule];
      atom.stages = placed[rule].stages;
      atom.evidence = evidence[rule];
      atom.outcome = detections[d].outcome;
      atom.delivers = hit.delivers;
      open.insert_or_assign(key, static_cast<AtomIndex>(atoms.size()));
      atoms.push_back(std::move(atom));
    }
  }
  std::ranges::sort(atoms, [&](const Atom& a, const Atom& b) { return earlier(a, b, detections); });
  return atoms;
}

void link_atoms(const Linker& linker, const std::vector<finding::Detection>& detections,
                std::vector<Atom>& atoms) {
  // Which atoms a hit belongs to: by its detections.
  std::vector<AtomIndex> of_detection(detections.size(), kNone);
  for (AtomIndex a = 0; a < atoms.size(); ++a) {
    for (const auto d : atoms[a].detections) of_detection[d] = a;
  }
  for (AtomIndex a = 0; a < atoms.size(); ++a) {
    Atom& atom = atoms[a];
    atom.root = a;
    const Hit& hit = linker.hits()[atom.hit];
    std::vector<Arc> arcs;
    std::set<AtomIndex> roots;
    const auto offer = [&](HitIndex from, const Tag& tag) {
      for (const auto d : linker.hits()[from].detections) {
        const AtomIndex u = d < of_detection.size() ? of_detection[d] : kNone;
        // Atoms ascend by (time, id): an arc to a smaller index cannot close a circle.
        if (u == kNone || u >= a) continue;
        roots.insert(atoms[u].root);
        arcs.push_back({u, tag.kind, tag.conduit,
                        tag.cost - kCoincidence + transition_cost(atoms[u].stages, atom.stages),
                        tag.cost});
      }
    };
    offer(atom.hit, Tag{atom.hit, hit.primary, hit.ns, 0, finding::LinkKind::same_process});
    for (const Tag& tag : hit.candidates) offer(tag.hit, tag);
    const Millibits trials = roots.empty() ? 0 : log2_ratio(roots.size(), 1);
    for (Arc& arc : arcs) arc.log_e += trials;
    std::erase_if(arcs, [](const Arc& arc) { return arc.log_e > kLogAlpha; });
    std::ranges::sort(arcs, [](const Arc& x, const Arc& y) {
      return std::tuple(x.log_e, x.cost, ~x.to) < std::tuple(y.log_e, y.cost, ~y.to);
    });
    for (const Arc& arc : arcs) {
      if (atom.arcs.size() > kMaxSecondary) break;
      if (std::ranges::find(atom.arcs, arc.to, &Arc::to) == atom.arcs.end()) {
        atom.arcs.push_back(arc);
      }
    }
    if (!atom.arcs.empty()) atom.root = atoms[atom.arcs.front().to].root;
  }
}

std::vector<Tree> make_trees(std::vector<Atom>& atoms) {
  std::vector<Tree> trees;
  std::vector<std::uint32_t> of(atoms.size(), kNone);
  for (AtomIndex a = 0; a < atoms.size(); ++a) {
    const AtomIndex root = atoms[a].root;
    if (of[root] == kNone) {
      of[root] = static_cast<std::uint32_t>(trees.size());
      trees.emplace_back();
    }
    trees[of[root]].atoms.push_back(a);
  }
  // Secondary arcs stay within the tree: a step can only name steps of its own intrusion.
  for (Atom& atom : atoms) {
    std::erase_if(atom.arcs, [&](const Arc& arc) { return atoms[arc.to].root != atom.root; });
  }
  return trees;
}

void place_in_context(std::vector<Atom>& atoms, const Tree& tree) {
  const auto all = [](Stage stage) {
    attack::StageDistribution out{};
    out[attack::index(stage)] = 1000;
    return out;
  };
  std::set<std::string> controlled;  // hosts on which command and control was seen
  bool executed = false;
  for (const AtomIndex i : tree.atoms) {
    Atom& atom = atoms[i];
    const bool after = controlled.contains(atom.host);
    const auto before =
        atom.arcs.empty() ? std::nullopt : attack::likeliest(atoms[atom.arcs.front().to].stages);
    const auto own = attack::likeliest(atom.placement.stages);
    atom.stages = atom.placement.stages;
    if (atom.delivers && !executed && (!own || attack::index(*own) <= 5)) {
      atom.stages = all(Stage::delivery);
    } else if (atom.placement.neutral && before) {
      atom.stages = atoms[atom.arcs.front().to].stages;
    } else if (atom.placement.transfer) {
      atom.stages = all(after ? Stage::command_and_control : Stage::installation);
    } else if (after && (atom.placement.execution || atom.placement.escalation) &&
               own != Stage::installation && own != Stage::actions_on_objectives &&
               own != Stage::delivery) {
      atom.stages = all(Stage::actions_on_objectives);
    }
    const auto now = attack::likeliest(atom.stages);
    if (now == Stage::command_and_control) controlled.insert(atom.host);
    if (now && attack::index(*now) >= 3) executed = true;
  }
}

}  // namespace interdict::correlate
