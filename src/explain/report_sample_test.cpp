#include "explain/report_sample_test.hpp"

namespace interdict::explain {
namespace {

Timestamp at(std::int64_t minutes) {
  return {1715900000 * kNsPerSecond + minutes * 60 * kNsPerSecond, 3};
}

finding::Step make_step(const std::string& id, std::int64_t minute, attack::Stage stage,
                        const std::string& text) {
  finding::Step step;
  step.id = id;
  step.time = at(minute);
  step.last = at(minute + 1);
  step.stage = stage;
  step.techniques = {"T1059.001"};
  step.host = text;
  step.user = text;
  step.title = text;
  step.outcome = finding::Outcome::succeeded;
  step.detections = {"d-" + id};
  return step;
}

finding::Intrusion make_intrusion(const std::string& text) {
  finding::Intrusion out;
  out.id = "i-0123456789abcdef";
  out.rank = 1;
  out.score = 12.25;
  out.false_expected = 0.002;
  out.strength = finding::Strength::strong;
  out.severity = finding::Level::critical;
  out.title = text;
  out.summary = text;
  out.first_seen = at(0);
  out.last_seen = at(372);
  out.furthest_stage = attack::Stage::actions_on_objectives;
  out.objective = finding::Objective::hands_on;
  out.steps = {make_step("s-1", 0, attack::Stage::delivery, text),
               make_step("s-2", 5, attack::Stage::exploitation, text),
               make_step("s-3", 371, attack::Stage::actions_on_objectives, text)};
  out.steps[1].parent = "s-1";
  out.steps[1].link = finding::Link{finding::LinkKind::process_ancestry, text, 0.001};
  out.steps[2].parent = "s-2";
  out.steps[2].link = finding::Link{finding::LinkKind::remote_logon, text, 0.25};
  out.steps[2].outcome = finding::Outcome::unknown;
  for (const finding::Step& step : out.steps) {
    finding::StageFinding& found = out.stages[attack::index(step.stage)];
    found = {finding::StageStatus::observed, step.time, {step.id}, text};
  }
  out.stages[attack::index(attack::Stage::installation)] = {
      finding::StageStatus::inferred, at(9), {"s-2"}, text};
  out.stages[attack::index(attack::Stage::command_and_control)] = {
      finding::StageStatus::not_visible, {}, {}, text};
  out.hosts = {text};
  out.users = {text};
  out.indicators = {{"domain-name", text, attack::Stage::delivery}};
  out.patient_zero = finding::PatientZero{text, text, "s-1", "phishing", 0.7, text};
  out.stop.cost_reached = 64;
  out.stop.cost_if_stopped = 8;
  out.stop.choices = {{"X5",
                       text,
                       attack::Stage::exploitation,
                       "deny",
                       {"s-2"},
                       finding::ControlState::absent,
                       text,
                       text,
                       8,
                       {1, 1, 1, 6.1, 1},
                       {"s-1"}}};
  out.campaign = "c-0123456789abcdef";
  return out;
}

}  // namespace

finding::Report sample_report(const std::string& text) {
  finding::Report report;
  report.version = "0.1.0";
  report.first = at(-60);
  report.last = at(600);
  report.exposure_hosts = 12;
  report.exposure_host_hours = 310.5;
  report.rules = {{text,
                   text,
                   text,
                   finding::Level::high,
                   "stable",
                   finding::DetectionSource::sigma,
                   {"T1059.001"},
                   {},
                   "",
                   false}};
  for (const char* id : {"d-s-1", "d-s-2", "d-s-3", "d-lead"}) {
    finding::Detection d;
    d.id = id;
    d.time = at(static_cast<std::int64_t>(report.detections.size()));
    d.last = d.time;
    d.host = text;
    d.user = text;
    d.stages[attack::index(attack::Stage::exploitation)] = 800;
    d.stages[attack::index(attack::Stage::installation)] = 200;
    d.entities = {{EntityType::process, text}};
    d.evidence = {text, 17, 4608, "windows/sysmon/1"};
    d.fields = {{"Count", {"12", ValueType::integer}}, {"Flag", {"true", ValueType::boolean}},
                {"Hex", {"0x1f", ValueType::integer}}, {"Image", {text, ValueType::string}},
                {"Image", {text, ValueType::string}},  {"None", {"", ValueType::null}}};
    d.intrusion = report.detections.size() < 3 ? "i-0123456789abcdef" : "";
    report.detections.push_back(d);
  }
  report.intrusions = {make_intrusion(text)};
  report.campaigns = {{"c-0123456789abcdef", {"i-0123456789abcdef"}, {text}, text}};
  report.leads = {{"i-00000000000000aa",
                   1,
                   2.4,
                   0.6,
                   finding::Strength::possible,
                   text,
                   at(3),
                   at(3),
                   {},
                   {text},
                   {text},
                   {"d-lead"},
                   text}};
  report.scope = {{text, true, {{text, at(-60), at(600), 812, {{at(10), at(20)}}}}},
                  {"z", false, {}}};
  report.collect_next = {{text, "windows/security", text, {"s-3"}}};
  report.unlinked_detections = 5;
  report.unlinked_by_level = {{finding::Level::high, 3}, {finding::Level::low, 2}};
  finding::InputRow input;
  input.path = text;
  input.format = "evtx";
  input.bytes = 69632;
  input.skipped["bad-chunk-checksum"] = {3, 4096, 65536, text};
  input.notes = {text, "2 times without a zone taken as UTC (--timezone)"};
  report.ledger.inputs = {input};
  report.ledger.rules_loaded = 10;
  report.ledger.rules_refused = {{text, 14, "S012", text}};
  report.ledger.log_sources = {{"windows/sysmon/1", 812, 3, 7}};
  report.ledger.blind_stages = {{"delivery", {"mail", "proxy"}}};
  report.ledger.clocks = {{"ws1.example.org", -68'400.5, "", 12}};
  return report;
}

}  // namespace interdict::explain
