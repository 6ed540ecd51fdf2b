#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "event/timestamp.hpp"

namespace interdict::pipeline {

/// How rules are matched; never changes a result.
enum class Engine : std::uint8_t {
  fast,
  reference,  ///< literal to docs/sigma.md and slow: what the fast one is held against
};

/// What to read and by which rules. Defaults are the command line's.
struct Options {
  std::vector<std::string> inputs;      ///< files, folders, archives, `-`
  std::vector<std::string> rule_paths;  ///< files, folders and archives of Sigma YAML
  std::vector<std::string> timezones;   ///< `[INPUT=]ZONE`, for times that name no zone
  std::vector<std::string> map_paths;   ///< the user's own maps (docs/taxonomy.md), asked first
  bool builtin_rules = true;
  /// Where parsed rules are kept from run to run (rule_cache.hpp); empty: nowhere. Never changes a
  /// result.
  std::string cache_folder;
  std::vector<std::string> pipeline_paths;  ///< processing pipelines (pySigma's YAML) for the rules
  std::vector<std::string> sigma_switches;  ///< names of docs/sigma.md, "Switches"
  std::string controls_path;                ///< statements about controls; empty: none
  std::vector<std::string> evidence_paths;  ///< reports of scans that show controls
  std::string priors_path;          ///< benign counts in place of the shipped ones; empty: those
  std::vector<std::string> ablate;  ///< parts left out to measure: `stages` `rarity` `links`
  std::string context_path;         ///< what is ours: tools, scanners, exercises, critical assets
  std::string verdicts_path;        ///< what people decided about detections and entities
  std::vector<std::string> seeds;   ///< known bad things, `ip:203.0.113.9`
  std::optional<Timestamp> from;    ///< events before are counted, not judged
  std::optional<Timestamp> to;      ///< events after are counted, not judged
  bool carve = false;
  Engine engine = Engine::fast;
  /// Called after each input, from any worker but one at a time; may be empty.
  std::function<void(std::size_t done, std::size_t total)> progress;
  unsigned jobs = 0;  ///< worker threads; 0: one a core. Never changes a result
};

}  // namespace interdict::pipeline
