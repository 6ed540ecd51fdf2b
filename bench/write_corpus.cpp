// write_corpus FOLDER: the inputs of the benchmarks as files, FOLDER/FORMAT/I.FORMAT, and a line of
// JSON for each format: what it is, how much, its xxh64, and how many events it holds.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "base/hash.hpp"
#include "corpus.hpp"

namespace {

namespace fs = std::filesystem;
using interdict::bench::Corpus;

void write(const fs::path& root, const Corpus& corpus) {
  if (corpus.files.empty()) return;
  fs::create_directories(root / corpus.format);
  std::uint64_t hash = 0;
  for (std::size_t i = 0; i < corpus.files.size(); ++i) {
    const auto path = root / corpus.format / (std::to_string(i) + "." + corpus.format);
    std::ofstream(path, std::ios::binary) << corpus.files[i];
    hash = interdict::hash64(corpus.files[i], hash);
  }
  std::printf(
      "{\"format\": \"%s\", \"name\": \"%s\", \"files\": %zu, \"bytes\": %llu, \"xxh64\": \"%s\", "
      "\"events\": %llu}\n",
      corpus.format.c_str(), corpus.name.c_str(), corpus.files.size(),
      static_cast<unsigned long long>(corpus.bytes()), interdict::hex64(hash).c_str(),
      static_cast<unsigned long long>(interdict::bench::decode_once(corpus, nullptr)));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  write(argv[1], interdict::bench::ndjson_corpus());
  write(argv[1], interdict::bench::evtx_corpus());
  for (const auto& corpus : interdict::bench::text_corpora()) {
    if (corpus.format == "zeek" || corpus.format == "access-log") write(argv[1], corpus);
  }
  return 0;
}
