#include <gtest/gtest.h>

#include "analytics/testing.hpp"

namespace interdict::analytics {
namespace {

TEST(PasswordSpray, ManyAccountsFromOneSourceAreOneFinding) {
  Stream s;
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 7; ++i) {
      s.failed(round * 60 + i, "192.0.2.7", "user" + std::to_string(i));
    }
  }
  const auto found = s.findings();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(name_of(found[0]), "password-spraying");
  EXPECT_EQ(found[0].group, "192.0.2.7");
  EXPECT_EQ(found[0].count, 21U);
  EXPECT_EQ(found[0].refs.front(), 0U);
  EXPECT_EQ(found[0].last_ref, 20U);
  EXPECT_EQ(found[0].outcome, finding::Outcome::failed);
  EXPECT_EQ(found[0].facts.front(), (std::pair<std::string, std::string>{"distinct", "7"}));
}

TEST(PasswordSpray, OnePersonWhoMistypesIsNone) {
  Stream s;
  for (int i = 0; i < 500; ++i) s.failed(i, "192.0.2.7", "user" + std::to_string(i % 4));
  EXPECT_TRUE(s.findings().empty());
}

TEST(PasswordSpray, ManySourcesWithOneAccountEachAreNone) {
  Stream s;
  for (int i = 0; i < 500; ++i) s.failed(i, "source" + std::to_string(i), "u" + std::to_string(i));
  EXPECT_TRUE(s.findings().empty());
}

TEST(PasswordSpray, AccountsOutsideTheWindowAreNone) {
  Stream s;
  for (int i = 0; i < 20; ++i) s.failed(i * 151, "192.0.2.7", "user" + std::to_string(i));
  EXPECT_TRUE(s.findings().empty());  // at most 4 within 600 s
}

TEST(PasswordSpray, SilenceEndsASpell) {
  Stream s;
  for (int i = 0; i < 6; ++i) s.failed(i, "192.0.2.7", "user" + std::to_string(i));
  for (int i = 0; i < 6; ++i) s.failed(1000 + i, "192.0.2.7", "user" + std::to_string(i));
  const auto found = s.findings();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].count, 6U);
  EXPECT_EQ(found[1].refs.front(), 6U);
}

}  // namespace
}  // namespace interdict::analytics
