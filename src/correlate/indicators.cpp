#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "correlate/builder.hpp"
#include "graph/keys.hpp"

namespace interdict::correlate {

namespace {

using attack::Stage;

constexpr std::size_t kMaxIndicators = 64;
/// An address that this many processes outside the tree talk to is nobody's in particular.
constexpr std::size_t kCommonPeers = 3;

struct Found {
  std::map<std::pair<std::string, std::string>, Stage> all;  ///< (type, value) → earliest stage
  void add(const std::string& type, const std::string& value, Stage stage) {
    const auto [it, fresh] = all.emplace(std::pair{type, value}, stage);
    if (!fresh) it->second = std::min(it->second, stage);
  }
};

std::string address_type(const std::string& value) {
  return value.find(':') == std::string::npos ? "ipv4-addr" : "ipv6-addr";
}

/// Processes of the tree whose connections are the adversary's: not those that serve everyone.
std::set<EntityIndex> own_processes(const Context& c, const Tree& tree) {
  std::set<EntityIndex> out;
  for (const AtomIndex a : tree.atoms) {
    const EntityIndex p = c.atoms[a].primary;
    if (p != kNone && c.linker.table()[p].type == EntityType::process) out.insert(p);
  }
  return out;
}

/// The address is infrastructure: it answers directory or name requests, system processes outside
/// the tree talk to it, or many other processes do.
bool infrastructure(const Context& c, EntityIndex ip, const std::set<EntityIndex>& ours) {
  const EntityTable& table = c.linker.table();
  if (table[ip].by_service) return true;
  std::size_t others = 0;
  for (EntityIndex i = 0; i < table.size(); ++i) {
    const Entity& e = table[i];
    if (e.peers.empty() || ours.contains(i)) continue;
    if (std::ranges::find(e.peers, ip, &Peer::to) == e.peers.end()) continue;
    if (e.role.browser) continue;  // a victim's browser fetched from it
    if (e.role.bits > 0 || ++others >= kCommonPeers) return true;
  }
  return false;
}

}  // namespace

std::vector<finding::Indicator> find_indicators(const Context& c, const Tree& tree) {
  const EntityTable& table = c.linker.table();
  const auto ours = own_processes(c, tree);
  Found found;
  std::map<EntityIndex, Stage> addresses;
  const auto address = [&](EntityIndex ip, Stage stage) {
    if (ip == kNone || table[ip].type != EntityType::ip) return;
    const auto [it, fresh] = addresses.emplace(ip, stage);
    if (!fresh) it->second = std::min(it->second, stage);
  };
  const auto file = [&](EntityIndex f, Stage stage) {
    if (f == kNone || !table[f].written) return;
    const EntityIndex hash = table[f].hash;
    const std::string path = table[f].key.substr(table[f].key.find('|') + 1);
    found.add("file", hash == kNone ? path : table[hash].key, stage);
  };
  for (const AtomIndex a : tree.atoms) {
    const Atom& atom = c.atoms[a];
    const Hit& hit = c.linker.hits()[atom.hit];
    const Stage stage = attack::likeliest(atom.stages).value_or(Stage::exploitation);
    if (stage == Stage::delivery || stage == Stage::command_and_control) address(hit.peer, stage);
    if (stage == Stage::delivery) {
      file(hit.file, stage);
      for (const EntityIndex e : hit.entities) {
        address(e, stage);
        if (table[e].type == EntityType::url && graph::is_address(graph::url_host(table[e].key))) {
          // The file that was run says itself where it came from: no need to guess whose that is.
          found.add("url", table[e].key, stage);
          const std::string host(graph::url_host(table[e].key));
          found.add(address_type(host), host, stage);
        }
      }
    }
  }
  for (const EntityIndex p : ours) {
    if (table[p].role.bits > 0) continue;
    file(table[p].file, Stage::exploitation);
    for (const Peer& peer : table[p].peers) {
      if (!c.roles.service_port(peer.port)) address(peer.to, Stage::command_and_control);
    }
  }
  for (const auto& [ip, stage] : addresses) {
    if (!infrastructure(c, ip, ours)) found.add(address_type(table[ip].key), table[ip].key, stage);
  }
  std::vector<finding::Indicator> out;
  for (const auto& [what, stage] : found.all) {
    if (out.size() >= kMaxIndicators) break;
    out.push_back({what.first, what.second, stage});
  }
  return out;
}

}  // namespace interdict::correlate
