// Rules over batches that are already made, and the loading of rules. One thread.
#include <cstdio>

#include <benchmark/benchmark.h>

#include "corpus.hpp"
#include "detect/fast.hpp"
#include "detect/reference.hpp"
#include "pipeline/rules.hpp"

namespace {

using interdict::FieldCatalogue;
using interdict::bench::Batches;
using interdict::bench::Corpus;
using interdict::detect::RowMatch;
using interdict::detect::RuleSet;

interdict::pipeline::Options options(const std::string& cache = {}) {
  interdict::pipeline::Options result;
  result.rule_paths = interdict::bench::rule_paths();
  result.cache_folder = cache;
  return result;
}

template <class Match>
std::uint64_t match_all(const Batches& batches, Match match) {
  std::vector<RowMatch> matches;
  std::uint64_t count = 0;
  for (const auto& batch : batches.list) {
    matches.clear();
    match(*batch, matches);
    count += matches.size();
  }
  return count;
}

std::uint64_t by_reference(const RuleSet& rules, const Batches& batches) {
  interdict::detect::Scratch scratch;
  return match_all(batches, [&](const interdict::EventBatch& batch, std::vector<RowMatch>& out) {
    interdict::detect::match_reference(rules, batch, scratch, out);
  });
}

/// Begins with nothing known: what a run of its own would do.
std::uint64_t by_fast(const interdict::detect::FastRules& rules, const Batches& batches) {
  interdict::detect::FastMatcher matcher(rules);
  return match_all(batches, [&](const interdict::EventBatch& batch, std::vector<RowMatch>& out) {
    matcher.match(batch, out);
  });
}

void set(benchmark::internal::Benchmark* made) {
  made->Unit(benchmark::kMillisecond)->Iterations(1)->Repetitions(5)->ReportAggregatesOnly();
}

template <class Match>
void add(const char* engine, const Corpus& corpus, FieldCatalogue& catalogue, Match match) {
  if (corpus.files.empty()) return;
  set(benchmark::RegisterBenchmark(
      (engine + corpus.format).c_str(), [&corpus, &catalogue, match](benchmark::State& state) {
        const auto batches = interdict::bench::make_batches(corpus, catalogue);
        std::uint64_t matches = 0;
        for (auto iteration : state) {
          static_cast<void>(iteration);
          matches = match(batches);
        }
        state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(batches.events));
        state.counters["matches"] = static_cast<double>(matches);
      }));
}

/// Bytes in memory to matches: decoding, columns and rules, without files, hashes and reports.
void to_matches(benchmark::State& state, const Corpus& corpus,
                const interdict::detect::FastRules& rules, FieldCatalogue& catalogue) {
  std::uint64_t events = 0;
  std::uint64_t count = 0;
  for (auto iteration : state) {
    static_cast<void>(iteration);
    events = count = 0;
    interdict::detect::FastMatcher matcher(rules);
    std::vector<RowMatch> matches;
    interdict::bench::for_each_batch(corpus, catalogue, [&](const interdict::EventBatch& batch) {
      matches.clear();
      matcher.match(batch, matches);
      events += batch.size();
      count += matches.size();
    });
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(corpus.bytes()));
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(events));
  state.counters["matches"] = static_cast<double>(count);
}

/// `how`: with a cache that holds them, or without.
void load(benchmark::State& state, const interdict::pipeline::Options& how) {
  std::size_t rules = 0;
  for (auto iteration : state) {
    static_cast<void>(iteration);
    FieldCatalogue catalogue;
    const auto loaded = interdict::pipeline::load_rules(how, catalogue);
    if (!loaded) return;
    const interdict::detect::FastRules fast(loaded->rules);
    rules = loaded->rules.rules().size();
  }
  state.counters["rules"] = static_cast<double>(rules);
}

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  FieldCatalogue catalogue;
  const auto loaded = interdict::pipeline::load_rules(options(), catalogue);
  if (!loaded) {
    std::fprintf(stderr, "%s\n", loaded.error().message.c_str());
    return 1;
  }
  std::printf("rules: %zu\n", loaded->rules.rules().size());
  set(benchmark::RegisterBenchmark("load_rules",
                                   [](benchmark::State& state) { load(state, options()); }));
  set(benchmark::RegisterBenchmark("load_rules_cached", [](benchmark::State& state) {
    const auto how = options(interdict::bench::temporary_folder() + "/rules");
    FieldCatalogue first;
    static_cast<void>(interdict::pipeline::load_rules(how, first));
    load(state, how);
  }));
  const interdict::detect::FastRules fast(loaded->rules);
  for (const auto* corpus :
       {&interdict::bench::ndjson_corpus(), &interdict::bench::evtx_corpus()}) {
    if (!corpus->files.empty()) interdict::bench::describe(*corpus);
    add("fast_", *corpus, catalogue,
        [&](const Batches& batches) { return by_fast(fast, batches); });
    if (!corpus->files.empty()) {
      set(benchmark::RegisterBenchmark(
          (corpus->format + "_to_matches").c_str(),
          [&, corpus](benchmark::State& state) { to_matches(state, *corpus, fast, catalogue); }));
    }
    add("reference_", *corpus, catalogue,
        [&](const Batches& batches) { return by_reference(loaded->rules, batches); });
  }
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
