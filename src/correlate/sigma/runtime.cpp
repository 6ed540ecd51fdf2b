#include "correlate/sigma/runtime.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <queue>
#include <tuple>
#include <utility>

#include "correlate/sigma/window.hpp"

namespace interdict::correlate {

using sigma::Arrival;

class SigmaCorrelator::Impl final : public sigma::Host {
 public:
  Impl(const SigmaPlan& plan, SigmaLimits limits) : plan_(plan), limits_(limits) {
    const auto correlations = plan.correlations();
    for (std::size_t i = 0; i < correlations.size(); ++i) {
      const auto index = static_cast<std::uint32_t>(i);
      const SigmaCorrelation& one = correlations[i];
      windows_.push_back(make_window(index, one));
    }
  }

  void push(std::int64_t time, std::uint64_t ref, std::span<const SigmaHit> hits) {
    if (time < watermark_) {
      ++stats_.late;
      return;
    }
    if (limits_.lateness_ns == 0) {
      process(time, ref, hits);
      return;
    }
    auto& waiting = waiting_[{time, ref}];
    for (const SigmaHit& hit : hits)
      waiting.push_back({hit.rule, {hit.slots.begin(), hit.slots.end()}});
    newest_ = std::max(newest_, time);
    while (waiting_.size() > limits_.waiting_max) {
      ++stats_.released_early;
      release_first();
    }
    advance(sigma::minus(newest_, limits_.lateness_ns));
  }

  void advance(std::int64_t time) {
    while (!waiting_.empty() && waiting_.begin()->first.first < time) release_first();
    run_timers(time, false);
    watermark_ = std::max(watermark_, time);
  }

  void finish() {
    while (!waiting_.empty()) release_first();
    run_timers(std::numeric_limits<std::int64_t>::max(), true);
    for (auto& window : windows_) window->finish();
  }

  void record(SigmaFinding finding) override {
    if (!plan_.correlations()[finding.correlation].silent) findings_.push_back(std::move(finding));
  }

  void propagate(std::uint32_t correlation, const Arrival& arrival, bool crossing) override {
    for (const auto& [parent, position] : plan_.correlations()[correlation].parents) {
      const rule::CorrelationType type = plan_.correlations()[parent].type;
      const bool counts_each = type != rule::CorrelationType::temporal &&
                               type != rule::CorrelationType::temporal_ordered;
      if (counts_each && !crossing) continue;
      const SigmaPlan::Feed* feed = plan_.feed(arrival.rule, parent, position);
      if (feed != nullptr) deliver(*feed, arrival.time, arrival.ref, {arrival.rule, arrival.slots});
    }
  }

  void set_timer(std::uint32_t correlation, std::uint64_t group, std::int64_t deadline) override {
    timers_.emplace(deadline, correlation, group);
  }
  void count_eviction() override { ++stats_.evicted_groups; }

  std::vector<SigmaFinding> take() { return std::exchange(findings_, {}); }
  [[nodiscard]] const SigmaStats& stats() const { return stats_; }

 private:
  struct OwnedHit {
    finding::RuleId rule;
    std::vector<SlotValue> slots;
  };
  using Timer = std::tuple<std::int64_t, std::uint32_t, std::uint64_t>;

  std::unique_ptr<sigma::Window> make_window(std::uint32_t index, const SigmaCorrelation& one) {
    const std::size_t most = limits_.entries_max;
    const bool is_temporal = one.type == rule::CorrelationType::temporal ||
                             one.type == rule::CorrelationType::temporal_ordered;
    const bool monotone = is_temporal || one.type == rule::CorrelationType::event_count ||
                          one.type == rule::CorrelationType::value_count ||
                          one.type == rule::CorrelationType::value_sum;
    if (!monotone || !sigma::only_lower_bounds(one))
      return sigma::make_closing(index, one, most, *this);
    return is_temporal ? sigma::make_temporal(index, one, most, *this)
                       : sigma::make_rising(index, one, most, *this);
  }

