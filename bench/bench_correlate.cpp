// The correlator alone: observations and detections that are already made. One thread.
#include <cstdint>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "correlate/correlator.hpp"
#include "pipeline/content.hpp"

namespace {

using interdict::EntityRef;
using interdict::EntityType;
using interdict::Timestamp;
using interdict::correlate::Correlator;
using interdict::graph::EdgeType;
using interdict::graph::Observation;

constexpr std::int64_t kStart = 1'700'000'000;
constexpr std::uint64_t kHosts = 50;

interdict::correlate::Content content() {
  return {std::string(interdict::pipeline::content("attack/stages.tsv")),
          std::string(interdict::pipeline::content("priors/rules.tsv")),
          std::string(interdict::pipeline::content("analytics/hubs.tsv"))};
}

std::vector<interdict::finding::RuleInfo> rules() {
  std::vector<interdict::finding::RuleInfo> out(200);
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i].id = "rule-" + std::to_string(i);
    out[i].title = out[i].id;
    out[i].level = static_cast<interdict::finding::Level>(i % 5);
    out[i].tactics = {i % 3 == 0 ? "execution" : i % 3 == 1 ? "discovery" : "persistence"};
  }
  return out;
}

EntityRef process(std::uint64_t host, std::uint64_t n) {
  const std::string name = "h" + std::to_string(host);
  return {EntityType::process, name + "|{" + std::to_string(n) + "}"};
}

/// A process tree, files and connections per host, as Sysmon would tell them: 4 of 10 records start
/// a process, 3 write a file, 3 connect.
std::vector<Observation> records(std::uint64_t count) {
  std::vector<Observation> out(count);
  for (std::uint64_t i = 0; i < count; ++i) {
    Observation& o = out[i];
    const std::uint64_t host = i % kHosts;
    const std::uint64_t n = i / kHosts;
    o.time = Timestamp{(kStart + static_cast<std::int64_t>(i / 500)) * interdict::kNsPerSecond, 0};
    o.host = "h" + std::to_string(host);
    const EntityRef self = process(host, n - n % 10);
    o.entities = {self};
    if (n % 10 < 4) {
      const EntityRef child = process(host, n);
      o.entities = {child, self};
      o.edges = {{self, child, EdgeType::spawned}};
      o.starts_process = true;
    } else if (n % 10 < 7) {
      const EntityRef file{EntityType::file, o.host + "|c:\\data\\" + std::to_string(n % 5000)};
      o.entities.push_back(file);
      o.edges = {{self, file, EdgeType::wrote_file}};
    } else {
      const EntityRef ip{EntityType::ip, "198.51.100." + std::to_string(n % 200)};
      o.entities.push_back(ip);
      o.edges = {{self, ip, EdgeType::connected}};
      o.port = 443;
    }
  }
  return out;
}

/// Records without a detection: 1 in 1000 carries one, so that evidence travels.
void provenance(benchmark::State& state) {
  const auto input = records(static_cast<std::uint64_t>(state.range(0)));
  for (auto _ : state) {
    auto made = Correlator::create(content(), rules(), {});
    std::uint32_t detection = 0;
    for (std::size_t i = 0; i < input.size(); ++i) {
      if (i % 1000 != 0) {
        made->ingest(input[i], {});
        continue;
      }
      const std::uint32_t rule = detection % 200;
      made->ingest(input[i], {&detection, 1}, {&rule, 1});
      ++detection;
    }
    benchmark::DoNotOptimize(made->hits());
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

/// Every record carries a detection, as a feed of alerts does.
void detections(benchmark::State& state) {
  const auto input = records(static_cast<std::uint64_t>(state.range(0)));
  for (auto _ : state) {
    auto made = Correlator::create(content(), rules(), {});
    for (std::uint32_t i = 0; i < input.size(); ++i) {
      const std::uint32_t rule = (i / 97) % 200;
      made->ingest(input[i], {&i, 1}, {&rule, 1});
    }
    benchmark::DoNotOptimize(made->hits());
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

/// One rule storms over one host: detections to verdict.
void storm(benchmark::State& state) {
  auto input = records(static_cast<std::uint64_t>(state.range(0)));
  std::vector<interdict::finding::Detection> found(input.size());
  for (std::uint32_t i = 0; i < input.size(); ++i) {
    input[i].host = "h0";
    for (auto& entity : input[i].entities) entity = process(0, i % 7);
    input[i].edges.clear();
    found[i].id = "d-" + std::to_string(i);
    found[i].time = found[i].last = input[i].time;
    found[i].rule = interdict::finding::RuleId{3};
    found[i].host = "h0";
  }
  for (auto _ : state) {
    auto made = Correlator::create(content(), rules(), {});
    const std::uint32_t rule = 3;
    for (std::uint32_t i = 0; i < input.size(); ++i) made->ingest(input[i], {&i, 1}, {&rule, 1});
    interdict::finding::Report report;
    report.rules = rules();
    report.detections = found;
    made->finish(report, {});
    benchmark::DoNotOptimize(report.leads.size());
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

BENCHMARK(provenance)->Arg(500'000)->Unit(benchmark::kMillisecond);
BENCHMARK(detections)->Arg(500'000)->Unit(benchmark::kMillisecond);
BENCHMARK(storm)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
