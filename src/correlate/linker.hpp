#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "base/blocks.hpp"
#include "base/flat_map.hpp"
#include "base/hash.hpp"
#include "correlate/entities.hpp"

namespace interdict::correlate {

inline constexpr std::size_t kMaxHitEntities = 8;

/// An event that some detection fired on (with its repeats: the same rules on the same entities
/// with gaps of at most ten minutes), and the earlier evidence that had reached its entities.
struct Hit {  // NOLINT(bugprone-exception-escape): what is moved has the same bound on its size
  std::int64_t ns = 0;                    ///< of the first event
  std::int64_t last_ns = 0;               ///< of the last that joined it
  std::string host;                       ///< canonical
  std::vector<std::uint32_t> detections;  ///< indices as given to `ingest`
  /// The acting one first.
  InlineVector<EntityIndex, kMaxHitEntities> entities;
  std::vector<Tag> candidates;  ///< best first; at most kMaxTags
  EntityIndex primary = kNone;
  EntityIndex secondary = kNone;  ///< the other process or address, if any
  EntityIndex file = kNone;       ///< a file that the event wrote or marked
  EntityIndex peer = kNone;       ///< an address that the event connected to
  bool delivers = false;          ///< a mark of the web, or a browser or mail client wrote the file
};

inline constexpr Millibits kHubBits = 5'000;  ///< from here a role is everyone's
inline constexpr std::int64_t kUnitNs =
    60 * kNsPerSecond;  ///< silence that ends a unit of a process's work
inline constexpr std::size_t kMaxHits = std::size_t{1} << 20U;  ///< then detections stay unlinked
inline constexpr std::int64_t kAtomGapNs = 600 * kNsPerSecond;
inline constexpr std::size_t kMaxOpenHits = std::size_t{1} << 16U;  ///< then the closed ones go
inline constexpr std::size_t kMaxAncestors = 4;  ///< levels up that evidence of a child reaches

/// A digest is spread already.
struct DigestHash {
  using is_avalanching = void;
  [[nodiscard]] std::size_t operator()(const Digest128& d) const { return d.low; }
};

/// Evidence tags over the provenance graph (correlation design, 4.2). One pass in time order.
class Linker {
 public:
  Linker(const Roles& roles, std::uint64_t bytes_max)
      : table_(roles), roles_(&roles), bytes_max_(bytes_max) {}

  /// `rules[i]` is the rule of `detections[i]`.
  void ingest(const graph::Observation& observation, std::span<const std::uint32_t> detections,
              std::span<const std::uint32_t> rules);

  /// Puts the host that bears it in place of an address that a sensor gave; call once, at the end.
  void settle_hosts();

  [[nodiscard]] const Blocks<Hit>& hits() const { return hits_; }
  [[nodiscard]] const EntityTable& table() const { return table_; }
  /// Records of that host (canonical) tell which process started which.
  [[nodiscard]] bool sees_processes(const std::string& host) const {
    return with_trees_.contains(host);
  }
  /// Events with detections that came after kMaxHits.
  [[nodiscard]] std::uint64_t refused() const { return refused_; }
  [[nodiscard]] EntityTable& table() { return table_; }

 private:
  struct Resolved {
    EntityIndex from;
    EntityIndex to;
    graph::EdgeType type;
  };
  /// The hit as its entities and edges say, without candidates.
  [[nodiscard]] Hit describe(const graph::Observation& observation, const std::string& host,
                             std::span<const Resolved> edges);
  /// The open hit that `hit` repeats, or kNone; notes `hit` (to be `next`) as open if none.
  [[nodiscard]] HitIndex repeated(const Hit& hit, std::span<const std::uint32_t> rules,
                                  HitIndex next);
  void pin(const Hit& hit);
  void learn(const Resolved& edge, const graph::Observation& observation);
  void propagate(const Resolved& edge, std::int64_t ns, HitIndex own);
  void insert(EntityIndex at, Tag tag);
  void collect(Hit& hit);
  void place(HitIndex index);

  EntityTable table_;
  const Roles* roles_;
  std::uint64_t bytes_max_;
  Blocks<Hit> hits_;
  /// By 128-bit hash of (primary, secondary, host, rules…): two keys with one hash are not to be
  /// met in practice, and would join two repeats, no more.
  FlatMap<Digest128, HitIndex, DigestHash> open_;
  TextSet with_trees_;              ///< hosts
  std::vector<std::uint32_t> key_;  ///< room of `repeated`
  std::vector<Resolved> edges_;     ///< room of `ingest`
  std::vector<Tag> gathered_;       ///< room of `collect`
  std::size_t open_max_ = kMaxOpenHits;
  std::uint64_t refused_ = 0;
};

}  // namespace interdict::correlate
