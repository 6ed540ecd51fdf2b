#include "pipeline/engine.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <functional>
#include <future>
#include <iterator>
#include <mutex>
#include <numeric>
#include <optional>
#include <set>
#include <thread>

#include <sys/resource.h>

#include "assess/stop.hpp"
#include "correlate/correlator.hpp"
#include "event/no_time.hpp"
#include "pipeline/analytics.hpp"
#include "pipeline/content.hpp"
#include "pipeline/evidence.hpp"
#include "pipeline/foreign_rules.hpp"
#include "pipeline/host_clocks.hpp"
#include "pipeline/levers.hpp"
#include "pipeline/maps.hpp"
#include "pipeline/merge.hpp"
#include "pipeline/rules.hpp"
#include "pipeline/sigma.hpp"
#include "pipeline/worker.hpp"

namespace interdict::pipeline {

namespace {

using Clock = std::chrono::steady_clock;

/// The order in which inputs are taken: by one thread as they are listed; by several the largest
/// first, for a large one that begins last would keep one busy while the others wait.
std::vector<std::size_t> order_of_reading(const std::vector<source::Input>& inputs, unsigned jobs) {
  std::vector<std::size_t> order(inputs.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (jobs == 1) return order;
  std::vector<std::uintmax_t> sizes;
  for (const auto& input : inputs) {
    std::error_code error;
    const auto size = std::filesystem::file_size(input.path, error);
    sizes.push_back(error ? 0 : size);
  }
  std::ranges::stable_sort(order, std::greater<>{}, [&](std::size_t i) { return sizes[i]; });
  return order;
}

/// Reads all inputs with `jobs` threads; which thread takes which input changes nothing. One that
/// has no more to take helps another.
Harvest read_all(const std::vector<source::Input>& inputs, const Shared& shared, unsigned jobs) {
  if (jobs == 0) jobs = std::max(1U, std::thread::hardware_concurrency());
  jobs = static_cast<unsigned>(
      std::min<std::size_t>(jobs, 2 * std::max<std::size_t>(1, inputs.size())));
  std::vector<Harvest> parts(jobs);
  for (auto& part : parts) part.pending = EventList(EventList::kMemoryBytes / jobs);
  Crew crew(jobs);
  const auto order = order_of_reading(inputs, jobs);
  std::atomic<std::size_t> next = 0;
  std::mutex telling;
  std::size_t done = 0;
  const auto work = [&](Harvest& part) {
    Matchers matchers(shared.fast_rules);
    for (std::size_t i = next++; i < inputs.size(); i = next++) {
      process_input(inputs[order[i]], static_cast<std::uint32_t>(order[i]), shared, matchers, crew,
                    part);
      if (!shared.options.progress) continue;
      const std::lock_guard lock(telling);
      shared.options.progress(++done, inputs.size());
    }
    crew.help(matchers);
  };
  {
    std::vector<std::jthread> threads;
    for (unsigned i = 1; i < jobs; ++i) threads.emplace_back([&, i] { work(parts[i]); });
    work(parts[0]);
  }
  return merge(std::move(parts));
}

/// Records that name no host (a cloud account's trail, a sensor on the wire) are a row without a
/// name.
std::vector<correlate::HostScope> scope_of(const Coverage& coverage) {
  std::map<std::string, correlate::HostScope> hosts;
  std::map<std::string, std::set<std::int64_t>> hours_of;
  for (const auto& [key, hours] : coverage) {
    const auto& [host, kind] = key;
    auto& entry = hosts[host];
    entry.host = host;
    finding::ScopeSource source;
    source.log_source = kind;
    const HourSpan* previous = nullptr;
    for (const auto& [hour, span] : hours) {
      if (previous == nullptr) source.first = span.first;
      if (previous != nullptr && span.first.ns - previous->last.ns > kNsPerHour) {
        source.gaps.emplace_back(previous->last, span.first);
      }
      source.last = span.last;
      source.events += span.events;
      hours_of[host].insert(hour);
      previous = &span;
    }
    entry.hours_by_kind[kind] = hours.size();
    entry.sources.push_back(std::move(source));
  }
  std::vector<correlate::HostScope> out;
  for (auto& [host, entry] : hosts) {
    entry.hours = hours_of[host].size();
    out.push_back(std::move(entry));
  }
  return out;
}

void set_time_range(const Coverage& coverage, finding::Report& report) {
  for (const auto& [key, hours] : coverage) {
    for (const auto& [hour, span] : hours) {
      report.first = report.first ? std::min(*report.first, span.first) : span.first;
      report.last = report.last ? std::max(*report.last, span.last) : span.last;
    }
  }
}

void set_timing(Clock::time_point start, finding::Ledger& ledger) {
  ledger.wall_s = std::chrono::duration<double>(Clock::now() - start).count();
  std::uint64_t events = 0;
  for (const auto& row : ledger.inputs) events += row.events;
  ledger.events_per_s = ledger.wall_s > 0 ? static_cast<double>(events) / ledger.wall_s : 0;
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  ledger.peak_rss_bytes = static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
}

/// Detections by (time, id), as every file lists them.
void sort_detections(std::vector<finding::Detection>& detections) {
  std::ranges::sort(detections, [](const auto& a, const auto& b) {
    return std::tie(a.time.ns, a.id) < std::tie(b.time.ns, b.id);
  });
}

/// An error if not one input could be opened: that is nothing to read, and no result is written.
Result<bool> require_something(const std::vector<finding::InputRow>& rows) {
  const auto is_unread = [](const finding::InputRow& row) {
    const auto it = row.skipped.find("unreadable");
    return row.events == 0 && row.skipped.size() == 1 && it != row.skipped.end() &&
           it->second.bytes == row.bytes;
  };
  if (rows.empty() || !std::ranges::all_of(rows, is_unread)) return true;
  const auto& first = rows.front();
  return fail(Errc::io, "cannot be read: " + first.skipped.at("unreadable").why,
              Where{.file = first.path});
}

std::optional<Month> month_of(std::optional<Timestamp> time) {
  if (!time) return std::nullopt;
  const auto days = std::chrono::floor<std::chrono::days>(
      std::chrono::sys_time<std::chrono::nanoseconds>{std::chrono::nanoseconds{time->ns}});
  const std::chrono::year_month_day date{days};
  return Month{static_cast<int>(date.year()),
               static_cast<int>(static_cast<unsigned>(date.month()))};
}

/// What was assumed or mended of inputs, a line each; of many, the first.
void tell_notes(const std::vector<finding::InputRow>& rows, std::vector<std::string>& diagnostics) {
  constexpr std::size_t kMostLines = 10;
  std::size_t told = 0;
  for (const auto& row : rows) {
    if (row.notes.empty()) continue;
    if (++told > kMostLines) continue;
    std::string line = row.path + ": ";
    for (const auto& note : row.notes) line += (&note == row.notes.data() ? "" : "; ") + note;
    diagnostics.push_back(std::move(line));
  }
  if (told > kMostLines) {
    diagnostics.push_back("… and " + std::to_string(told - kMostLines) +
                          " more inputs with notes (ledger)");
  }
}

/// Puts the rules of other tools behind ours, in an order that no thread decides.
void take_foreign_rules(ForeignRules& foreign, std::vector<finding::RuleInfo>& infos,
                        EventList& events) {
  auto finished = foreign.finish();
  events.place_rules(infos.size(), std::move(finished.places));
  std::ranges::move(finished.infos, std::back_inserter(infos));
}

struct Read {
  Run run;
  Harvest harvest;
};

/// What hunt and detect share: rules, inputs, ledger. A record that stands in the inputs twice
/// counts once for a hunt; a flat list shows it wherever it stands.
Result<Read> read_and_detect(const Options& options, bool only_detections) {
  FieldCatalogue catalogue;
  auto loading_maps = std::async(options.jobs == 1 ? std::launch::deferred : std::launch::async,
                                 [&] { return load_maps(options); });
  auto loading_rules = load_rules(options, catalogue);
  INTERDICT_TRY(const auto maps, loading_maps.get());
  INTERDICT_TRY(const auto log_kinds, parse_log_kinds(pipeline::content("attack/log_kinds.tsv")));
  INTERDICT_TRY(auto loaded, std::move(loading_rules));
  loaded.linked = {};  // only explaining needs the rules' text form
  INTERDICT_TRY(const auto inputs, source::list_inputs(options.inputs));
  INTERDICT_TRY(const auto zones, TimeZones::parse(options.timezones));
  const YearHint years(inputs, month_of(options.from));
  Duplicates duplicates(inputs);
  const graph::Extractor extractor(catalogue);
  const analytics::SignalReader signals(catalogue);
  INTERDICT_TRY(const auto thresholds,
                analytics::Thresholds::parse(pipeline::content("analytics/thresholds.tsv")));
  INTERDICT_TRY(const auto outcomes,
                posture::OutcomeTable::parse(pipeline::content("controls/outcomes.tsv")));
  INTERDICT_TRY(const auto control_records,
                posture::EvidenceTable::parse(pipeline::content("controls/evidence.tsv")));
  INTERDICT_TRY(const auto alert_stages,
                AlertStages::parse(pipeline::content("attack/alert_stages.tsv")));
  ForeignRules foreign(alert_stages, loaded.infos.size());
  std::optional<detect::FastRules> fast;
  if (options.engine == Engine::fast) fast.emplace(loaded.rules);
  const Shared shared{.options = options,
                      .maps = maps,
                      .catalogue = catalogue,
                      .loaded = &loaded,
                      .fast_rules = fast ? &*fast : nullptr,
                      .extractor = &extractor,
                      .signals = &signals,
                      .outcomes = &outcomes,
                      .control_records = &control_records,
                      .zones = &zones,
                      .years = &years,
                      .foreign = &foreign,
                      .duplicates = only_detections ? nullptr : &duplicates,
                      .only_detections = only_detections,
                      .on_event = {}};
  Read out;
  out.harvest = read_all(inputs, shared, options.jobs);
  INTERDICT_TRY(const bool some, require_something(out.harvest.rows));
  static_cast<void>(some);
  auto& report = out.run.report;
  report.version = INTERDICT_VERSION;
  // A flat list shows each record's own time.
  if (!only_detections) {
    const auto mended = mend_host_clocks(out.harvest, report.ledger);
    if (!mended) return tl::unexpected(mended.error());
  }
  fill_ledger(out.harvest, &loaded.rules, log_kinds, report);
  report.ledger.rules_loaded = loaded.infos.size();
  set_time_range(out.harvest.coverage, report);
  INTERDICT_TRY(auto uncounted,
                correlate_rules(loaded, out.harvest.pending, report.last, report.ledger));
  take_foreign_rules(foreign, loaded.infos, out.harvest.pending);
  INTERDICT_TRY(auto unseen,
                run_analytics(thresholds, out.harvest.pending, loaded.infos, report.ledger));
  report.rules = std::move(loaded.infos);
  report.ledger.rules_refused = std::move(loaded.refused);
  for (auto& fault : loaded.faults) out.run.diagnostics.push_back(std::move(fault.rendered));
  std::ranges::move(uncounted, std::back_inserter(out.run.diagnostics));
  tell_notes(out.harvest.rows, out.run.diagnostics);
  std::ranges::move(told(report.ledger.clocks), std::back_inserter(out.run.diagnostics));
  std::ranges::move(unseen, std::back_inserter(out.run.diagnostics));
  if (const auto bytes = out.harvest.pending.lacks_file(); bytes > 0) {
    out.run.diagnostics.push_back("no temporary file in " + Spool::temporary_folder() + ": " +
                                  std::to_string(bytes >> 20U) + " MiB stay in memory");
  }
  return out;
}

/// Hands the events to the correlator, in order of time, and their detections to the report.
Result<void> correlate_events(EventList& events, correlate::Correlator& correlator,
                              std::vector<finding::Detection>& detections) {
  TextMap<std::uint32_t> known;
  std::vector<std::uint32_t> links;
  std::vector<std::uint32_t> rules_here;
  for (std::size_t i = 0; i < events.size(); ++i) {
    INTERDICT_TRY(const auto event, events.load(i));
    INTERDICT_TRY(auto found, events.detections_of(i));
    links.clear();
    rules_here.clear();
    for (auto& detection : found) {
      const auto index = static_cast<std::uint32_t>(detections.size());
      const auto [it, is_new] = known.try_emplace(detection.id, index);
      links.push_back(it->second);
      if (is_new) {
        detections.push_back(std::move(detection));
      } else {
        auto& first = detections[it->second];
        first.count += detection.count;
        first.last = std::max(first.last, detection.last);
      }
      rules_here.push_back(detections[it->second].rule.value());
    }
    // An event without a time has no place in any chain; what rules say of it stands by itself.
    if (is_known(events.time(i))) correlator.ingest(event.observation, links, rules_here);
  }
  return {};
}

/// What the responder knows: seeds, context and verdicts.
Result<finding::Levers> gather_levers(const Options& options) {
  finding::Levers out;
  for (const auto& text : options.seeds) {
    INTERDICT_TRY(auto seed, parse_seed(text));
    out.seeds.push_back(std::move(seed));
  }
  if (!options.context_path.empty()) {
    INTERDICT_TRY(const auto text, read_text_file(options.context_path));
    INTERDICT_TRY(out.context, read_context(text, options.context_path));
  }
  if (!options.verdicts_path.empty()) {
    INTERDICT_TRY(const auto text, read_text_file(options.verdicts_path));
    INTERDICT_TRY(out.verdicts, read_verdicts(text, options.verdicts_path));
  }
  return out;
}

}  // namespace

Result<Run> hunt(const Options& options) {
  const auto start = Clock::now();
  correlate::Options how;
  INTERDICT_TRY(how.levers, gather_levers(options));
  const auto left_out = [&](std::string_view part) {
    return std::ranges::find(options.ablate, part) != options.ablate.end();
  };
  how.without = {left_out("stages"), left_out("rarity"), left_out("links")};
  INTERDICT_TRY(auto read, read_and_detect(options, false));
  auto& report = read.run.report;
  std::string priors(pipeline::content("priors/rules.tsv"));
  if (!options.priors_path.empty()) {
    INTERDICT_TRY(priors, read_text_file(options.priors_path));
  }
  const correlate::Content content{std::string(pipeline::content("attack/stages.tsv")), priors,
                                   std::string(pipeline::content("analytics/hubs.tsv"))};
  INTERDICT_TRY(auto correlator, correlate::Correlator::create(content, report.rules, how));
  const auto ingested = correlate_events(read.harvest.pending, correlator, report.detections);
  if (!ingested) return tl::unexpected(ingested.error());
  correlator.finish(report, scope_of(read.harvest.coverage));
  INTERDICT_TRY(const auto catalogue,
                assess::load_catalogue(std::string(pipeline::content("controls/controls.yml"))));
  INTERDICT_TRY(auto given, read_evidence(options.controls_path, options.evidence_paths));
  auto evidence = read.harvest.control_evidence.take();
  std::ranges::move(given.evidence, std::back_inserter(evidence));
  std::ranges::move(given.diagnostics, std::back_inserter(read.run.diagnostics));
  for (auto& intrusion : report.intrusions) {
    assess::assess_stop(intrusion, report.detections, catalogue, evidence);
  }
  sort_detections(report.detections);
  set_timing(start, report.ledger);
  return std::move(read.run);
}

Result<Run> detect(const Options& options, const OnDetection& on_detection) {
  const auto start = Clock::now();
  INTERDICT_TRY(auto read, read_and_detect(options, true));
  const auto& report = read.run.report;
  const auto told = read.harvest.pending.for_each_detection(
      [&](const finding::Detection& detection) { on_detection(report, detection); });
  if (!told) return tl::unexpected(told.error());
  set_timing(start, read.run.report.ledger);
  return std::move(read.run);
}

Result<Run> decode(
    const Options& options,
    const std::function<void(const EventBatch&, Row, const FieldCatalogue&)>& on_event) {
  const auto start = Clock::now();
  FieldCatalogue catalogue;
  INTERDICT_TRY(const auto maps, load_maps(options));
  INTERDICT_TRY(const auto log_kinds, parse_log_kinds(pipeline::content("attack/log_kinds.tsv")));
  INTERDICT_TRY(const auto inputs, source::list_inputs(options.inputs));
  INTERDICT_TRY(const auto zones, TimeZones::parse(options.timezones));
  const YearHint years(inputs, month_of(options.from));
  const Shared shared{
      .options = options,
      .maps = maps,
      .catalogue = catalogue,
      .zones = &zones,
      .years = &years,
      .on_event = [&](const EventBatch& batch, Row row) { on_event(batch, row, catalogue); }};
  Run run;
  const auto harvest = read_all(inputs, shared, 1);
  INTERDICT_TRY(const bool some, require_something(harvest.rows));
  static_cast<void>(some);
  run.report.version = INTERDICT_VERSION;
  tell_notes(harvest.rows, run.diagnostics);
  fill_ledger(harvest, nullptr, log_kinds, run.report);
  set_time_range(harvest.coverage, run.report);
  set_timing(start, run.report.ledger);
  return run;
}

bool is_loss(std::string_view reason) {
  static constexpr std::array<std::string_view, 4> kNoLoss = {"not-a-log", "duplicate", "slack",
                                                              "outside-time-range"};
  return std::ranges::find(kNoLoss, reason) == kNoLoss.end();
}

bool has_loss(const finding::Ledger& ledger) {
  return std::ranges::any_of(ledger.inputs, [](const finding::InputRow& row) {
    return std::ranges::any_of(row.skipped, [](const auto& entry) { return is_loss(entry.first); });
  });
}

}  // namespace interdict::pipeline
