#include <algorithm>
#include <array>
#include <iterator>
#include <tuple>

#include "analytics/analytic.hpp"

namespace interdict::analytics {

namespace {

using finding::Level;

constexpr std::array<Description, 8> kAnalytics = {{
    {"password-spraying", "One source failed to log on as many accounts", Level::medium,
     "T1110.003", "credential-access", make_password_spray},
    {"guessed-password", "One source failed many times to log on as one account, then succeeded",
     Level::high, "T1110.001", "credential-access", make_guessed_password},
    {"logon-spread", "One source logged on to many machines that were new to it", Level::medium,
     "T1021", "lateral-movement", make_logon_spread},
    {"beaconing", "Connections to one outside destination at equal intervals", Level::low, "T1071",
     "command-and-control", make_beacon},
    {"upload-volume", "Much sent to one outside destination, little received", Level::low, "T1048",
     "exfiltration", make_upload_volume},
    {"dns-tunnelling", "Many long names asked for below one domain", Level::medium, "T1071.004",
     "command-and-control", make_dns_tunnel},
    {"host-scan", "One port tried on many machines", Level::low, "T1046", "discovery",
     make_host_scan},
    {"port-scan", "Many ports tried on one machine", Level::low, "T1046", "discovery",
     make_port_scan},
}};

}  // namespace

std::span<const Description> analytics() {
  return kAnalytics;
}

Suite::Suite(const Thresholds& thresholds) {
  for (const auto& one : kAnalytics) all_.push_back(one.make(thresholds));
}

void Suite::see(const Signal& signal, Timestamp time, Ref ref) {
  for (auto& one : all_) one->see(signal, time, ref);
}

std::vector<Finding> Suite::finish() {
  std::vector<Finding> out;
  for (std::size_t i = 0; i < all_.size(); ++i) {
    all_[i]->finish();
    for (auto& finding : all_[i]->take()) {
      finding.analytic = static_cast<std::uint32_t>(i);
      out.push_back(std::move(finding));
    }
  }
  std::ranges::sort(out, [](const Finding& a, const Finding& b) {
    return std::tie(a.refs.front(), a.analytic, a.group) <
           std::tie(b.refs.front(), b.analytic, b.group);
  });
  return out;
}

std::uint64_t Suite::evicted() const {
  std::uint64_t sum = 0;
  for (const auto& one : all_) sum += one->evicted();
  return sum;
}

}  // namespace interdict::analytics
