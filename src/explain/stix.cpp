#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "explain/exchange.hpp"
#include "explain/stix_parts.hpp"
#include "explain/text.hpp"
#include "explain/words.hpp"

namespace interdict::explain {
namespace {

using finding::Intrusion;
using finding::Step;

using DetectionsById = std::map<std::string_view, const finding::Detection*>;

/// Writes the objects of one bundle; each id once.
class Bundle {
 public:
  Bundle(const finding::Report& report, json::Writer& writer) : w_(writer) {
    for (const finding::Detection& detection : report.detections)
      by_id_.emplace(detection.id, &detection);
  }

  void intrusion(const Intrusion& intrusion) {
    refs_.clear();
    name_ = intrusion.id;
    created_ = stix_time(intrusion.first_seen);
    for (const Step& step : intrusion.steps) write_step(step);
    for (const finding::Indicator& indicator : intrusion.indicators)
      write_indicator(indicator, intrusion);
    for (const finding::StopChoice& choice : intrusion.stop.choices)
      write_choice(choice, intrusion);
    write_report(intrusion);
  }

 private:
  /// False if the object stands in the bundle already; it belongs to the report either way.
  bool is_new(const std::string& id) {
    refs_.insert(id);
    return written_.insert(id).second;
  }

  std::string add(const Observable& one) {
    if (is_new(one.id)) w_.raw(one.json);
    return one.id;
  }

  std::string pattern_id(const std::string& technique, const Step& step) const {
    return stix_id("attack-pattern", name_ + "|" + (technique.empty() ? step.title : technique));
  }

  std::string attack_pattern(const std::string& technique, const Step& step) {
    std::string id = pattern_id(technique, step);
    if (!is_new(id)) return id;
    begin_domain_object(w_, "attack-pattern", id, created_);
    w_.key("name").string(technique.empty() ? step.title : technique);
    kill_chain_phase(w_, step.stage);
    if (!technique.empty()) {
      w_.key("external_references").begin_array().begin_object();
      w_.key("source_name").string("mitre-attack");
      w_.key("external_id").string(technique);
      w_.end_object().end_array();
    }
    w_.end_object();
    return id;
  }

  std::string host_identity(const std::string& host) {
    std::string id = stix_id("identity", name_ + "|host|" + host);
    if (!is_new(id)) return id;
    begin_domain_object(w_, "identity", id, created_);
    w_.key("name").string(host);
    w_.key("identity_class").string("system");
    w_.end_object();
    return id;
  }

  std::string observed_data(const Step& step) {
    std::set<std::string> objects;
    for (const std::string& detection : step.detections) {
      const auto found = by_id_.find(detection);
      if (found == by_id_.end()) continue;
      for (const Observable& one : observables(*found->second)) objects.insert(add(one));
    }
    if (objects.empty()) return {};
    std::string id = stix_id("observed-data", name_ + "|" + step.id);
    if (!is_new(id)) return id;
    begin_domain_object(w_, "observed-data", id, stix_time(step.time));
    w_.key("first_observed").string(stix_time(step.time));
    w_.key("last_observed").string(stix_time(step.last));
    constexpr std::uint64_t kMost = 999'999'999;  // STIX 2.1, 4.14
    w_.key("number_observed")
        .unsigned_integer(std::min(std::max<std::uint64_t>(step.count, 1), kMost));
    w_.key("object_refs").begin_array();
    for (const std::string& object : objects) w_.string(object);
    w_.end_array().end_object();
    return id;
  }

  void write_step(const Step& step) {
    std::vector<std::string> techniques = step.techniques;
    if (techniques.empty()) techniques.emplace_back();
    for (const std::string& technique : techniques) attack_pattern(technique, step);
    const std::string where = step.host.empty() ? std::string() : host_identity(step.host);
    const std::string data = observed_data(step);
    const std::string id = stix_id("sighting", name_ + "|" + step.id);
    if (!is_new(id)) return;
    begin_domain_object(w_, "sighting", id, stix_time(step.time));
    std::string detections;
    for (const std::string& detection : step.detections)
      detections += (detections.empty() ? "" : ", ") + detection;
    w_.key("description")
        .string(fmt::format("{} {}: {} {} Detections: {}", name_, step.id, step.title,
                            outcome_words(step.outcome), detections));
    w_.key("first_seen").string(stix_time(step.time));
    w_.key("last_seen").string(stix_time(step.last));
    w_.key("count").unsigned_integer(std::min<std::uint64_t>(step.count, 999'999'999));
    w_.key("sighting_of_ref").string(pattern_id(techniques.front(), step));
    if (!data.empty()) w_.key("observed_data_refs").begin_array().string(data).end_array();
    if (!where.empty()) w_.key("where_sighted_refs").begin_array().string(where).end_array();
    w_.end_object();
  }

  void relationship(const std::string& kind, const std::string& from, const std::string& to) {
    const std::string id = stix_id("relationship", kind + "|" + from + "|" + to);
    if (!is_new(id)) return;
    begin_domain_object(w_, "relationship", id, created_);
    w_.key("relationship_type").string(kind);
    w_.key("source_ref").string(from);
    w_.key("target_ref").string(to);
    w_.end_object();
  }

