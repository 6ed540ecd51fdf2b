#include "pipeline/worker.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "base/hash.hpp"
#include "graph/keys.hpp"
#include "normalize/time.hpp"
#include "pipeline/clock_check.hpp"

namespace interdict::pipeline {

namespace {

using decode::SkipReason;

SkipReason reason_of(source::Trouble what) {
  switch (what) {
    case source::Trouble::unreadable:
      return SkipReason::unreadable;
    case source::Trouble::encrypted:
      return SkipReason::encrypted;
    case source::Trouble::truncated:
      return SkipReason::truncated;
    case source::Trouble::limit:
      return SkipReason::limit;
    case source::Trouble::path_outside_archive:
      return SkipReason::path_outside_archive;
  }
  return SkipReason::unreadable;
}

void skip(finding::InputRow& row, SkipReason reason, std::uint64_t records, std::uint64_t bytes,
          std::uint64_t offset, const std::string& why = {}) {
  auto [it, is_new] = row.skipped.try_emplace(std::string(decode::to_string(reason)));
  auto& entry = it->second;
  if (entry.why.empty()) entry.why = why;
  entry.first_offset = is_new ? offset : std::min(entry.first_offset, offset);
  entry.records += records;
  entry.bytes += bytes;
}

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

/// Reads the files and members of one input, one after another.
class InputReader final : public source::Visitor, public decode::Sink {
 public:
  InputReader(const source::Input& input, std::uint32_t place, const Shared& shared,
              Matchers& matchers, Harvest& harvest)
      : input_(input),
        shared_(shared),
        matchers_(matchers),
        harvest_(harvest),
        order_(std::uint64_t{place} << 32U),
        identities_left_(shared.duplicates != nullptr ? shared.duplicates->quota(place) : 0) {}

  void begin(const std::string& name) override {
    row_ = {};
    row_.path = name;
    harvest_.names[++order_] = name;
    first_pending_ = harvest_.pending.size();
    sha_.emplace();
    head_.clear();
    decoder_.reset();
    normalizer_.reset();
    sniffed_ = checks_clock_ = false;
    is_open_ = true;
  }

  void piece(Bytes bytes) override {
    sha_->update(bytes);
    row_.bytes += bytes.size();
    if (!sniffed_) {
      const auto wanted = std::min(bytes.size(), decode::kSniffBytes - head_.size());
      head_.append(as_text(bytes.first(wanted)));
      bytes = bytes.subspan(wanted);
      if (head_.size() < decode::kSniffBytes) return;
      choose_decoder();
    }
    if (decoder_ == nullptr) return;
    if (checks_clock_ && normalizer_ == nullptr) {
      const auto wanted = std::min(bytes.size(), kClockCheckBytes - head_.size());
      head_.append(as_text(bytes.first(wanted)));
      bytes = bytes.subspan(wanted);
      if (head_.size() < kClockCheckBytes) return;
    }
    start_decoder();
    decoder_->feed(bytes, *this);
  }

  void end() override {
    if (!sniffed_) choose_decoder();
    if (decoder_ != nullptr) {
      start_decoder();
      decoder_->finish(*this);
      normalizer_->flush();
      note_times();
      if (not_compared_ > 0) {
        row_.notes.push_back(std::to_string(std::exchange(not_compared_, 0)) +
                             " events were not compared with other inputs' for duplicates (limit)");
      }
    } else if (row_.bytes > accounted()) {
      skip(row_, is_log_ ? SkipReason::unknown_format : SkipReason::not_a_log, 0,
           row_.bytes - accounted(), 0);
    }
    row_.sha256 = sha_->finish();
    for (std::size_t i = first_pending_; i < harvest_.pending.size(); ++i) {
      harvest_.pending[i].content = row_.sha256;
    }
    harvest_.rows.push_back(std::move(row_));
    is_open_ = false;
  }

  void archive(const std::string& name, const std::string& format, std::uint64_t bytes,
               const std::string& sha256) override {
    auto& row = row_named(name);
    row.format = format;
    row.sha256 = sha256;
    row.bytes += bytes;
    row.structure_bytes += bytes;
  }

  void trouble(const std::string& name, source::Trouble what, std::uint64_t bytes,
               std::uint64_t offset, const std::string& why) override {
    finding::InputRow& row = is_open_ && row_.path == name ? row_ : row_named(name);
    row.bytes += bytes;
    skip(row, reason_of(what), 0, bytes, offset, why);
  }

