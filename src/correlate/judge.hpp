#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "attack/stage_map.hpp"
#include "correlate/content.hpp"
#include "correlate/linker.hpp"
#include "correlate/rarity.hpp"
#include "finding/report.hpp"

namespace interdict::correlate {

using AtomIndex = std::uint32_t;

/// One link to an earlier atom.
struct Arc {
  AtomIndex to = kNone;
  finding::LinkKind kind = finding::LinkKind::same_process;
  EntityIndex conduit = kNone;
  Millibits log_e = 0;  ///< log2 of the expected number of coincidental links that good
  std::int32_t cost = 0;
  bool common = false;  ///< something in common, no way that the records show
};

/// What the records tell of the tree of processes that an atom's process stands in.
enum class Lineage : std::uint8_t {
  none,    ///< no process
  orphan,  ///< its top began unseen: before the records, or in a gap of theirs
  known,   ///< up to one that serves everyone: what else belongs to it would be linked
};
inline constexpr std::size_t kLineages = 3;

/// Detections of one rule on one entity (and its counterpart) with gaps of at most ten minutes.
struct Atom {
  std::uint32_t first = 0;  ///< index into the report's detections: the first by (time, id)
  std::vector<std::uint32_t> detections;
  std::int64_t ns = 0;
  std::int64_t last_ns = 0;
  std::uint32_t rule = 0;
  HitIndex hit = kNone;
  std::uint32_t mirror = kNone;  ///< what copies of one alert by other tools share (a hash)
  EntityIndex primary = kNone;
  EntityIndex secondary = kNone;
  std::string host;
  attack::Placement placement;
  attack::StageDistribution stages{};  ///< in context
  std::uint32_t family = 0;     ///< rules that fire on the same things have one (families.cpp)
  bool one_act = false;         ///< `primary` is a process or a flow: one actor, one act
  std::uint32_t burst = kNone;  ///< one for all that a process starts without a minute's pause
  Chance evidence = 0;
  Millibits rate = 0;  ///< −log2 of its rule's benign firings a host-hour
  finding::DetectionSource source = finding::DetectionSource::sigma;
  bool traced = false;  ///< its host tells which process started which
  Lineage lineage = Lineage::none;
  std::uint32_t era = 0;              ///< gaps of all logs of its host before it
  std::vector<EntityIndex> conduits;  ///< what it shares with atoms elsewhere; sorted, bounded
  finding::Outcome outcome = finding::Outcome::unknown;
  std::string ours;                     ///< name of the context entry that it fits; empty if none
  std::vector<std::uint32_t> together;  ///< verdicts and seeds that join it to others so marked
  std::vector<std::pair<std::uint32_t, std::uint32_t>> apart;  ///< (verdict, item)
  std::vector<Arc> arcs;  ///< the parent first, then secondary arcs
  AtomIndex root = kNone;
  bool delivers = false;
  bool remote_shell =
      false;  ///< somebody elsewhere is at a shell: one that connects, or a web shell
};

using Witnesses = std::array<bool, kWitnesses>;

/// A tree of atoms by their primary arcs. `atoms` ascend by (time, id); the first is the root.
struct Tree {
  std::vector<AtomIndex> atoms;
  Millibits score = 0;
  double false_expected = 0;
  std::array<std::uint32_t, attack::kStageCount> clusters{};  ///< distinct pieces of evidence
  /// Halves: two for each distinct transition that a way shows, one for one of a common thing.
  std::uint32_t half_transitions = 0;
  Witnesses witnesses{};  ///< whose word it rests on
};

inline constexpr std::size_t kMaxSecondary = 4;
inline constexpr std::size_t kStormAtoms =
    200;  ///< of one rule on one entity: the counterpart is dropped
inline constexpr Chance kFaint = kOne / 50;     ///< .02: a leaf below is pruned
inline constexpr Millibits kLogAlpha = -4'322;  ///< log2 of α = 0.05

inline constexpr std::size_t kMaxConduits = 12;  ///< shared things kept for an atom

/// Hits and detections → atoms. Detections must have ids.
[[nodiscard]] std::vector<Atom> make_atoms(const Linker& linker,
                                           const std::vector<finding::Detection>& detections,
                                           const std::vector<finding::RuleInfo>& rules,
                                           const attack::StageMap& map, const Rarity& rarity,
                                           const std::vector<HostScope>& scope);

/// Sets each atom's parent, secondary arcs and root: ways that the records show, and what two atoms
/// have in common where chance would seldom bring both so close. Without `shown_ways` the latter
/// alone.
void link_atoms(const Linker& linker, const Priors& priors,
                const std::vector<finding::Detection>& detections, std::vector<Atom>& atoms,
                bool shown_ways = true);

/// The records of the host that both atoms are on leave open whether the two belong together. Where
/// both trees of processes are known they would have met; one whose top began unseen may be part of
/// another such, or of one that began before a gap of the records.
[[nodiscard]] bool open_between(const Atom& earlier, const Atom& later);

/// Which trees of atoms hold a known tree of processes on a host: a record without a process must
/// not lead from there to one whose top began unseen.
class KnownTrees {
 public:
  void note(std::uint32_t tree, const Atom& atom) {
    if (atom.lineage == Lineage::known) eras_[{tree, atom.host}] = atom.era;
  }
  [[nodiscard]] bool bar(std::uint32_t tree, const Atom& later) const {
    if (later.lineage != Lineage::orphan) return false;
    const auto it = eras_.find({tree, later.host});
    return it != eras_.end() && it->second == later.era;
  }

