#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "finding/levers.hpp"

namespace interdict::finding {

/// Bytes that did not become an event, under one reason of the contract's list.
struct Skipped {
  std::uint64_t records = 0;
  std::uint64_t bytes = 0;
  std::uint64_t first_offset = 0;
  std::string why;  ///< what the system or the archive said, of the first; empty if nothing
};

/// One input (a file, an archive or a member). bytes = event_bytes + structure_bytes + skipped
/// bytes.
struct InputRow {
  std::string path;
  std::string sha256;
  std::string format;  ///< empty if unknown
  std::uint64_t bytes = 0;
  std::uint64_t events = 0;
  std::uint64_t event_bytes = 0;
  std::uint64_t structure_bytes = 0;
  std::uint64_t detections = 0;
  std::map<std::string, Skipped> skipped;  ///< by reason
  std::vector<std::string> notes{};        ///< what was assumed or mended, in words
};

struct RefusedRule {
  std::string path;
  std::uint32_t line = 0;
  std::string code;
  std::string message;
};

struct LogSourceRow {
  std::string log_source;
  std::uint64_t events = 0;
  std::uint64_t hosts = 0;
  std::uint64_t rules = 0;  ///< loaded rules that look at it
};

/// A host whose times were moved before events were put in order, since connections that it and
/// others recorded differ by so much.
struct HostClock {
  std::string host;
  double ahead_s = 0;       ///< taken off its times; negative: its clock is behind
  std::string against;      ///< the host it was compared with; empty: a sensor without a name
  std::uint64_t flows = 0;  ///< connections that both recorded
};

struct BlindStage {
  std::string stage;
  std::vector<std::string> missing;
};

struct Ledger {
  std::vector<InputRow> inputs;  ///< sorted by path
  std::uint64_t rules_loaded = 0;
  std::vector<RefusedRule> rules_refused;
  std::uint64_t rules_without_input = 0;
  std::vector<LogSourceRow> log_sources;  ///< sorted
  std::vector<BlindStage> blind_stages;
  std::vector<LeverEffect> levers;  ///< what seeds, context and verdicts changed
  std::vector<HostClock> clocks;    ///< sorted by host
  std::uint64_t state_evicted = 0;
  std::uint64_t state_budget_bytes = 0;
  double wall_s = 0;  ///< timing: the only fields that may differ between two runs
  double events_per_s = 0;
  std::uint64_t peak_rss_bytes = 0;
};

}  // namespace interdict::finding
