#include "corpus.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <utility>

#include <unistd.h>

#include "base/hash.hpp"
#include "decode/decoder.hpp"
#include "pipeline/content.hpp"
#include "simulate/demo.hpp"
#include "source/source.hpp"

namespace interdict::bench {
namespace {

namespace fs = std::filesystem;

/// Empty: there is no pack.
fs::path pack() {
  const char* named = std::getenv("INTERDICT_DATA");
  const fs::path folder = named != nullptr
                              ? fs::path(named)
                              : fs::path(INTERDICT_SOURCE_DIR) / ".." / "shared" / "data";
  std::error_code error;
  return fs::is_directory(folder, error) ? folder : fs::path();
}

/// Keeps the members of one format.
class Keeper final : public source::Visitor {
 public:
  explicit Keeper(Corpus& corpus) : corpus_(corpus) {}

  void begin(const std::string& name) override {
    name_ = name;
    text_.clear();
  }
  void piece(Bytes bytes) override { text_.append(as_text(bytes)); }
  void end() override {
    const auto head = as_byte_span(text_).first(std::min(text_.size(), decode::kSniffBytes));
    if (decode::sniff(head, name_).format == corpus_.format) {
      corpus_.files.push_back(std::move(text_));
    }
  }
  void archive(const std::string&, const std::string&, std::uint64_t, const std::string&) override {
  }
  void trouble(const std::string& name, source::Trouble, std::uint64_t, std::uint64_t,
               const std::string& why) override {
    std::fprintf(stderr, "%s: %s\n", name.c_str(), why.c_str());
  }

