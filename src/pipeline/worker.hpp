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
#include "pipeline/reading/crew.hpp"
#include "pipeline/reading/event_list.hpp"
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

/// Everything that came out of some inputs. Merging is a matter of sorting: no order is kept here.
struct Harvest {
  std::vector<finding::InputRow> rows;
  EventList pending;
  Coverage coverage;
  std::map<std::string, std::pair<std::uint64_t, std::set<std::string>>>
      kinds;                                     ///< kind → events, hosts
  std::map<std::string, LogSource> log_sources;  ///< by kind
  posture::LogEvidence control_evidence;         ///< what records proved of controls
  InputNames names{};                            ///< of inputs and members
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

  /// Null: by the reference engine.
  explicit Matchers(const detect::FastRules* rules) {
    if (rules != nullptr) fast.emplace(*rules);
  }
};

/// Reads one input, the one at `place` in the sorted list, to its end: decode, normalise, detect,
/// observe, in one thread with no queue between; of a large one, a thread of the crew that has
/// nothing else to do takes a part.
void process_input(const source::Input& input, std::uint32_t place, const Shared& shared,
                   Matchers& matchers, Crew& crew, Harvest& harvest);

}  // namespace interdict::pipeline
