#include "pipeline/sigma.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "base/hash.hpp"
#include "correlate/sigma/runtime.hpp"
#include "event/no_time.hpp"
#include "pipeline/merge.hpp"
#include "pipeline/repeats.hpp"

namespace interdict::pipeline {

namespace {

constexpr std::size_t kMaxEntities = 64;  ///< of one finding

std::string id_of(const finding::RuleInfo& rule, const CountedEvent& first, std::uint64_t group) {
  std::string text = rule.id;
  text += '\0';
  text += first.host;
  text += '\0';
  text += hex64(first.digest.high) + hex64(first.digest.low) + hex64(group);
  return "d-" + hex64(hash64(text));
}

std::string text_of(double value) {
  std::string text = std::to_string(value);
  if (text.find('.') == std::string::npos) return text;
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text;
}

Result<finding::Detection> detection_of(const correlate::SigmaFinding& found,
                                        const LoadedRules& loaded, EventList& events) {
  INTERDICT_TRY(const Pending event, events.load(found.refs.front()));
  const CountedEvent& first = *event.counted;
  const auto index = static_cast<std::uint32_t>(loaded.rules.rules().size()) + found.correlation;
  finding::Detection out;
  out.rule = finding::RuleId(index);
  out.id = id_of(loaded.infos[index], first, found.group);
  out.time = event.observation.time;
  out.last = found.last;
  out.last.digits = out.time.digits;
  out.host = first.host;
  out.user = first.user;
  out.count = found.count;
  out.evidence = first.evidence;
  out.fields = first.fields;
  out.fields.emplace_back("correlation.value", OwnedValue{text_of(found.value), ValueType::real});
  auto refs = found.refs;
  if (std::ranges::find(refs, found.last_ref) == refs.end()) refs.push_back(found.last_ref);
  for (const auto ref : refs) {
    INTERDICT_TRY(const Pending one, events.load(ref));
    const auto& evidence = one.counted->evidence;
    out.fields.emplace_back(
        "correlation.event",
        OwnedValue{evidence.file + '#' + std::to_string(evidence.record), ValueType::string});
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

Result<std::vector<std::string>> correlate_rules(const LoadedRules& loaded, EventList& events,
                                                 std::optional<Timestamp> end,
                                                 finding::Ledger& ledger) {
  if (loaded.correlations.empty()) return std::vector<std::string>{};
  std::uint64_t duplicates = 0;
  correlate::SigmaCorrelator correlator(loaded.correlations);
  Repeats repeats;
  std::vector<correlate::SigmaHit> hits;
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (!is_known(events.time(i))) continue;
    if (!events.is_counted(i)) {
      correlator.advance(events.time(i));
      continue;
    }
    INTERDICT_TRY(const Pending event, events.load(i));
    if (repeats.is_repeat(event.observation.time, event.counted->digest, events.input(i))) {
      ++duplicates;
      continue;
    }
    hits.clear();
    for (const auto& hit : event.counted->hits) hits.push_back({hit.rule, hit.slots});
    correlator.push(event.observation.time, i, hits);
  }
  if (end) correlator.advance(*end);
  correlator.finish();
  auto findings = correlator.take();
  std::ranges::sort(findings, [](const auto& left, const auto& right) {
    return std::tie(left.refs.front(), left.correlation, left.group, left.last.ns) <
           std::tie(right.refs.front(), right.correlation, right.group, right.last.ns);
  });
  for (const auto& found : findings) {
    INTERDICT_TRY(auto detection, detection_of(found, loaded, events));
    count_detection(detection.evidence.file, ledger);
    events.add(found.refs.front(), std::move(detection));
  }
  const auto& stats = correlator.stats();
  ledger.state_evicted += stats.evicted_groups;
  std::vector<std::string> words;
  const auto say = [&](std::uint64_t number, const char* what) {
    if (number > 0) words.push_back("correlations: " + std::to_string(number) + what);
  };
  say(stats.without_group, " events are not counted: they lack a `group-by` field");
  say(stats.without_value, " events are not counted: they lack the `field`, or it is no number");
  say(duplicates, " records are counted once, though several inputs hold them");
  say(stats.evicted_groups, " groups were forgotten for want of room");
  return words;
}

}  // namespace interdict::pipeline
