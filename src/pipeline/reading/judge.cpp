#include "pipeline/reading/judge.hpp"

#include <algorithm>
#include <utility>

#include "base/hash.hpp"
#include "event/no_time.hpp"
#include "graph/keys.hpp"

namespace interdict::pipeline {

using decode::SkipReason;

namespace {

/// `d-` and a hash of the rule, the host and the first record's bytes (contract, ids).
std::string detection_id(std::string_view rule, std::string_view host, const Digest128& digest) {
  std::string text(rule);
  text += '\0';
  text += host;
  text += '\0';
  text += hex64(digest.high) + hex64(digest.low);
  return "d-" + hex64(hash64(text));
}

/// Alerts of several tools on the same traffic at the same time share a flow: who counts
/// independent witnesses counts them once.
void add_flow(const normalize::Alert& alert, finding::Detection& detection) {
  if (alert.flow.empty()) return;
  detection.entities.push_back({EntityType::flow, "alert|" + alert.flow});
  std::ranges::sort(detection.entities);
}

/// What only a hunt reads of it.
void forget_graph(graph::Observation& observation) {
  observation.edges.clear();
  observation.names.clear();
  observation.images.clear();
  observation.self_addresses.clear();
}

}  // namespace

void skip(finding::InputRow& row, SkipReason reason, std::uint64_t records, std::uint64_t bytes,
          std::uint64_t offset, const std::string& why) {
  auto [it, is_new] = row.skipped.try_emplace(std::string(decode::to_string(reason)));
  auto& entry = it->second;
  if (entry.why.empty()) entry.why = why;
  entry.first_offset = is_new ? offset : std::min(entry.first_offset, offset);
  entry.records += records;
  entry.bytes += bytes;
}

bool Judge::in_range(Timestamp time) const {
  if (!is_known(time)) return !shared_.options.from && !shared_.options.to;
  return (!shared_.options.from || time >= *shared_.options.from) &&
         (!shared_.options.to || time <= *shared_.options.to);
}

void Judge::leave_out(const Origin& origin, SkipReason reason) {
  ++left_out_.events;
  left_out_.event_bytes += origin.size;
  skip(left_out_, reason, 1, origin.size, origin.offset);
}

void Judge::end(finding::InputRow& row) {
  row.events -= left_out_.events;
  row.event_bytes -= left_out_.event_bytes;
  for (const auto& [reason, skipped] : left_out_.skipped) {
    auto [it, is_new] = row.skipped.try_emplace(reason, skipped);
    if (is_new) continue;
    it->second.first_offset = std::min(it->second.first_offset, skipped.first_offset);
    it->second.records += skipped.records;
    it->second.bytes += skipped.bytes;
  }
  left_out_ = {};
  row.detections += std::exchange(detections_, 0);
  if (not_compared_ == 0) return;
  row.notes.push_back(std::to_string(std::exchange(not_compared_, 0)) +
                      " events were not compared with other inputs' for duplicates (limit)");
}

void Judge::see(const EventBatch& batch, std::span<const normalize::Alert> alerts,
                Matchers& matchers) {
  matches_.clear();
  if (matchers.fast) {
    matchers.fast->match(batch, matches_);
  } else if (shared_.loaded != nullptr) {
    detect::match_reference(shared_.loaded->rules, batch, matchers.reference, matches_);
  }
  if (shared_.control_records != nullptr) {
    harvest_.control_evidence.see(*shared_.control_records, shared_.catalogue, batch, [&](Row row) {
      return is_known(batch.time(row)) && in_range(batch.time(row));
    });
  }
  auto& [kind_events, kind_hosts] = harvest_.kinds[batch.log_source().kind];
  harvest_.log_sources.try_emplace(batch.log_source().kind, batch.log_source());
  const bool of_sensor = shared_.extractor != nullptr && graph::is_sensor(batch.log_source());
  std::size_t next = 0;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const auto row = static_cast<Row>(i);
    const std::size_t first = next;
    while (next < matches_.size() && matches_[next].row == row) ++next;
    const normalize::Alert* alert = nullptr;
    if (!alerts.empty() && alerts.front().row == row) {
      alert = &alerts.front();
      alerts = alerts.subspan(1);
    }
    if (!in_range(batch.time(row))) {
      leave_out(batch.origin(row), SkipReason::outside_time_range);
      continue;
    }
    const std::uint64_t counts = claim(batch.origin(row)) ? 1 : 0;
    kind_events += counts;
    if (of_sensor) {
      const auto host = shared_.extractor->viewed_host(batch, row);
      kind_hosts.emplace(host);
      cover(batch, row, host, counts);
    } else {
      if (i == 0 || batch.host(row) != batch.host(static_cast<Row>(i - 1))) {
        kind_hosts.emplace(batch.host(row));
      }
      cover(batch, row, batch.host(row), counts);
    }
    if (is_duplicate_) continue;
    if (shared_.on_event) shared_.on_event(batch, row);
    if (shared_.extractor == nullptr) continue;
    auto sensed = sense(batch, row);
    if (next > first || sensed != nullptr || alert != nullptr || !shared_.only_detections) {
      keep(batch, row, std::span(matches_).subspan(first, next - first), std::move(sensed), alert);
    }
  }
}

