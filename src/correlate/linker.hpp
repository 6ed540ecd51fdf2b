#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "correlate/entities.hpp"

namespace interdict::correlate {

/// An event that some detection fired on, and the earlier evidence that had reached its entities.
struct Hit {
  std::int64_t ns = 0;
  std::string host;                       ///< canonical
  std::vector<std::uint32_t> detections;  ///< indices as given to `ingest`
  std::vector<EntityIndex> entities;      ///< at most kMaxHitEntities, the acting one first
  std::vector<Tag> candidates;            ///< best first; at most kMaxTags
  EntityIndex primary = kNone;
  EntityIndex secondary = kNone;  ///< the other process or address, if any
  EntityIndex file = kNone;       ///< a file that the event wrote or marked
  EntityIndex peer = kNone;       ///< an address that the event connected to
  bool delivers = false;          ///< a mark of the web, or a browser or mail client wrote the file
};

inline constexpr std::size_t kMaxHitEntities = 8;
inline constexpr std::size_t kMaxAncestors = 4;  ///< levels up that evidence of a child reaches

/// Evidence tags over the provenance graph (correlation design, 4.2). One pass in time order.
class Linker {
 public:
  Linker(const Roles& roles, std::uint64_t bytes_max)
      : table_(roles), roles_(&roles), bytes_max_(bytes_max) {}

  void ingest(const graph::Observation& observation, std::span<const std::uint32_t> detections);

  [[nodiscard]] const std::vector<Hit>& hits() const { return hits_; }
  [[nodiscard]] const EntityTable& table() const { return table_; }
  [[nodiscard]] EntityTable& table() { return table_; }

 private:
  struct Resolved {
    EntityIndex from;
    EntityIndex to;
    graph::EdgeType type;
  };
  void learn(const Resolved& edge, const graph::Observation& observation);
  void propagate(const Resolved& edge, std::int64_t ns, HitIndex own);
  void insert(EntityIndex at, Tag tag);
  void collect(Hit& hit) const;
  void place(HitIndex index);

  EntityTable table_;
  const Roles* roles_;
  std::uint64_t bytes_max_;
  std::vector<Hit> hits_;
};

}  // namespace interdict::correlate
