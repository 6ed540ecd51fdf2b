#include <map>
#include <set>

#include <fmt/format.h>

#include "explain/exchange.hpp"
#include "explain/stix_parts.hpp"
#include "explain/words.hpp"

namespace interdict::explain {
namespace {

using finding::Intrusion;
using finding::Step;

/// The extension's own identifiers, from its published definition.
constexpr std::string_view kExtension =
    "extension-definition--fb9c968a-745b-4ade-9b25-c324172197f4";
constexpr std::string_view kAuthor = "identity--d673f8cb-c168-42da-8ed4-0cb26725f86c";
constexpr std::string_view kDefined = "2022-08-02T19:34:35.143Z";

void extensions(json::Writer& w) {
  w.key("extensions").begin_object().key(kExtension).begin_object();
  w.key("extension_type").string("new-sdo");
  w.end_object().end_object();
}

void write_definition(json::Writer& w) {
  w.begin_object();
  w.key("type").string("extension-definition");
  w.key("id").string(kExtension);
  w.key("spec_version").string(kStixVersion);
  w.key("created").string(kDefined);
  w.key("modified").string(kDefined);
  w.key("created_by_ref").string(kAuthor);
  w.key("name").string("Attack Flow");
  w.key("description").string("Extends STIX 2.1 with features to create Attack Flows.");
  w.key("schema").string(
      "https://center-for-threat-informed-defense.github.io/attack-flow/stix/"
      "attack-flow-schema-2.0.0.json");
  w.key("version").string("2.0.0");
  w.key("extension_types").begin_array().string("new-sdo").end_array();
  w.end_object();
  w.begin_object();
  w.key("type").string("identity");
  w.key("spec_version").string(kStixVersion);
  w.key("id").string(kAuthor);
  w.key("created").string(kDefined);
  w.key("modified").string(kDefined);
  w.key("created_by_ref").string(kAuthor);
  w.key("name").string("MITRE Center for Threat-Informed Defense");
  w.key("identity_class").string("organization");
  w.end_object();
}

std::string action_id(const Intrusion& intrusion, const std::string& step) {
  return stix_id("attack-action", intrusion.id + "|" + step);
}
std::string asset_id(const Intrusion& intrusion, const std::string& host) {
  return stix_id("attack-asset", intrusion.id + "|" + host);
}

void write_flow(json::Writer& w, const Intrusion& intrusion) {
  begin_domain_object(w, "attack-flow", stix_id("attack-flow", intrusion.id),
                      stix_time(intrusion.first_seen));
  w.key("name").string(intrusion.title.empty() ? intrusion.id : intrusion.title);
  w.key("description").string(intrusion_headline(intrusion) + " " + entry_sentence(intrusion));
  w.key("scope").string("incident");
  w.key("start_refs").begin_array();
  for (const Step& step : intrusion.steps)
    if (step.parent.empty()) w.string(action_id(intrusion, step.id));
  w.end_array();
  extensions(w);
  w.end_object();
}

void write_action(json::Writer& w, const Intrusion& intrusion, const Step& step,
                  const std::vector<std::string>& effects) {
  begin_domain_object(w, "attack-action", action_id(intrusion, step.id), stix_time(step.time));
  w.key("name").string(step.title.empty() ? step.id : step.title);
  if (!step.techniques.empty()) w.key("technique_id").string(step.techniques.front());
  std::string detections;
  for (const std::string& id : step.detections) detections += (detections.empty() ? "" : ", ") + id;
  w.key("description")
      .string(fmt::format("{}, stage {}. {}{}{} Detections: {}", step.id,
                          attack::to_string(step.stage), outcome_words(step.outcome),
                          step.user.empty() ? "" : " Account: " + step.user + ".",
                          step.link ? " Link: " + step.link->reason + "." : "", detections));
  w.key("execution_start").string(stix_time(step.time));
  w.key("execution_end").string(stix_time(step.last));
  if (!step.host.empty())
    w.key("asset_refs").begin_array().string(asset_id(intrusion, step.host)).end_array();
  if (!effects.empty()) {
    w.key("effect_refs").begin_array();
    for (const std::string& effect : effects) w.string(action_id(intrusion, effect));
    w.end_array();
  }
  extensions(w);
  w.end_object();
}

void write_intrusion(json::Writer& w, const Intrusion& intrusion) {
  std::map<std::string, std::vector<std::string>> effects;
  std::set<std::string> hosts;
  for (const Step& step : intrusion.steps) {
    if (!step.parent.empty()) effects[step.parent].push_back(step.id);
    for (const std::string& from : step.also_from) effects[from].push_back(step.id);
    if (!step.host.empty()) hosts.insert(step.host);
  }
  write_flow(w, intrusion);
  for (const Step& step : intrusion.steps) write_action(w, intrusion, step, effects[step.id]);
  for (const std::string& host : hosts) {
    begin_domain_object(w, "attack-asset", asset_id(intrusion, host),
                        stix_time(intrusion.first_seen));
    w.key("name").string(host);
    extensions(w);
    w.end_object();
  }
}

}  // namespace

std::string attack_flow_bundle(const finding::Report& report) {
  std::string names;
  for (const Intrusion& intrusion : report.intrusions) names += intrusion.id + "|";
  std::string out;
  json::Writer w(out, json::Layout::pretty);
  w.begin_object();
  w.key("type").string("bundle");
  w.key("id").string(stix_id("bundle", "attack-flow|" + names));
  w.key("objects").begin_array();
  write_definition(w);
  write_tool_identity(w);
  for (const Intrusion& intrusion : report.intrusions) write_intrusion(w, intrusion);
  w.end_array();
  w.end_object();
  out += '\n';
  return out;
}

}  // namespace interdict::explain
