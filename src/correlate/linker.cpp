#include "correlate/linker.hpp"

#include <algorithm>
#include <tuple>

namespace interdict::correlate {

namespace {

using finding::LinkKind;
using graph::EdgeType;

constexpr std::int64_t kUnitNs =
    60 * kNsPerSecond;                     ///< silence that ends a unit of a shared process
constexpr Millibits kHubBits = 5'000;      ///< from here a role is everyone's
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

/// λ·log2(1 + Δt/T) in millibits: files 0.25 an hour, addresses 0.5 a day, the rest 0.
Millibits time_cost(EntityType type, std::int64_t since) {
  if (since <= 0) return 0;
  const auto gap = static_cast<std::uint64_t>(since / kNsPerSecond);
  if (type == EntityType::file) return log2_ratio(3600 + gap, 3600) / 4;
  if (type == EntityType::ip) return log2_ratio(86400 + gap, 86400) / 2;
  return 0;
}

/// What passing through `e` costs beyond its own unit: by role, else by counterparts beyond four.
Millibits hub_cost(const Entity& e) {
  Millibits degree = 0;
  if (e.degree > 4 && e.type != EntityType::process) degree = log2_ratio(e.degree, 4);
  if (e.degree > 64 && e.type == EntityType::process) degree = log2_ratio(e.degree, 64);
  return std::max(e.role.bits, degree);
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
  const std::vector<Tag> tags = table_[edge.from].tags;
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
      break;
    case EdgeType::wrote_file:
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

void Linker::collect(Hit& hit) const {
  std::vector<Tag> all;
  for (const EntityIndex i : hit.entities) {
    const Entity& e = table_[i];
    if (e.type == EntityType::session || e.type == EntityType::user) {
      if (i != hit.primary) continue;
    }
    for (Tag tag : e.tags) {
      const bool own = tag.cost == 0;
      Millibits extra = time_cost(e.type, hit.ns - tag.ns);
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

void Linker::ingest(const graph::Observation& observation,
                    std::span<const std::uint32_t> detections) {
  const std::int64_t ns = observation.time.ns;
  table_.begin(observation);
  std::vector<Resolved> edges;
  edges.reserve(observation.edges.size());
  for (const auto& edge : observation.edges) {
    const EntityIndex from = table_.find(edge.from, ns);
    edges.push_back({from, table_.find(edge.to, ns), edge.type});
  }
  for (const Resolved& edge : edges) {
    learn(edge, observation);
    if (edge.type == EdgeType::connected && table_[edge.from].role.bits >= kHubBits) {
      table_[edge.to].by_system = true;
    }
    propagate(edge, ns, kNone);
  }
  if (!detections.empty()) {
    Hit hit;
    hit.ns = ns;
    hit.host = table_.canonical_host(observation.host);
    hit.detections.assign(detections.begin(), detections.end());
    for (const auto& ref : observation.entities) {
      if (hit.entities.size() >= kMaxHitEntities) break;
      hit.entities.push_back(table_.find(ref, ns));
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
    collect(hit);
    const auto index = static_cast<HitIndex>(hits_.size());
    table_.count_bytes(sizeof(Hit) + hit.candidates.size() * sizeof(Tag) + 64);
    hits_.push_back(std::move(hit));
    place(index);
    for (const Resolved& edge : edges) propagate(edge, ns, index);
  }
  table_.end(observation);
  if (table_.bytes() > bytes_max_) table_.evict();
}

}  // namespace interdict::correlate
