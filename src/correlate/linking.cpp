#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>

#include "correlate/judge.hpp"

namespace interdict::correlate {

namespace {

using finding::LinkKind;

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

/// Last atom of each rarity band on one conduit: the best earlier candidate is among them.
using Bands = std::array<AtomIndex, Background::kBands>;

std::size_t band_of(Millibits rate) {
  return static_cast<std::size_t>(
      std::clamp<Millibits>(rate / 1000, 0, static_cast<Millibits>(Background::kBands) - 1));
}

constexpr Bands kNoBands = [] {
  Bands out{};
  for (auto& b : out) b = kNone;
  return out;
}();

/// The same for each lineage: one kind must not hide another.
using ByLineage = std::array<Bands, kLineages>;
constexpr ByLineage kNobody = {kNoBands, kNoBands, kNoBands};

/// How many hosts a conduit spreads chance over, log2 in millibits: one that many share brings
/// coincidences from all of them.
Millibits spread_of(const Entity& e) {
  return e.hosts.size() > 1 ? log2_ratio(e.hosts.size(), 1) : 0;
}

constexpr Millibits kCertain = -20'000;  ///< a person says so

/// Items of verdicts that say "apart", of one tree.
using Marks = std::set<std::pair<std::uint32_t, std::uint32_t>>;

/// A verdict keeps one of `own` out of a tree that holds `there`.
bool ruled_apart(const Marks& there,
                 const std::vector<std::pair<std::uint32_t, std::uint32_t>>& own) {
  return std::ranges::any_of(own, [&](const auto& mine) {
    return std::ranges::any_of(there, [&](const auto& theirs) {
      return theirs.first == mine.first && theirs.second != mine.second;
    });
  });
}

/// Common ground of two atoms: their host, or something both name.
class CommonGround {
 public:
  CommonGround(const Linker& linker, const Priors& priors, const std::vector<Atom>& atoms)
      : linker_(linker), priors_(priors), atoms_(atoms) {}

  /// Calls `offer(arc)` for the best earlier atoms on each of `a`'s conduits.
  template <class Offer>
  void candidates(AtomIndex a, Offer offer) const {
    const Atom& atom = atoms_[a];
    if (const auto host = hosts_.find(atom.host); host != hosts_.end() && !atom.host.empty()) {
      for_each(host->second, [&](AtomIndex u) {
        // Of a record without a process the host alone says nothing where others name theirs.
        const bool traced = atoms_[u].traced && atom.traced;
        const bool bare = atoms_[u].lineage == Lineage::none || atom.lineage == Lineage::none;
        if (traced && bare) return;
        if (open_between(atoms_[u], atom)) offer(arc(u, a, LinkKind::same_host, kNone, 0));
      });
    }
    for (const EntityIndex c : atom.conduits) {
      from_bearer(a, c, offer);
      const auto known = conduits_.find(c);
      if (known == conduits_.end()) continue;
      const Entity& e = linker_.table()[c];
      for_each(known->second, [&](AtomIndex u) {
        const bool together = atoms_[u].host == atom.host && !atom.host.empty();
        const bool account = e.type == EntityType::user || e.type == EntityType::session;
        if (together && account && !open_between(atoms_[u], atom)) return;
        offer(arc(u, a, kind_of(e.type), c, spread_of(e)));
      });
    }
  }

  void add(AtomIndex a) {
    const Atom& atom = atoms_[a];
    if (atom.evidence < kFaint) return;  // chance brings such by the dozen: context, no cause
    const auto lineage = static_cast<std::size_t>(atom.lineage);
    if (!atom.host.empty()) {
      hosts_.try_emplace(atom.host, kNobody).first->second[lineage][band_of(atom.rate)] = a;
    }
    for (const EntityIndex c : atom.conduits) {
      if (linker_.table()[c].by_service) continue;
      conduits_.try_emplace(c, kNobody).first->second[lineage][band_of(atom.rate)] = a;
    }
  }

 private:
  template <class Visit>
  static void for_each(const ByLineage& lasts, Visit visit) {
    for (const Bands& bands : lasts) {
      for (const AtomIndex u : bands) {
        if (u != kNone) visit(u);
      }
    }
  }