 private:
  std::map<std::pair<std::uint32_t, std::string>, std::uint32_t> eras_;  ///< of the last such
};

/// Chains this good that coincidence makes in `host_hours`, by the worse of the references that the
/// chain's witnesses have: a chain of both is no rarer than of either.
[[nodiscard]] double expected_false(Millibits score, Witnesses witnesses, std::uint64_t host_hours,
                                    const Priors& priors);

/// What may be reported in this input.
struct Limits {
  const Priors& priors;
  std::uint64_t host_hours = 0;
  double report_at = 0.1;
  [[nodiscard]] bool reportable(const Tree& tree) const {
    return expected_false(tree.score, tree.witnesses, host_hours, priors) <= report_at;
  }
  /// So good that it needs no other chain to be believed: that two such are two intrusions, not one
  /// in two parts, is a claim of its own.
  [[nodiscard]] bool strong(const Tree& tree) const {
    return expected_false(tree.score, tree.witnesses, host_hours, priors) <= report_at / 10;
  }
};

/// Joins scored chains that nothing links, where chance would seldom bring two so good so close on
/// one host, or of one account and not both are strong cases alone (design 4.3, latent link; docs/
/// decisions/0053, 0059). Changes roots and arcs; the trees must then be made anew. Returns the
/// number of joins. O(atoms log atoms).
std::size_t join_latent(const Linker& linker, std::vector<Atom>& atoms,
                        const std::vector<Tree>& trees, const Limits& limits);

/// Trees, unscored, by root.
[[nodiscard]] std::vector<Tree> make_trees(std::vector<Atom>& atoms);

/// Takes faint leaves off: atoms with evidence below .02 that nothing hangs on. They become trees
/// of their own.
void prune(std::vector<Atom>& atoms);

/// Places neutral and context-dependent atoms by what came before them in the tree.
void place_in_context(std::vector<Atom>& atoms, const Tree& tree);

/// Sets score, clusters and transitions.
void score_tree(const std::vector<Atom>& atoms, Tree& tree);

/// Cuts trees at arcs from one host to another that chance makes more often than once in a hundred,
/// where both halves are strong cases alone: two intrusions that met in a hub. On one host two that
/// strong are seldomer two intrusions than one. Changes roots and arcs; the trees must then be made
/// anew. Returns the number of cuts.
std::size_t split(std::vector<Atom>& atoms, const std::vector<Tree>& trees, const Limits& limits);

/// The least score whose expected coincidences in `host_hours` are at most `report_at`.
[[nodiscard]] Millibits reportable_score(double report_at, Witnesses witnesses,
                                         std::uint64_t host_hours, const Priors& priors);

/// log2 of the benign chains a host-hour that score at least `score`, likewise.
[[nodiscard]] Millibits rate_of_chains(Millibits score, Witnesses witnesses, const Priors& priors);

/// For each rule the number of its family: rules that fired in the same benign host-hours more
/// often than not (Jaccard ≥ 0.5) see the same things, and count as one piece of evidence. O(pairs
/// log rules).
[[nodiscard]] std::vector<std::uint32_t> rule_families(const std::vector<finding::RuleInfo>& rules,
                                                       const Priors& priors);

}  // namespace interdict::correlate
