#include <algorithm>
#include <cmath>
#include <deque>

#include "correlate/sigma/window.hpp"

/// event_count, value_count and value_sum with lower bounds alone: an arrival decides.
namespace interdict::correlate::sigma {
namespace {

struct Seen {
  std::int64_t time = 0;
  std::uint64_t ref = 0;
};

/// The smallest whole number that all lower bounds accept.
std::size_t threshold_of(const SigmaCorrelation& rule) {
  double need = 1;
  for (const rule::Bound& bound : rule.bounds)
    need = std::max(need, bound.compare == rule::Comparison::gt ? std::floor(bound.number) + 1
                                                                : std::ceil(bound.number));
  return static_cast<std::size_t>(std::min(need, 1e15));
}

/// The last `need` events: if the oldest of them is within the timespan, there are enough.
struct CountState {
  std::vector<Seen> ring;
  std::size_t oldest = 0;
  AlertPtr alert;
  [[nodiscard]] std::size_t cost() const { return 1 + ring.size(); }
};

class CountWindow final : public GroupWindow<CountState> {
 public:
  CountWindow(std::uint32_t index, const SigmaCorrelation& rule, std::size_t entries_max,
              Host& host)
      : GroupWindow(index, rule, entries_max, host), need_(threshold_of(rule)) {}

  void count(const Arrival& arrival) override {
    Node& node = enter(arrival);
    CountState& state = node.state;
    const std::size_t before = state.ring.empty() ? 0 : state.cost();
    const Seen seen{arrival.time, arrival.ref};
    if (state.ring.size() < need_) {
      state.ring.push_back(seen);
    } else {
      state.ring[state.oldest] = seen;
      state.oldest = (state.oldest + 1) % need_;
    }
    if (state.ring.size() == need_ &&
        state.ring[state.oldest].time >= minus(arrival.time, rule_.timespan_ns)) {
      hold(node, arrival, [&](SigmaFinding& made) {
        made.first = Timestamp{state.ring[state.oldest].time, 0};
        made.count = need_;
        made.value = static_cast<double>(need_);
        for (std::size_t i = 0; i < std::min(need_, kSigmaSample); ++i)
          made.refs.push_back(state.ring[(state.oldest + i) % need_].ref);
      });
    }
    settle(node, before);
  }

 private:
  std::size_t need_;
};

/// The last `need` distinct values by the time each was last seen.
class RecentValues {
 public:
  struct Entry {
    std::uint64_t hash = 0;
    Seen seen;
    std::uint32_t before = 0;
    std::uint32_t after = 0;
  };

  RecentValues() : entries_(1) {}

  void see(std::uint64_t hash, Seen seen, std::size_t most) {
    std::uint32_t at = find(hash);
    if (at != 0) {
      unlink(at);
    } else if (size() < most) {
      entries_.emplace_back();
      at = static_cast<std::uint32_t>(entries_.size() - 1);
      insert(hash, at);
    } else {
      at = entries_[0].after;
      unlink(at);
      index_.erase(entries_[at].hash);
      insert(hash, at);
    }
    entries_[at].hash = hash;
    entries_[at].seen = seen;
    link_last(at);
  }
  [[nodiscard]] std::size_t size() const { return entries_.size() - 1; }
  [[nodiscard]] const Seen& oldest() const { return entries_[entries_[0].after].seen; }
  [[nodiscard]] std::vector<std::uint64_t> first_refs(std::size_t most) const {
    std::vector<std::uint64_t> refs;
    for (std::uint32_t at = entries_[0].after; at != 0 && refs.size() < most;
         at = entries_[at].after)
      refs.push_back(entries_[at].seen.ref);
    return refs;
  }

 private:
  static constexpr std::size_t kScanned = 16;  ///< fewer are found faster without an index

  [[nodiscard]] std::uint32_t find(std::uint64_t hash) const {
    if (index_.empty()) {
      for (std::size_t i = 1; i < entries_.size(); ++i)
        if (entries_[i].hash == hash) return static_cast<std::uint32_t>(i);
      return 0;
    }
    const auto found = index_.find(hash);
    return found == index_.end() ? 0 : found->second;
  }
  /// Called after `entries_` has room for it and before its hash is set.
  void insert(std::uint64_t hash, std::uint32_t at) {
    if (index_.empty() && entries_.size() <= kScanned) return;
    if (index_.empty())
      for (std::size_t i = 1; i < entries_.size(); ++i)
        if (i != at) index_.emplace(entries_[i].hash, static_cast<std::uint32_t>(i));
    index_[hash] = at;
  }
  void unlink(std::uint32_t at) {
    entries_[entries_[at].before].after = entries_[at].after;
    entries_[entries_[at].after].before = entries_[at].before;
  }
  void link_last(std::uint32_t at) {
    entries_[at].before = entries_[0].before;
    entries_[at].after = 0;
    entries_[entries_[0].before].after = at;
    entries_[0].before = at;
  }

