#include "pipeline/log_kinds.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/content.hpp"

namespace interdict::pipeline {
namespace {

using testing::ElementsAre;

std::vector<std::string> blind_names(const LogKinds& kinds,
                                     const std::map<std::string, LogSource>& sources) {
  std::vector<std::string> names;
  for (const auto& blind : blind_stages(kinds, sources)) names.push_back(blind.stage);
  return names;
}

constexpr std::string_view kTable =
    "# words\n"
    "stage\tdelivery\tmail web\n"
    "stage\texploitation\tprocess\n"
    "source\tzeek/smtp\t-\tmail\n"
    "source\t-\tprocess_creation\tprocess\n";

TEST(LogKinds, name_the_stages_that_no_log_could_show) {
  const auto kinds = parse_log_kinds(kTable);
  ASSERT_TRUE(kinds.has_value());
  const auto blind = blind_stages(*kinds, {});
  ASSERT_EQ(blind.size(), 2U);
  EXPECT_EQ(blind[0].stage, "delivery");
  EXPECT_THAT(blind[0].missing, ElementsAre("mail", "web"));
  EXPECT_THAT(blind_names(*kinds, {{"zeek/smtp", {"zeek", "smtp", {}, "zeek/smtp"}}}),
              ElementsAre("exploitation"));
  EXPECT_THAT(
      blind_names(*kinds, {{"windows/sysmon/1",
                            {"windows", "sysmon", {"process_creation"}, "windows/sysmon/1"}}}),
      ElementsAre("delivery"));
}

TEST(LogKinds, a_log_source_leads_whole_words_only) {
  const auto kinds = parse_log_kinds(kTable);
  ASSERT_TRUE(kinds.has_value());
  EXPECT_THAT(
      blind_names(*kinds, {{"zeek/smtp_links", {"zeek", "smtp_links", {}, "zeek/smtp_links"}}}),
      ElementsAre("delivery", "exploitation"));
}

TEST(LogKinds, refuse_what_the_contract_has_no_word_for) {
  for (const std::string_view line :
       {"stage\tdelivery\tletters\n", "stage\tlunch\tmail\n", "source\t-\t-\tmail\n",
        "source\tx\t-\tletters\n", "word\n"}) {
    const auto kinds = parse_log_kinds("# one\n" + std::string(line));
    ASSERT_FALSE(kinds.has_value()) << line;
    EXPECT_EQ(kinds.error().where.line, 2U);
  }
}

TEST(LogKinds, of_the_content_cover_every_stage_but_weaponization) {
  const auto kinds = parse_log_kinds(content("attack/log_kinds.tsv"));
  ASSERT_TRUE(kinds.has_value());
  for (const auto stage : attack::kStages) {
    EXPECT_EQ(kinds->by_stage[attack::index(stage)].empty(), stage == attack::Stage::weaponization);
  }
  EXPECT_EQ(blind_stages(*kinds, {}).size(), attack::kStageCount - 1);
}

}  // namespace
}  // namespace interdict::pipeline