  void record(const decode::RawRecord& record) override {
    switch (normalizer_->add(record)) {
      case normalize::Placed::event:
        ++row_.events;
        row_.event_bytes += record.bytes.size();
        break;
      case normalize::Placed::bad_time:
        skip(row_, SkipReason::bad_time, 1, record.bytes.size(), record.offset);
        break;
      case normalize::Placed::not_an_event:
        skip(row_, SkipReason::not_a_log, 1, record.bytes.size(), record.offset);
        break;
    }
  }
  void structure(std::uint64_t bytes) override { row_.structure_bytes += bytes; }
  void skipped(SkipReason reason, std::uint64_t records, std::uint64_t bytes,
               std::uint64_t offset) override {
    skip(row_, reason, records, bytes, offset);
  }

 private:
  [[nodiscard]] std::uint64_t accounted() const {
    std::uint64_t sum = row_.event_bytes + row_.structure_bytes;
    for (const auto& [reason, entry] : row_.skipped) sum += entry.bytes;
    return sum;
  }

  finding::InputRow& row_named(const std::string& name) {
    for (auto& row : harvest_.rows) {
      if (row.path == name) return row;
    }
    harvest_.rows.emplace_back().path = name;
    return harvest_.rows.back();
  }

  void choose_decoder() {
    sniffed_ = true;
    const auto found = decode::sniff(as_byte_span(head_), row_.path);
    is_log_ = found.is_log;
    row_.format = std::string(found.format);
    decoder_ = decode::make_decoder(found.format, {.carve = shared_.options.carve});
    checks_clock_ = decoder_ != nullptr && may_have_two_clocks(row_.format, head_);
  }

  /// Feeds it the head, once.
  void start_decoder() {
    if (normalizer_ != nullptr) return;
    auto local = local_time();
    if (checks_clock_) {
      local.repair =
          check_clock(shared_.maps, shared_.catalogue, row_.path, row_.format, head_, local);
      note_repair(local.repair, row_.notes);
    }
    normalizer_ = std::make_unique<normalize::Normalizer>(
        shared_.maps, shared_.catalogue, row_.path, row_.format,
        [this](const EventBatch& batch, std::span<const normalize::Alert> alerts) {
          judge(batch, alerts);
        },
        std::move(local),
        hash128(as_byte_span(head_).first(std::min(head_.size(), decode::kSniffBytes))));
    decoder_->feed(as_byte_span(head_), *this);
    head_.clear();
    head_.shrink_to_fit();
  }

  [[nodiscard]] normalize::LocalTime local_time() {
    normalize::LocalTime local;
    if (shared_.zones != nullptr) local.zone = shared_.zones->of(row_.path, input_.path);
    const auto month =
        shared_.years != nullptr
            ? shared_.years->of(row_.path, std::string_view(head_).substr(0, decode::kSniffBytes))
            : std::nullopt;
    if (month) {
      local.year = month->year;
      local.month = month->month;
    }
    std::string beginning = head_.substr(0, decode::kSniffBytes);
    std::erase(beginning, '\0');  // UTF-16 of dates is their ASCII and zeros
    local.day_first = normalize::has_day_first(beginning);
    knows_year_ = month.has_value();
    has_zone_ = local.zone != nullptr;
    return local;
  }

  /// Says what was assumed of times that do not say all.
  void note_times() {
    const auto times = normalizer_->incomplete_times();
    if (times.without_zone > 0 && !has_zone_) {
      row_.notes.push_back(std::to_string(times.without_zone) +
                           " times without a zone taken as UTC (--timezone)");
    } else if (times.without_zone > 0) {
      row_.notes.push_back(std::to_string(times.without_zone) +
                           " times without a zone read in the zone of --timezone");
    }
    if (times.without_year > 0) {
      row_.notes.push_back(
          std::to_string(times.without_year) + " times without a year taken from " +
          (knows_year_ ? "the other dates given" : "1970 on, for nothing tells it (--from)"));
    }
  }

  [[nodiscard]] bool in_range(Timestamp time) const {
    return (!shared_.options.from || time >= *shared_.options.from) &&
           (!shared_.options.to || time <= *shared_.options.to);
  }

  void judge(const EventBatch& batch, std::span<const normalize::Alert> alerts) {
    matches_.clear();
    if (matchers_.fast) {
      matchers_.fast->match(batch, matches_);
    } else if (shared_.loaded != nullptr) {
      detect::match_reference(shared_.loaded->rules, batch, matchers_.reference, matches_);
    }
    if (shared_.control_records != nullptr) {
      harvest_.control_evidence.see(*shared_.control_records, shared_.catalogue, batch,
                                    [&](Row row) { return in_range(batch.time(row)); });
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
        const auto& origin = batch.origin(row);
        --row_.events;
        row_.event_bytes -= origin.size;
        skip(row_, SkipReason::outside_time_range, 1, origin.size, origin.offset);
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
        keep(batch, row, std::span(matches_).subspan(first, next - first), std::move(sensed),
             alert);
      }
    }
  }

