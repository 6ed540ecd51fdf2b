#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "correlate/content.hpp"
#include "correlate/correlator.hpp"
#include "correlate/entities.hpp"

namespace interdict::correlate {

/// How often a rule fires in benign life: shipped counts, refined by what this input shows away
/// from the suspect (correlation design, 4.1).
class Rarity {
 public:
  Rarity(const EntityTable& table, const std::vector<finding::RuleInfo>& rules,
         const Priors& priors, const std::vector<finding::Detection>& detections,
         const std::vector<HostScope>& scope);

  /// −log2 of the rule's benign firings a host-hour, in millibits, as seen from a detection on
  /// `host` (canonical) at `ns` in a record of `kind` (`product/service`): a day around it
  /// on that host say nothing against it, and other hosts speak only where five or more have that
  /// kind of log. O(log cells).
  [[nodiscard]] Millibits rate(std::uint32_t rule, const std::string& host, std::int64_t ns,
                               std::string_view kind) const;

  /// Severity × rarity × trust of a detection of `rule` whose rate is `rate`: chance in 1/65536.
  [[nodiscard]] Chance evidence(std::uint32_t rule, Millibits rate) const;

  static constexpr std::uint64_t kShippedCells = 500;  ///< weight of the level's rate
  static constexpr std::uint64_t kLocalCells = 48;     ///< weight of the shipped rate
  static constexpr std::int64_t kAwayHours = 24;       ///< to each side: an intruder's working day
  static constexpr std::size_t kPeersMin = 5;

 private:
  /// Host-hours of one kind of log.
  struct Hours {
    std::uint64_t all = 0;
    std::map<std::uint32_t, std::uint64_t> of_host;
  };
  const std::vector<finding::RuleInfo>& rules_;
  std::vector<Millibits> shipped_;
  std::map<std::string, std::uint32_t, std::less<>> hosts_;
  std::map<std::string, Hours, std::less<>> kinds_;  ///< those that some rule fired on
  std::vector<std::vector<std::pair<std::uint32_t, std::int64_t>>> cells_;  ///< (host, hour)
};

/// `windows/sysmon` of a record's kind `windows/sysmon/1`.
[[nodiscard]] std::string_view kind_of_log(std::string_view log_source);

/// The shipped part alone: −log2 of the rule's benign rate a host-hour.
[[nodiscard]] Millibits shipped_rate(const finding::RuleInfo& rule, const Priors& priors);

}  // namespace interdict::correlate
