#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <tuple>

#include "correlate/judge.hpp"

namespace interdict::correlate {

namespace {

constexpr std::size_t kScoreBands = 16;  ///< of half a bit each; the last holds the rest
constexpr Millibits kScoreBand = 500;

struct Seen {
  AtomIndex atom = kNone;  ///< the last of its chain here
  std::uint32_t chain = kNone;
};
/// Last atoms of chains by lineage and score band: the best earlier candidate is among them.
using Lasts = std::array<std::array<Seen, kScoreBands>, kLineages>;

std::size_t band_of(Millibits score) {
  return static_cast<std::size_t>(
      std::clamp<Millibits>(score / kScoreBand, 0, static_cast<Millibits>(kScoreBands) - 1));
}

class LatentJoin {
 public:
  LatentJoin(const Linker& linker, std::vector<Atom>& atoms, const std::vector<Tree>& trees,
             const Limits& limits)
      : linker_(linker), atoms_(atoms), trees_(trees), limits_(limits) {
    strong_.reserve(trees.size());
    for (const Tree& tree : trees) strong_.push_back(limits.strong(tree));
  }

  std::size_t run() {
    std::vector<std::uint32_t> chain_of(atoms_.size(), kNone);
    for (std::uint32_t t = 0; t < trees_.size(); ++t) {
      if (trees_[t].atoms.size() < 2) continue;
      for (const AtomIndex a : trees_[t].atoms) chain_of[a] = t;
    }
    std::size_t joins = 0;
    for (AtomIndex a = 0; a < atoms_.size(); ++a) {
      const std::uint32_t chain = chain_of[a];
      if (chain == kNone) continue;
      if (atoms_[a].arcs.empty()) {
        if (const auto arc = best(a, chain)) {
          atoms_[a].arcs.push_back(*arc);
          ++joins;
        }
      }
      note(a, chain);
    }
    if (joins > 0) {
      for (AtomIndex a = 0; a < atoms_.size(); ++a) {
        atoms_[a].root = atoms_[a].arcs.empty() ? a : atoms_[atoms_[a].arcs.front().to].root;
      }
    }
    return joins;
  }

 private:
  /// The cheapest earlier chain with `root`'s host or one of its accounts.
  [[nodiscard]] std::optional<Arc> best(AtomIndex root, std::uint32_t chain) const {
    std::optional<Arc> out;
    const auto look = [&](const Lasts& lasts, EntityIndex conduit, Millibits spread) {
      for (const auto& bands : lasts) {
        for (const Seen& seen : bands) {
          const auto arc =
              seen.atom == kNone ? std::nullopt : join(seen, root, chain, conduit, spread);
          if (arc &&
              (!out || std::tuple(arc->log_e, ~arc->to) < std::tuple(out->log_e, ~out->to))) {
            out = arc;
          }
        }
      }
    };
    const Atom& atom = atoms_[root];
    if (const auto host = hosts_.find(atom.host); host != hosts_.end()) {
      look(host->second, kNone, 0);
    }
    for (const EntityIndex c : atom.conduits) {
      const auto user = users_.find(c);
      if (user == users_.end()) continue;
      const std::size_t hosts = linker_.table()[c].hosts.size();
      look(user->second, c, hosts > 1 ? log2_ratio(hosts, 1) : 0);
    }
    return out;
  }

  [[nodiscard]] std::optional<Arc> join(const Seen& seen, AtomIndex root, std::uint32_t chain,
                                        EntityIndex conduit, Millibits spread) const {
    const Atom& from = atoms_[seen.atom];
    const Atom& to = atoms_[root];
    if (seen.chain == chain || known_.bar(seen.chain, to)) return std::nullopt;
    if (from.host == to.host && !open_between(from, to)) return std::nullopt;
    if (from.host != to.host && strong_[seen.chain] && strong_[chain]) return std::nullopt;
    const bool first_weaker = trees_[seen.chain].score < trees_[chain].score;
    const Tree& weaker = trees_[first_weaker ? seen.chain : chain];
    const std::int64_t since = to.ns - std::min(to.ns, from.last_ns);
    const auto gap = static_cast<std::uint64_t>(std::max(since, kAtomGapNs) / kNsPerSecond);
    const Millibits log_e = rate_of_chains(weaker.score, weaker.witnesses, limits_.priors) +
                            log2_ratio(gap, 3600) + spread;
    if (log_e > kLogAlpha) return std::nullopt;
    return Arc{seen.atom, finding::LinkKind::latent, conduit, log_e, kTagBudget, true};
  }

  void note(AtomIndex a, std::uint32_t chain) {
    const Atom& atom = atoms_[a];
    known_.note(chain, atom);
    const auto put = [&](Lasts& lasts) {
      lasts[static_cast<std::size_t>(atom.lineage)][band_of(trees_[chain].score)] = {a, chain};
    };
    if (!atom.host.empty()) put(hosts_[atom.host]);
    for (const EntityIndex c : atom.conduits) {
      if (linker_.table()[c].type == EntityType::user) put(users_[c]);
    }
  }

  const Linker& linker_;
  std::vector<Atom>& atoms_;
  const std::vector<Tree>& trees_;
  const Limits& limits_;
  std::vector<bool> strong_;  ///< by chain
  std::map<std::string, Lasts, std::less<>> hosts_;
  std::map<EntityIndex, Lasts> users_;
  KnownTrees known_;
};

}  // namespace

std::size_t join_latent(const Linker& linker, std::vector<Atom>& atoms,
                        const std::vector<Tree>& trees, const Limits& limits) {
  return LatentJoin(linker, atoms, trees, limits).run();
}

}  // namespace interdict::correlate
