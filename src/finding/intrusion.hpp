#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "attack/stage.hpp"
#include "event/timestamp.hpp"
#include "finding/assessment.hpp"
#include "finding/detection.hpp"

namespace interdict::finding {

/// Spelled in output with `-` for `_`.
enum class LinkKind : std::uint8_t {
  same_process,
  process_ancestry,
  injection,
  logon_session,
  file,
  persistence,
  remote_execution,
  remote_logon,
  network,
  shared_hash,
  shared_infrastructure,
  same_user,
  same_host,
  seed,
  latent,
};
[[nodiscard]] std::string_view to_string(LinkKind kind);

enum class StageStatus : std::uint8_t { observed, blocked, inferred, not_visible, not_reached };
[[nodiscard]] std::string_view to_string(StageStatus status);

enum class Objective : std::uint8_t { none, hands_on, achieved };
[[nodiscard]] std::string_view to_string(Objective objective);

enum class Strength : std::uint8_t { strong, likely, possible };
[[nodiscard]] std::string_view to_string(Strength strength);

/// Why a step hangs on its parent.
struct Link {
  LinkKind kind = LinkKind::same_host;
  std::string reason;  ///< plain words, naming the shared thing
  double e_value = 0;  ///< expected number of coincidental links that good
};

/// One node of an intrusion: a detection, or a collapsed run of the same one.
struct Step {
  std::string id;  ///< `s-1`, … in time order, ties by first detection id
  Timestamp time;
  Timestamp last;
  std::uint64_t count = 1;
  attack::Stage stage = attack::Stage::exploitation;
  attack::StageDistribution stages{};
  std::vector<std::string> techniques;
  std::string host;
  std::string user;
  std::string title;
  Outcome outcome = Outcome::unknown;
  std::vector<std::string> detections;  ///< ids, sorted by (time, id)
  std::string parent;                   ///< id of an earlier step; empty at the root
  std::vector<std::string> also_from;   ///< secondary parents: earlier steps that it also hangs on
  std::optional<Link> link;             ///< empty at the root
};

struct StageFinding {
  StageStatus status = StageStatus::not_reached;
  std::optional<Timestamp> first_seen;
  std::vector<std::string> steps;
  std::string reason;
};

struct Indicator {
  std::string type;  ///< STIX observable: ipv4-addr, ipv6-addr, domain-name, url, email-addr, file
  std::string value;
  attack::Stage stage = attack::Stage::delivery;
};

struct PatientZero {
  std::string host;
  std::string user;
  std::string step;
  std::string entry = "unknown";
  double confidence = 0;
  std::string reason;
};

/// The four vertices of the Diamond Model, as far as evidence goes: who did it no log says.
struct Diamond {
  std::vector<std::string> capability;      ///< techniques, contents
  std::vector<std::string> infrastructure;  ///< addresses, names, URLs
  std::vector<std::string> victim;          ///< hosts, then accounts
};

/// One host of an intrusion: lateral movement opens a chain of its own there.
struct Foothold {
  std::string host;
  std::string reached_from;  ///< host of the step that led there; empty at the first
  std::string step;          ///< the first there
  std::optional<attack::Stage> furthest_stage;
};

/// Detections that belong to one attack, in causal order, on the stages.
struct Intrusion {
  std::string id;
  std::uint32_t rank = 0;
  double score = 0;           ///< evidence in bits
  double false_expected = 0;  ///< chains this good that coincidence alone makes in this input
  Strength strength = Strength::possible;
  Level severity = Level::medium;
  std::string title;
  std::string summary;
  Timestamp first_seen;
  Timestamp last_seen;
  std::optional<attack::Stage> furthest_stage;  ///< highest observed; empty if all was blocked
  Objective objective = Objective::none;
  bool left_censored = false;
  std::array<StageFinding, attack::kStageCount> stages{};
  std::vector<std::string> hosts;
  std::vector<std::string> users;
  std::vector<Indicator> indicators;
  std::optional<PatientZero> patient_zero;
  std::vector<Step> steps;
  Diamond diamond;
  std::vector<Foothold> footholds;  ///< by first step
  StopAnalysis stop;
  std::string campaign;  ///< empty if none
};

/// A chain, or one strong detection, too weak to be called an intrusion.
struct Lead {
  std::string id;
  std::uint32_t rank = 0;
  double score = 0;
  double false_expected = 0;
  Strength strength = Strength::possible;
  std::string title;
  Timestamp first_seen;
  Timestamp last_seen;
  std::optional<attack::Stage> furthest_stage;
  std::vector<std::string> hosts;
  std::vector<std::string> users;
  std::vector<std::string> detections;
  std::string why_not;
};

struct Campaign {
  std::string id;
  std::vector<std::string> intrusions;
  std::vector<std::string> key_indicators;
  std::string reason;
};

}  // namespace interdict::finding
