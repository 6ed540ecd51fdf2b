#include <algorithm>
#include <bit>

#include "base/flat_map.hpp"
#include "correlate/sigma/numbers.hpp"
#include "correlate/sigma/window.hpp"

/// Conditions that only time decides: an upper bound, an average, a percentile. A window starts at
/// an event that lies in no earlier window of its group, and is judged when it ends.
namespace interdict::correlate::sigma {
namespace {

using rule::Comparison;
using rule::CorrelationType;

/// How often one value occurs, for value_percentile without `percentile`.
struct Share {
  std::uint64_t count = 0;
  std::uint64_t first_ref = 0;
  std::uint64_t last_ref = 0;
  std::int64_t first = 0;
  std::int64_t last = 0;
};

struct OpenWindow {
  std::int64_t first = 0;
  std::int64_t last = 0;
  std::uint64_t count = 0;
  std::vector<std::uint64_t> refs;
  std::uint64_t members = 0;  ///< bit a position
  FlatMap<std::uint64_t, Share> shares;
  FlatMap<std::uint64_t, std::uint8_t> distinct;
  Numbers numbers;
  long double sum = 0;
};

struct CloseState {
  std::unique_ptr<OpenWindow> open;
  std::int64_t last = 0;
  std::uint64_t last_ref = 0;
  bool counted = false;  ///< paid for
  bool fired = false;    ///< the last window: a silence after it says nothing new
  finding::RuleId rule;
  std::vector<SlotValue> slots;  ///< of the last event, for the correlations above
  AlertPtr alert;                ///< never used: a window is reported whole
  [[nodiscard]] std::size_t cost() const {
    return 2 + (open == nullptr
                    ? 0
                    : open->shares.size() + open->distinct.size() + open->numbers.held());
  }
};

/// True if no event at all satisfies the condition, and its author asks for few: `lt`, `lte`, `eq`.
bool accepts_silence(const SigmaCorrelation& rule) {
  const bool counts =
      rule.type == CorrelationType::event_count || rule.type == CorrelationType::value_count;
  return counts && in_bounds(rule, 0) &&
         std::ranges::any_of(rule.bounds, [](const rule::Bound& bound) {
           return bound.compare == Comparison::lt || bound.compare == Comparison::lte ||
                  bound.compare == Comparison::eq;
         });
}

class ClosingWindow final : public GroupWindow<CloseState> {
 public:
  ClosingWindow(std::uint32_t index, const SigmaCorrelation& rule, std::size_t entries_max,
                Host& host)
      : GroupWindow(index, rule, entries_max, host), silence_(accepts_silence(rule)) {}

  void count(const Arrival& arrival) override {
    Node& node = groups_.touch(arrival.group, arrival.time);
    CloseState& state = node.state;
    const std::size_t before = state.counted ? state.cost() : 0;
    state.counted = true;
    if (state.open == nullptr) {
      state.open = std::make_unique<OpenWindow>();
      state.open->first = arrival.time;
      host_.set_timer(correlation_, node.key, plus(arrival.time, rule_.timespan_ns));
    }
    add(*state.open, arrival);
    state.last = arrival.time;
    state.last_ref = arrival.ref;
    state.rule = arrival.rule;
    if (!rule_.parents.empty()) state.slots.assign(arrival.slots.begin(), arrival.slots.end());
    settle(node, before);
  }

  void timer(std::uint64_t group, std::int64_t deadline, bool at_end) override {
    Node* node = groups_.find(group);
    if (node == nullptr) return;
    CloseState& state = node->state;
    const std::size_t before = state.cost();
    const std::int64_t quiet_until = plus(state.last, rule_.timespan_ns);
    if (state.open != nullptr && plus(state.open->first, rule_.timespan_ns) <= deadline) {
      state.fired = judge(*node, deadline);
      state.open.reset();
      entries_ -= before - state.cost();
      if (silence_ && quiet_until > deadline) {
        host_.set_timer(correlation_, group, quiet_until);
        return;
      }
    }
    if (state.open != nullptr) return;
    if (silence_ && quiet_until == deadline && !at_end && !state.fired)
      report_silence(*node, deadline);
    if (quiet_until <= deadline || !silence_) {
      entries_ -= state.cost();
      groups_.erase(group);
    }
  }

