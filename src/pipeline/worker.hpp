#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "analytics/signal.hpp"
#include "base/hash.hpp"
#include "decode/decoder.hpp"
#include "detect/fast.hpp"
#include "detect/reference.hpp"
#include "event/batch.hpp"
#include "finding/detection.hpp"
#include "finding/ledger.hpp"
#include "graph/observation.hpp"
#include "normalize/normalizer.hpp"
#include "pipeline/duplicates.hpp"
#include "pipeline/foreign_rules.hpp"
#include "pipeline/local_time.hpp"
#include "pipeline/options.hpp"
#include "pipeline/rules.hpp"
#include "posture/log_evidence.hpp"
#include "posture/outcome.hpp"
#include "source/source.hpp"

namespace interdict::pipeline {

/// Times seen in one clock hour of a host's log.
struct HourSpan {
  Timestamp first;
  Timestamp last;
  std::uint64_t events = 0;
};

/// What one host's log of one kind (`windows/sysmon`) held, hour by hour (hours since the epoch).
using Coverage = std::map<std::pair<std::string, std::string>, std::map<std::int64_t, HourSpan>>;

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
  std::string content;  ///< SHA-256 of the input: orders events of one time, whatever its name is
  std::string input;
  std::uint64_t offset = 0;
  std::vector<finding::Detection> detections;
  std::unique_ptr<CountedEvent> counted{};  ///< null if no correlation rule counts it
  std::unique_ptr<SensedEvent> sensed{};    ///< null if no analytic looks at it
};

/// Everything that came out of some inputs. Merging is a matter of sorting: no order is kept here.
struct Harvest {
  std::vector<finding::InputRow> rows;
  std::vector<Pending> pending;
  Coverage coverage;
  std::map<std::string, std::pair<std::uint64_t, std::set<std::string>>>
      kinds;                                     ///< kind → events, hosts
  std::map<std::string, LogSource> log_sources;  ///< by kind
  posture::LogEvidence control_evidence;         ///< what records proved of controls
  std::map<std::uint64_t, std::string> names{};  ///< of inputs and members, by Claimant::order
  std::vector<Claimant> displaced{};             ///< events that count no more: see Duplicates
};

/// What every worker shares; all of it immutable or thread-safe.
struct Shared {
  const Options& options;
  const normalize::FieldMaps& maps;
  FieldCatalogue& catalogue;
  const LoadedRules* loaded = nullptr;               ///< null: decode only
  const detect::FastRules* fast_rules = nullptr;     ///< of `loaded`; null: the reference engine
  const graph::Extractor* extractor = nullptr;       ///< null: no entities wanted
  const analytics::SignalReader* signals = nullptr;  ///< null: no analytics wanted
  const posture::OutcomeTable* outcomes = nullptr;   ///< null: outcomes stay unknown
  const posture::EvidenceTable* control_records = nullptr;  ///< null: no evidence on controls
  const TimeZones* zones = nullptr;                         ///< null: UTC
  const YearHint* years = nullptr;                          ///< null: no hint
  ForeignRules* foreign = nullptr;   ///< null: alerts of other tools are events only
  Duplicates* duplicates = nullptr;  ///< null: every record is an event of its own
  bool only_detections = false;      ///< events on which no rule fires are not kept
  /// Called for each event inside the time range, from the worker's thread; may be empty.
  std::function<void(const EventBatch&, Row)> on_event = {};
};

/// What one thread keeps from input to input so as to match faster; changes no result.
struct Matchers {
  std::optional<detect::FastMatcher> fast;
  detect::Scratch reference;

  explicit Matchers(const Shared& shared) {
    if (shared.fast_rules != nullptr) fast.emplace(*shared.fast_rules);
  }
};

/// Reads one input, the one at `place` in the sorted list, to its end: decode, normalise, detect,
/// observe, in one thread with no queue between.
void process_input(const source::Input& input, std::uint32_t place, const Shared& shared,
                   Matchers& matchers, Harvest& harvest);

}  // namespace interdict::pipeline