 private:
  Corpus& corpus_;
  std::string name_;
  std::string text_;
};

void read_all(const std::vector<fs::path>& folders, Corpus& corpus) {
  for (const auto& folder : folders) {
    const auto inputs = source::list_inputs({folder.string()});
    if (!inputs) continue;
    Keeper keeper(corpus);
    for (const auto& input : *inputs) {
      // Network captures of the same scenes are other formats' business.
      if (input.name.find("zeek") == std::string::npos) source::read_input(input, {}, keeper);
    }
  }
}

Corpus make_ndjson() {
  Corpus corpus;
  corpus.format = "ndjson";
  const auto data = pack();
  if (data.empty()) {
    corpus.name = "simulated hunt (no data pack)";
    for (auto& log : simulate::make_demo(1).logs) corpus.files.push_back(std::move(log.content));
    return corpus;
  }
  corpus.name = "otrf Windows host logs";
  const auto sets = data / "otrf" / "datasets";
  read_all({sets / "atomic" / "windows", sets / "compound" / "LSASS_campaign_01",
            sets / "compound" / "LSASS_campaign_04"},
           corpus);
  return corpus;
}

Corpus make_evtx() {
  Corpus corpus;
  corpus.name = "evtx-to-mitre + evtx-rs";
  corpus.format = "evtx";
  const auto data = pack();
  if (!data.empty()) read_all({data / "evtx-to-mitre", data / "evtx-rs"}, corpus);
  return corpus;
}

/// A folder that goes when the process ends.
class Folder {
 public:
  Folder() : path_(fs::temp_directory_path() / ("interdict-bench-" + std::to_string(getpid()))) {
    fs::create_directories(path_);
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  Folder(Folder&&) = delete;
  Folder& operator=(Folder&&) = delete;

  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

/// Counts, or hands on to a normaliser.
class Counter final : public decode::Sink {
 public:
  explicit Counter(normalize::Normalizer* normalizer) : normalizer_(normalizer) {}
  void record(const decode::RawRecord& record) override {
    ++events;
    if (normalizer_ != nullptr) static_cast<void>(normalizer_->add(record));
  }
  void structure(std::uint64_t) override {}
  void skipped(decode::SkipReason, std::uint64_t, std::uint64_t, std::uint64_t) override {}

  std::uint64_t events = 0;

 private:
  normalize::Normalizer* normalizer_;
};

std::uint64_t decode_file(const Corpus& corpus, const std::string& file,
                          normalize::Normalizer* normalizer) {
  constexpr std::size_t kPiece = std::size_t{256} * 1024;
  Counter counter(normalizer);
  const auto decoder = decode::make_decoder(corpus.format, {});
  for (auto rest = as_byte_span(file); !rest.empty();) {
    const auto size = std::min(rest.size(), kPiece);
    decoder->feed(rest.first(size), counter);
    rest = rest.subspan(size);
  }
  decoder->finish(counter);
  if (normalizer != nullptr) normalizer->flush();
  return counter.events;
}

/// A batch that outlives the normaliser's.
std::unique_ptr<EventBatch> copy_of(const EventBatch& batch) {
  auto result = std::make_unique<EventBatch>(batch.input(), batch.log_source());
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const auto from = static_cast<Row>(i);
    const Row row = result->begin_row(batch.time(from), batch.host(from), batch.origin(from));
    result->set_user(row, batch.user(from));
    for (const FieldId field : batch.fields()) {
      for (const Value& value : batch.values(from, field)) result->add(row, field, value);
    }
  }
  return result;
}

}  // namespace

std::uint64_t Corpus::bytes() const {
  std::uint64_t sum = 0;
  for (const auto& file : files) sum += file.size();
  return sum;
}

const Corpus& ndjson_corpus() {
  static const Corpus corpus = make_ndjson();
  return corpus;
}

const Corpus& evtx_corpus() {
  static const Corpus corpus = make_evtx();
  return corpus;
}

std::string temporary_folder() {
  static const Folder folder;
  return folder.path().string();
}

std::vector<std::string> on_disk(const Corpus& corpus) {
  std::vector<std::string> paths;
  for (std::size_t i = 0; i < corpus.files.size(); ++i) {
    const auto path = fs::path(temporary_folder()) / (std::to_string(i) + "." + corpus.format);
    if (!fs::exists(path)) std::ofstream(path, std::ios::binary) << corpus.files[i];
    paths.push_back(path.string());
  }
  return paths;
}

std::vector<std::string> rule_paths() {
  const auto data = pack();
  std::vector<std::string> paths;
  if (data.empty()) return paths;
  for (const char* name : {"rules", "rules-emerging-threats", "rules-threat-hunting",
                           "rules-compliance", "rules-placeholder"}) {
    const auto path = data / "sigma" / name;
    if (fs::is_directory(path)) paths.push_back(path.string());
  }
  return paths;
}

void describe(const Corpus& corpus) {
  std::uint64_t hash = 0;
  for (const auto& file : corpus.files) hash = hash64(file, hash);
  std::printf("input: %s, %zu files, %llu bytes, xxh64 %s\n", corpus.name.c_str(),
              corpus.files.size(), static_cast<unsigned long long>(corpus.bytes()),
              hex64(hash).c_str());
}

const normalize::FieldMaps& field_maps() {
  static const normalize::FieldMaps maps = [] {
    std::vector<std::pair<std::string, std::string>> files;
    for (const auto& file : pipeline::content_files()) {
      if (file.path.starts_with("taxonomy/")) files.emplace_back(file.path, file.text);
    }
    auto loaded = normalize::load_field_maps(files);
    if (!loaded) {
      std::fprintf(stderr, "%s\n", loaded.error().message.c_str());
      std::exit(1);
    }
    return *std::move(loaded);
  }();
  return maps;
}

std::uint64_t decode_once(const Corpus& corpus, FieldCatalogue* catalogue) {
  std::uint64_t events = 0;
  for (const auto& file : corpus.files) {
    if (catalogue == nullptr) {
      events += decode_file(corpus, file, nullptr);
      continue;
    }
    normalize::Normalizer normalizer(field_maps(), *catalogue, "in", corpus.format,
                                     [](const EventBatch&, auto) {});
    events += decode_file(corpus, file, &normalizer);
  }
  return events;
}

std::string hayabusa_rules() {
  const auto data = pack();
  return data.empty() ? std::string() : (data / "hayabusa-rules").string();
}

void for_each_batch(const Corpus& corpus, FieldCatalogue& catalogue,
                    const std::function<void(const EventBatch&)>& on_batch) {
  for (const auto& file : corpus.files) {
    normalize::Normalizer normalizer(field_maps(), catalogue, "in", corpus.format,
                                     [&](const EventBatch& batch, auto) { on_batch(batch); });
    static_cast<void>(decode_file(corpus, file, &normalizer));
  }
}

Batches make_batches(const Corpus& corpus, FieldCatalogue& catalogue) {
  Batches result;
  for_each_batch(corpus, catalogue, [&](const EventBatch& batch) {
    result.events += batch.size();
    result.list.push_back(copy_of(batch));
  });
  return result;
}

}  // namespace interdict::bench
