#include "correlate/linker.hpp"

#include <algorithm>
#include <array>
#include <tuple>

#include "graph/keys.hpp"

namespace interdict::correlate {

namespace {

using finding::LinkKind;
using graph::EdgeType;

constexpr std::int32_t kAncestor = 1'500;  ///< each level up to a common ancestor
constexpr std::size_t kMaxOwn = 4;         ///< tags of an entity's own hits

struct EdgeCost {
  std::int32_t base;
  LinkKind kind;
};

/// Costs of the design's 4.2, first priors. A negative base: the edge carries nothing.
EdgeCost edge_cost(EdgeType type) {
  switch (type) {
    case EdgeType::spawned:
      return {500, LinkKind::process_ancestry};
    case EdgeType::injected:
      return {500, LinkKind::injection};
    case EdgeType::in_session:
      return {500, LinkKind::logon_session};
    case EdgeType::opened_session:
      return {1500, LinkKind::remote_logon};
    case EdgeType::loaded_image:
    case EdgeType::read_file:
    case EdgeType::wrote_file:
    case EdgeType::downloaded:
      return {500, LinkKind::file};
    case EdgeType::registered:
    case EdgeType::started_by:
      return {500, LinkKind::persistence};
    case EdgeType::connected:
    case EdgeType::accepted:
      return {1000, LinkKind::network};
    case EdgeType::accessed:
    case EdgeType::wrote_registry:
    case EdgeType::resolved:
    case EdgeType::has_hash:
      return {-1, LinkKind::same_process};
  }
  return {-1, LinkKind::same_process};
}

/// λ·log2(1 + Δt/T) in millibits: files 0.25 an hour; addresses 1 an hour, since chance meetings
/// there grow with the time between (docs/decisions/0051); the rest 0.
Millibits time_cost(EntityType type, std::int64_t since) {
  if (since <= 0) return 0;
  const auto gap = static_cast<std::uint64_t>(since / kNsPerSecond);
  if (type == EntityType::file) return log2_ratio(3600 + gap, 3600) / 4;
  if (type == EntityType::ip) return log2_ratio(3600 + gap, 3600);
  return 0;
}

/// What passing through `e` costs beyond its own unit: by role, else by counterparts beyond four.
Millibits hub_cost(const Entity& e) {
  Millibits degree = 0;
  if (e.degree > 4 && e.type != EntityType::process) degree = log2_ratio(e.degree, 4);
  if (e.degree > 64 && e.type == EntityType::process) degree = log2_ratio(e.degree, 64);
  return std::max(e.role.bits, degree);
}

/// A process that talks to many says the less of each of them: log2 of how many, known by now.
Millibits fan_out_cost(const EntityTable& table, const Tag& tag) {
  if (tag.kind != LinkKind::network || tag.conduit == kNone) return 0;
  const std::size_t peers = table[tag.conduit].peers.size();
  return peers > 1 ? log2_ratio(peers, 1) : 0;
}

/// Things that several hosts may name.
bool shared_type(EntityType type) {
  return type == EntityType::user || type == EntityType::ip || type == EntityType::domain ||
         type == EntityType::url || type == EntityType::email || type == EntityType::image;
}

bool better(const Tag& a, const Tag& b) {
  // Cheapest, then latest: the nearest of equals.
  return std::tuple(a.cost, ~a.hit) < std::tuple(b.cost, ~b.hit);
}

}  // namespace

void Linker::insert(EntityIndex at, Tag tag) {
  if (tag.cost >= kTagBudget) return;
  auto& tags = table_[at].tags;
  const auto same = std::ranges::find(tags, tag.hit, &Tag::hit);
  if (same != tags.end()) {
    if (!better(tag, *same) || tag.cost == same->cost) return;
    tags.erase(same);
  }
  tags.insert(std::ranges::upper_bound(tags, tag, better), tag);
  if (tag.cost == 0) {
    // A storm on one entity must not push out what led to it.
    const auto own = static_cast<std::size_t>(
        std::ranges::count_if(tags, [](const Tag& t) { return t.cost == 0; }));
    if (own > kMaxOwn) tags.erase(tags.begin() + static_cast<std::ptrdiff_t>(kMaxOwn));
  }
  if (tags.size() > kMaxTags) {
    tags.pop_back();
  } else {
    table_.count_bytes(sizeof(Tag));
  }
}

void Linker::propagate(const Resolved& edge, std::int64_t ns, HitIndex own) {
  const EdgeCost cost = edge_cost(edge.type);
  if (cost.base < 0 || edge.from == edge.to) return;
  if (table_[edge.from].tags.empty()) return;
  // A copy: `insert` may move what it points into.
  std::array<Tag, kMaxTags> kept;
  const auto& from = table_[edge.from].tags;
  const std::span<const Tag> tags(
      kept.begin(),
      std::ranges::copy(from.begin(),
                        from.begin() + static_cast<std::ptrdiff_t>(std::min(from.size(), kMaxTags)),
                        kept.begin())
          .out);
  const Millibits hub = hub_cost(table_[edge.from]);
  const EntityType type = table_[edge.from].type;
  for (Tag tag : tags) {
    if (own != kNone && tag.hit != own) continue;
    Millibits passing = hub;
    if (tag.hit == own) passing = 0;  // this very event is the evidence: its own unit of the hub
    if (tag.kind == LinkKind::injection) passing = hub / 4;
    tag.cost += static_cast<std::int32_t>(
        std::min<Millibits>(cost.base + passing + time_cost(type, ns - tag.ns), kTagBudget));
    tag.ns = ns;
    tag.kind = cost.kind;
    tag.conduit = edge.from;
    insert(edge.to, tag);
  }
}

void Linker::learn(const Resolved& edge, const graph::Observation& observation) {
  Entity& from = table_[edge.from];
  Entity& to = table_[edge.to];
  switch (edge.type) {
    case EdgeType::spawned:
      if (to.parent == kNone) {
        to.parent = edge.from;
        ++from.degree;
      }
      break;
    case EdgeType::loaded_image:
      if (to.file == kNone) {
        to.file = edge.from;
        ++from.degree;
      }
      break;
    case EdgeType::in_session:
      ++from.degree;
      if (to.session == kNone) to.session = edge.from;
      break;
    case EdgeType::downloaded:
    case EdgeType::opened_session:
    case EdgeType::accepted:
      if (to.origin == kNone || from.type == EntityType::url) to.origin = edge.from;
      break;
    case EdgeType::wrote_file:
      if (to.writer == kNone) to.writer = edge.from;
      to.written = true;
      to.marked = to.marked || observation.marks_the_web;
      break;
    case EdgeType::has_hash:
      if (from.hash == kNone) from.hash = edge.to;
      break;
    case EdgeType::connected: {
      const bool known = std::ranges::any_of(
          from.peers, [&](const Peer& p) { return p.to == edge.to && p.port == observation.port; });
      if (!known && from.peers.size() < kMaxPeersKept) {
        from.peers.push_back({edge.to, observation.port, observation.time.ns});
        table_.count_bytes(sizeof(Peer));
        ++to.degree;
      }
      to.by_service = to.by_service || roles_->service_port(observation.port);
      break;
    }
    default:
      break;
  }
}

void Linker::collect(Hit& hit) {
  auto& all = gathered_;
  all.clear();
  for (const EntityIndex i : hit.entities) {
    const Entity& e = table_[i];
    if (e.type == EntityType::session || e.type == EntityType::user) {
      if (i != hit.primary) continue;
    }
    for (Tag tag : e.tags) {
      const bool own = tag.cost == 0;
      Millibits extra = time_cost(e.type, hit.ns - tag.ns);
      extra += fan_out_cost(table_, tag);
      if (i == hit.primary) {
        // Two things that a shared process did belong together only within one unit of its work.
        if (own && hit.ns - tag.ns > kUnitNs) extra += hub_cost(e);
      } else {
        extra += 1000 + hub_cost(e);
        if (e.type == EntityType::ip) tag.kind = LinkKind::shared_infrastructure;
        if (e.type == EntityType::file) tag.kind = LinkKind::file;
        tag.conduit = i;
      }
      tag.cost += static_cast<std::int32_t>(std::min<Millibits>(extra, kTagBudget));
      if (tag.cost < kTagBudget) all.push_back(tag);
    }
  }
  std::ranges::sort(all, better);
  for (const Tag& tag : all) {
    if (hit.candidates.size() >= kMaxTags) break;
    if (std::ranges::find(hit.candidates, tag.hit, &Tag::hit) == hit.candidates.end()) {
      hit.candidates.push_back(tag);
    }
  }
}

void Linker::place(HitIndex index) {
  const Hit& hit = hits_[index];
  if (hit.primary == kNone) return;
  const Tag own{index, hit.primary, hit.ns, 0, LinkKind::same_process};
  insert(hit.primary, own);
  // A later act of the same ancestor, or of another child of it, has this as its evidence.
  EntityIndex at = hit.primary;
  std::int32_t cost = 0;
  for (std::size_t level = 0; level < kMaxAncestors; ++level) {
    const EntityIndex parent = table_[at].type == EntityType::process ? table_[at].parent : kNone;
    if (parent == kNone || parent == at || hub_cost(table_[parent]) >= kHubBits) break;
    cost += kAncestor + static_cast<std::int32_t>(hub_cost(table_[parent]));
    Tag up = own;
    up.cost = cost;
    up.kind = LinkKind::process_ancestry;
    up.conduit = at;
    insert(parent, up);
    at = parent;
  }
}

Hit Linker::describe(const graph::Observation& observation, const std::string& host,
                     std::span<const Resolved> edges) {
  const std::int64_t ns = observation.time.ns;
  const std::uint32_t host_number = table_.host_index(host);
  Hit hit;
  hit.ns = ns;
  hit.last_ns = ns;
  hit.host = host;
  for (const auto& ref : observation.entities) {
    if (hit.entities.size() >= kMaxHitEntities) break;
    hit.entities.push_back(table_.find(ref, ns));
    if (shared_type(ref.type)) table_.note_host(hit.entities.back(), host_number);
  }
  for (const EntityIndex i : hit.entities) {
    const EntityType type = table_[i].type;
    if (hit.primary == kNone && (type == EntityType::process || type == EntityType::session)) {
      hit.primary = i;
    }
  }
  for (const EntityIndex i : hit.entities) {
    const EntityType type = table_[i].type;
    if (hit.primary == kNone && type != EntityType::user) hit.primary = i;
  }
  for (const Resolved& edge : edges) {
    if (edge.type == EdgeType::spawned) continue;
    const EntityType type = table_[edge.to].type;
    if (type == EntityType::file && edge.type == EdgeType::wrote_file) {
      hit.file = edge.to;
      const Roles::Role role = table_[edge.from].role;
      hit.delivers = observation.marks_the_web || role.browser || role.mail;
    }
    if (edge.type == EdgeType::connected) hit.peer = edge.to;
    if (edge.from == hit.primary && (type == EntityType::process || type == EntityType::ip)) {
      hit.secondary = edge.to;
    }
  }
  // Each thing delivered is a unit of its own: one browser may fetch two intrusions.
  if (hit.delivers) hit.secondary = hit.file;
  return hit;
}

void Linker::settle_hosts() {
  for (Hit& hit : hits_) {
    if (!graph::is_address(hit.host)) continue;
    if (auto host = table_.bearer(hit.host, hit.ns); !host.empty()) hit.host = std::move(host);
  }
}

void Linker::pin(const Hit& hit) {
  for (const EntityIndex i : hit.entities) table_.pin(i);
  for (const EntityIndex i : {hit.primary, hit.secondary, hit.file, hit.peer}) table_.pin(i);
  for (const Tag& tag : hit.candidates) table_.pin(tag.conduit);
}

HitIndex Linker::repeated(const Hit& hit, std::span<const std::uint32_t> rules, HitIndex next) {
  if (rules.empty() || hit.primary == kNone) return kNone;
  key_.assign(rules.begin(), rules.end());
  std::ranges::sort(key_);
  key_.insert(key_.end(), {hit.primary, hit.secondary, table_.host_index(hit.host)});
  const Digest128 key = hash128(std::as_bytes(std::span(key_)));
  if (open_.size() >= open_max_) {
    boost::unordered::erase_if(open_, [&](const auto& entry) {
      return hit.ns - hits_[entry.second].last_ns > kAtomGapNs;
    });
    open_max_ = std::max(kMaxOpenHits, 2 * open_.size());
  }
  const auto known = open_.find(key);
  if (known == open_.end() && next >= kMaxHits) return kNone;
  const auto [it, fresh] = open_.try_emplace(key, next);
  if (fresh) return kNone;
  Hit& before = hits_[it->second];
  if (hit.ns - before.last_ns > kAtomGapNs) {
    if (next < kMaxHits) it->second = next;
    return kNone;
  }
  before.last_ns = std::max(before.last_ns, hit.ns);
  return it->second;
}

void Linker::ingest(const graph::Observation& observation,
                    std::span<const std::uint32_t> detections,
                    std::span<const std::uint32_t> rules) {
  const std::int64_t ns = observation.time.ns;
  table_.begin(observation);
  auto& edges = edges_;
  edges.clear();
  for (const auto& edge : observation.edges) {
    const EntityIndex from = table_.find(edge.from, ns);
    edges.push_back({from, table_.find(edge.to, ns), edge.type});
  }
  const std::string host =
      table_.canonical_host(observation.about.empty() ? observation.host : observation.about);
  const std::uint32_t host_number = table_.host_index(host);
  if (!observation.entities.empty() && observation.entities.back().type == EntityType::user) {
    table_.note_host(table_.find(observation.entities.back(), ns), host_number);
  }
  for (const auto& address : observation.self_addresses) table_.lease(address, host, ns);
  for (const Resolved& edge : edges) {
    learn(edge, observation);
    for (const EntityIndex i : {edge.from, edge.to}) {
      if (shared_type(table_[i].type)) table_.note_host(i, host_number);
    }
    if (edge.type == EdgeType::spawned && !with_trees_.contains(host)) with_trees_.insert(host);
    if (edge.type == EdgeType::connected && table_[edge.from].role.bits >= kHubBits) {
      table_[edge.to].by_system = true;
    }
    propagate(edge, ns, kNone);
  }
  if (!detections.empty()) {
    Hit hit = describe(observation, host, edges);
    const auto next = static_cast<HitIndex>(hits_.size());
    if (const HitIndex same = repeated(hit, rules, next); same != kNone) {
      auto& list = hits_[same].detections;
      list.insert(list.end(), detections.begin(), detections.end());
      table_.count_bytes(detections.size() * sizeof(std::uint32_t));
      // The evidence is fresh again: a shared process is still at the same work.
      for (Tag& tag : table_[hit.primary].tags) {
        if (tag.hit == same) tag.ns = std::max(tag.ns, ns);
      }
      for (const Resolved& edge : edges) propagate(edge, ns, same);
    } else if (hits_.size() >= kMaxHits) {
      refused_ += detections.size();
    } else {
      hit.detections.assign(detections.begin(), detections.end());
      collect(hit);
      table_.count_bytes(sizeof(Hit) + hit.candidates.size() * sizeof(Tag) + 64);
      pin(hit);
      hits_.push_back(std::move(hit));
      place(next);
      for (const Resolved& edge : edges) propagate(edge, ns, next);
    }
  }
  table_.end(observation);
  if (table_.bytes() > bytes_max_) table_.evict();
}

}  // namespace interdict::correlate
