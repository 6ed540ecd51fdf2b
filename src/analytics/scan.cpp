#include "analytics/analytic.hpp"
#include "analytics/distinct.hpp"

namespace interdict::analytics {

namespace {

std::int64_t window_of(const Thresholds& t, std::string_view analytic) {
  return static_cast<std::int64_t>(t.number(analytic, "window-s")) * kNsPerSecond;
}

/// One machine tries one port of many machines of the own network. Outside destinations do not
/// count: a browser meets hundreds of them.
class HostScan final : public Analytic {
 public:
  explicit HostScan(const Thresholds& t)
      : watch_(t.number("host-scan", "hosts"), window_of(t, "host-scan")) {}

  void see(const Signal& signal, Timestamp time, Ref ref) override {
    if (signal.kind != SignalKind::flow || signal.port == 0 || signal.address.empty()) return;
    if (!is_internal(signal.address)) return;
    watch_.see(signal.actor + " port " + std::to_string(signal.port), signal.address, time, ref);
  }
  void finish() override { watch_.finish(); }
  std::vector<Finding> take() override { return watch_.take(); }
  [[nodiscard]] std::uint64_t evicted() const override { return watch_.evicted(); }

 private:
  DistinctWatch watch_;
};

/// One machine tries many ports of one machine. High ports do not count: remote procedure calls
/// and passive file transfers use new ones all day.
class PortScan final : public Analytic {
 public:
  explicit PortScan(const Thresholds& t)
      : watch_(t.number("port-scan", "ports"), window_of(t, "port-scan")),
        port_max_(t.number("port-scan", "port-max")) {}

  void see(const Signal& signal, Timestamp time, Ref ref) override {
    if (signal.kind != SignalKind::flow || signal.address.empty()) return;
    if (signal.port == 0 || signal.port > port_max_) return;
    watch_.see(signal.actor + " to " + signal.address, std::to_string(signal.port), time, ref);
  }
  void finish() override { watch_.finish(); }
  std::vector<Finding> take() override { return watch_.take(); }
  [[nodiscard]] std::uint64_t evicted() const override { return watch_.evicted(); }

 private:
  DistinctWatch watch_;
  std::uint64_t port_max_;
};

}  // namespace

std::unique_ptr<Analytic> make_host_scan(const Thresholds& thresholds) {
  return std::make_unique<HostScan>(thresholds);
}

std::unique_ptr<Analytic> make_port_scan(const Thresholds& thresholds) {
  return std::make_unique<PortScan>(thresholds);
}

}  // namespace interdict::analytics
