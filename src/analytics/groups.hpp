#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <string>
#include <string_view>

#include "base/flat_map.hpp"
#include "event/timestamp.hpp"

namespace interdict::analytics {

/// States by group, the one that was silent longest in front; at most `max` of them.
template <class State>
class Groups {
 public:
  struct Entry {
    std::string key;
    Timestamp last;
    State state{};
  };

  explicit Groups(std::size_t max) : max_(max) {}

  /// The entry of `key`, made if new, its `last` not yet `now`. When there is no room, the group
  /// that was silent longest is given to `gone` and forgotten. Amortised O(1).
  template <class Gone>
  Entry& touch(std::string_view key, Timestamp now, Gone&& gone) {
    if (const auto it = index_.find(key); it != index_.end()) {
      order_.splice(order_.end(), order_, it->second);
      return order_.back();
    }
    if (order_.size() >= max_) {
      ++evicted_;
      drop_front(gone);
    }
    order_.push_back({std::string(key), now, {}});
    index_.emplace(std::string(key), std::prev(order_.end()));
    return order_.back();
  }

  /// Gives the groups that were silent since before `when` to `gone` and forgets them.
  template <class Gone>
  void expire(Timestamp when, Gone&& gone) {
    while (!order_.empty() && order_.front().last < when) drop_front(gone);
  }
  template <class Gone>
  void clear(Gone&& gone) {
    while (!order_.empty()) drop_front(gone);
  }
  /// Groups that touch() forgot for want of room.
  [[nodiscard]] std::uint64_t evicted() const { return evicted_; }

 private:
  template <class Gone>
  void drop_front(Gone&& gone) {
    gone(order_.front());
    index_.erase(order_.front().key);
    order_.pop_front();
  }

  std::size_t max_;
  std::uint64_t evicted_ = 0;
  std::list<Entry> order_;
  TextMap<typename std::list<Entry>::iterator> index_;
};

}  // namespace interdict::analytics
