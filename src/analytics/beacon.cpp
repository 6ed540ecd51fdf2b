#include <algorithm>
#include <deque>

#include "analytics/analytic.hpp"
#include "analytics/groups.hpp"

namespace interdict::analytics {

namespace {

/// Median of `values`, which it reorders. Precondition: not empty.
std::int64_t median(std::vector<std::int64_t>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

/// One machine connects to one outside destination at nearly equal intervals, as a program does
/// that asks for orders. So do many honest programs: this alone is weak evidence.
///
/// Regular means: the median distance of the intervals from their median is at most a given part of
/// that median (both medians do not care for a few missed or doubled connections).
class Beacon final : public Analytic {
 public:
  explicit Beacon(const Thresholds& t)
      : intervals_(
            std::clamp<std::size_t>(t.number("beaconing", "intervals"), 2, kMaxGroupEvents - 1)),
        interval_min_ns_(ns_of(t.number("beaconing", "interval-min-s"))),
        spell_min_ns_(ns_of(t.number("beaconing", "spell-min-s"))),
        spread_permille_(static_cast<std::int64_t>(t.number("beaconing", "spread-permille"))),
        skipped_ports_(t.list("beaconing", "skip-port")),
        groups_(kMaxGroups) {}

  void see(const Signal& signal, Timestamp time, Ref ref) override {
    if (signal.kind != SignalKind::flow) return;
    // A proxy's record has the name alone; any other flow has an address.
    if (!signal.address.empty() && is_internal(signal.address)) return;
    if (std::ranges::find(skipped_ports_, signal.port) != skipped_ports_.end()) return;
    const auto gone = [this](Entry& entry) { close(entry.key, entry.state); };
    groups_.expire(Timestamp{time.ns - kSilenceNs, 0}, gone);
    auto& entry = groups_.touch(
        signal.actor + " to " + signal.object + " port " + std::to_string(signal.port), time, gone);
    entry.last = time;
    push(entry.key, entry.state, time, ref);
  }

  void finish() override {
    groups_.clear([this](Entry& entry) { close(entry.key, entry.state); });
  }
  std::vector<Finding> take() override { return found_.take(); }
  [[nodiscard]] std::uint64_t evicted() const override {
    return groups_.evicted() + found_.left_out();
  }

 private:
  struct Seen {
    Timestamp time;
    Ref ref = 0;
  };
  struct State {
    std::deque<Seen> recent;  ///< starts of bursts, at most intervals_ + 1
    Finding spell;            ///< of count 0: none
    std::int64_t period_ns = 0;
  };
  using Entry = Groups<State>::Entry;

  /// A day without a connection ends whatever rhythm there was.
  static constexpr std::int64_t kSilenceNs = 24 * kNsPerHour;
  /// Connections that follow one another this fast are one visit.
  static constexpr std::int64_t kBurstNs = kNsPerSecond;
  /// A spell ends when so many of its intervals pass in silence.
  static constexpr std::int64_t kMissedIntervals = 10;

  static std::int64_t ns_of(std::uint64_t seconds) {
    return static_cast<std::int64_t>(seconds) * kNsPerSecond;
  }

  void push(const std::string& key, State& state, Timestamp time, Ref ref) {
    auto& [recent, spell, period] = state;
    if (!recent.empty() && time.ns - recent.back().time.ns < kBurstNs) return;
    if (spell.count > 0 && time.ns - spell.last.ns > kMissedIntervals * period) {
      close(key, state);
      recent.clear();
    }
    recent.push_back({time, ref});
    if (recent.size() > intervals_ + 1) recent.pop_front();
    if (spell.count > 0) {
      ++spell.count;
      spell.last = time;
      spell.last_ref = ref;
    } else if (recent.size() == intervals_ + 1) {
      judge(state);
    }
  }

  void judge(State& state) const {
    auto& [recent, spell, period] = state;
    if (recent.back().time.ns - recent.front().time.ns < spell_min_ns_) return;
    std::vector<std::int64_t> steps;
    for (std::size_t i = 1; i < recent.size(); ++i) {
      steps.push_back(recent[i].time.ns - recent[i - 1].time.ns);
    }
    const std::int64_t middle = median(steps);
    if (middle < interval_min_ns_) return;
    for (auto& step : steps) step = step > middle ? step - middle : middle - step;
    const std::int64_t spread = median(steps);
    // Divided, not multiplied: a hostile clock must not overflow.
    if (spread / spread_permille_ > middle / 1000) return;
    period = middle;
    spell.count = recent.size();
    spell.last = recent.back().time;
    spell.last_ref = recent.back().ref;
    for (const Seen& seen : recent) {
      if (spell.refs.size() < kMaxRefs) spell.refs.push_back(seen.ref);
    }
    spell.facts = {{"interval_s", std::to_string(middle / kNsPerSecond)},
                   {"spread_ms", std::to_string(spread / 1'000'000)}};
  }

  void close(const std::string& key, State& state) {
    if (state.spell.count == 0) return;
    state.spell.group = key;
    found_.add(std::move(state.spell));
    state.spell = {};
  }

  std::size_t intervals_;
  std::int64_t interval_min_ns_;
  std::int64_t spell_min_ns_;
  std::int64_t spread_permille_;
  std::vector<std::uint64_t> skipped_ports_;
  Groups<State> groups_;
  FindingList found_;
};

}  // namespace

std::unique_ptr<Analytic> make_beacon(const Thresholds& thresholds) {
  return std::make_unique<Beacon>(thresholds);
}

}  // namespace interdict::analytics
