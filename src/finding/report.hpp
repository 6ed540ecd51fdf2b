#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "event/timestamp.hpp"
#include "finding/detection.hpp"
#include "finding/intrusion.hpp"
#include "finding/ledger.hpp"

namespace interdict::finding {

struct ScopeSource {
  std::string log_source;  ///< product/service, `windows/sysmon`
  Timestamp first;
  Timestamp last;
  std::uint64_t events = 0;
  std::vector<std::pair<Timestamp, Timestamp>> gaps;
};

struct ScopeHost {
  std::string host;
  bool given = false;  ///< false: the logs mention it but none of its own was given
  std::vector<ScopeSource> sources;
};

struct CollectNext {
  std::string host;
  std::string log_source;
  std::string reason;
  std::vector<std::string> steps;
};

inline constexpr std::size_t kMaxChainScores = 500;

/// All that a hunt found: what `explain/` renders. Plain values; owns all it holds.
struct Report {
  std::string version;  ///< of the tool
  std::optional<Timestamp> first;
  std::optional<Timestamp> last;
  std::uint64_t exposure_hosts = 0;
  double exposure_host_hours = 0;
  double report_at = 0.1;
  std::vector<RuleInfo> rules;        ///< Detection::rule indexes this
  std::vector<Detection> detections;  ///< by (time, id)
  std::vector<Intrusion> intrusions;  ///< by rank
  std::vector<Campaign> campaigns;
  std::vector<Lead> leads;       ///< by rank
  std::vector<ScopeHost> scope;  ///< by host
  std::vector<CollectNext> collect_next;
  /// Scores of all chains of two detections or more, descending; at most kMaxChainScores.
  std::vector<double> chain_scores;
  std::uint64_t unlinked_detections = 0;
  std::vector<std::pair<Level, std::uint64_t>> unlinked_by_level;
  Ledger ledger;
};

}  // namespace interdict::finding
