#include "pipeline/analytics.hpp"

#include <algorithm>

#include "analytics/analytic.hpp"
#include "base/hash.hpp"
#include "pipeline/merge.hpp"
#include "pipeline/repeats.hpp"

namespace interdict::pipeline {

namespace {

constexpr std::size_t kMaxEntities = 64;  ///< of one finding

finding::RuleInfo info_of(const analytics::Description& analytic) {
  finding::RuleInfo out;
  out.id = analytic.name;
  out.title = analytic.title;
  out.path = "builtin:analytics/" + std::string(analytic.name);
  out.level = analytic.level;
  out.source = finding::DetectionSource::analytic;
  out.techniques = {std::string(analytic.technique)};
  out.tactics = {std::string(analytic.tactic)};
  out.has_false_positives = true;  // administration and monitoring look alike to each of them
  return out;
}

/// `d-` and a hash of the name, the host, the first record's bytes and the group (contract, ids).
std::string id_of(std::string_view name, const std::string& host, const Digest128& digest,
                  std::string_view group) {
  std::string text(name);
  text += '\0';
  text += host;
  text += '\0';
  text += hex64(digest.high) + hex64(digest.low) + hex64(hash64(group));
  return "d-" + hex64(hash64(text));
}

void add_field(finding::Detection& to, std::string name, std::string value) {
  auto& field = to.fields.emplace_back(std::move(name), OwnedValue{std::move(value)});
  if (std::count(to.fields.begin(), to.fields.end(), field) > 1) to.fields.pop_back();
}

Result<finding::Detection> detection_of(const analytics::Finding& found, finding::RuleId rule,
                                        EventList& events) {
  INTERDICT_TRY(const Pending event, events.load(found.refs.front()));
  const auto& observation = event.observation;
  finding::Detection out;
  out.rule = rule;
  out.host = observation.about.empty() ? event.sensed->host : observation.about;
  out.id = id_of(analytics::analytics()[found.analytic].name, event.sensed->host,
                 event.sensed->digest, found.group);
  out.user = event.sensed->user;
  out.time = observation.time;
  out.last = found.last;
  out.last.digits = out.time.digits;
  out.count = found.count;
  out.outcome = found.outcome;
  out.evidence = {event.input, event.sensed->record, event.offset, event.sensed->kind};
  add_field(out, "analytic.group", found.group);
  for (const auto& [name, value] : found.facts) add_field(out, "analytic." + name, value);
  auto refs = found.refs;
  if (refs.back() != found.last_ref) refs.push_back(found.last_ref);
  for (const auto ref : refs) {
    INTERDICT_TRY(const Pending one, events.load(ref));
    add_field(out, "analytic.object", one.sensed->signal.object);
    add_field(out, "analytic.event", one.input + '#' + std::to_string(one.sensed->record));
    const auto& entities = one.observation.entities;
    out.entities.insert(out.entities.end(), entities.begin(), entities.end());
  }
  std::ranges::stable_sort(out.fields, {}, &std::pair<std::string, OwnedValue>::first);
  std::ranges::sort(out.entities);
  out.entities.erase(std::unique(out.entities.begin(), out.entities.end()), out.entities.end());
  if (out.entities.size() > kMaxEntities) out.entities.resize(kMaxEntities);
  return out;
}

}  // namespace

Result<std::vector<std::string>> run_analytics(const analytics::Thresholds& thresholds,
                                               EventList& events,
                                               std::vector<finding::RuleInfo>& rules,
                                               finding::Ledger& ledger) {
  const auto first_rule = static_cast<std::uint32_t>(rules.size());
  for (const auto& analytic : analytics::analytics()) rules.push_back(info_of(analytic));
  analytics::Suite suite(thresholds);
  Repeats repeats;
  std::uint64_t duplicates = 0;
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (!events.is_sensed(i)) continue;
    INTERDICT_TRY(const Pending event, events.load(i));
    const Timestamp time = event.observation.time;
    if (repeats.is_repeat(time, event.sensed->digest, events.input(i))) {
      ++duplicates;
      continue;
    }
    suite.see(event.sensed->signal, time, i);
  }
  for (const auto& found : suite.finish()) {
    const finding::RuleId rule(first_rule + found.analytic);
    INTERDICT_TRY(auto detection, detection_of(found, rule, events));
    count_detection(detection.evidence.file, ledger);
    events.add(found.refs.front(), std::move(detection));
  }
  ledger.state_evicted += suite.evicted();
  std::vector<std::string> words;
  const auto say = [&](std::uint64_t number, const char* what) {
    if (number > 0) words.push_back("analytics: " + std::to_string(number) + what);
  };
  say(duplicates, " records are counted once, though several inputs hold them");
  say(suite.evicted(), " groups, events or findings were forgotten for want of room");
  return words;
}

}  // namespace interdict::pipeline
