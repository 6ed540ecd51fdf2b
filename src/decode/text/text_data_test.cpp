// On the data pack, read in place; skipped without it. Facts that hold for whole folders: what is
// told for what, and that nothing of it is lost.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "decode/text/told_testing.hpp"

namespace interdict::decode {
namespace {

namespace fs = std::filesystem;

class TextData : public testing::Test {
 protected:
  void SetUp() override {
    const char* named = std::getenv("INTERDICT_DATA");
    data_ = named != nullptr ? fs::path(named)
                             : fs::path(INTERDICT_SOURCE_DIR) / ".." / "shared" / "data";
    if (!fs::is_directory(data_)) GTEST_SKIP() << "no data pack at " << data_;
  }

  static std::string read(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  static Sniffed told(const std::string& text, const fs::path& path) {
    return sniff(as_byte_span(text).first(std::min(text.size(), kSniffBytes)), path.string());
  }

  /// Files below `folder` whose name ends so.
  [[nodiscard]] std::vector<fs::path> files(const fs::path& folder, std::string_view ending) const {
    std::vector<fs::path> found;
    for (const auto& entry : fs::recursive_directory_iterator(data_ / folder)) {
      if (entry.is_regular_file() && entry.path().string().ends_with(ending))
        found.push_back(entry.path());
    }
    return found;
  }

  fs::path data_;
};

struct Totals {
  std::uint64_t lost = 0;   ///< records
  std::uint64_t bytes = 0;  ///< accounted for
};

class Adding final : public Sink {
 public:
  Totals totals;
  void record(const RawRecord& record) override { totals.bytes += record.bytes.size(); }
  void structure(std::uint64_t count) override { totals.bytes += count; }
  void skipped(SkipReason, std::uint64_t count, std::uint64_t size, std::uint64_t) override {
    totals.lost += count;
    totals.bytes += size;
  }
};

Totals read_whole(std::string_view format, const std::string& text) {
  Adding sink;
  if (const auto decoder = make_decoder(format, {}); decoder != nullptr) {
    decoder->feed(as_byte_span(text), sink);
    decoder->finish(sink);
  }
  return sink.totals;
}

TEST_F(TextData, EveryZeekLogWithAHeaderIsReadWhole) {
  std::size_t logs = 0;
  for (const auto& path : files("zeek-baseline", ".log")) {
    const auto text = read(path);
    if (text.find("\n#fields") == std::string::npos) continue;
    ++logs;
    EXPECT_EQ(told(text, path).format, "zeek") << path;
    const auto loss = read_whole("zeek", text);
    EXPECT_EQ(loss.lost, 0U) << path;
    EXPECT_EQ(loss.bytes, text.size()) << path;
  }
  std::printf("%zu Zeek logs\n", logs);
  EXPECT_GE(logs, 862U);
}

TEST_F(TextData, RulesSchemasAndDocumentsAreNoLogs) {
  std::size_t count = 0;
  for (const auto* folder : {"sigma-spec", "suricata-schema", "schemas", "attack-flow",
                             "atomics-index", "mappings-explorer", "misp-warninglists", "navigator",
                             "d3fend", "kev", "lolbas", "ecs", "controls", "top-attack"}) {
    for (const auto& path : files(folder, "")) {
      if (path.extension() == ".gz" || path.extension() == ".zip") continue;
      ++count;
      const auto found = told(read(path), path);
      EXPECT_TRUE(!found.is_log || found.format.empty()) << path << ": " << found.format;
    }
  }
  std::printf("%zu files that are no logs\n", count);
  EXPECT_GT(count, 500U);
}

/// Lines of many programs; a few files hold lines of two formats, of which the fewer are lost.
/// Three files have a time without a date or none: they are told as unknown, not as something else.
TEST_F(TextData, LogLinesOfManyProgramsAreTold) {
  std::map<std::string, int> formats;
  std::size_t unknown = 0;
  std::size_t all = 0;
  std::uint64_t lost = 0;
  for (const auto& path : files("crowdsec-hub/.tests", ".log")) {
    const auto text = read(path);
    const auto found = told(text, path);
    ++all;
    EXPECT_TRUE(found.is_log) << path << ": " << found.format;
    if (found.format.empty()) {
      ++unknown;
      continue;
    }
    ++formats[std::string(found.format)];
    const auto totals = read_whole(found.format, text);
    EXPECT_EQ(totals.bytes, text.size()) << path;
    lost += totals.lost;
  }
  for (const auto& [format, count] : formats) std::printf("%s %d\n", format.c_str(), count);
  std::printf("%zu files, %zu unknown, %zu records lost\n", all, unknown,
              static_cast<std::size_t>(lost));
  EXPECT_LE(unknown * 100, all * 2);
}

}  // namespace
}  // namespace interdict::decode
