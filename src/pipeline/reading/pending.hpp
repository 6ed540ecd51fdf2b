#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analytics/signal.hpp"
#include "base/hash.hpp"
#include "correlate/sigma/plan.hpp"
#include "event/value.hpp"
#include "finding/detection.hpp"
#include "graph/observation.hpp"

namespace interdict::pipeline {

/// An event that a Sigma correlation rule counts, whether or not its rule fires on its own.
struct CountedEvent {
  struct Hit {
    finding::RuleId rule;
    std::vector<correlate::SlotValue> slots;
  };
  std::vector<Hit> hits;
  std::string host;
  std::string user;
  finding::Evidence evidence;
  Digest128 digest;                                          ///< of the record's bytes
  std::vector<std::pair<std::string, OwnedValue>> fields{};  ///< those that group or are summed up
};

/// An event that analytics look at: what they need of it, and what a detection says of it.
struct SensedEvent {
  analytics::Signal signal;
  std::string host;
  std::string user;
  std::string kind;  ///< of the log source
  std::uint64_t record = 0;
  Digest128 digest;  ///< of the record's bytes
};

/// An event that matters to correlation: it names entities that act, or a rule fired on it.
struct Pending {
  graph::Observation observation;
  std::string input;
  std::uint64_t offset = 0;
  std::vector<finding::Detection> detections;
  std::unique_ptr<CountedEvent> counted{};  ///< null if no correlation rule counts it
  std::unique_ptr<SensedEvent> sensed{};    ///< null if no analytic looks at it
};

/// All of it but `input` and `detections` as bytes, appended to `out`, for this process alone: no
/// format. O(size).
void to_bytes(const Pending& event, std::string& out);
void to_bytes(const finding::Detection& detection, std::string& out);
/// False if they are not what to_bytes wrote.
[[nodiscard]] bool from_bytes(std::string_view bytes, Pending& out);
[[nodiscard]] bool from_bytes(std::string_view bytes, finding::Detection& out);

}  // namespace interdict::pipeline