  void write_indicator(const finding::Indicator& indicator, const Intrusion& intrusion) {
    const std::string pattern = stix_pattern(indicator.type, indicator.value);
    const auto object = observable(indicator.type, indicator.value);
    if (pattern.empty() || !object) return;
    const std::string object_id = add(*object);
    const std::string id = stix_id("indicator", name_ + "|" + indicator.type + indicator.value);
    if (!is_new(id)) return;
    begin_domain_object(w_, "indicator", id, created_);
    w_.key("name").string(indicator.value);
    w_.key("indicator_types").begin_array().string("malicious-activity").end_array();
    w_.key("pattern").string(pattern);
    w_.key("pattern_type").string("stix");
    w_.key("valid_from").string(stix_time(intrusion.first_seen));
    kill_chain_phase(w_, indicator.stage);
    w_.end_object();
    relationship("based-on", id, observed_for(object_id, intrusion));
    if (indicator.type == "file" || indicator.type == "email-addr") return;
    write_infrastructure(indicator, id, object_id);
  }

  /// `based-on` points to observed data: the indicator's own, since steps hold many objects.
  std::string observed_for(const std::string& object_id, const Intrusion& intrusion) {
    std::string id = stix_id("observed-data", name_ + "|indicator|" + object_id);
    if (!is_new(id)) return id;
    begin_domain_object(w_, "observed-data", id, created_);
    w_.key("first_observed").string(stix_time(intrusion.first_seen));
    w_.key("last_observed").string(stix_time(intrusion.last_seen));
    w_.key("number_observed").unsigned_integer(1);
    w_.key("object_refs").begin_array().string(object_id).end_array();
    w_.end_object();
    return id;
  }

  void write_infrastructure(const finding::Indicator& indicator, const std::string& indicator_id,
                            const std::string& object_id) {
    const std::string id = stix_id("infrastructure", name_ + "|" + object_id);
    if (!is_new(id)) return;
    begin_domain_object(w_, "infrastructure", id, created_);
    w_.key("name").string(indicator.value);
    const std::string_view kind =
        indicator.stage == attack::Stage::command_and_control ? "command-and-control" : "unknown";
    w_.key("infrastructure_types").begin_array().string(kind).end_array();
    kill_chain_phase(w_, indicator.stage);
    w_.end_object();
    relationship("consists-of", id, object_id);
    relationship("indicates", indicator_id, id);
  }

  void write_choice(const finding::StopChoice& choice, const Intrusion& intrusion) {
    const std::string id = stix_id("course-of-action", name_ + "|" + choice.control);
    if (is_new(id)) {
      begin_domain_object(w_, "course-of-action", id, created_);
      w_.key("name").string(fmt::format("{} {}", choice.control, choice.name));
      w_.key("description")
          .string(fmt::format("{} State: {}; {}.", stop_sentence(choice),
                              finding::to_string(choice.state), choice.evidence));
      w_.end_object();
    }
    for (const Step& step : intrusion.steps) {
      if (std::ranges::find(choice.steps, step.id) == choice.steps.end()) continue;
      relationship("mitigates", id,
                   pattern_id(step.techniques.empty() ? "" : step.techniques.front(), step));
    }
  }

  void write_report(const Intrusion& intrusion) {
    const std::string id = stix_id("report", name_);
    begin_domain_object(w_, "report", id, created_);
    w_.key("name").string(intrusion.title.empty() ? name_ : intrusion.title);
    w_.key("description").string(intrusion_headline(intrusion) + " " + entry_sentence(intrusion));
    w_.key("report_types").begin_array().string("observed-data").end_array();
    w_.key("published").string(stix_time(intrusion.last_seen));
    w_.key("object_refs").begin_array();
    for (const std::string& ref : refs_) w_.string(ref);
    w_.end_array();
    w_.key("labels").begin_array().string(finding::to_string(intrusion.strength));
    w_.string(finding::to_string(intrusion.severity)).end_array();
    w_.key("external_references").begin_array().begin_object();
    w_.key("source_name").string("interdict");
    w_.key("external_id").string(intrusion.id);
    w_.end_object().end_array();
    w_.end_object();
  }

  json::Writer& w_;
  DetectionsById by_id_;
  std::set<std::string> written_;
  std::set<std::string> refs_;  ///< of the intrusion at hand
  std::string name_;
  std::string created_;
};

}  // namespace

std::string stix_bundle(const finding::Report& report) {
  std::string names;
  for (const Intrusion& intrusion : report.intrusions) names += intrusion.id + "|";
  std::string out;
  json::Writer w(out, json::Layout::pretty);
  w.begin_object();
  w.key("type").string("bundle");
  w.key("id").string(stix_id("bundle", names));
  w.key("objects").begin_array();
  write_tool_identity(w);
  Bundle bundle(report, w);
  for (const Intrusion& intrusion : report.intrusions) bundle.intrusion(intrusion);
  w.end_array();
  w.end_object();
  out += '\n';
  return out;
}

}  // namespace interdict::explain
