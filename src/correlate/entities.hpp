#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/blocks.hpp"
#include "base/flat_map.hpp"
#include "correlate/content.hpp"
#include "correlate/fixed.hpp"
#include "event/entity.hpp"
#include "finding/intrusion.hpp"
#include "graph/observation.hpp"

namespace interdict::correlate {

using EntityIndex = std::uint32_t;
using HitIndex = std::uint32_t;
inline constexpr std::uint32_t kNone = ~0U;

/// Evidence that reached an entity: which hit, how dearly, by what way.
struct Tag {
  HitIndex hit = 0;
  EntityIndex conduit = kNone;
  std::int64_t ns = 0;    ///< when it reached this entity
  std::int32_t cost = 0;  ///< millibits
  finding::LinkKind kind = finding::LinkKind::same_process;
};

inline constexpr std::size_t kMaxTags = 8;          ///< K of the design
inline constexpr std::int32_t kTagBudget = 12'000;  ///< millibits; dearer tags are dropped
inline constexpr std::size_t kMaxPeersKept = 16;    ///< connections remembered per process
inline constexpr std::size_t kMaxLeases = 16;       ///< claims kept of one address
inline constexpr std::size_t kMaxHostsKept = 64;    ///< hosts counted of a shared thing

struct Peer {
  EntityIndex to = kNone;  ///< an ip or domain
  std::uint16_t port = 0;
  std::int64_t ns = 0;
};

struct Entity {
  EntityType type = EntityType::host;
  bool gone = false;        ///< a process that ended
  bool written = false;     ///< a file that a process was seen to write
  bool marked = false;      ///< a file with the mark of the web
  bool has_guid = false;    ///< a process known by its guid
  bool pinned = false;      ///< evidence names it: never forgotten
  bool by_system = false;   ///< an address that a shared system process talked to
  bool by_service = false;  ///< an address that answered on a directory or name port
  std::string key;
  std::string image;            ///< process: lower-case path
  EntityIndex parent = kNone;   ///< process: the one that started it
  EntityIndex hash = kNone;     ///< file: its content's hash
  EntityIndex file = kNone;     ///< process: the file it runs
  EntityIndex writer = kNone;   ///< file: the first process seen to write it
  EntityIndex origin = kNone;   ///< file: where it was fetched; session, process: who reached it
  EntityIndex session = kNone;  ///< process: the logon session it runs in
  std::int64_t born = 0;        ///< process: first seen, ns
  std::uint32_t degree = 0;     ///< counterparts seen
  Roles::Role role;
  std::vector<Tag> tags;
  std::vector<Peer> peers;
  std::vector<std::uint32_t> hosts;  ///< a shared thing: hosts that named it, sorted, bounded
};

/// Natural keys → entities, in time order: short host names joined to their full names, a pid to
/// the process that bears it at the time.
class EntityTable {
 public:
  explicit EntityTable(const Roles& roles) : roles_(&roles) {}

  /// Notes names, images, births and ends of `observation`; call before `find` on its entities.
  void begin(const graph::Observation& observation);
  void end(const graph::Observation& observation);
  [[nodiscard]] EntityIndex find(const EntityRef& ref, std::int64_t ns);

  [[nodiscard]] Entity& operator[](EntityIndex i) { return entities_[i]; }
  [[nodiscard]] const Entity& operator[](EntityIndex i) const { return entities_[i]; }
  [[nodiscard]] std::size_t size() const { return entities_.size(); }
  [[nodiscard]] std::uint64_t evicted() const { return evicted_; }
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
  /// Forgets entities that no evidence reached and nothing known refers to (those seen first, half
  /// of them): a later mention makes them anew, in the same room. Where none is left, the evidence
  /// on half of those that no detection names goes. O(entities log entities), halving each time.
  void evict();
  /// Keeps `i` for as long as the table lives.
  void pin(EntityIndex i) {
    if (i != kNone) entities_[i].pinned = true;
  }
  /// Notes that `host` (an index of `host_index`) named `i`. O(log hosts kept).
  void note_host(EntityIndex i, std::uint32_t host);
  [[nodiscard]] std::uint32_t host_index(const std::string& canonical);
  /// Notes that `host` (canonical) bears `address` from `ns` on; a later claim by another host ends
  /// the lease. At most kMaxLeases claims an address are kept, the first ones going first.
  void lease(const std::string& address, const std::string& host, std::int64_t ns);
  /// The host (canonical) that bears `address` at `ns`: the last claim not after it, else the first
  /// claim of all. Empty if none. O(claims).
  [[nodiscard]] std::string bearer(std::string_view address, std::int64_t ns) const;
  void count_bytes(std::uint64_t bytes) { bytes_ += bytes; }

  /// The name under which `host`, in any spelling, is known: the fullest seen, lower-case.
  [[nodiscard]] std::string full_host(std::string_view host) const;
  /// Valid until a name is seen that was not seen before.
  [[nodiscard]] const std::string& canonical_host(std::string_view host);

 private:
  /// A mirror record (4688 beside Sysmon 1) may be this much later or earlier.
  static constexpr std::int64_t kMirrorNs = 5'000'000'000;

  [[nodiscard]] std::string canonical(const EntityRef& ref);
  EntityIndex make(EntityType type, std::string key, std::int64_t ns);
  EntityIndex process_by_pid(std::string_view pid_key, std::int64_t ns, bool starts);

  const Roles* roles_;
  /// Marks what other entities refer to.
  [[nodiscard]] std::vector<bool> held() const;
  void forget(const std::vector<EntityIndex>& gone);

  Blocks<Entity> entities_;
  std::vector<EntityIndex> free_;    ///< room of forgotten ones
  std::string name_;                 ///< room of `find`
  TextMap<EntityIndex> by_key_;      ///< type letter + key
  TextMap<EntityIndex> by_pid_;      ///< live process of `host|pid:n`
  TextMap<std::string> host_alias_;  ///< any spelling → canonical
  TextMap<std::string> full_;        ///< canonical → fullest
  TextMap<std::uint32_t> host_index_;
  TextMap<std::vector<std::pair<std::int64_t, std::string>>> leases_;
  std::uint64_t evicted_ = 0;
  std::uint64_t bytes_ = 0;
};

}  // namespace interdict::correlate
