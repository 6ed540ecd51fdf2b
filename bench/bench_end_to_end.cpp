// Files to detections, as `interdict detect` does it: reading, hashing for the ledger, decoding,
// rules, observations. Loading the rules is outside of events/s (it is in the whole time).
#include <cstdio>

#include <benchmark/benchmark.h>

#include "corpus.hpp"
#include "pipeline/engine.hpp"

namespace {

using interdict::bench::Corpus;

void run(benchmark::State& state, const Corpus& corpus, unsigned jobs) {
  interdict::pipeline::Options options;
  options.inputs = interdict::bench::on_disk(corpus);
  options.rule_paths = interdict::bench::rule_paths();
  options.jobs = jobs;
  std::uint64_t events = 0;
  std::size_t detections = 0;
  for (auto iteration : state) {
    static_cast<void>(iteration);
    detections = 0;
    const auto done = interdict::pipeline::detect(
        options, [&](const interdict::finding::Report&, const interdict::finding::Detection&) {
          ++detections;
        });
    if (!done) {
      state.SkipWithError(done.error().message.c_str());
      return;
    }
    events = 0;
    for (const auto& row : done->report.ledger.inputs) events += row.events;
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(corpus.bytes()));
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(events));
  state.counters["detections"] = static_cast<double>(detections);
}

void add(const Corpus& corpus) {
  if (corpus.files.empty()) return;
  interdict::bench::describe(corpus);
  for (const unsigned jobs : {1U, 2U}) {
    const auto name = corpus.format + "_to_detections/" + std::to_string(jobs);
    benchmark::RegisterBenchmark(
        name.c_str(), [&corpus, jobs](benchmark::State& state) { run(state, corpus, jobs); })
        ->Unit(benchmark::kMillisecond)
        ->Iterations(1)
        ->Repetitions(3)
        ->UseRealTime()
        ->ReportAggregatesOnly();
  }
}

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  add(interdict::bench::ndjson_corpus());
  add(interdict::bench::evtx_corpus());
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
