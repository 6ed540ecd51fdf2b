#include "serve/hunted.hpp"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

#include "explain/json_report.hpp"
#include "store/writer.hpp"

namespace interdict::serve {
namespace {

namespace fs = std::filesystem;

/// A folder as a hunt leaves it, with one detection.
class HuntedFolder : public testing::Test {
 protected:
  HuntedFolder() : path(fs::temp_directory_path() / ("hunted_test_" + std::to_string(getpid()))) {
    fs::remove_all(path);
    fs::create_directories(path);
    report.version = "0";
    finding::RuleInfo rule;
    rule.id = "beaconing";
    rule.title = rule.path = "t";
    rule.source = finding::DetectionSource::analytic;
    report.rules.push_back(rule);
    finding::Detection one;
    one.id = "d-0000000000000001";
    one.time = one.last = *parse_timestamp("2026-01-05T10:00:00Z");
    one.rule = finding::RuleId(0);
    one.host = "ws1.example.org";
    report.detections.push_back(one);
    std::ofstream(path / "intrusions.json") << explain::intrusions_json(report);
    std::ofstream(path / "detections.jsonl") << explain::detections_jsonl(report);
    std::ofstream(path / "ledger.json") << explain::ledger_json(report.ledger);
  }
  ~HuntedFolder() override { fs::remove_all(path); }

  void write_store(finding::Detection detection, const std::string& body) const {
    auto writer = store::Writer::create((path / "store").string());
    ASSERT_TRUE(writer);
    ASSERT_TRUE(writer->append(store::entry_of(detection, body)));
    ASSERT_TRUE(writer->close());
  }

  fs::path path;
  finding::Report report;
};

TEST_F(HuntedFolder, IsReadFromItsJsonFiles) {
  const auto hunted = load_hunted(path.string());
  ASSERT_TRUE(hunted) << hunted.error().message;
  ASSERT_EQ(hunted->detections.size(), 1U);
  EXPECT_EQ(hunted->detections[0].rule, "beaconing");
  EXPECT_EQ(hunted->detections[0].source, finding::DetectionSource::analytic);
  EXPECT_EQ(hunted->detections[0].json + "\n", explain::detections_jsonl(report));
  EXPECT_TRUE(hunted->remarks.empty());
}

TEST_F(HuntedFolder, IsReadFromItsStoreIfThatIsWhole) {
  write_store(report.detections[0], "from the store");
  const auto hunted = load_hunted(path.string());
  ASSERT_TRUE(hunted);
  EXPECT_EQ(hunted->detections.at(0).json, "from the store");
  EXPECT_TRUE(hunted->remarks.empty());
}

TEST_F(HuntedFolder, TellsOfAStoreOfAnotherResult) {
  auto other = report.detections[0];
  other.id = "d-0000000000000002";
  write_store(other, "from the store");
  const auto hunted = load_hunted(path.string());
  ASSERT_TRUE(hunted);
  EXPECT_NE(hunted->detections.at(0).json, "from the store");
  EXPECT_EQ(hunted->remarks.size(), 1U);
}

TEST_F(HuntedFolder, ThatIsNoneIsAnError) {
  std::ofstream(path / "intrusions.json") << "{}";
  EXPECT_FALSE(load_hunted(path.string()));
  fs::remove(path / "intrusions.json");
  const auto missing = load_hunted(path.string());
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, Errc::io);
}

}  // namespace
}  // namespace interdict::serve
