#include <algorithm>

#include "analytics/analytic.hpp"
#include "analytics/distinct.hpp"

namespace interdict::analytics {

namespace {

/// Where the part of `name` begins that somebody registered: its last two labels, or three where a
/// country's second level is short (`example.co.uk`). Without a list of public suffixes this errs
/// towards the shorter name, which joins strangers under one provider.
std::size_t registered_at(std::string_view name) {
  const auto last = name.rfind('.');
  if (last == std::string_view::npos || last == 0) return std::string_view::npos;
  const auto second = name.rfind('.', last - 1);
  if (second == std::string_view::npos) return 0;
  const bool short_second = last - second - 1 <= 3 && name.size() - last - 1 == 2;
  if (!short_second || second == 0) return second + 1;
  const auto third = name.rfind('.', second - 1);
  return third == std::string_view::npos ? 0 : third + 1;
}

/// One machine asks for many different long names below one domain: data leave in the names.
class DnsTunnel final : public Analytic {
 public:
  explicit DnsTunnel(const Thresholds& t)
      : watch_(t.number("dns-tunnelling", "names"),
               static_cast<std::int64_t>(t.number("dns-tunnelling", "window-s")) * kNsPerSecond),
        prefix_bytes_(t.number("dns-tunnelling", "prefix-bytes")) {}

  void see(const Signal& signal, Timestamp time, Ref ref) override {
    if (signal.kind != SignalKind::name_lookup) return;
    std::string_view name = signal.object;
    if (name.ends_with('.')) name.remove_suffix(1);
    // Names of addresses, of neighbours and of the own network are long and many by their nature.
    if (name.ends_with(".arpa") || name.ends_with(".local")) return;
    const auto at = registered_at(name);
    if (at == std::string_view::npos || at < prefix_bytes_ + 1) return;
    watch_.see(signal.actor + " below " + std::string(name.substr(at)), name, time, ref);
  }
  void finish() override { watch_.finish(); }
  std::vector<Finding> take() override { return watch_.take(); }
  [[nodiscard]] std::uint64_t evicted() const override { return watch_.evicted(); }

 private:
  DistinctWatch watch_;
  std::uint64_t prefix_bytes_;
};

}  // namespace

std::unique_ptr<Analytic> make_dns_tunnel(const Thresholds& thresholds) {
  return std::make_unique<DnsTunnel>(thresholds);
}

}  // namespace interdict::analytics