  void release_first() {
    auto node = waiting_.extract(waiting_.begin());
    std::vector<SigmaHit> hits;
    for (const OwnedHit& hit : node.mapped()) hits.push_back({hit.rule, hit.slots});
    process(node.key().first, node.key().second, hits);
  }

  void process(std::int64_t time, std::uint64_t ref, std::span<const SigmaHit> hits) {
    run_timers(time, false);
    watermark_ = std::max(watermark_, time);
    if (hits.size() == 1) {
      for (const auto& feed : plan_.feeds(hits.front().rule))
        if (feed.direct) deliver(feed, time, ref, hits.front());
      return;
    }
    // By correlation, members first; within one the last position first.
    deliveries_.clear();
    for (const SigmaHit& hit : hits)
      for (const auto& feed : plan_.feeds(hit.rule))
        if (feed.direct) deliveries_.emplace_back(&feed, hit);
    std::ranges::sort(deliveries_, [](const auto& left, const auto& right) {
      return std::pair(left.first->correlation, right.first->position) <
             std::pair(right.first->correlation, left.first->position);
    });
    const auto deliveries = std::exchange(deliveries_, {});
    for (const auto& [feed, hit] : deliveries) deliver(*feed, time, ref, hit);
  }

  void deliver(const SigmaPlan::Feed& feed, std::int64_t time, std::uint64_t ref,
               const SigmaHit& hit) {
    const SlotValue& key = hit.slots[feed.key_slot];
    const SlotValue& value = hit.slots[feed.value_slot];
    const SigmaCorrelation& correlation = plan_.correlations()[feed.correlation];
    if (!key.present && !plan_.null_group()) {
      ++stats_.without_group;
      return;
    }
    if (needs_number(correlation) ? !value.numeric : !value.present) {
      ++stats_.without_value;
      return;
    }
    ++stats_.counted;
    windows_[feed.correlation]->count(
        {time, ref, key.hash, value, feed.position, hit.rule, hit.slots});
  }

  static bool needs_number(const SigmaCorrelation& correlation) {
    return correlation.type == rule::CorrelationType::value_sum ||
           correlation.type == rule::CorrelationType::value_avg ||
           (correlation.type == rule::CorrelationType::value_percentile &&
            correlation.percentile.has_value());
  }

  void run_timers(std::int64_t before, bool at_end) {
    while (!timers_.empty() && (at_end || std::get<0>(timers_.top()) < before)) {
      const auto [deadline, correlation, group] = timers_.top();
      timers_.pop();
      windows_[correlation]->timer(group, deadline, at_end);
    }
  }

  const SigmaPlan& plan_;
  SigmaLimits limits_;
  std::vector<std::unique_ptr<sigma::Window>> windows_;
  std::priority_queue<Timer, std::vector<Timer>, std::greater<>> timers_;
  std::map<std::pair<std::int64_t, std::uint64_t>, std::vector<OwnedHit>> waiting_;
  std::vector<std::pair<const SigmaPlan::Feed*, SigmaHit>> deliveries_;
  std::vector<SigmaFinding> findings_;
  SigmaStats stats_;
  std::int64_t watermark_ = std::numeric_limits<std::int64_t>::min();
  std::int64_t newest_ = std::numeric_limits<std::int64_t>::min();
};

SigmaCorrelator::SigmaCorrelator(const SigmaPlan& plan, SigmaLimits limits)
    : impl_(std::make_unique<Impl>(plan, limits)) {}
SigmaCorrelator::~SigmaCorrelator() = default;

void SigmaCorrelator::push(Timestamp time, std::uint64_t ref, std::span<const SigmaHit> hits) {
  impl_->push(time.ns, ref, hits);
}
void SigmaCorrelator::advance(Timestamp time) {
  impl_->advance(time.ns);
}
void SigmaCorrelator::finish() {
  impl_->finish();
}
std::vector<SigmaFinding> SigmaCorrelator::take() {
  return impl_->take();
}
const SigmaStats& SigmaCorrelator::stats() const {
  return impl_->stats();
}

}  // namespace interdict::correlate
