#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "attack/stage.hpp"
#include "event/entity.hpp"
#include "event/timestamp.hpp"
#include "event/value.hpp"
#include "finding/rule_info.hpp"

namespace interdict::finding {

enum class Outcome : std::uint8_t { unknown, succeeded, blocked, failed };
[[nodiscard]] constexpr std::string_view to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::unknown:
      return "unknown";
    case Outcome::succeeded:
      return "succeeded";
    case Outcome::blocked:
      return "blocked";
    case Outcome::failed:
      return "failed";
  }
  return "";
}

/// The light value that Sigma correlations count: which rule, when, for which group. 24 bytes, no
/// heap.
struct Match {
  RuleId rule;
  Timestamp time;
  std::uint64_t group_key = 0;  ///< hash of the group-by values; 0 where nothing groups
};

/// The record that shows a detection.
struct Evidence {
  std::string file;  ///< as in the ledger
  std::uint64_t record = 0;
  std::uint64_t offset = 0;
  std::string log_source;  ///< the event's kind, `windows/sysmon/1`
};

/// One rule or analytic fired on one or more events, or another tool's alert was read. Owns all it
/// holds.
struct Detection {
  std::string
      id;  ///< `d-` and 16 hexadecimal digits, of rule id, host, first record's bytes, group key
  Timestamp time;  ///< of the first event
  Timestamp last;  ///< of the last event
  RuleId rule;
  std::string host;
  std::string user;
  Outcome outcome = Outcome::unknown;
  std::uint64_t count = 1;
  attack::StageDistribution stages{};
  std::vector<EntityRef> entities;  ///< sorted, no repeats
  Evidence evidence;
  std::vector<std::pair<std::string, OwnedValue>> fields;  ///< of the first event, sorted by name
  std::string intrusion;  ///< id of the intrusion it belongs to; empty if none
};

}  // namespace interdict::finding