/// True if the event adds to what is counted. Of a record that stands in the inputs twice one
/// copy does: is_duplicate_ says that this one is the other; one that takes the place of a copy
/// already counted adds nothing.
bool Judge::claim(const Origin& origin) {
  is_duplicate_ = false;
  if (shared_.duplicates == nullptr) return true;
  if (identities_left_ == 0) {
    ++not_compared_;
    return true;
  }
  --identities_left_;
  const auto answer = shared_.duplicates->claim(
      origin.identity, {order_, origin.offset, static_cast<std::uint32_t>(origin.size)});
  if (answer.displaced) harvest_.displaced.push_back(*answer.displaced);
  is_duplicate_ = answer.is_duplicate;
  if (is_duplicate_) {
    leave_out(origin, SkipReason::duplicate);
  }
  return !is_duplicate_ && !answer.displaced;
}

/// Counts the row for `host`, of which it gives a view, as `events`: 0 or 1.
void Judge::cover(const EventBatch& batch, Row row, std::string_view host, std::uint64_t events) {
  const Timestamp time = batch.time(row);
  if (!is_known(time)) return;
  const std::int64_t hour = time.ns / kNsPerHour - (time.ns % kNsPerHour < 0 ? 1 : 0);
  const std::string_view kind = batch.log_source().kind;
  auto& last = last_cover_;
  if (last.span == nullptr || last.hour != hour || last.host != host || last.kind != kind) {
    auto& hours =
        harvest_.coverage[{std::string(host), std::string(kind.substr(0, kind.rfind('/')))}];
    last.span = &hours.try_emplace(hour, HourSpan{time, time, 0}).first->second;
    last.hour = hour;
    last.host = host;
    last.kind = kind;
  }
  last.span->first = std::min(last.span->first, time);
  last.span->last = std::max(last.span->last, time);
  last.span->events += events;
}

std::unique_ptr<SensedEvent> Judge::sense(const EventBatch& batch, Row row) const {
  if (shared_.signals == nullptr || !is_known(batch.time(row))) return nullptr;
  auto signal = shared_.signals->read(batch, row);
  if (!signal) return nullptr;
  const auto& origin = batch.origin(row);
  return std::make_unique<SensedEvent>(
      SensedEvent{std::move(*signal), std::string(batch.host(row)), std::string(batch.user(row)),
                  batch.log_source().kind, origin.record, origin.digest});
}

