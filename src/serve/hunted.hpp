#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "event/timestamp.hpp"
#include "finding/detection.hpp"

namespace interdict::serve {

/// A text that several answers share while they are sent.
using Text = std::shared_ptr<const std::string>;

/// One detection: what a client may ask for, and its line of `detections.jsonl`.
struct DetectionRow {
  Timestamp time;
  Timestamp last;
  std::string host;
  std::string rule;
  finding::Level level = finding::Level::medium;
  finding::DetectionSource source = finding::DetectionSource::sigma;
  std::string intrusion;  ///< id; empty if none
  std::string json;
};

/// The result of a hunt, ready to be answered from. Immutable once loaded; any number of threads.
struct Hunted {
  Text page;                              ///< the report as HTML, written anew and not read
  Text intrusions;                        ///< `intrusions.json`
  Text ledger;                            ///< `ledger.json`
  std::map<std::string, Text> intrusion;  ///< by id
  std::vector<DetectionRow> detections;   ///< by (time, id)
  /// What a person should know: damage in DIR/store, and that the JSON file was taken instead.
  std::vector<std::string> remarks;
};

/// Reads the folder that `hunt --out` left. Detections come from its store where there is one that
/// is whole and agrees with the JSON files, else from `detections.jsonl`: the answers are the same.
/// Errors: io, limit (a file larger than any result), syntax. O(bytes), all of it in memory.
[[nodiscard]] Result<Hunted> load_hunted(const std::string& folder);

}  // namespace interdict::serve
