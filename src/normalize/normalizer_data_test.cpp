// Events of the public Sigma regression cases, each published both as EVTX and as JSON: both must
// become the same event. Reads the data pack; skips without it.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

#include "normalize/normalizer.hpp"

namespace interdict::normalize {
namespace {

namespace fs = std::filesystem;

std::string read_file(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

fs::path data_pack() {
  if (const char* folder = std::getenv("INTERDICT_DATA")) return folder;
  return fs::path(INTERDICT_SOURCE_DIR) / ".." / "shared" / "data";
}

FieldMaps shipped_maps() {
  std::vector<std::pair<std::string, std::string>> files;
  for (const auto& entry :
       fs::directory_iterator(fs::path(INTERDICT_SOURCE_DIR) / "content" / "taxonomy")) {
    if (entry.path().extension() == ".yml") {
      files.emplace_back(entry.path().filename().string(), read_file(entry.path()));
    }
  }
  auto maps = load_field_maps(files);
  EXPECT_TRUE(maps.has_value()) << maps.error().message;
  return std::move(maps).value();
}

/// What one file gave.
struct Seen {
  std::size_t events = 0;
  std::size_t lost = 0;
  std::multiset<std::string> kinds;
  std::set<std::string> hosts;
  /// Fields by name, of all rows.
  std::map<std::string, std::multiset<std::string>> fields;
};

class Feed : public decode::Sink {
 public:
  Feed(Normalizer& normalizer, Seen& seen) : normalizer_(normalizer), seen_(seen) {}
  void record(const decode::RawRecord& record) override {
    ++(normalizer_.add(record) == Placed::event ? seen_.events : seen_.lost);
  }
  void structure(std::uint64_t) override {}
  void skipped(decode::SkipReason, std::uint64_t records, std::uint64_t, std::uint64_t) override {
    seen_.lost += records;
  }

 private:
  Normalizer& normalizer_;
  Seen& seen_;
};

void look(const EventBatch& batch, const FieldCatalogue& catalogue, Seen& seen) {
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const auto row = static_cast<Row>(i);
    seen.kinds.insert(batch.log_source().kind);
    seen.hosts.insert(std::string(batch.host(row)));
    for (const auto field : batch.fields()) {
      for (const auto& value : batch.values(row, field)) {
        // The published JSON has lost the blanks at the end of texts.
        const auto end = value.text.find_last_not_of(' ') + 1;
        seen.fields[std::string(catalogue.name(field))].emplace(value.text.substr(0, end));
      }
    }
  }
}

Seen read(const FieldMaps& maps, const fs::path& path, const std::string& format) {
  Seen seen;
  FieldCatalogue catalogue;
  Normalizer normalizer(maps, catalogue, path.filename().string(), format,
                        [&](const EventBatch& batch, auto) { look(batch, catalogue, seen); });
  const auto decoder = decode::make_decoder(format, {});
  if (decoder == nullptr) return seen;
  Feed feed(normalizer, seen);
  decoder->feed(as_byte_span(read_file(path)), feed);
  decoder->finish(feed);
  normalizer.flush();
  EXPECT_EQ(normalizer.values_dropped(), 0U) << path;
  return seen;
}

TEST(NormalizerData, EvtxAndJsonOfOneEventAreTheSameEvent) {
  const auto folder = data_pack() / "sigma" / "regression_data";
  if (!fs::exists(folder)) GTEST_SKIP() << "no data pack at " << folder;
  const auto maps = shipped_maps();
  // What rules ask for most; their text must be the same from both.
  const std::vector<std::string> compared = {"EventID",      "Channel",     "Provider_Name",
                                             "Image",        "CommandLine", "Details",
                                             "TargetObject", "EventType"};
  std::size_t cases = 0;
  std::size_t events = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".evtx") continue;
    auto json = entry.path();
    json.replace_extension(".json");
    if (!fs::exists(json)) continue;
    ++cases;
    const auto from_evtx = read(maps, entry.path(), "evtx");
    const auto from_json = read(maps, json, "ndjson");
    events += from_evtx.events;
    EXPECT_GT(from_evtx.events, 0U) << entry.path();
    EXPECT_EQ(from_evtx.lost + from_json.lost, 0U) << entry.path();
    if (from_evtx.events != from_json.events) continue;  // some publish one of several records
    EXPECT_EQ(from_evtx.kinds, from_json.kinds) << entry.path();
    EXPECT_EQ(from_evtx.hosts, from_json.hosts) << entry.path();
    for (const auto& name : compared) {
      const auto in_evtx = from_evtx.fields.find(name);
      const auto in_json = from_json.fields.find(name);
      ASSERT_EQ(in_evtx == from_evtx.fields.end(), in_json == from_json.fields.end())
          << name << " in " << entry.path();
      if (in_evtx != from_evtx.fields.end()) {
        EXPECT_EQ(in_evtx->second, in_json->second) << name << " in " << entry.path();
      }
    }
  }
  std::cout << "read " << cases << " cases, " << events << " events\n";
  EXPECT_GT(cases, 0U);
}

}  // namespace
}  // namespace interdict::normalize
