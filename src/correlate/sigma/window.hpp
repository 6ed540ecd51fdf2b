#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "base/flat_map.hpp"
#include "correlate/sigma/plan.hpp"
#include "correlate/sigma/runtime.hpp"

/// The windows of one correlation each; only sigma_runtime.cpp uses them from outside.
namespace interdict::correlate::sigma {

[[nodiscard]] constexpr std::int64_t plus(std::int64_t time, std::int64_t span) {
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
  return time > kMax - span ? kMax : time + span;  // span ≥ 0
}
[[nodiscard]] constexpr std::int64_t minus(std::int64_t time, std::int64_t span) {
  constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();
  return time < kMin + span ? kMin : time - span;
}

/// One event as one correlation counts it. `slots` belong to the base rule that matched.
struct Arrival {
  std::int64_t time = 0;
  std::uint64_t ref = 0;
  std::uint64_t group = 0;
  SlotValue value;
  std::uint32_t position = 0;
  finding::RuleId rule;
  std::span<const SlotValue> slots;
};

/// What a window needs of the correlator.
class Host {
 public:
  virtual ~Host() = default;
  virtual void record(SigmaFinding finding) = 0;
  /// Tells the correlations above that this one holds. Not `crossing`: it has held since before.
  virtual void propagate(std::uint32_t correlation, const Arrival& arrival, bool crossing) = 0;
  /// Calls Window::timer once the watermark is past `deadline`.
  virtual void set_timer(std::uint32_t correlation, std::uint64_t group, std::int64_t deadline) = 0;
  virtual void count_eviction() = 0;

 protected:
  Host() = default;
  Host(const Host&) = default;
  Host& operator=(const Host&) = default;
  Host(Host&&) = default;
  Host& operator=(Host&&) = default;
};

class Window {
 public:
  virtual ~Window() = default;
  Window(const Window&) = delete;
  Window& operator=(const Window&) = delete;
  Window(Window&&) = delete;
  Window& operator=(Window&&) = delete;
  virtual void count(const Arrival& arrival) = 0;
  virtual void timer(std::uint64_t group, std::int64_t deadline, bool at_end) = 0;
  /// The end: whatever still holds is recorded. All timers were called before.
  virtual void finish() = 0;

 protected:
  Window() = default;
};

/// One open finding: the correlation holds, and may go on to.
struct Alert {
  SigmaFinding finding;
};
using AlertPtr = std::unique_ptr<Alert>;

/// The groups of one window, the one that was quiet the longest first. O(1) each call.
template <class State>
class Groups {
 public:
  struct Node {
    std::uint64_t key = 0;
    std::int64_t last = 0;
    std::uint32_t before = 0;
    std::uint32_t after = 0;
    State state{};
  };

  Groups() : nodes_(1) {}  // [0] closes the ring: after = oldest, before = newest

  Node& touch(std::uint64_t key, std::int64_t time) {
    const auto [entry, is_new] = index_.try_emplace(key, 0);
    std::uint32_t at = entry->second;
    if (is_new) {
      at = entry->second = allocate();
      nodes_[at].key = key;
    } else {
      unlink(at);
    }
    nodes_[at].last = time;
    link_last(at);
    return nodes_[at];
  }
  [[nodiscard]] Node* find(std::uint64_t key) {
    const auto found = index_.find(key);
    return found == index_.end() ? nullptr : &nodes_[found->second];
  }
  [[nodiscard]] Node* oldest() { return nodes_[0].after == 0 ? nullptr : &nodes_[nodes_[0].after]; }
  void erase(std::uint64_t key) {
    const auto found = index_.find(key);
    if (found == index_.end()) return;
    const std::uint32_t at = found->second;
    index_.erase(found);
    unlink(at);
    nodes_[at].state = State{};
    free_.push_back(at);
  }
  [[nodiscard]] std::size_t size() const { return index_.size(); }

 private:
  std::uint32_t allocate() {
    if (!free_.empty()) {
      const std::uint32_t at = free_.back();
      free_.pop_back();
      return at;
    }
    nodes_.emplace_back();
    return static_cast<std::uint32_t>(nodes_.size() - 1);
  }
  void unlink(std::uint32_t at) {
    nodes_[nodes_[at].before].after = nodes_[at].after;
    nodes_[nodes_[at].after].before = nodes_[at].before;
  }
  void link_last(std::uint32_t at) {
    nodes_[at].before = nodes_[0].before;
    nodes_[at].after = 0;
    nodes_[nodes_[0].before].after = at;
    nodes_[0].before = at;
  }

