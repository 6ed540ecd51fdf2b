#pragma once

#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "analytics/analytic.hpp"

namespace interdict::analytics {

/// Thresholds for tests: small numbers, so that a test can stand just below and at each.
inline constexpr std::string_view kTestThresholds =
    "password-spraying\taccounts\t5\tt\n"
    "password-spraying\twindow-s\t600\tt\n"
    "guessed-password\tfailures\t8\tt\n"
    "guessed-password\twindow-s\t600\tt\n"
    "logon-spread\thosts\t5\tt\n"
    "logon-spread\twindow-s\t600\tt\n"
    "upload-volume\tmegabytes\t10\tt\n"
    "upload-volume\ttimes-received\t5\tt\n"
    "upload-volume\twindow-s\t600\tt\n"
    "beaconing\tintervals\t10\tt\n"
    "beaconing\tinterval-min-s\t10\tt\n"
    "beaconing\tspread-permille\t150\tt\n"
    "beaconing\tspell-min-s\t300\tt\n"
    "beaconing\tskip-port\t123\tt\n"
    "dns-tunnelling\tnames\t8\tt\n"
    "dns-tunnelling\twindow-s\t600\tt\n"
    "dns-tunnelling\tprefix-bytes\t24\tt\n"
    "host-scan\thosts\t6\tt\n"
    "host-scan\twindow-s\t300\tt\n"
    "port-scan\tports\t6\tt\n"
    "port-scan\twindow-s\t300\tt\n"
    "port-scan\tport-max\t32767\tt\n";

/// A stream under construction: `second` is event time.
struct Stream {
  struct Item {
    Signal signal;
    double second = 0;
  };
  std::vector<Item> items;

  void failed(double second, std::string source, std::string account) {
    items.push_back(
        {{SignalKind::logon_failed, std::move(source), std::move(account), {}}, second});
  }
  void logged_on(double second, std::string source, std::string account, std::string host) {
    items.push_back(
        {{SignalKind::logon_succeeded, std::move(source), std::move(account), std::move(host)},
         second});
  }
  void flow(double second, std::string from, std::string to, std::uint16_t port) {
    items.push_back({{SignalKind::flow, std::move(from), to, to, port}, second});
  }
  void sent(double second, std::string from, std::string to, std::uint64_t bytes_sent,
            std::uint64_t bytes_received) {
    items.push_back(
        {{SignalKind::flow, std::move(from), to, to, 443, bytes_sent, bytes_received}, second});
  }
  void lookup(double second, std::string from, std::string name) {
    items.push_back({{SignalKind::name_lookup, std::move(from), std::move(name), {}}, second});
  }

  /// What all analytics make of it.
  [[nodiscard]] std::vector<Finding> findings(std::string_view thresholds = kTestThresholds) const {
    Suite suite(Thresholds::parse(thresholds).value());
    for (std::size_t i = 0; i < items.size(); ++i) {
      const auto ns = static_cast<std::int64_t>(items[i].second * 1e9);
      suite.see(items[i].signal, Timestamp{ns, 3}, i);
    }
    return suite.finish();
  }
};

/// The thresholds that ship.
inline std::string shipped_thresholds() {
  std::ifstream file(INTERDICT_SOURCE_DIR "/content/analytics/thresholds.tsv");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

inline std::string name_of(const Finding& finding) {
  return std::string(analytics()[finding.analytic].name);
}

}  // namespace interdict::analytics
