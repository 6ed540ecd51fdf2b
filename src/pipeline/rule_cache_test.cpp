#include "pipeline/rule_cache.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include <gtest/gtest.h>
#include <unistd.h>

#include "pipeline/rules.hpp"

namespace interdict::pipeline {
namespace {

namespace fs = std::filesystem;

class RuleCache : public testing::Test {
 protected:
  RuleCache()
      : root_(fs::temp_directory_path() / ("interdict-rule-cache-" + std::to_string(getpid()))) {
    fs::remove_all(root_);
    fs::create_directories(root_ / "rules");
    // More than is worth keeping, with a rule that warns, one that is refused and a correlation.
    const std::string comment(2048, 'x');
    for (int i = 0; i < 150; ++i) {
      std::ofstream(root_ / "rules" / (std::to_string(i) + ".yml"))
          << "# " << comment << "\ntitle: Rule " << i << "\nname: r" << i
          << "\nlogsource: {product: windows}\ndetection:\n  sel:\n    Image|"
          << (i % 50 == 7 ? "endwith" : "endswith") << ": '\\" << i << ".exe'\n  condition: sel"
          << (i % 50 == 9 ? " AND sel" : "") << "\n";
    }
    std::ofstream(root_ / "rules" / "c.yml")
        << "title: C\ncorrelation: {type: event_count, rules: r1, timespan: 1m, "
           "condition: {gte: 2}}\n";
    options_.rule_paths = {(root_ / "rules").string()};
    cached_ = options_;
    cached_.cache_folder = (root_ / "deep" / "cache").string();
  }
  ~RuleCache() override { fs::remove_all(root_); }

  /// All of a load that anyone can see.
  static std::string seen(const Options& options) {
    FieldCatalogue catalogue;
    const auto loaded = load_rules(options, catalogue);
    if (!loaded) return loaded.error().message;
    std::string text;
    for (const auto& info : loaded->infos)
      text += info.id + '|' + info.title + '|' + info.path + '\n';
    for (const auto& fault : loaded->faults) text += fault.rendered + '\n';
    for (const auto& rule : loaded->linked.rules) text += detect::content_key(rule.rule) + '\n';
    return text + std::to_string(loaded->refused_documents);
  }
  [[nodiscard]] std::vector<fs::path> kept() const {
    std::vector<fs::path> list;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(cached_.cache_folder, error)) {
      list.push_back(entry.path());
    }
    return list;
  }

  fs::path root_;
  Options options_;
  Options cached_;
};

TEST_F(RuleCache, ChangesNoResult) {
  const auto expected = seen(options_);
  EXPECT_NE(expected.find("S012"), std::string::npos);
  EXPECT_NE(expected.find("S052"), std::string::npos);
  EXPECT_EQ(seen(cached_), expected);
  ASSERT_EQ(kept().size(), 1U);
  EXPECT_EQ(seen(cached_), expected);
  cached_.jobs = 3;
  EXPECT_EQ(seen(cached_), expected);
}

TEST_F(RuleCache, ARuleThatChangedIsReadAnew) {
  static_cast<void>(seen(cached_));
  std::ofstream(root_ / "rules" / "1.yml", std::ios::app) << "level: high\n";
  EXPECT_EQ(seen(cached_), seen(options_));
  EXPECT_EQ(kept().size(), 2U);
  cached_.sigma_switches = {"base64-ignores-case"};
  static_cast<void>(seen(cached_));
  EXPECT_EQ(kept().size(), 3U);
}

TEST_F(RuleCache, WhatIsKeptIsUsed) {
  static_cast<void>(seen(cached_));
  const auto key = kept().front().stem().string().substr(6);
  auto files = read_cached_rules(cached_.cache_folder, key);
  ASSERT_TRUE(files.has_value());
  ASSERT_FALSE(files->front().rules.empty());
  files->front().rules.front().title = "Another title";
  write_cached_rules(cached_.cache_folder, key, *files);
  EXPECT_NE(seen(cached_).find("Another title"), std::string::npos);
}

TEST_F(RuleCache, DamagedOrForeignFilesAreLeftAside) {
  const auto expected = seen(cached_);
  const auto path = kept().front();
  std::string whole;
  {
    std::ifstream file(path, std::ios::binary);
    whole.assign(std::istreambuf_iterator<char>(file), {});
  }
  const auto key = path.stem().string().substr(6);
  const auto write = [&](std::string_view text) {
    fs::remove(path);
    std::ofstream(path, std::ios::binary) << text;
    fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
  };
  for (const std::size_t at :
       {std::size_t{0}, std::size_t{30}, std::size_t{100}, whole.size() / 2, whole.size() - 1}) {
    auto damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    write(damaged);
    EXPECT_FALSE(read_cached_rules(cached_.cache_folder, key)) << at;
    EXPECT_EQ(seen(cached_), expected) << at;
  }
  for (const std::size_t size : {std::size_t{0}, std::size_t{10}, whole.size() - 1}) {
    write(std::string_view(whole).substr(0, size));
    EXPECT_FALSE(read_cached_rules(cached_.cache_folder, key)) << size;
  }
  write(whole);
  EXPECT_TRUE(read_cached_rules(cached_.cache_folder, key));
  fs::permissions(path, fs::perms::group_write, fs::perm_options::add);
  EXPECT_FALSE(read_cached_rules(cached_.cache_folder, key)) << "others may write it";
  write(whole);
  fs::rename(path, root_ / "elsewhere");
  fs::create_symlink(root_ / "elsewhere", path);
  EXPECT_FALSE(read_cached_rules(cached_.cache_folder, key)) << "a link";
  fs::remove(path);
  fs::create_directory(path);
  EXPECT_EQ(seen(cached_), expected);
}

TEST_F(RuleCache, FoldersThatCannotBeAreNoFault) {
  const auto expected = seen(options_);
  std::ofstream(root_ / "file") << "x";
  cached_.cache_folder = (root_ / "file" / "cache").string();
  EXPECT_EQ(seen(cached_), expected);
}

TEST_F(RuleCache, RunsAtTheSameTimeDoNotDisturbOneAnother) {
  const auto expected = seen(options_);
  std::vector<std::string> found(4);
  {
    std::vector<std::jthread> threads;
    for (auto& one : found) threads.emplace_back([&] { one = seen(cached_); });
  }
  for (const auto& one : found) EXPECT_EQ(one, expected);
  EXPECT_EQ(kept().size(), 1U);
}

TEST_F(RuleCache, OldSetsGo) {
  for (std::size_t i = 0; i < kMaxCacheFiles + 3; ++i) {
    write_cached_rules(root_.string(), std::string(64, static_cast<char>('a' + i)), {});
  }
  std::size_t kept = 0;
  for (const auto& entry : fs::directory_iterator(root_)) {
    kept += entry.path().extension() == ".bin" ? 1U : 0U;
  }
  EXPECT_EQ(kept, kMaxCacheFiles);
}

}  // namespace
}  // namespace interdict::pipeline
