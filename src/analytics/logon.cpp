#include <algorithm>
#include <deque>

#include "analytics/analytic.hpp"
#include "analytics/distinct.hpp"
#include "analytics/groups.hpp"
#include "base/hash.hpp"

namespace interdict::analytics {

namespace {

std::int64_t window_of(const Thresholds& t, std::string_view analytic) {
  return static_cast<std::int64_t>(t.number(analytic, "window-s")) * kNsPerSecond;
}

/// One source fails many times to log on as one account, and then succeeds: the password was
/// guessed. Who mistypes gives up or is locked out long before.
class GuessedPassword final : public Analytic {
 public:
  explicit GuessedPassword(const Thresholds& t)
      : least_(
            std::clamp<std::size_t>(t.number("guessed-password", "failures"), 1, kMaxGroupEvents)),
        window_ns_(window_of(t, "guessed-password")),
        groups_(kMaxGroups) {}

  void see(const Signal& signal, Timestamp time, Ref ref) override {
    const bool failed = signal.kind == SignalKind::logon_failed;
    if (!failed && signal.kind != SignalKind::logon_succeeded) return;
    const auto gone = [](const Entry&) {};  // without a success there is nothing to tell
    groups_.expire(Timestamp{time.ns - window_ns_, 0}, gone);
    auto& entry = groups_.touch(signal.actor + " as " + signal.object, time, gone);
    entry.last = time;
    auto& recent = entry.state.recent;
    if (failed) {
      recent.push_back({time, ref});
      if (recent.size() > least_) recent.pop_front();
      return;
    }
    if (recent.size() == least_ && time.ns - recent.front().time.ns <= window_ns_) {
      tell(entry, time, ref);
    }
    recent.clear();
  }

  void finish() override {}
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
    std::deque<Seen> recent;  ///< the last failures, at most least_
  };
  using Entry = Groups<State>::Entry;

  void tell(const Entry& entry, Timestamp time, Ref ref) {
    Finding found;
    found.group = entry.key;
    for (const Seen& seen : entry.state.recent) {
      if (found.refs.size() < kMaxRefs) found.refs.push_back(seen.ref);
    }
    found.last_ref = ref;
    found.last = time;
    found.count = entry.state.recent.size() + 1;
    found.outcome = finding::Outcome::succeeded;
    found.facts = {{"failures", std::to_string(entry.state.recent.size())}};
    found_.add(std::move(found));
  }

  std::size_t least_;
  std::int64_t window_ns_;
  Groups<State> groups_;
  FindingList found_;
};

/// One source logs on as one account to many machines on which that pair was never seen before. A
/// server that visits all machines every night is told once.
class LogonSpread final : public Analytic {
 public:
  explicit LogonSpread(const Thresholds& t)
      : watch_(t.number("logon-spread", "hosts"), window_of(t, "logon-spread")) {}

  void see(const Signal& signal, Timestamp time, Ref ref) override {
    if (signal.kind != SignalKind::logon_succeeded || signal.address.empty()) return;
    const std::string group = signal.actor + " as " + signal.object;
    const std::uint64_t pair = hash64(group + '\0' + signal.address);
    if (known_.contains(pair)) return;
    if (known_.size() >= kMaxKnown) {
      ++evicted_;
      known_.clear();
    }
    known_.emplace(pair, 0);
    watch_.see(group, signal.address, time, ref);
  }
  void finish() override { watch_.finish(); }
  std::vector<Finding> take() override {
    auto found = watch_.take();
    for (auto& finding : found) finding.outcome = finding::Outcome::succeeded;
    return found;
  }
  [[nodiscard]] std::uint64_t evicted() const override { return evicted_ + watch_.evicted(); }

 private:
  static constexpr std::size_t kMaxKnown = std::size_t{1} << 20U;  ///< pairs and hosts

  DistinctWatch watch_;
  FlatMap<std::uint64_t, std::uint8_t> known_;  ///< by hash; the value means nothing
  std::uint64_t evicted_ = 0;
};

}  // namespace

std::unique_ptr<Analytic> make_guessed_password(const Thresholds& thresholds) {
  return std::make_unique<GuessedPassword>(thresholds);
}

std::unique_ptr<Analytic> make_logon_spread(const Thresholds& thresholds) {
  return std::make_unique<LogonSpread>(thresholds);
}

}  // namespace interdict::analytics
