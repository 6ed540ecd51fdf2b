#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "finding/report.hpp"

namespace interdict::assess {

/// A control of content/controls/controls.yml.
struct Control {
  std::string id;
  std::string name;
  bool in_article = false;
  std::vector<attack::Stage> stages;
  std::vector<std::string> coa;  ///< detect, deny, disrupt, degrade, deceive, contain
  char effect_default = 'm';     ///< S, P or m
  std::vector<std::pair<std::string, char>> techniques;  ///< id → effect class, sorted
  std::vector<std::string> mechanism;  ///< what kinds of record it acts on: words of controls.yml
  bool attested = false;
};

struct Catalogue {
  std::vector<Control> controls;  ///< by id
};
[[nodiscard]] Result<Catalogue> load_catalogue(const std::string& yaml);

/// What is known of a control: from logs (fired, audit-only, tampered), scans, or a statement.
struct ControlEvidence {
  std::string control;
  finding::ControlState state = finding::ControlState::unknown;
  std::string text;      ///< shown to the user; a statement reads "claimed: …"
  std::uint8_t weight = 0;  ///< 3 log, 2 scan, 1 statement: the highest wins
};

/// Fills `intrusion.stop`. `detections` by id order of the report. O(steps × controls).
void assess_stop(finding::Intrusion& intrusion, const std::vector<finding::Detection>& detections,
                 const Catalogue& catalogue, const std::vector<ControlEvidence>& evidence);

}  // namespace interdict::assess