  std::vector<Node> nodes_;
  std::vector<std::uint32_t> free_;
  FlatMap<std::uint64_t, std::uint32_t> index_;
};

/// What all windows share. `State` has `AlertPtr alert` and `std::size_t cost() const`.
template <class State>
class GroupWindow : public Window {
 public:
  GroupWindow(std::uint32_t correlation, const SigmaCorrelation& rule, std::size_t entries_max,
              Host& host)
      : correlation_(correlation), rule_(rule), entries_max_(entries_max), host_(host) {}

  void timer(std::uint64_t, std::int64_t, bool) override {}
  void finish() override {
    while (auto* node = groups_.oldest()) drop(*node);
  }

 protected:
  using Node = typename Groups<State>::Node;

  /// Forgets what is too old to belong to the arrival, and gives its group. A finding stays open
  /// until its condition has not held for a whole timespan.
  Node& enter(const Arrival& arrival) {
    const std::int64_t from = minus(arrival.time, rule_.timespan_ns);
    while (auto* node = groups_.oldest()) {
      if (node->last >= from) break;
      drop(*node);
    }
    Node& node = groups_.touch(arrival.group, arrival.time);
    if (node.state.alert != nullptr && node.state.alert->finding.last.ns < from) release(node);
    return node;
  }

  /// Pays for what the group has become; forgets others, or at last itself, if that is too much.
  /// `node` is invalid afterwards.
  void settle(Node& node, std::size_t cost_before) {
    entries_ += node.state.cost();
    entries_ -= cost_before;
    while (entries_ > entries_max_) {
      host_.count_eviction();
      drop(*groups_.oldest());
    }
  }
  [[nodiscard]] static std::size_t cost_of(const Node& node) { return node.state.cost(); }

  void drop(Node& node) {
    release(node);
    entries_ -= node.state.cost();
    groups_.erase(node.key);
  }

  /// The condition holds with this arrival. `opened` fills first, refs and count of a new finding.
  template <class Open>
  void hold(Node& node, const Arrival& arrival, Open open) {
    AlertPtr& alert = node.state.alert;
    const bool crossing = alert == nullptr;
    if (crossing) {
      alert = std::make_unique<Alert>();
      SigmaFinding& made = alert->finding;
      made.correlation = correlation_;
      made.group = node.key;
      made.last_ref = arrival.ref;
      open(made);
    } else {
      ++alert->finding.count;
      if (alert->finding.refs.size() < kSigmaSample) alert->finding.refs.push_back(arrival.ref);
    }
    alert->finding.last = Timestamp{arrival.time, 0};
    host_.propagate(correlation_, arrival, crossing);
  }
  void release(Node& node) {
    if (node.state.alert == nullptr) return;
    host_.record(std::move(node.state.alert->finding));
    node.state.alert.reset();
  }

  const std::uint32_t correlation_;  // NOLINT(cppcoreguidelines-avoid-const-or-ref-data-members)
  const SigmaCorrelation& rule_;
  const std::size_t entries_max_;
  Host& host_;
  Groups<State> groups_;
  std::size_t entries_ = 0;
};

/// What the arrivals themselves decide: every bound is `gt` or `gte`.
[[nodiscard]] bool only_lower_bounds(const SigmaCorrelation& rule);
/// True if all bounds hold for `value`.
[[nodiscard]] bool in_bounds(const SigmaCorrelation& rule, double value);

[[nodiscard]] std::unique_ptr<Window> make_rising(std::uint32_t index, const SigmaCorrelation& rule,
                                                  std::size_t entries_max, Host& host);
[[nodiscard]] std::unique_ptr<Window> make_closing(std::uint32_t index,
                                                   const SigmaCorrelation& rule,
                                                   std::size_t entries_max, Host& host);
[[nodiscard]] std::unique_ptr<Window> make_temporal(std::uint32_t index,
                                                    const SigmaCorrelation& rule,
                                                    std::size_t entries_max, Host& host);

}  // namespace interdict::correlate::sigma
