// One input that several threads read: what comes out is what one thread finds.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "pipeline/engine.hpp"

namespace interdict::pipeline {
namespace {

namespace fs = std::filesystem;

class HelpedTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("interdict-helped-" + std::to_string(getpid()));
    fs::create_directories(folder_);
    std::ofstream(folder_ / "r.yml")
        << "title: R\nid: 7f0f7d38-5a0c-4d4e-9a3c-0b6b0a0c1d2e\nlevel: high\n"
           "logsource: {product: windows, category: process_creation}\n"
           "detection: {s: {CommandLine|contains: ' 7'}, condition: s}\n";
  }
  void TearDown() override { fs::remove_all(folder_); }

  /// A Windows log of about so many bytes; every eighth record is broken.
  std::string log(const std::string& name, std::size_t bytes, int salt) const {
    const auto path = (folder_ / name).string();
    std::ofstream out(path, std::ios::binary);
    std::size_t written = 0;
    for (int i = 0; written < bytes; ++i) {
      const auto number = std::to_string(i * 7 + salt);
      std::string line = R"({"Channel":"Microsoft-Windows-Sysmon/Operational","EventID":1,)";
      line += R"("Hostname":"ws0)" + std::to_string(i % 5) + R"(.example.test","EventTime":)";
      line += R"("2024-01-02 03:)" + std::to_string(10 + i / 60 % 50) + ":" +
              std::to_string(10 + i % 50) + R"(","RecordNumber":)" + number;
      line += R"(,"Image":"C:\\Windows\\)" + std::to_string(i % 90) + R"(.exe","CommandLine":"a )";
      line += number + R"( b","Padding":")" + std::string(static_cast<std::size_t>(i % 700), 'x') +
              "\"}";
      if (i % 8 == 7) line.resize(line.size() / 2);
      line += '\n';
      out << line;
      written += line.size();
    }
    return path;
  }

  /// All that a run tells, but for the time that it took.
  std::string tell(const std::vector<std::string>& inputs, unsigned jobs) const {
    Options options;
    options.inputs = inputs;
    options.rule_paths = {(folder_ / "r.yml").string()};
    options.builtin_rules = false;
    options.jobs = jobs;
    std::string out;
    const auto run =
        detect(options, [&](const finding::Report&, const finding::Detection& detection) {
          out += detection.id + " " + std::to_string(detection.time.ns) + " " + detection.host +
                 " " + detection.evidence.file + " " + std::to_string(detection.evidence.record) +
                 " x" + std::to_string(detection.count) + "\n";
        });
    EXPECT_TRUE(run.has_value()) << run.error().message;
    if (!run) return out;
    for (const auto& row : run->report.ledger.inputs) {
      out += row.path + " " + row.sha256 + " " + std::to_string(row.bytes) + " " +
             std::to_string(row.events) + " " + std::to_string(row.event_bytes) + " " +
             std::to_string(row.structure_bytes) + " " + std::to_string(row.detections);
      for (const auto& [reason, skipped] : row.skipped) {
        out += " " + reason + " " + std::to_string(skipped.records) + " " +
               std::to_string(skipped.bytes) + " " + std::to_string(skipped.first_offset);
      }
      out += '\n';
    }
    for (const auto& row : run->report.ledger.log_sources) {
      out += row.log_source + " " + std::to_string(row.events) + "\n";
    }
    return out;
  }

  fs::path folder_;
};

TEST_F(HelpedTest, OneLargeInputGivesTheSameByAnyNumberOfThreads) {
  const auto large = log("large.json", std::size_t{2} << 20U, 0);
  const auto alone = tell({large}, 1);
  EXPECT_GT(std::ranges::count(alone, '\n'), 100);
  for (const unsigned jobs : {2U, 4U}) EXPECT_EQ(tell({large}, jobs), alone) << jobs;
}

TEST_F(HelpedTest, LargeAndSmallInputsTogether) {
  const std::vector<std::string> inputs = {log("a.json", std::size_t{6} << 20U, 1),
                                           log("b.json", std::size_t{5} << 20U, 2),
                                           log("c.json", 1000, 3), log("d.json", 100'000, 4)};
  const auto alone = tell(inputs, 1);
  for (const unsigned jobs : {2U, 3U, 8U}) EXPECT_EQ(tell(inputs, jobs), alone) << jobs;
}

}  // namespace
}  // namespace interdict::pipeline
