#include "pipeline/ecs.hpp"

#include <gtest/gtest.h>

#include "pipeline/content.hpp"

namespace interdict::pipeline {
namespace {

TEST(EcsNames, a_product_s_own_name_comes_first) {
  const auto names = EcsNames::parse("# words\nwindows\tUser\twinlog.user\n-\tUser\tuser.name\n");
  ASSERT_TRUE(names.has_value());
  EXPECT_EQ(names->name("windows", "User"), "winlog.user");
  EXPECT_EQ(names->name("linux", "User"), "user.name");
  EXPECT_EQ(names->name("windows", "Other"), "winlog.event_data.Other");
  EXPECT_EQ(names->name("linux", "other"), "other");
  EXPECT_EQ(names->name("windows", "winlog.channel"), "winlog.channel");
  EXPECT_EQ(names->name("tool", "rule"), "tool.rule");
  EXPECT_EQ(names->name("", "rule"), "labels.rule");
  EXPECT_EQ(names->name("tool", "rule.id"), "rule.id");
}

TEST(EcsNames, a_broken_line_is_told_with_its_number) {
  for (const std::string line :
       {"windows\tUser\n", "windows\n", "-\ta\t\n", "-\ta\tb\n-\ta\tc\n"}) {
    const auto names = EcsNames::parse("# one\n" + line);
    ASSERT_FALSE(names.has_value()) << line;
    EXPECT_GE(names.error().where.line, 2U);
  }
}

TEST(EcsNames, of_the_content_load) {
  const auto names = EcsNames::parse(content("ecs/fields.tsv"));
  ASSERT_TRUE(names.has_value()) << names.error().message << " " << names.error().where.line;
  EXPECT_EQ(names->name("windows", "Image"), "process.executable");
}

}  // namespace
}  // namespace interdict::pipeline