  /// True if the event adds to what is counted. Of a record that stands in the inputs twice one
  /// copy does: is_duplicate_ says that this one is the other; one that takes the place of a copy
  /// already counted adds nothing.
  bool claim(const Origin& origin) {
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
      --row_.events;
      row_.event_bytes -= origin.size;
      skip(row_, SkipReason::duplicate, 1, origin.size, origin.offset);
    }
    return !is_duplicate_ && !answer.displaced;
  }

  /// Counts the row for `host`, of which it gives a view, as `events`: 0 or 1.
  void cover(const EventBatch& batch, Row row, std::string_view host, std::uint64_t events) {
    const Timestamp time = batch.time(row);
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

  /// The hour that the last event was counted in: the next is mostly of the same.
  struct LastCover {
    HourSpan* span = nullptr;
    std::int64_t hour = 0;
    std::string host;
    std::string kind;
  };

  [[nodiscard]] std::unique_ptr<SensedEvent> sense(const EventBatch& batch, Row row) const {
    if (shared_.signals == nullptr) return nullptr;
    auto signal = shared_.signals->read(batch, row);
    if (!signal) return nullptr;
    const auto& origin = batch.origin(row);
    return std::make_unique<SensedEvent>(
        SensedEvent{std::move(*signal), std::string(batch.host(row)), std::string(batch.user(row)),
                    batch.log_source().kind, origin.record, origin.digest});
  }

  void keep(const EventBatch& batch, Row row, std::span<const detect::RowMatch> matches,
            std::unique_ptr<SensedEvent> sensed, const normalize::Alert* alert) {
    Pending pending;
    pending.observation = shared_.extractor->observe(batch, row);
    if (pending.observation.edges.empty() && !pending.observation.ends_process && matches.empty() &&
        sensed == nullptr && alert == nullptr) {
      return;
    }
    pending.sensed = std::move(sensed);
    pending.input = batch.input();
    pending.offset = batch.origin(row).offset;
    for (const auto& match : matches) {
      if (!shared_.loaded->silent[match.rule.value()]) {
        const auto& id = shared_.loaded->infos[match.rule.value()].id;
        pending.detections.push_back(
            make_detection(batch, row, match.rule, id, pending.observation));
      }
      if (shared_.loaded->correlations.counts(match.rule)) count(batch, row, match.rule, pending);
    }
    if (alert != nullptr && shared_.foreign != nullptr) {
      const auto [rule, id] = shared_.foreign->place(*alert);
      auto detection = make_detection(batch, row, rule, id, pending.observation);
      if (alert->outcome != finding::Outcome::unknown) detection.outcome = alert->outcome;
      add_flow(*alert, detection);
      pending.detections.push_back(std::move(detection));
    }
    row_.detections += pending.detections.size();
    harvest_.pending.push_back(std::move(pending));
  }

  void count(const EventBatch& batch, Row row, finding::RuleId rule, Pending& pending) const {
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

  [[nodiscard]] finding::Detection make_detection(const EventBatch& batch, Row row,
                                                  finding::RuleId rule, std::string_view rule_id,
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

  const source::Input& input_;
  const Shared& shared_;
  Matchers& matchers_;
  Harvest& harvest_;
  std::uint64_t order_;            ///< Claimant::order of what is open
  std::uint64_t identities_left_;  ///< of the input with all its members
  std::uint64_t not_compared_ = 0;
  bool is_duplicate_ = false;  ///< the event that was claimed last
  finding::InputRow row_;
  std::size_t first_pending_ = 0;  ///< where this input's events begin
  std::optional<Sha256> sha_;
  std::string head_;
  bool sniffed_ = false;
  bool checks_clock_ = false;
  bool has_zone_ = false;
  bool knows_year_ = false;
  bool is_log_ = true;
  bool is_open_ = false;
  std::unique_ptr<decode::Decoder> decoder_;
  std::unique_ptr<normalize::Normalizer> normalizer_;
  std::vector<detect::RowMatch> matches_;
  LastCover last_cover_;
};

}  // namespace

void process_input(const source::Input& input, std::uint32_t place, const Shared& shared,
                   Matchers& matchers, Harvest& harvest) {
  InputReader reader(input, place, shared, matchers, harvest);
  source::read_input(input, {}, reader);
}

}  // namespace interdict::pipeline