  std::vector<Entry> entries_;  ///< [0] closes the ring
  FlatMap<std::uint64_t, std::uint32_t> index_;
};

struct DistinctState {
  RecentValues values;
  AlertPtr alert;
  [[nodiscard]] std::size_t cost() const { return 1 + values.size(); }
};

class DistinctWindow final : public GroupWindow<DistinctState> {
 public:
  DistinctWindow(std::uint32_t index, const SigmaCorrelation& rule, std::size_t entries_max,
                 Host& host)
      : GroupWindow(index, rule, entries_max, host), need_(threshold_of(rule)) {}

  void count(const Arrival& arrival) override {
    Node& node = enter(arrival);
    RecentValues& values = node.state.values;
    const std::size_t before = values.size() == 0 ? 0 : node.state.cost();
    values.see(arrival.value.hash, {arrival.time, arrival.ref}, need_);
    if (values.size() == need_ && values.oldest().time >= minus(arrival.time, rule_.timespan_ns)) {
      hold(node, arrival, [&](SigmaFinding& made) {
        made.first = Timestamp{values.oldest().time, 0};
        made.count = need_;
        made.value = static_cast<double>(need_);
        made.refs = values.first_refs(kSigmaSample);
      });
    }
    settle(node, before);
  }

 private:
  std::size_t need_;
};

struct SumState {
  struct Term {
    Seen seen;
    double number = 0;
  };
  std::deque<Term> terms;
  long double sum = 0;
  AlertPtr alert;
  [[nodiscard]] std::size_t cost() const { return 1 + terms.size(); }
};

class SumWindow final : public GroupWindow<SumState> {
 public:
  using GroupWindow::GroupWindow;

  void count(const Arrival& arrival) override {
    Node& node = enter(arrival);
    SumState& state = node.state;
    const std::size_t before = state.terms.empty() ? 0 : state.cost();
    const std::int64_t from = minus(arrival.time, rule_.timespan_ns);
    while (!state.terms.empty() && state.terms.front().seen.time < from) {
      state.sum -= static_cast<long double>(state.terms.front().number);
      state.terms.pop_front();
    }
    if (state.terms.empty()) state.sum = 0;  // rounding does not outlive a window
    state.terms.push_back({{arrival.time, arrival.ref}, arrival.value.number});
    state.sum += static_cast<long double>(arrival.value.number);
    const auto sum = static_cast<double>(state.sum);
    if (in_bounds(rule_, sum)) {
      hold(node, arrival, [&](SigmaFinding& made) {
        made.first = Timestamp{state.terms.front().seen.time, 0};
        made.count = state.terms.size();
        made.value = sum;
        for (std::size_t i = 0; i < std::min(state.terms.size(), kSigmaSample); ++i)
          made.refs.push_back(state.terms[i].seen.ref);
      });
    }
    settle(node, before);
  }
};

}  // namespace

bool only_lower_bounds(const SigmaCorrelation& rule) {
  return std::ranges::all_of(rule.bounds, [](const rule::Bound& bound) {
    return bound.compare == rule::Comparison::gt || bound.compare == rule::Comparison::gte;
  });
}

bool in_bounds(const SigmaCorrelation& rule, double value) {
  return std::ranges::all_of(rule.bounds,
                             [&](const rule::Bound& bound) { return bound.holds(value); });
}

std::unique_ptr<Window> make_rising(std::uint32_t index, const SigmaCorrelation& rule,
                                    std::size_t entries_max, Host& host) {
  switch (rule.type) {
    case rule::CorrelationType::value_count:
      return std::make_unique<DistinctWindow>(index, rule, entries_max, host);
    case rule::CorrelationType::value_sum:
      return std::make_unique<SumWindow>(index, rule, entries_max, host);
    default:
      return std::make_unique<CountWindow>(index, rule, entries_max, host);
  }
}

}  // namespace interdict::correlate::sigma
