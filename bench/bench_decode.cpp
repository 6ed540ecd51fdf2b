// Bytes to records, and bytes to columns (batches), with nothing after it. One thread.
#include <benchmark/benchmark.h>

#include "corpus.hpp"

namespace {

using interdict::bench::Corpus;

void report(benchmark::State& state, const Corpus& corpus, std::uint64_t events) {
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(corpus.bytes()));
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(events));
}

void to_records(benchmark::State& state, const Corpus& corpus) {
  std::uint64_t events = 0;
  for (auto iteration : state) {
    static_cast<void>(iteration);
    events = interdict::bench::decode_once(corpus, nullptr);
  }
  report(state, corpus, events);
}

void to_columns(benchmark::State& state, const Corpus& corpus) {
  std::uint64_t events = 0;
  for (auto iteration : state) {
    static_cast<void>(iteration);
    interdict::FieldCatalogue catalogue;
    events = interdict::bench::decode_once(corpus, &catalogue);
  }
  report(state, corpus, events);
}

void add(const Corpus& corpus) {
  if (corpus.files.empty()) return;
  interdict::bench::describe(corpus);
  const auto set = [](benchmark::internal::Benchmark* made) {
    made->Unit(benchmark::kMillisecond)->Iterations(1)->Repetitions(5)->ReportAggregatesOnly();
  };
  set(benchmark::RegisterBenchmark(
      (corpus.format + "_to_records").c_str(),
      [&corpus](benchmark::State& state) { to_records(state, corpus); }));
  set(benchmark::RegisterBenchmark(
      (corpus.format + "_to_columns").c_str(),
      [&corpus](benchmark::State& state) { to_columns(state, corpus); }));
}

/// A synthetic log of one format: bytes to records alone.
void add_text(const Corpus& corpus) {
  benchmark::RegisterBenchmark(("text_" + corpus.format + "_to_records").c_str(),
                               [&corpus](benchmark::State& state) { to_records(state, corpus); })
      ->Unit(benchmark::kMillisecond)
      ->Iterations(1)
      ->Repetitions(5)
      ->ReportAggregatesOnly();
}

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  add(interdict::bench::ndjson_corpus());
  add(interdict::bench::evtx_corpus());
  for (const auto& corpus : interdict::bench::text_corpora()) add_text(corpus);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
