#include "correlate/entities.hpp"

#include <algorithm>
#include <utility>

#include "graph/keys.hpp"

namespace interdict::correlate {

namespace {

bool local_type(EntityType type) {
  switch (type) {
    case EntityType::process:
    case EntityType::session:
    case EntityType::file:
    case EntityType::registry:
    case EntityType::service:
    case EntityType::task:
    case EntityType::resource:
      return true;
    default:
      return false;
  }
}

std::string map_key(EntityType type, std::string_view key) {
  std::string out(1, static_cast<char>('a' + static_cast<int>(type)));
  out += key;
  return out;
}

bool all_digits_and_dots(std::string_view text) {
  return text.find_first_not_of("0123456789.") == std::string_view::npos;
}

}  // namespace

const std::string& EntityTable::canonical_host(std::string_view host) {
  if (const auto it = host_alias_.find(host); it != host_alias_.end()) return it->second;
  std::string name(host);
  const std::size_t dot = host.find('.');
  const bool address = all_digits_and_dots(host) || host.find(':') != std::string_view::npos;
  if (!address && !host.empty()) {
    // The first to bear a short name owns it; another full name with that short name is another
    // host.
    const std::string label(host.substr(0, dot));
    const auto owner = host_alias_.find(label);
    if (owner == host_alias_.end()) {
      name = label;
      host_alias_.emplace(label, label);
      full_.insert_or_assign(label, std::string(host));
    } else {
      std::string& full = full_[label];
      if (full == label || full == host || dot == std::string_view::npos) {
        name = label;
        if (dot != std::string_view::npos) full = std::string(host);
      } else {
        full_.insert_or_assign(name, name);
      }
    }
  }
  return host_alias_.insert_or_assign(std::string(host), std::move(name)).first->second;
}

std::uint32_t EntityTable::host_index(const std::string& canonical) {
  const auto next = static_cast<std::uint32_t>(host_index_.size());
  return host_index_.try_emplace(canonical, next).first->second;
}

void EntityTable::lease(const std::string& address, const std::string& host, std::int64_t ns) {
  auto& claims = leases_[address];
  if (!claims.empty() && claims.back().second == host) return;
  if (claims.size() >= kMaxLeases) {
    claims.erase(claims.begin());
    ++evicted_;
  }
  claims.emplace_back(ns, host);
  bytes_ += sizeof(claims.back()) + host.size();
}

std::string EntityTable::bearer(std::string_view address, std::int64_t ns) const {
  const auto it = leases_.find(address);
  if (it == leases_.end() || it->second.empty()) return {};
  const std::string* host = &it->second.front().second;
  for (const auto& [since, who] : it->second) {
    if (since <= ns) host = &who;
  }
  return *host;
}

void EntityTable::note_host(EntityIndex i, std::uint32_t host) {
  auto& hosts = entities_[i].hosts;
  const auto at = std::ranges::lower_bound(hosts, host);
  if ((at != hosts.end() && *at == host) || hosts.size() >= kMaxHostsKept) return;
  hosts.insert(at, host);
  bytes_ += sizeof(std::uint32_t);
}

std::string EntityTable::full_host(std::string_view host) const {
  std::string name = graph::lower(host);
  const auto alias = host_alias_.find(name);
  const auto it = full_.find(alias == host_alias_.end() ? name : alias->second);
  return it == full_.end() ? name : it->second;
}

std::string EntityTable::canonical(const EntityRef& ref) {
  if (!local_type(ref.type)) return ref.key;
  const std::size_t bar = ref.key.find('|');
  if (bar == std::string::npos) return ref.key;
  return canonical_host(std::string_view(ref.key).substr(0, bar)) + ref.key.substr(bar);
}

EntityIndex EntityTable::make(EntityType type, std::string key, std::int64_t ns) {
  Entity entity;
  entity.type = type;
  entity.key = std::move(key);
  entity.born = ns;
  bytes_ += sizeof(Entity) + 2 * entity.key.size() + 64;
  if (!free_.empty()) {
    const EntityIndex index = free_.back();
    free_.pop_back();
    entities_[index] = std::move(entity);
    return index;
  }
  entities_.push_back(std::move(entity));
  return static_cast<EntityIndex>(entities_.size() - 1);
}

EntityIndex EntityTable::process_by_pid(std::string_view pid_key, std::int64_t ns, bool starts) {
  const auto it = by_pid_.find(pid_key);
  if (it != by_pid_.end()) {
    const Entity& bearer = entities_[it->second];
    const bool mirror = ns - bearer.born <= kMirrorNs;
    if (!bearer.gone && (!starts || mirror)) return it->second;
    if (bearer.gone && mirror && (!starts || bearer.has_guid)) return it->second;
  }
  const EntityIndex made = make(EntityType::process, std::string(pid_key), ns);
  by_pid_.insert_or_assign(std::string(pid_key), made);
  return made;
}

EntityIndex EntityTable::find(const EntityRef& ref, std::int64_t ns) {
  // The name is put together in one place that is kept: most mentions are of what is known.
  name_.assign(1, static_cast<char>('a' + static_cast<int>(ref.type)));
  const std::size_t bar = local_type(ref.type) ? ref.key.find('|') : std::string::npos;
  if (bar == std::string::npos) {
    name_ += ref.key;
  } else {
    const std::string_view whole = ref.key;
    name_ += canonical_host(whole.substr(0, bar));
    name_ += whole.substr(bar);
  }
  const std::string_view key = std::string_view(name_).substr(1);
  if (ref.type == EntityType::process && key.find("|pid:") != std::string_view::npos) {
    return process_by_pid(key, ns, false);
  }
  if (const auto it = by_key_.find(name_); it != by_key_.end()) return it->second;
  const EntityIndex made = make(ref.type, std::string(key), ns);
  by_key_.emplace(name_, made);
  return made;
}

void EntityTable::begin(const graph::Observation& observation) {
  const std::int64_t ns = observation.time.ns;
  const std::string* born = observation.starts_process && !observation.entities.empty() &&
                                    observation.entities.front().type == EntityType::process
                                ? &observation.entities.front().key
                                : nullptr;
  for (const auto& names : observation.names) {
    std::string guid = canonical({EntityType::process, names.guid_key});
    const std::string pid = canonical({EntityType::process, names.pid_key});
    std::string name = map_key(EntityType::process, guid);
    if (const auto known = by_key_.find(name); known != by_key_.end()) {
      if (!entities_[known->second].gone) by_pid_.insert_or_assign(pid, known->second);
      continue;
    }
    const bool starts = born != nullptr && *born == names.guid_key;
    const auto bearer = by_pid_.find(pid);
    EntityIndex index = kNone;
    if (bearer != by_pid_.end() && !entities_[bearer->second].has_guid &&
        !entities_[bearer->second].gone &&
        (!starts || ns - entities_[bearer->second].born <= kMirrorNs)) {
      index = bearer->second;
      entities_[index].key = guid;
    } else {
      index = make(EntityType::process, guid, ns);
    }
    entities_[index].has_guid = true;
    by_key_.emplace(std::move(name), index);
    by_pid_.insert_or_assign(pid, index);
  }
  if (born != nullptr && born->find("|pid:") != std::string::npos) {
    process_by_pid(canonical({EntityType::process, *born}), ns, true);
  }
  for (const auto& [key, image] : observation.images) {
    Entity& process = entities_[find({EntityType::process, key}, ns)];
    if (!process.image.empty()) continue;
    process.image = image;
    process.role = roles_->role(image);
    bytes_ += image.size();
  }
}

void EntityTable::end(const graph::Observation& observation) {
  if (!observation.ends_process || observation.entities.empty()) return;
  entities_[find(observation.entities.front(), observation.time.ns)].gone = true;
}

std::vector<bool> EntityTable::held() const {
  std::vector<bool> out(entities_.size(), false);
  const auto hold = [&](EntityIndex i) {
    if (i != kNone) out[i] = true;
  };
  for (const Entity& e : entities_) {
    for (const EntityIndex i : {e.parent, e.hash, e.file, e.writer, e.origin, e.session}) hold(i);
    for (const Peer& peer : e.peers) hold(peer.to);
    for (const Tag& tag : e.tags) hold(tag.conduit);
  }
  return out;
}

void EntityTable::forget(const std::vector<EntityIndex>& gone) {
  std::vector<bool> is_gone(entities_.size(), false);
  for (const EntityIndex i : gone) {
    Entity& e = entities_[i];
    const std::uint64_t freed = sizeof(Entity) + 2 * e.key.size() + e.image.size() + 64;
    bytes_ -= std::min(bytes_, freed);
    by_key_.erase(map_key(e.type, e.key));
    e = Entity{};
    is_gone[i] = true;
    free_.push_back(i);
    ++evicted_;
  }
  erase_if(by_pid_, [&](const auto& entry) { return is_gone[entry.second]; });
}

void EntityTable::evict() {
  const auto is_held = held();
  std::vector<EntityIndex> idle;
  std::vector<EntityIndex> reached;
  for (EntityIndex i = 0; i < entities_.size(); ++i) {
    const Entity& e = entities_[i];
    if (e.pinned || e.key.empty()) continue;
    if (!e.tags.empty() || !e.peers.empty()) {
      reached.push_back(i);
    } else if (!is_held[i]) {
      idle.push_back(i);
    }
  }
  const auto older_half = [&](std::vector<EntityIndex>& of) {
    std::ranges::sort(of, {}, [&](EntityIndex i) { return std::pair(entities_[i].born, i); });
    of.resize((of.size() + 1) / 2);
  };
  if (!idle.empty()) {
    older_half(idle);
    forget(idle);
    return;
  }
  older_half(reached);
  for (const EntityIndex i : reached) {
    Entity& e = entities_[i];
    const std::uint64_t freed = e.tags.size() * sizeof(Tag) + e.peers.size() * sizeof(Peer);
    bytes_ -= std::min(bytes_, freed);
    e.tags = {};
    e.peers = {};
    ++evicted_;
  }
}

}  // namespace interdict::correlate
