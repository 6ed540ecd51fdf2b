#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "analytics/analytic.hpp"
#include "analytics/groups.hpp"
#include "base/flat_map.hpp"

namespace interdict::analytics {

/// Finds groups in which many different things happen within a window of time: one finding for each
/// spell, which lasts until the group is silent for a window. State is bounded by kMaxGroups and
/// kMaxGroupEvents.
class DistinctWatch {
 public:
  /// `least` different items within `window_ns` make a spell. `groups_max` is there for tests.
  DistinctWatch(std::uint64_t least, std::int64_t window_ns, std::size_t groups_max = kMaxGroups);

  /// `time` does not go back. Amortised O(1).
  void see(std::string_view group, std::string_view item, Timestamp time, Ref ref);
  void finish();
  /// `count` is events; the fact `distinct` how many different items the spell had.
  [[nodiscard]] std::vector<Finding> take() { return found_.take(); }
  [[nodiscard]] std::uint64_t evicted() const {
    return evicted_ + groups_.evicted() + found_.left_out();
  }

 private:
  struct Seen {
    Timestamp time;
    std::uint64_t item = 0;  ///< a hash: two items of one hash count once
    Ref ref = 0;
  };
  struct State {
    std::deque<Seen> recent;  ///< within the window; empty in a spell
    FlatMap<std::uint64_t, std::uint32_t>
        items;      ///< how often each occurs in `recent` or the spell
    Finding spell;  ///< of count 0: none
  };
  using Entry = Groups<State>::Entry;

  void close(Entry& entry);
  void start_spell(Entry& entry);

  std::uint64_t least_;
  std::int64_t window_ns_;
  Groups<State> groups_;
  std::uint64_t evicted_ = 0;  ///< events of a group with too many
  FindingList found_;
};

}  // namespace interdict::analytics
