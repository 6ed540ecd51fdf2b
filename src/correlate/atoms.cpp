#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>

#include "base/hash.hpp"
#include "correlate/judge.hpp"

namespace interdict::correlate {

namespace {

using attack::Stage;

bool earlier(const Atom& a, const Atom& b, const std::vector<finding::Detection>& detections) {
  return std::tie(a.ns, detections[a.first].id) < std::tie(b.ns, detections[b.first].id);
}

finding::Outcome merged(finding::Outcome a, finding::Outcome b) {
  using finding::Outcome;
  if (a == Outcome::succeeded || b == Outcome::succeeded) return Outcome::succeeded;
  if (a == Outcome::unknown || b == Outcome::unknown) return Outcome::unknown;
  return a == b ? a : Outcome::failed;
}

/// Things of value to two atoms on different hosts or without a process: accounts, addresses,
/// names, contents.
bool is_conduit(const Entity& e) {
  switch (e.type) {
    case EntityType::user:
    case EntityType::ip:
    case EntityType::domain:
    case EntityType::url:
    case EntityType::email:
    case EntityType::image:
    case EntityType::session:
    case EntityType::flow:
    case EntityType::resource:
      return !e.key.empty();
    default:
      return false;
  }
}

constexpr std::size_t kMaxLevels = 64;  ///< of a tree of processes, upward

void add_conduit(const EntityTable& table, EntityIndex i, Atom& atom) {
  if (i == kNone || atom.conduits.size() >= kMaxConduits || !is_conduit(table[i])) return;
  const auto at = std::ranges::lower_bound(atom.conduits, i);
  if (at == atom.conduits.end() || *at != i) atom.conduits.insert(at, i);
}

/// What the alert shares with another tool's copy of it; kNone if it is no alert about a flow.
std::uint32_t mirror_of(const finding::Detection& detection) {
  for (const auto& [type, key] : detection.entities) {
    if (type != EntityType::flow || !key.starts_with("alert|")) continue;
    return static_cast<std::uint32_t>(hash64(key) >> 33U);  // never kNone
  }
  return kNone;
}

/// What the record names; the session of its process and where that was opened from; the addresses
/// that its process, or one of those that started it, talked to at any time.
void add_conduits(const EntityTable& table, const Hit& hit, Atom& atom) {
  for (const EntityIndex i : hit.entities) add_conduit(table, i, atom);
  EntityIndex at = hit.primary;
  if (at == kNone) return;
  if (table[at].type == EntityType::session) add_conduit(table, table[at].origin, atom);
  for (std::size_t level = 0; level < kMaxAncestors; ++level) {
    if (at == kNone || table[at].type != EntityType::process || table[at].role.bits >= kHubBits) {
      return;
    }
    if (level == 0 && table[at].session != kNone) {
      add_conduit(table, table[at].session, atom);
      add_conduit(table, table[table[at].session].origin, atom);
    }
    for (const Peer& peer : table[at].peers) {
      const Entity& e = table[peer.to];
      if (!e.by_service && !e.by_system) add_conduit(table, peer.to, atom);
    }
    at = table[at].parent;
  }
}

/// What a process does, or passes over one flow, may be one act; a host or an address does many.
bool is_one_act(const EntityTable& table, EntityIndex at) {
  if (at == kNone) return false;
  const EntityType type = table[at].type;
  return type == EntityType::process || type == EntityType::flow;
}

/// A Unix shell opens connections only to be used from afar; a program that starts through a web
/// shell shows its use, where a file written shows its installation (design, section 3).
bool shows_remote_shell(const EntityTable& table, const Hit& hit, const finding::RuleInfo& rule) {
  const auto tagged = [&](std::string_view id) {
    return std::ranges::find(rule.techniques, id) != rule.techniques.end();
  };
  if (tagged("T1059.004") && hit.peer != kNone) return true;
  return tagged("T1505.003") && hit.file == kNone && hit.primary != kNone &&
         table[hit.primary].type == EntityType::process;
}

/// Numbers what one process starts in one go: a script's commands are one act, however many rules
/// know them. `atoms` ascend by time. O(atoms log atoms).
void number_bursts(const EntityTable& table, std::vector<Atom>& atoms) {
  struct Burst {
    std::int64_t last_ns;
    std::uint32_t number;
  };
  std::map<EntityIndex, Burst> of_parent;
  std::uint32_t next = 0;
  for (Atom& atom : atoms) {
    if (atom.primary == kNone || table[atom.primary].type != EntityType::process) continue;
    const EntityIndex parent = table[atom.primary].parent;
    if (parent == kNone || table[parent].role.bits >= kHubBits) continue;
    const auto [it, fresh] = of_parent.try_emplace(parent, Burst{atom.last_ns, next});
    if (fresh || atom.ns - it->second.last_ns > kUnitNs) it->second = {atom.last_ns, next++};
    it->second.last_ns = std::max(it->second.last_ns, atom.last_ns);
    atom.burst = it->second.number;
  }
}

Lineage lineage_of(const EntityTable& table, EntityIndex at) {
  if (at == kNone || table[at].type != EntityType::process) return Lineage::none;
  if (table[at].role.bits >= kHubBits) return Lineage::known;
  for (std::size_t level = 0; level < kMaxLevels; ++level) {
    const EntityIndex parent = table[at].parent;
    if (parent == kNone) return Lineage::orphan;
    if (table[parent].role.bits >= kHubBits) return Lineage::known;
    at = parent;
  }
  return Lineage::orphan;
}

/// Times (ns) of each host's last record before a gap of all its logs, ascending.
using Eras = std::map<std::string, std::vector<std::int64_t>, std::less<>>;

Eras eras_of(const EntityTable& table, const std::vector<HostScope>& scope) {
  std::map<std::string, std::vector<const finding::ScopeSource*>> of;
  for (const auto& host : scope) {
    for (const auto& source : host.sources) of[table.full_host(host.host)].push_back(&source);
  }
  // A source is silent from its last record on, before its first, and in its gaps.
  const auto silent = [](const finding::ScopeSource& s, std::int64_t from, std::int64_t to) {
    return to <= s.first.ns || from >= s.last.ns ||
           std::ranges::any_of(s.gaps, [&](const auto& gap) {
             return gap.first.ns <= from && to <= gap.second.ns;
           });
  };
  Eras out;
  for (const auto& [host, sources] : of) {
    auto& starts = out[host];
    for (const auto* one : sources) {
      for (const auto& [from, to] : one->gaps) {
        // The common part of overlapping gaps begins where the last of them does.
        std::int64_t since = from.ns;
        for (const auto* other : sources) {
          for (const auto& gap : other->gaps) {
            if (gap.first.ns > since && gap.first.ns < to.ns) since = gap.first.ns;
          }
          if (other->last.ns > since && other->last.ns < to.ns) since = other->last.ns;
        }
        std::int64_t until = to.ns;
        for (const auto* other : sources) {
          for (const auto& gap : other->gaps) {
            if (gap.second.ns < until && gap.second.ns > since) until = gap.second.ns;
          }
          if (other->first.ns < until && other->first.ns > since) until = other->first.ns;
        }
        if (until - since <= kNsPerHour) continue;
        if (std::ranges::all_of(sources, [&](const auto* s) { return silent(*s, since, until); })) {
          starts.push_back(since);
        }
      }
    }
    std::ranges::sort(starts);
    starts.erase(std::unique(starts.begin(), starts.end()), starts.end());
  }
  return out;
}

std::uint32_t era_of(const Eras& eras, const std::string& host, std::int64_t ns) {
  const auto it = eras.find(host);
  if (it == eras.end()) return 0;
  return static_cast<std::uint32_t>(std::ranges::lower_bound(it->second, ns) - it->second.begin());
}

}  // namespace

std::vector<Atom> make_atoms(const Linker& linker,
                             const std::vector<finding::Detection>& detections,
                             const std::vector<finding::RuleInfo>& rules,
                             const attack::StageMap& map, const Rarity& rarity,
                             const std::vector<HostScope>& scope) {
  const Eras eras = eras_of(linker.table(), scope);
  std::vector<attack::Placement> placed;
  placed.reserve(rules.size());
  for (const auto& rule : rules) placed.push_back(map.place(rule.techniques, rule.tactics));
  std::vector<Atom> atoms;
  std::map<std::tuple<std::uint32_t, EntityIndex, EntityIndex, std::string>, AtomIndex> open;
  std::map<std::pair<std::uint32_t, EntityIndex>, std::size_t> counted;
  std::vector<bool> used(detections.size(), false);
  for (HitIndex h = 0; h < linker.hits().size(); ++h) {
    const Hit& hit = linker.hits()[h];
    std::vector<std::uint32_t> here = hit.detections;
    std::erase_if(here, [&](std::uint32_t d) { return d >= detections.size() || used[d]; });
    std::ranges::sort(here, [&](auto a, auto b) {
      return std::tie(detections[a].time.ns, detections[a].id) <
             std::tie(detections[b].time.ns, detections[b].id);
    });
    for (const std::uint32_t d : here) {
      if (used[d]) continue;
      used[d] = true;
      const std::uint32_t rule = detections[d].rule.value();
      if (rule >= rules.size()) continue;
      std::size_t& burst = counted[{rule, hit.primary}];
      const EntityIndex other = burst >= kStormAtoms ? kNone : hit.secondary;
      const auto key = std::tuple{rule, hit.primary, other, hit.host};
      const auto it = open.find(key);
      const std::int64_t ns = std::max(hit.ns, detections[d].time.ns);
      if (it != open.end() && ns - atoms[it->second].last_ns <= kAtomGapNs) {
        Atom& atom = atoms[it->second];
        atom.detections.push_back(d);
        atom.last_ns = std::max({atom.last_ns, ns, detections[d].last.ns});
        atom.outcome = merged(atom.outcome, detections[d].outcome);
        add_conduits(linker.table(), hit, atom);
        continue;
      }
      ++burst;
      Atom atom;
      atom.first = d;
      atom.detections = {d};
      atom.ns = ns;
      atom.last_ns = std::max(ns, detections[d].last.ns);
      atom.rule = rule;
      atom.hit = h;
      atom.mirror = mirror_of(detections[d]);
      atom.primary = hit.primary;
      atom.secondary = other;
      atom.one_act = is_one_act(linker.table(), hit.primary);
      atom.host = hit.host;
      atom.placement = placed[rule];
      atom.stages = placed[rule].stages;
      atom.rate = rarity.rate(rule, linker.table().full_host(hit.host), hit.ns,
                              kind_of_log(detections[d].evidence.log_source));
      atom.evidence = rarity.evidence(rule, atom.rate);
      atom.source = rules[rule].source;
      atom.traced = linker.sees_processes(hit.host);
      atom.lineage = lineage_of(linker.table(), hit.primary);
      atom.era = era_of(eras, linker.table().full_host(hit.host), ns);
      add_conduits(linker.table(), hit, atom);
      atom.outcome = detections[d].outcome;
      atom.delivers = hit.delivers;
      atom.remote_shell = shows_remote_shell(linker.table(), hit, rules[rule]);
      open.insert_or_assign(key, static_cast<AtomIndex>(atoms.size()));
      atoms.push_back(std::move(atom));
    }
  }
  std::ranges::sort(atoms, [&](const Atom& a, const Atom& b) { return earlier(a, b, detections); });
  number_bursts(linker.table(), atoms);
  return atoms;
}

void place_in_context(std::vector<Atom>& atoms, const Tree& tree) {
  const auto all = [](Stage stage) {
    attack::StageDistribution out{};
    out[attack::index(stage)] = 1000;
    return out;
  };
  std::set<std::string> controlled;             // hosts on which command and control was seen
  std::map<std::string, std::int64_t> entered;  // first sign that somebody came in, by host
  bool executed = false;
  for (const AtomIndex i : tree.atoms) {
    Atom& atom = atoms[i];
    const bool after = controlled.contains(atom.host);
    const auto before =
        atom.arcs.empty() ? std::nullopt : attack::likeliest(atoms[atom.arcs.front().to].stages);
    const auto own = attack::likeliest(atom.placement.stages);
    atom.stages = atom.placement.stages;
    // Rights gained in one go with the way in are part of it. Later, somebody is at work there,
    // even where the records of a host are not such as could show his channel.
    const auto since = entered.find(atom.host);
    const bool later =
        !atom.traced && since != entered.end() && atom.ns - since->second > kAtomGapNs;
    if (atom.remote_shell) {
      atom.stages = all(Stage::command_and_control);
    } else if (atom.delivers && !executed && (!own || attack::index(*own) <= 5)) {
      atom.stages = all(Stage::delivery);
    } else if (atom.placement.neutral && before) {
      atom.stages = atoms[atom.arcs.front().to].stages;
    } else if (atom.placement.transfer) {
      atom.stages = all(after ? Stage::command_and_control : Stage::installation);
    } else if (((after && atom.placement.execution) ||
                ((after || later) && atom.placement.escalation)) &&
               own != Stage::installation && own != Stage::actions_on_objectives &&
               own != Stage::delivery) {
      atom.stages = all(Stage::actions_on_objectives);
    }
    const auto now = attack::likeliest(atom.stages);
    if (now == Stage::command_and_control) controlled.insert(atom.host);
    if (now && attack::index(*now) >= attack::index(Stage::exploitation)) executed = true;
    if (now && attack::index(*now) >= attack::index(Stage::delivery)) {
      entered.try_emplace(atom.host, atom.ns);
    }
  }
}

}  // namespace interdict::correlate
