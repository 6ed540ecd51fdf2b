#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "finding/report.hpp"
#include "posture/posture.hpp"

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
  std::vector<std::string> mechanism;  ///< what kinds of record it acts on: words of record.hpp
  bool attested = false;
  bool responds = false;  ///< acts only after a detection, by people: counts only with time to act
};

struct Catalogue {
  std::vector<Control> controls;  ///< by id
};

/// Reads the catalogue. Errors: syntax (bad YAML, a missing or unknown value, a repeated id; the
/// place is the line), limit.
[[nodiscard]] Result<Catalogue> load_catalogue(const std::string& yaml);

using posture::ControlEvidence;

/// The effect class of a control on a technique, by itself or through the parent technique (lowered
/// by one class). O(log techniques).
[[nodiscard]] std::optional<char> effect_of_control(const Control& control,
                                                    std::string_view technique);
/// The verb by which a control stops a step: deny, disrupt or contain; empty if it only watches.
[[nodiscard]] std::string_view stopping_verb(const Control& control);

/// At most this many choices of an intrusion are shown; `why` of the last one says how many were
/// left out.
inline constexpr std::size_t kMaxChoices = 12;

/// Of this many steps of an intrusion, the earliest, it is counted what depended on each; the
/// others count as steps on which nothing depended, and `why` of the first choice says how many
/// they are.
inline constexpr std::size_t kMaxStepsWeighed = 2048;

/// A control that only responds counts for a step if nothing follows from it for this long: an
/// assumed time to notice, decide and act (the timing rule of the controls design), not a measure.
inline constexpr double kResponseHours = 1.0;

/// Fills `intrusion.stop`. `detections` are the report's, in any order.
///
/// A choice is a control and the steps that it meets: its technique list names a technique of the
/// step (a sub-technique falls back to its parent, the class lowered by one), its effect class
/// there is at least partial, its verb is deny, disrupt or contain, its mechanism meets the record
/// of the step, and the step was not blocked or failed anyway. `steps` names first the step on
/// which most depended (objectives, hosts, then the earliest): `stage`, `cost` and `depends` (its
/// dominated set over `parent` and `also_from`, and over what the records themselves say: see
/// provenance.hpp) are of that one; the others follow in time order.
/// Choices are ranked by objectives, hosts, time, effect class, id.
/// O(min(steps, kMaxStepsWeighed) × steps + steps × controls); the result depends on the values
/// alone.
void assess_stop(finding::Intrusion& intrusion, const std::vector<finding::Detection>& detections,
                 const Catalogue& catalogue, const std::vector<ControlEvidence>& evidence);

/// The state that `evidence` proves for a control on a host at a time, and the text that says so:
/// the heaviest kind decides, of equals the lowest (a failure outweighs a success elsewhere); what
/// contradicts it stays in the text. Evidence of other hosts, and such as had lapsed (or came too
/// late) by `when`, decides nothing and is told. No evidence is `unknown`, and the text says that
/// none was given. An empty host or no time asks for no such match.
struct ProvenState {
  finding::ControlState state = finding::ControlState::unknown;
  std::string text;
};
[[nodiscard]] ProvenState proven_state(const std::string& control, std::string_view host,
                                       std::optional<Timestamp> when,
                                       const std::vector<ControlEvidence>& evidence);

}  // namespace interdict::assess
