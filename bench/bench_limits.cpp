// What the machine can do, beside what we do: reading memory, parsing JSON, the hashes. One thread,
// over the same bytes as bench_end_to_end.
#include <cstdint>
#include <cstring>
#include <numeric>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <simdjson.h>
#include <zlib.h>

#include "base/hash.hpp"
#include "corpus.hpp"

namespace {

using interdict::bench::Corpus;

/// Runs `use` over every file of the corpus.
template <class Use>
void add(const char* name, const Corpus& corpus, Use use) {
  benchmark::RegisterBenchmark(
      name,
      [&corpus, use](benchmark::State& state) {
        for (auto iteration : state) {
          static_cast<void>(iteration);
          for (const auto& file : corpus.files) {
            benchmark::DoNotOptimize(use(file));
          }
        }
        state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(corpus.bytes()));
      })
      ->Unit(benchmark::kMillisecond)
      ->Iterations(1)
      ->Repetitions(5)
      ->ReportAggregatesOnly();
}

/// Adds up all words, several at a time: nothing but reading.
std::uint64_t sum(const std::string& file) {
  std::uint64_t sums[8] = {};
  for (std::size_t at = 0; at + sizeof sums <= file.size(); at += sizeof sums) {
    std::uint64_t words[8];
    std::memcpy(words, file.data() + at, sizeof words);
    for (std::size_t i = 0; i < 8; ++i) sums[i] += words[i];
  }
  return std::accumulate(std::begin(sums), std::end(sums), std::uint64_t{0});
}

/// Walks every field of every line, as simdjson's own examples do.
std::uint64_t walk(const std::string& file) {
  static simdjson::ondemand::parser parser;
  const simdjson::padded_string padded(file);
  simdjson::ondemand::document_stream lines;
  std::uint64_t fields = 0;
  constexpr std::size_t kMostBytes = std::size_t{16} << 20U;
  if (parser.iterate_many(padded, kMostBytes).get(lines) != simdjson::SUCCESS) return 0;
  for (auto line : lines) {
    simdjson::ondemand::object object;
    if (line.get_object().get(object) != simdjson::SUCCESS) continue;
    for (auto field : object) {
      std::string_view text;
      if (field.error() != simdjson::SUCCESS) break;
      if (field.value().get_string().get(text) == simdjson::SUCCESS) fields += text.size();
    }
  }
  return fields;
}

/// Makes a tree of every line.
std::uint64_t parse(const std::string& file) {
  static simdjson::dom::parser parser;
  const simdjson::padded_string padded(file);
  simdjson::dom::document_stream lines;
  if (parser.parse_many(padded, std::size_t{16} << 20U).get(lines) != simdjson::SUCCESS) return 0;
  std::uint64_t count = 0;
  for (auto line : lines) count += line.error() == simdjson::SUCCESS ? 1 : 0;
  return count;
}

std::size_t sha256(const std::string& file) {
  interdict::Sha256 hash;
  hash.update(interdict::as_byte_span(file));
  return hash.finish().size();
}

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  const auto& corpus = interdict::bench::ndjson_corpus();
  interdict::bench::describe(corpus);
  add("limit_memory_read", corpus, sum);
  add("limit_simdjson_fields", corpus, walk);
  add("limit_simdjson_dom", corpus, parse);
  add("limit_sha256", corpus, sha256);
  add("limit_zlib_crc32", corpus, [](const std::string& file) {
    return crc32_z(0, reinterpret_cast<const Bytef*>(file.data()), file.size());
  });
  add("limit_xxh3", corpus, [](const std::string& file) { return interdict::hash64(file); });
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
