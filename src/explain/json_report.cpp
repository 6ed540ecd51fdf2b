#include "explain/json_report.hpp"

#include <optional>
#include <string_view>
#include <vector>

#include "attack/stage.hpp"
#include "json/writer.hpp"

namespace interdict::explain {
namespace {

using json::Writer;

/// A field without a value is null.
Writer& text(Writer& w, std::string_view key, std::string_view value) {
  w.key(key);
  return value.empty() ? w.null() : w.string(value);
}

Writer& number(Writer& w, std::string_view key, std::uint64_t value) {
  return w.key(key).unsigned_integer(value);
}

Writer& time(Writer& w, std::string_view key, const std::optional<Timestamp>& value) {
  w.key(key);
  return value ? w.string(to_rfc3339(*value)) : w.null();
}

Writer& texts(Writer& w, std::string_view key, const std::vector<std::string>& values) {
  w.key(key).begin_array();
  for (const std::string& value : values) w.string(value);
  return w.end_array();
}

Writer& stage(Writer& w, std::string_view key, const std::optional<attack::Stage>& value) {
  w.key(key);
  return value ? w.string(attack::to_string(*value)) : w.null();
}

void write_stages(Writer& w, const finding::Intrusion& intrusion) {
  w.key("stages").begin_object();
  for (const attack::Stage s : attack::kStages) {
    const finding::StageFinding& found = intrusion.stages[attack::index(s)];
    w.key(attack::to_string(s)).begin_object();
    w.key("status").string(finding::to_string(found.status));
    // The contract keeps these two for what the logs show; an inference has no time of its own.
    const bool shown = found.status == finding::StageStatus::observed ||
                       found.status == finding::StageStatus::blocked;
    time(w, "first_seen", shown ? found.first_seen : std::nullopt);
    texts(w, "steps", shown ? found.steps : std::vector<std::string>{});
    text(w, "reason", found.reason);
    w.end_object();
  }
  w.end_object();
}

void write_step(Writer& w, const finding::Step& step) {
  w.begin_object();
  w.key("id").string(step.id);
  time(w, "time", step.time);
  time(w, "last", step.last);
  number(w, "count", step.count);
  stage(w, "stage", step.stage);
  texts(w, "techniques", step.techniques);
  text(w, "host", step.host);
  text(w, "user", step.user);
  text(w, "title", step.title);
  w.key("outcome").string(finding::to_string(step.outcome));
  texts(w, "detections", step.detections);
  text(w, "parent", step.parent);
  texts(w, "also_from", step.also_from);
  w.key("link");
  if (step.link) {
    w.begin_object();
    w.key("kind").string(finding::to_string(step.link->kind));
    text(w, "reason", step.link->reason);
    w.key("e_value").real(step.link->e_value);
    w.end_object();
  } else {
    w.null();
  }
  w.end_object();
}

void write_choice(Writer& w, const finding::StopChoice& choice) {
  w.begin_object();
  w.key("control").string(choice.control);
  text(w, "name", choice.name);
  stage(w, "stage", choice.stage);
  text(w, "course_of_action", choice.course_of_action);
  texts(w, "steps", choice.steps);
  w.key("state").string(finding::to_string(choice.state));
  text(w, "evidence", choice.evidence);
  text(w, "why", choice.why);
  number(w, "cost", choice.cost);
  w.key("depends").begin_object();
  number(w, "steps", choice.depends.steps);
  number(w, "hosts", choice.depends.hosts);
  number(w, "users", choice.depends.users);
  w.key("hours").real(choice.depends.hours);
  number(w, "objectives", choice.depends.objectives);
  w.end_object();
  texts(w, "would_not_have_stopped", choice.would_not_have_stopped);
  w.end_object();
}

void write_stop(Writer& w, const finding::StopAnalysis& stop) {
  w.key("stop").begin_object();
  w.key("growth_per_stage").real(stop.growth_per_stage);
  number(w, "cost_reached", stop.cost_reached);
  w.key("cost_if_stopped");
  if (stop.cost_if_stopped)
    w.unsigned_integer(*stop.cost_if_stopped);
  else
    w.null();
  w.key("choices").begin_array();
  for (const finding::StopChoice& choice : stop.choices) write_choice(w, choice);
  w.end_array();
  w.end_object();
}

void write_patient_zero(Writer& w, const std::optional<finding::PatientZero>& zero) {
  w.key("patient_zero");
  if (!zero) {
    w.null();
    return;
  }
  w.begin_object();
  text(w, "host", zero->host);
  text(w, "user", zero->user);
  text(w, "step", zero->step);
  w.key("entry").string(zero->entry);
  w.key("confidence").real(zero->confidence);
  text(w, "reason", zero->reason);
  w.end_object();
}

void write_intrusion(Writer& w, const finding::Intrusion& intrusion) {
  w.begin_object();
  w.key("id").string(intrusion.id);
  number(w, "rank", intrusion.rank);
  w.key("score").real(intrusion.score);
  w.key("false_expected").real(intrusion.false_expected);
  w.key("strength").string(finding::to_string(intrusion.strength));
  w.key("severity").string(finding::to_string(intrusion.severity));
  text(w, "title", intrusion.title);
  text(w, "summary", intrusion.summary);
  time(w, "first_seen", intrusion.first_seen);
  time(w, "last_seen", intrusion.last_seen);
  stage(w, "furthest_stage", intrusion.furthest_stage);
  w.key("objective").string(finding::to_string(intrusion.objective));
  w.key("left_censored").boolean(intrusion.left_censored);
  write_stages(w, intrusion);
  texts(w, "hosts", intrusion.hosts);
  texts(w, "users", intrusion.users);
  w.key("indicators").begin_array();
  for (const finding::Indicator& indicator : intrusion.indicators) {
    w.begin_object();
    w.key("type").string(indicator.type);
    w.key("value").string(indicator.value);
    stage(w, "stage", indicator.stage);
    w.end_object();
  }
  w.end_array();
  write_patient_zero(w, intrusion.patient_zero);
  w.key("steps").begin_array();
  for (const finding::Step& step : intrusion.steps) write_step(w, step);
  w.end_array();
  w.key("diamond").begin_object();
  w.key("adversary").null();
  texts(w, "capability", intrusion.diamond.capability);
  texts(w, "infrastructure", intrusion.diamond.infrastructure);
  texts(w, "victim", intrusion.diamond.victim);
  w.end_object();
  w.key("footholds").begin_array();
  for (const finding::Foothold& foothold : intrusion.footholds) {
    w.begin_object();
    text(w, "host", foothold.host);
    text(w, "reached_from", foothold.reached_from);
    text(w, "step", foothold.step);
    stage(w, "furthest_stage", foothold.furthest_stage);
    w.end_object();
  }
  w.end_array();
  write_stop(w, intrusion.stop);
  text(w, "campaign", intrusion.campaign);
  w.end_object();
}

void write_lead(Writer& w, const finding::Lead& lead) {
  w.begin_object();
  w.key("id").string(lead.id);
  number(w, "rank", lead.rank);
  w.key("score").real(lead.score);
  w.key("false_expected").real(lead.false_expected);
  w.key("strength").string(finding::to_string(lead.strength));
  text(w, "title", lead.title);
  time(w, "first_seen", lead.first_seen);
  time(w, "last_seen", lead.last_seen);
  stage(w, "furthest_stage", lead.furthest_stage);
  texts(w, "hosts", lead.hosts);
  texts(w, "users", lead.users);
  texts(w, "detections", lead.detections);
  text(w, "why_not", lead.why_not);
  w.end_object();
}

void write_scope(Writer& w, const finding::Report& report) {
  w.key("scope").begin_array();
  for (const finding::ScopeHost& host : report.scope) {
    w.begin_object();
    text(w, "host", host.host);
    w.key("given").boolean(host.given);
    w.key("sources").begin_array();
    for (const finding::ScopeSource& source : host.sources) {
      w.begin_object();
      w.key("log_source").string(source.log_source);
      time(w, "first", source.first);
      time(w, "last", source.last);
      number(w, "events", source.events);
      w.key("gaps").begin_array();
      for (const auto& [from, to] : source.gaps)
        w.begin_array().string(to_rfc3339(from)).string(to_rfc3339(to)).end_array();
      w.end_array();
      w.end_object();
    }
    w.end_array();
    w.end_object();
  }
  w.end_array();
}

void write_rest(Writer& w, const finding::Report& report) {
  w.key("collect_next").begin_array();
  for (const finding::CollectNext& next : report.collect_next) {
    w.begin_object();
    text(w, "host", next.host);
    text(w, "log_source", next.log_source);
    text(w, "reason", next.reason);
    texts(w, "steps", next.steps);
    w.end_object();
  }
  w.end_array();
  // How good all chains are: what a site's own benign reference is counted from.
  w.key("chain_scores").begin_array();
  for (const double score : report.chain_scores) w.real(score);
  w.end_array();
  w.key("unlinked").begin_object();
  number(w, "detections", report.unlinked_detections);
  w.key("by_level").begin_object();
  for (const auto& [level, count] : report.unlinked_by_level)
    number(w, finding::to_string(level), count);
  w.end_object();
  w.end_object();
}

}  // namespace

std::string intrusion_json(const finding::Intrusion& intrusion) {
  std::string out;
  Writer w(out, json::Layout::compact);
  write_intrusion(w, intrusion);
  return out;
}

std::string intrusions_json(const finding::Report& report) {
  std::string out;
  Writer w(out, json::Layout::pretty);
  w.begin_object();
  w.key("schema").string("interdict.intrusions/1");
  w.key("tool").begin_object().key("name").string("interdict");
  text(w, "version", report.version);
  w.end_object();
  w.key("time_range").begin_object();
  time(w, "first", report.first);
  time(w, "last", report.last);
  w.end_object();
  w.key("exposure").begin_object();
  number(w, "hosts", report.exposure_hosts);
  w.key("host_hours").real(report.exposure_host_hours);
  w.end_object();
  w.key("report_at").real(report.report_at);
  w.key("intrusions").begin_array();
  for (const finding::Intrusion& intrusion : report.intrusions) write_intrusion(w, intrusion);
  w.end_array();
  w.key("campaigns").begin_array();
  for (const finding::Campaign& campaign : report.campaigns) {
    w.begin_object();
    w.key("id").string(campaign.id);
    texts(w, "intrusions", campaign.intrusions);
    texts(w, "key_indicators", campaign.key_indicators);
    text(w, "reason", campaign.reason);
    w.end_object();
  }
  w.end_array();
  w.key("leads").begin_array();
  for (const finding::Lead& lead : report.leads) write_lead(w, lead);
  w.end_array();
  write_scope(w, report);
  write_rest(w, report);
  w.end_object();
  out += '\n';
  return out;
}

std::string ledger_json(const finding::Ledger& ledger) {
  std::string out;
  Writer w(out, json::Layout::pretty);
  w.begin_object();
  w.key("schema").string("interdict.ledger/1");
  w.key("inputs").begin_array();
  for (const finding::InputRow& input : ledger.inputs) {
    w.begin_object();
    w.key("path").string(input.path);
    text(w, "sha256", input.sha256);
    text(w, "format", input.format);
    number(w, "bytes", input.bytes);
    number(w, "events", input.events);
    number(w, "event_bytes", input.event_bytes);
    number(w, "structure_bytes", input.structure_bytes);
    number(w, "detections", input.detections);
    w.key("skipped").begin_array();
    for (const auto& [reason, skipped] : input.skipped) {
      w.begin_object().key("reason").string(reason);
      number(w, "records", skipped.records);
      number(w, "bytes", skipped.bytes);
      number(w, "first_offset", skipped.first_offset);
      text(w, "why", skipped.why);
      w.end_object();
    }
    w.end_array();
    w.key("notes").begin_array();
    for (const auto& note : input.notes) w.string(note);
    w.end_array();
    w.end_object();
  }
  w.end_array();
  w.key("rules").begin_object();
  number(w, "loaded", ledger.rules_loaded);
  w.key("refused").begin_array();
  for (const finding::RefusedRule& rule : ledger.rules_refused) {
    w.begin_object().key("path").string(rule.path);
    number(w, "line", rule.line);
    text(w, "code", rule.code);
    text(w, "message", rule.message);
    w.end_object();
  }
  w.end_array();
  number(w, "without_input", ledger.rules_without_input);
  w.end_object();
  w.key("log_sources").begin_array();
  for (const finding::LogSourceRow& row : ledger.log_sources) {
    w.begin_object().key("log_source").string(row.log_source);
    number(w, "events", row.events);
    number(w, "hosts", row.hosts);
    number(w, "rules", row.rules);
    w.end_object();
  }
  w.end_array();
  w.key("blind_stages").begin_array();
  for (const finding::BlindStage& blind : ledger.blind_stages) {
    w.begin_object().key("stage").string(blind.stage);
    texts(w, "missing", blind.missing);
    w.end_object();
  }
  w.end_array();
  w.key("clocks").begin_array();
  for (const finding::HostClock& clock : ledger.clocks) {
    w.begin_object();
    text(w, "host", clock.host);
    w.key("ahead_s").real(clock.ahead_s);
    text(w, "against", clock.against);
    number(w, "flows", clock.flows);
    w.end_object();
  }
  w.end_array();
  w.key("levers").begin_array();
  for (const finding::LeverEffect& effect : ledger.levers) {
    w.begin_object();
    text(w, "lever", effect.lever);
    text(w, "what", effect.what);
    number(w, "changed", effect.changed);
    w.end_object();
  }
  w.end_array();
  w.key("state").begin_object();
  number(w, "evicted", ledger.state_evicted);
  number(w, "budget_bytes", ledger.state_budget_bytes);
  w.end_object();
  w.key("timing").begin_object();
  w.key("wall_s").real(ledger.wall_s);
  w.key("events_per_s").real(ledger.events_per_s);
  number(w, "peak_rss_bytes", ledger.peak_rss_bytes);
  w.end_object();
  w.end_object();
  out += '\n';
  return out;
}

}  // namespace interdict::explain
