#include "posture/windows_log.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <set>
#include <tuple>
#include <utility>

#include <fmt/format.h>

namespace interdict::posture {
namespace {

using finding::ControlState;

struct Meaning {
  std::string_view service;  ///< Sigma's word for the channel, as the middle of the kind
  std::uint32_t event_id;
  std::string_view control;
  ControlState state;
  std::string_view says;
};

// One record can speak of two controls. Prevention that acted is `enforced` (design: "seen
// acting"); detection alone, audit mode and tampering are `weak`.
constexpr std::array kMeanings = {
    Meaning{"windefend", 1116, "I1", ControlState::present,
            "Defender detected malware (no action shown)"},
    Meaning{"windefend", 1116, "I2", ControlState::present,
            "Defender detected malware (no action shown)"},
    Meaning{"windefend", 1117, "I1", ControlState::enforced, "Defender acted on malware"},
    Meaning{"windefend", 1117, "I2", ControlState::enforced, "Defender acted on malware"},
    Meaning{"windefend", 1118, "I1", ControlState::weak, "Defender's action on malware failed"},
    Meaning{"windefend", 1119, "I1", ControlState::weak,
            "Defender's action on malware failed critically"},
    Meaning{"windefend", 1121, "X3", ControlState::enforced,
            "an attack-surface-reduction rule blocked an operation"},
    Meaning{"windefend", 1122, "X3", ControlState::weak,
            "an attack-surface-reduction rule only audited (no block)"},
    Meaning{"windefend", 1123, "A6", ControlState::enforced,
            "controlled folder access blocked a change"},
    Meaning{"windefend", 1124, "A6", ControlState::weak,
            "controlled folder access only audited (no block)"},
    Meaning{"windefend", 5001, "I1", ControlState::weak,
            "Defender's real-time protection was switched off"},
    Meaning{"windefend", 5001, "I2", ControlState::weak,
            "Defender's real-time protection was switched off"},
    Meaning{"windefend", 5010, "I2", ControlState::weak,
            "Defender's malware scan was switched off"},
    Meaning{"windefend", 5012, "I2", ControlState::weak, "Defender's virus scan was switched off"},
    Meaning{"applocker", 8003, "X5", ControlState::weak,
            "AppLocker only audited an executable (no block)"},
    Meaning{"applocker", 8004, "X5", ControlState::enforced, "AppLocker blocked an executable"},
    Meaning{"applocker", 8006, "X5", ControlState::weak,
            "AppLocker only audited a script or installer (no block)"},
    Meaning{"applocker", 8007, "X5", ControlState::enforced,
            "AppLocker blocked a script or installer"},
    Meaning{"applocker", 8007, "X3", ControlState::enforced,
            "AppLocker blocked a script or installer"},
    Meaning{"codeintegrity-operational", 3033, "I5", ControlState::enforced,
            "code integrity refused an unsigned image"},
    Meaning{"codeintegrity-operational", 3063, "I5", ControlState::enforced,
            "code integrity refused an image for a protected process"},
    Meaning{"codeintegrity-operational", 3076, "X5", ControlState::weak,
            "application control only audited a file (no block)"},
    Meaning{"codeintegrity-operational", 3077, "X5", ControlState::enforced,
            "application control blocked a file"},
    Meaning{"codeintegrity-operational", 3077, "I7", ControlState::enforced,
            "application control blocked a file"},
    Meaning{"security", 1102, "I8", ControlState::weak, "the security log was cleared"},
    Meaning{"system", 104, "I8", ControlState::weak, "an event log was cleared"},
};

/// `windows/SERVICE/ID`, nothing else.
bool split_kind(std::string_view kind, std::string_view& service, std::uint32_t& event_id) {
  constexpr std::string_view kProduct = "windows/";
  if (!kind.starts_with(kProduct)) return false;
  kind.remove_prefix(kProduct.size());
  const std::size_t slash = kind.rfind('/');
  if (slash == std::string_view::npos) return false;
  service = kind.substr(0, slash);
  const std::string_view number = kind.substr(slash + 1);
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), event_id);
  return error == std::errc{} && end == number.data() + number.size();
}

using Key = std::tuple<std::string, ControlState, std::string, std::string>;

}  // namespace

std::vector<ControlEvidence> from_record(std::string_view kind, std::string_view host,
                                         std::string_view place) {
  std::vector<ControlEvidence> out;
  std::string_view service;
  std::uint32_t event_id = 0;
  if (!split_kind(kind, service, event_id)) return out;
  for (const Meaning& meaning : kMeanings) {
    if (meaning.service != service || meaning.event_id != event_id) continue;
    out.push_back({std::string(meaning.control), meaning.state,
                   fmt::format("{}{}{} ({}{}{})", meaning.says, host.empty() ? "" : " on ", host,
                               kind, place.empty() ? "" : ", ", place),
                   kWeightLog, std::string(host)});
  }
  return out;
}

std::vector<ControlEvidence> from_detections(const std::vector<finding::Detection>& detections) {
  std::vector<ControlEvidence> out;
  std::set<Key> seen;
  for (const finding::Detection& d : detections) {
    const std::string place = fmt::format("{} record {}", d.evidence.file, d.evidence.record);
    for (ControlEvidence& evidence : from_record(d.evidence.log_source, d.host, place)) {
      if (seen.insert({evidence.control, evidence.state, evidence.host, d.evidence.log_source})
              .second)
        out.push_back(std::move(evidence));
    }
  }
  return out;
}

std::vector<ControlEvidence> from_events(const EventBatch& batch) {
  std::vector<ControlEvidence> out;
  const std::string& kind = batch.log_source().kind;
  if (from_record(kind, "", "").empty()) return out;
  std::set<Key> seen;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const auto row = static_cast<Row>(i);
    const std::string place = fmt::format("{} record {}", batch.input(), batch.origin(row).record);
    for (ControlEvidence& evidence : from_record(kind, batch.host(row), place)) {
      if (seen.insert({evidence.control, evidence.state, evidence.host, kind}).second)
        out.push_back(std::move(evidence));
    }
  }
  return out;
}

}  // namespace interdict::posture