  static LinkKind kind_of(EntityType type) {
    switch (type) {
      case EntityType::user:
        return LinkKind::same_user;
      case EntityType::session:
        return LinkKind::logon_session;
      case EntityType::image:
        return LinkKind::shared_hash;
      case EntityType::flow:
        return LinkKind::network;
      default:
        return LinkKind::shared_infrastructure;
    }
  }

  /// An address that another host bears leads to what happened on that host.
  template <class Offer>
  void from_bearer(AtomIndex a, EntityIndex c, Offer offer) const {
    const Entity& e = linker_.table()[c];
    if (e.type != EntityType::ip || e.by_service) return;
    const std::string host = linker_.table().bearer(e.key, atoms_[a].ns);
    if (host.empty() || host == atoms_[a].host) return;
    const auto there = hosts_.find(host);
    if (there == hosts_.end()) return;
    for_each(there->second,
             [&](AtomIndex u) { offer(arc(u, a, LinkKind::remote_logon, c, spread_of(e))); });
  }

  /// E of a chance pair: either end may be the coincidence, so the commoner of the two rules
  /// counts; times the hours between them (ten minutes at least) and the hosts that share the
  /// conduit.
  [[nodiscard]] Arc arc(AtomIndex u, AtomIndex v, LinkKind kind, EntityIndex conduit,
                        Millibits spread) const {
    const Atom& from = atoms_[u];
    const Atom& to = atoms_[v];
    const auto& own = priors_.background[static_cast<std::size_t>(to.source)];
    const auto& background = own.hours > 0 ? own : priors_.background[0];
    const std::int64_t since = to.ns - std::min(to.ns, from.last_ns);
    const auto gap = static_cast<std::uint64_t>(std::max(since, kAtomGapNs) / kNsPerSecond);
    const Millibits e =
        background.rate_of_rarer(std::min(from.rate, to.rate)) + log2_ratio(gap, 3600) + spread;
    return {u, kind, conduit, e, kTagBudget, true};
  }

