// Sigma correlation rules: events a second that one rule's windows count, with 10,000 distinct
// groups or values. Matching the events is not in the time. One thread.
#include <cstdint>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "correlate/sigma/runtime.hpp"
#include "rule/link.hpp"
#include "rule/parser.hpp"

namespace {

using namespace interdict;  // NOLINT(google-build-using-namespace): one small program

constexpr std::uint64_t kDistinct = 10'000;
constexpr std::size_t kEvents = 1'000'000;

struct Event {
  std::int64_t ns = 0;
  correlate::SlotValue slots[2];  ///< key, value
};

/// Bursts over `kDistinct` values in a fixed pseudo-random order, 1,000 events a second.
std::vector<Event> events(bool distinct_groups) {
  std::vector<Event> out(kEvents);
  std::uint64_t state = 42;
  for (std::size_t i = 0; i < kEvents; ++i) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    const std::uint64_t one = (state >> 33U) % kDistinct * 0x9E3779B97F4A7C15U;
    out[i].ns = static_cast<std::int64_t>(i) * 1'000'000;
    out[i].slots[0] = {distinct_groups ? one : 1, 0, true, false};
    out[i].slots[1] = {distinct_groups ? 1 : one, 0, true, false};
  }
  return out;
}

void run(benchmark::State& state, const std::string& correlation, bool distinct_groups) {
  auto parsed = rule::parse_rules(
      "title: T\nname: a\nlogsource: {category: x}\ndetection: {s: {F: 1}, condition: s}\n---\n"
      "title: C\ncorrelation: " +
          correlation + "\n",
      "bench.yml");
  const auto linked = rule::link({parsed.rules, parsed.correlations, parsed.filters});
  if (linked.correlations.size() != 1) return state.SkipWithError("the rule does not load");
  FieldCatalogue catalogue;
  const auto plan = correlate::SigmaPlan::create(linked, catalogue);
  const auto input = events(distinct_groups);
  std::size_t findings = 0;
  for (auto _ : state) {
    correlate::SigmaCorrelator correlator(plan);
    for (std::size_t i = 0; i < input.size(); ++i) {
      const correlate::SigmaHit hit{finding::RuleId(0), input[i].slots};
      correlator.push(Timestamp{input[i].ns, 0}, i, {&hit, 1});
    }
    correlator.finish();
    findings = correlator.take().size();
  }
  state.counters["findings"] = static_cast<double>(findings);
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * kEvents));
}

void event_count(benchmark::State& state) {
  run(state, "{type: event_count, rules: a, group-by: G, timespan: 1m, condition: {gte: 20}}",
      true);
}
void event_count_upper_bound(benchmark::State& state) {
  run(state, "{type: event_count, rules: a, group-by: G, timespan: 1m, condition: {lte: 1}}", true);
}
void value_count(benchmark::State& state) {
  run(state,
      "{type: value_count, rules: a, group-by: G, timespan: 1h, condition: {field: V, gte: 10000}}",
      false);
}
void value_count_small(benchmark::State& state) {
  run(state,
      "{type: value_count, rules: a, group-by: G, timespan: 1m, condition: {field: V, gte: 5}}",
      true);
}

}  // namespace

BENCHMARK(event_count)->Unit(benchmark::kMillisecond);
BENCHMARK(event_count_upper_bound)->Unit(benchmark::kMillisecond);
BENCHMARK(value_count)->Unit(benchmark::kMillisecond);
BENCHMARK(value_count_small)->Unit(benchmark::kMillisecond);

BENCHMARK_MAIN();