 private:
  void add(OpenWindow& open, const Arrival& arrival) {
    open.last = arrival.time;
    ++open.count;
    if (open.refs.size() < kSigmaSample) open.refs.push_back(arrival.ref);
    open.members |= std::uint64_t{1} << arrival.position;
    switch (rule_.type) {
      case CorrelationType::value_count:
        open.distinct.try_emplace(arrival.value.hash, std::uint8_t{0});
        break;
      case CorrelationType::value_sum:
      case CorrelationType::value_avg:
        open.sum += static_cast<long double>(arrival.value.number);
        break;
      case CorrelationType::value_percentile:
        if (rule_.percentile) {
          open.numbers.add(arrival.value.number);
        } else {
          const auto [entry, is_new] = open.shares.try_emplace(arrival.value.hash);
          Share& share = entry->second;
          if (is_new) share = {0, arrival.ref, 0, arrival.time, 0};
          ++share.count;
          share.last_ref = arrival.ref;
          share.last = arrival.time;
        }
        break;
      default:
        break;
    }
  }

  [[nodiscard]] double value_of(OpenWindow& open) const {
    switch (rule_.type) {
      case CorrelationType::value_count:
        return static_cast<double>(open.distinct.size());
      case CorrelationType::value_sum:
        return static_cast<double>(open.sum);
      case CorrelationType::value_avg:
        return static_cast<double>(open.sum / static_cast<long double>(open.count));
      case CorrelationType::value_percentile:
        return open.numbers.percentile(*rule_.percentile);
      case CorrelationType::temporal:
      case CorrelationType::temporal_ordered:
        return std::popcount(open.members);
      default:
        return static_cast<double>(open.count);
    }
  }

  bool judge(Node& node, std::int64_t deadline) {
    OpenWindow& open = *node.state.open;
    SigmaFinding made;
    if (rule_.type == CorrelationType::value_percentile && !rule_.percentile) {
      if (!rare_values(open, made)) return false;
    } else {
      made.value = value_of(open);
      if (!in_bounds(rule_, made.value)) return false;
      made.first = Timestamp{open.first, 0};
      made.last = Timestamp{open.last, 0};
      made.count = open.count;
      made.refs = open.refs;
      made.last_ref = node.state.last_ref;
    }
    emit(node, std::move(made), deadline);
    return true;
  }

  /// The values whose share of all events, in per cent, is within the bounds.
  bool rare_values(const OpenWindow& open, SigmaFinding& made) const {
    std::vector<Share> found;
    for (const auto& [hash, share] : open.shares) {
      const double percent =
          100 * static_cast<double>(share.count) / static_cast<double>(open.count);
      if (in_bounds(rule_, percent)) found.push_back(share);
    }
    if (found.empty()) return false;
    std::ranges::sort(found, {}, &Share::first_ref);
    made.first = Timestamp{found.front().first, 0};
    made.last = made.first;
    made.value = 100 * static_cast<double>(found.front().count) / static_cast<double>(open.count);
    for (const Share& share : found) {
      made.count += share.count;
      if (share.last >= made.last.ns) {
        made.last = Timestamp{share.last, 0};
        made.last_ref = std::max(made.last_ref, share.last_ref);
      }
      if (made.refs.size() < kSigmaSample) made.refs.push_back(share.first_ref);
    }
    return true;
  }

  void report_silence(Node& node, std::int64_t deadline) {
    SigmaFinding made;
    made.first = Timestamp{node.state.last, 0};
    made.last = Timestamp{deadline, 0};
    made.refs = {node.state.last_ref};
    made.last_ref = node.state.last_ref;
    emit(node, std::move(made), deadline);
  }

  void emit(Node& node, SigmaFinding made, std::int64_t deadline) {
    made.correlation = correlation_;
    made.group = node.key;
    Arrival arrival;
    arrival.time = deadline;
    arrival.ref = made.last_ref;
    arrival.group = node.key;
    arrival.rule = node.state.rule;
    arrival.slots = node.state.slots;
    host_.record(std::move(made));
    host_.propagate(correlation_, arrival, true);
  }

  bool silence_;
};

}  // namespace

std::unique_ptr<Window> make_closing(std::uint32_t index, const SigmaCorrelation& rule,
                                     std::size_t entries_max, Host& host) {
  return std::make_unique<ClosingWindow>(index, rule, entries_max, host);
}

}  // namespace interdict::correlate::sigma
