#include "simulate/truth.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "json/writer.hpp"
#include "simulate/technique.hpp"

namespace interdict::simulate {

using sensors::iso_time;
namespace {

void write_texts(json::Writer& json, std::string_view key, const std::set<std::string>& texts) {
  json.key(key).begin_array();
  for (const std::string& text : texts) json.string(text);
  json.end_array();
}

void write_text_or_null(json::Writer& json, std::string_view key, const std::string& text) {
  json.key(key);
  text.empty() ? json.null() : json.string(text);
}

std::set<std::string> words(std::string_view text) {
  std::set<std::string> out;
  while (!text.empty()) {
    const std::size_t end = text.find(' ');
    out.insert(std::string(text.substr(0, end)));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return out;
}

std::set<std::string> controls_of(const ScenarioStep& step) {
  if (!step.cut_by.empty()) return {step.cut_by.begin(), step.cut_by.end()};
  const TechniqueRow* row = find_technique(step.technique);
  return row == nullptr ? std::set<std::string>() : words(row->cut_by);
}

void write_step(json::Writer& json, const Site& site, const std::vector<LogFile>& logs,
                const PlayedStep& played, std::size_t number) {
  const ScenarioStep& step = *played.step;
  json.begin_object().key("step").unsigned_integer(number);
  json.key("time").string(iso_time(played.time_ms));
  json.key("stage").string(attack::to_string(played.stage));
  write_text_or_null(json, "technique", step.technique);
  json.key("host").string(site.hosts[played.host].name);
  write_text_or_null(json, "user", played.user);
  json.key("what").string(step.what);
  json.key("outcome").string(step.blocked ? "blocked" : "succeeded");
  json.key("caused_by");
  step.cause == 0 ? json.null() : json.unsigned_integer(step.cause);
  json.key("rests_on").begin_array();
  for (const std::size_t other : played.rests_on) json.unsigned_integer(other);
  json.end_array();
  write_texts(json, "cut_by", controls_of(step));
  json.key("written").unsigned_integer(played.written);
  json.key("events").begin_array();
  for (const Place& place : played.places) {
    json.begin_object().key("file").string(logs[place.file].name);
    json.key("record").unsigned_integer(place.record);
    json.key("offset").unsigned_integer(place.offset);
    json.key("time").string(iso_time(place.time_ms)).end_object();
  }
  json.end_array().end_object();
}

void write_stages(json::Writer& json, const PlayedIntrusion& played) {
  std::map<attack::Stage, std::int64_t> first;
  for (const PlayedStep& step : played.steps) {
    if (!step.step->blocked) first.try_emplace(step.stage, step.time_ms);
  }
  json.key("stages").begin_object();
  for (const auto& [stage, time] : first) json.key(attack::to_string(stage)).string(iso_time(time));
  json.end_object();
  json.key("furthest_stage");
  first.empty() ? json.null() : json.string(attack::to_string(first.rbegin()->first));
}

void write_unrendered(json::Writer& json, const PlayedIntrusion& played) {
  json.key("unrendered").begin_array();
  for (std::size_t i = 0; i < played.steps.size(); ++i) {
    if (played.steps[i].rendered) continue;
    json.begin_object().key("step").unsigned_integer(i + 1);
    write_text_or_null(json, "technique", played.steps[i].step->technique);
    json.end_object();
  }
  json.end_array();
}

void write_intrusion(json::Writer& json, const Site& site, const std::vector<LogFile>& logs,
                     const PlayedIntrusion& played) {
  std::set<std::string> hosts;
  std::set<std::string> users;
  std::set<std::string> controls;
  for (const PlayedStep& step : played.steps) {
    if (step.rendered) hosts.insert(site.hosts[step.host].name);
    if (!step.user.empty()) users.insert(step.user);
    controls.merge(controls_of(*step.step));
  }
  json.begin_object().key("name").string(played.intrusion->name);
  write_text_or_null(json, "campaign", played.intrusion->campaign);
  json.key("entry").string(played.intrusion->entry);
  json.key("root").integer(1);
  json.key("patient_zero").begin_object();
  json.key("host").string(site.hosts[played.steps.front().host].name);
  write_text_or_null(json, "user", played.steps.front().user);
  json.end_object();
  write_texts(json, "hosts", hosts);
  write_texts(json, "users", users);
  json.key("indicators").begin_array();
  for (const auto& [type, value] : played.cast.indicators) {
    json.begin_object().key("type").string(type).key("value").string(value).end_object();
  }
  json.end_array();
  write_stages(json, played);
  write_texts(json, "cut_by", controls);
  json.key("steps").begin_array();
  for (std::size_t i = 0; i < played.steps.size(); ++i) {
    write_step(json, site, logs, played.steps[i], i + 1);
  }
  json.end_array();
  write_unrendered(json, played);
  json.end_object();
}

void write_knobs(json::Writer& json, const Knobs& knobs) {
  json.key("knobs").begin_object();
  json.key("dwell_s");
  knobs.dwell_ms ? json.integer(*knobs.dwell_ms / kSecondMs) : json.null();
  json.key("intrusions").unsigned_integer(knobs.intrusions);
  json.key("storm").unsigned_integer(knobs.storm);
  json.key("skew_s").begin_object();
  for (const auto& [host, skew] : knobs.skew_ms) json.key(host).integer(skew / kSecondMs);
  json.end_object();
  json.key("loss_permille").unsigned_integer(knobs.loss_permille);
  write_texts(json, "remove", knobs.removed);
  json.key("quiet").boolean(knobs.quiet);
  json.key("twin").boolean(knobs.twin);
  json.end_object();
}

}  // namespace

std::string write_truth(const Scenario& scenario, std::uint64_t seed, const Site& site,
                        const std::vector<LogFile>& logs,
                        const std::vector<PlayedIntrusion>& intrusions) {
  std::string out;
  json::Writer json(out, json::Layout::pretty);
  json.begin_object().key("schema").string("interdict.truth/1");
  json.key("scenario").string(scenario.name);
  json.key("seed").unsigned_integer(seed);
  json.key("begin").string(iso_time(site.begin_ms));
  json.key("end").string(iso_time(site.end_ms));
  write_knobs(json, scenario.knobs);
  json.key("hosts").begin_array();
  for (const Host& host : site.hosts) {
    json.begin_object().key("word").string(host.word).key("name").string(host.name);
    write_text_or_null(json, "address", host.address);
    json.key("role").string(host.role);
    json.key("clock_offset_s").integer(host.clock_offset_ms / kSecondMs);
    json.end_object();
  }
  json.end_array();
  json.key("intrusions").begin_array();
  for (const PlayedIntrusion& played : intrusions) write_intrusion(json, site, logs, played);
  json.end_array();
  std::map<std::string, std::set<std::string>> campaigns;
  for (const PlayedIntrusion& played : intrusions) {
    if (!played.intrusion->campaign.empty()) {
      campaigns[played.intrusion->campaign].insert(played.intrusion->name);
    }
  }
  json.key("campaigns").begin_array();
  for (const auto& [name, members] : campaigns) {
    json.begin_object().key("name").string(name);
    write_texts(json, "intrusions", members);
    json.end_object();
  }
  json.end_array().end_object();
  out += '\n';
  return out;
}

}  // namespace interdict::simulate