void Judge::keep(const EventBatch& batch, Row row, std::span<const detect::RowMatch> matches,
                 std::unique_ptr<SensedEvent> sensed, const normalize::Alert* alert) {
  Pending pending;
  pending.observation = shared_.extractor->observe(batch, row);
  const bool has_time = is_known(pending.observation.time);
  if (!has_time) {
    forget_graph(pending.observation);
    pending.observation.ends_process = false;
  }
  if (pending.observation.edges.empty() && !pending.observation.ends_process && matches.empty() &&
      sensed == nullptr && alert == nullptr) {
    return;
  }
  pending.sensed = std::move(sensed);
  pending.offset = batch.origin(row).offset;
  for (const auto& match : matches) {
    if (!shared_.loaded->silent[match.rule.value()]) {
      const auto& id = shared_.loaded->infos[match.rule.value()].id;
      pending.detections.push_back(make_detection(batch, row, match.rule, id, pending.observation));
    }
    if (has_time && shared_.loaded->correlations.counts(match.rule))
      count(batch, row, match.rule, pending);
  }
  if (alert != nullptr && shared_.foreign != nullptr) {
    const auto [rule, id] = shared_.foreign->place(*alert);
    auto detection = make_detection(batch, row, rule, id, pending.observation);
    if (alert->outcome != finding::Outcome::unknown) detection.outcome = alert->outcome;
    add_flow(*alert, detection);
    pending.detections.push_back(std::move(detection));
  }
  detections_ += pending.detections.size();
  if (shared_.only_detections) forget_graph(pending.observation);
  harvest_.pending.put(pending, order_);
}

void Judge::count(const EventBatch& batch, Row row, finding::RuleId rule, Pending& pending) const {
  const auto& plan = shared_.loaded->correlations;
  const auto& origin = batch.origin(row);
  if (pending.counted == nullptr) {
    pending.counted = std::make_unique<CountedEvent>();
    pending.counted->host = std::string(batch.host(row));
    pending.counted->user = std::string(batch.user(row));
    pending.counted->evidence = {batch.input(), origin.record, origin.offset,
                                 batch.log_source().kind};
    pending.counted->digest = origin.digest;
  }
  auto& hit = pending.counted->hits.emplace_back();
  hit.rule = rule;
  plan.read(batch, row, rule, hit.slots);
  for (auto& field : plan.shown(batch, row, rule, shared_.catalogue)) {
    if (std::ranges::find(pending.counted->fields, field) == pending.counted->fields.end()) {
      pending.counted->fields.push_back(std::move(field));
    }
  }
}

finding::Detection Judge::make_detection(const EventBatch& batch, Row row, finding::RuleId rule,
                                         std::string_view rule_id,
                                         const graph::Observation& observation) const {
  const auto& origin = batch.origin(row);
  finding::Detection out;
  out.id = detection_id(rule_id, batch.host(row), origin.digest);
  out.time = out.last = batch.time(row);
  out.rule = rule;
  out.host = observation.about.empty() ? std::string(batch.host(row)) : observation.about;
  out.user = std::string(batch.user(row));
  out.entities = observation.entities;
  // The host and its own addresses say where, not what: correlation has them apart.
  if (!out.host.empty()) out.entities.push_back({EntityType::host, graph::lower(out.host)});
  for (const auto& address : observation.self_addresses) {
    out.entities.push_back({EntityType::ip, address});
  }
  std::ranges::sort(out.entities);
  out.entities.erase(std::unique(out.entities.begin(), out.entities.end()), out.entities.end());
  out.evidence = {batch.input(), origin.record, origin.offset, batch.log_source().kind};
  for (const FieldId field : batch.fields()) {
    for (const Value& value : batch.values(row, field)) {
      out.fields.emplace_back(std::string(shared_.catalogue.name(field)),
                              OwnedValue{std::string(value.text), value.type});
    }
  }
  std::ranges::stable_sort(out.fields, {}, &std::pair<std::string, OwnedValue>::first);
  if (shared_.outcomes != nullptr) out.outcome = shared_.outcomes->outcome(out);
  return out;
}

}  // namespace interdict::pipeline
