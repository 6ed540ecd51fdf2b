#include <algorithm>
#include <limits>

#include "analytics/analytic.hpp"
#include "analytics/groups.hpp"

namespace interdict::analytics {

namespace {

/// One machine sends much to one outside destination, and far more than comes back: data leave. So
/// do backups and uploads to a cloud: this alone is weak evidence.
class UploadVolume final : public Analytic {
 public:
  explicit UploadVolume(const Thresholds& t)
      : least_bytes_(t.number("upload-volume", "megabytes") * 1'000'000),
        times_received_(t.number("upload-volume", "times-received")),
        window_ns_(static_cast<std::int64_t>(t.number("upload-volume", "window-s")) * kNsPerSecond),
        groups_(kMaxGroups) {}

  void see(const Signal& signal, Timestamp time, Ref ref) override {
    if (signal.kind != SignalKind::flow || signal.bytes_sent == 0) return;
    if (!signal.address.empty() && is_internal(signal.address)) return;
    const auto gone = [this](Entry& entry) { close(entry); };
    groups_.expire(Timestamp{time.ns - window_ns_, 0}, gone);
    auto& entry = groups_.touch(signal.actor + " to " + signal.object, time, gone);
    entry.last = time;
    State& state = entry.state;
    if (state.found.count > 0 && time.ns - state.begin.ns > window_ns_) {
      close(entry);
      state = {};
    }
    if (state.found.count == 0) state.begin = time;
    state.sent += std::min(signal.bytes_sent, kMost - state.sent);
    state.received += std::min(signal.bytes_received, kMost - state.received);
    ++state.found.count;
    state.found.last = time;
    state.found.last_ref = ref;
    if (state.found.refs.size() < kMaxRefs) state.found.refs.push_back(ref);
  }

  void finish() override {
    groups_.clear([this](Entry& entry) { close(entry); });
  }
  std::vector<Finding> take() override { return found_.take(); }
  [[nodiscard]] std::uint64_t evicted() const override {
    return groups_.evicted() + found_.left_out();
  }

 private:
  struct State {
    Timestamp begin;  ///< of what is summed: a window at most
    std::uint64_t sent = 0;
    std::uint64_t received = 0;
    Finding found;
  };
  using Entry = Groups<State>::Entry;
  static constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();

  void close(Entry& entry) {
    State& state = entry.state;
    if (state.sent < least_bytes_ || state.sent / times_received_ < state.received) return;
    state.found.group = entry.key;
    state.found.facts = {{"bytes_sent", std::to_string(state.sent)},
                         {"bytes_received", std::to_string(state.received)}};
    found_.add(std::move(state.found));
  }

  std::uint64_t least_bytes_;
  std::uint64_t times_received_;
  std::int64_t window_ns_;
  Groups<State> groups_;
  FindingList found_;
};

}  // namespace

std::unique_ptr<Analytic> make_upload_volume(const Thresholds& thresholds) {
  return std::make_unique<UploadVolume>(thresholds);
}

}  // namespace interdict::analytics