  const Linker& linker_;
  const Priors& priors_;
  const std::vector<Atom>& atoms_;
  std::map<std::string, ByLineage, std::less<>> hosts_;
  std::map<EntityIndex, ByLineage> conduits_;
};

/// The way leads through the address of a third host that gave its own records: to have talked to
/// that host is no act there, and what its own records hold of the way is offered by its bearer.
bool passes_third_host(const Linker& linker, const Tag& tag, const Atom& from, const Atom& to) {
  if (tag.conduit == kNone) return false;
  const Entity& e = linker.table()[tag.conduit];
  if (e.type != EntityType::ip) return false;
  const std::string host = linker.table().bearer(e.key, to.ns);
  return !host.empty() && host != from.host && host != to.host;
}

/// What a process did, started, wrote or opened explains more than anything in common; that two
/// talked to one address is no more than that, though the records show it as a way.
bool may_be_chance(const Arc& arc) {
  return arc.common || arc.kind == LinkKind::network || arc.kind == LinkKind::shared_infrastructure;
}

/// The atoms that each hit's detections went into, ascending. O(detections log atoms).
std::vector<std::vector<AtomIndex>> atoms_of_hits(const Linker& linker, std::size_t detections,
                                                  const std::vector<Atom>& atoms) {
  std::vector<AtomIndex> of_detection(detections, kNone);
  for (AtomIndex a = 0; a < atoms.size(); ++a) {
    for (const auto d : atoms[a].detections) of_detection[d] = a;
  }
  std::vector<std::vector<AtomIndex>> out(linker.hits().size());
  for (std::size_t h = 0; h < out.size(); ++h) {
    for (const auto d : linker.hits()[h].detections) {
      const AtomIndex a = d < detections ? of_detection[d] : kNone;
      if (a == kNone || (!out[h].empty() && out[h].back() == a)) continue;
      const auto at = std::ranges::lower_bound(out[h], a);
      if (at == out[h].end() || *at != a) out[h].insert(at, a);
    }
  }
  return out;
}

}  // namespace

bool open_between(const Atom& earlier, const Atom& later) {
  if (!earlier.traced || !later.traced) return true;
  if (earlier.lineage == Lineage::none || later.lineage == Lineage::none) return true;
  return later.lineage == Lineage::orphan &&
         (earlier.lineage == Lineage::orphan || earlier.era != later.era);
}

void link_atoms(const Linker& linker, const Priors& priors,
                const std::vector<finding::Detection>& detections, std::vector<Atom>& atoms,
                bool shown_ways) {
  CommonGround common(linker, priors, atoms);
  std::map<std::uint32_t, AtomIndex> joined;  // last atom of each verdict or seed that joins
  std::map<AtomIndex, Marks> marks;           // by root: what verdicts keep apart
  KnownTrees known;
  const auto atoms_of = atoms_of_hits(linker, detections.size(), atoms);
  for (AtomIndex a = 0; a < atoms.size(); ++a) {
    Atom& atom = atoms[a];
    atom.root = a;
    const Hit& hit = linker.hits()[atom.hit];
    std::vector<Arc> arcs;
    std::set<AtomIndex> roots;
    const auto offer = [&](HitIndex from, const Tag& tag) {
      // A faint one beside a stronger one of the same record leads nowhere: which of two of one
      // time comes first is a matter of ids, and must not decide what is pruned.
      const bool strong = std::ranges::any_of(
          atoms_of[from], [&](AtomIndex u) { return atoms[u].evidence >= kFaint; });
      for (const AtomIndex u : atoms_of[from]) {
        if (strong && atoms[u].evidence < kFaint) continue;
        // Atoms ascend by (time, id): an arc to a smaller index cannot close a circle.
        if (u >= a || passes_third_host(linker, tag, atoms[u], atom)) continue;
        roots.insert(atoms[u].root);
        // Two detections of one record are one act, and no transition: nothing hangs on their
        // order.
        const Millibits transition =
            from == atom.hit ? 0 : transition_cost(atoms[u].stages, atom.stages);
        arcs.push_back(
            {u, tag.kind, tag.conduit, tag.cost - kCoincidence + transition, tag.cost, false});
      }
    };
    offer(atom.hit, Tag{atom.hit, hit.primary, hit.ns, 0, finding::LinkKind::same_process});
    for (const Tag& tag : hit.candidates) {
      if (shown_ways) offer(tag.hit, tag);
    }
    const Millibits trials = roots.empty() ? 0 : log2_ratio(roots.size(), 1);
    for (Arc& arc : arcs) arc.log_e += trials;
    for (const std::uint32_t mark : atom.together) {
      const auto [last, fresh] = joined.try_emplace(mark, a);
      if (!fresh) arcs.push_back({last->second, LinkKind::seed, kNone, kCertain, 0, false});
      last->second = a;
    }
    common.candidates(a, [&](Arc arc) {
      arc.log_e += transition_cost(atoms[arc.to].stages, atom.stages);
      arcs.push_back(arc);
    });
    common.add(a);
    std::erase_if(arcs, [&](const Arc& arc) {
      return arc.log_e > kLogAlpha || (arc.common && known.bar(atoms[arc.to].root, atom)) ||
             (!atom.apart.empty() && ruled_apart(marks[atoms[arc.to].root], atom.apart));
    });
    std::ranges::sort(arcs, [](const Arc& x, const Arc& y) {
      return std::tuple(may_be_chance(x), x.log_e, x.cost, ~x.to) <
             std::tuple(may_be_chance(y), y.log_e, y.cost, ~y.to);
    });
    for (const Arc& arc : arcs) {
      if (atom.arcs.size() > kMaxSecondary) break;
      if (std::ranges::find(atom.arcs, arc.to, &Arc::to) == atom.arcs.end()) {
        atom.arcs.push_back(arc);
      }
    }
    if (!atom.arcs.empty()) atom.root = atoms[atom.arcs.front().to].root;
    known.note(atom.root, atom);
    if (!atom.apart.empty()) marks[atom.root].insert(atom.apart.begin(), atom.apart.end());
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

void prune(std::vector<Atom>& atoms) {
  std::vector<bool> needed(atoms.size(), false);
  for (AtomIndex a = static_cast<AtomIndex>(atoms.size()); a-- > 0;) {
    Atom& atom = atoms[a];
    if (atom.arcs.empty()) continue;
    if (atom.evidence < kFaint && !needed[a]) {
      atom.arcs.clear();
      atom.root = a;
      continue;
    }
    needed[atom.arcs.front().to] = true;
  }
  for (Atom& atom : atoms) {
    std::erase_if(atom.arcs, [&](const Arc& arc) { return atoms[arc.to].root != atom.root; });
  }
}

}  // namespace interdict::correlate
