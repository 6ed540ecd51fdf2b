#include "correlate/entities.hpp"

#include <algorithm>

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

std::string EntityTable::canonical_host(std::string_view host) {
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
  host_alias_.insert_or_assign(std::string(host), name);
  return name;
}

std::string EntityTable::full_host(std::string_view host) const {
  const auto alias = host_alias_.find(host);
  const auto it = full_.find(alias == host_alias_.end() ? host : std::string_view(alias->second));
  return it == full_.end() ? std::string(host) : it->second;
}

std::string EntityTable::canonical(const EntityRef& ref) {
  if (!local_type(ref.type)) return ref.key;
  const std::size_t bar = ref.key.find('|');
  if (bar == std::string::npos) return ref.key;
  return canonical_host(std::string_view(ref.key).substr(0, bar)) + ref.key.substr(bar);
}

EntityIndex EntityTable::make(EntityType type, std::string key, std::int64_t ns) {
  const auto index = static_cast<EntityIndex>(entities_.size());
  Entity entity;
  entity.type = type;
  entity.key = std::move(key);
  entity.born = ns;
  bytes_ += sizeof(Entity) + 2 * entity.key.size() + 64;
  entities_.push_back(std::move(entity));
  return index;
}

EntityIndex EntityTable::process_by_pid(const std::string& pid_key, std::int64_t ns, bool starts) {
  const auto it = by_pid_.find(pid_key);
  if (it != by_pid_.end()) {
    const Entity& bearer = entities_[it->second];
    const bool mirror = ns - bearer.born <= kMirrorNs;
    if (!bearer.gone && (!starts || mirror)) return it->second;
    if (bearer.gone && !starts && mirror) return it->second;
  }
  const EntityIndex made = make(EntityType::process, pid_key, ns);
  by_pid_.insert_or_assign(pid_key, made);
  return made;
}

EntityIndex EntityTable::find(const EntityRef& ref, std::int64_t ns) {
  std::string key = canonical(ref);
  if (ref.type == EntityType::process && key.find("|pid:") != std::string::npos) {
    return process_by_pid(key, ns, false);
  }
  std::string name = map_key(ref.type, key);
  if (const auto it = by_key_.find(name); it != by_key_.end()) return it->second;
  const EntityIndex made = make(ref.type, std::move(key), ns);
  by_key_.emplace(std::move(name), made);
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

void EntityTable::evict() {
  std::vector<EntityIndex> order;
  for (EntityIndex i = 0; i < entities_.size(); ++i) {
    const Entity& e = entities_[i];
    if (e.tags.empty() && !e.key.empty() && e.peers.empty()) order.push_back(i);
  }
  order.resize((order.size() + 1) / 2);
  for (const EntityIndex i : order) {
    Entity& e = entities_[i];
    const std::uint64_t freed = 2 * e.key.size() + e.image.size() + 64;
    bytes_ -= std::min(bytes_, freed);
    by_key_.erase(map_key(e.type, e.key));
    if (e.type == EntityType::process) e.gone = true;
    e.key = std::string();
    e.image = std::string();
    ++evicted_;
  }
}

}  // namespace interdict::correlate
