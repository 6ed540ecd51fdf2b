#include <gtest/gtest.h>

#include "analytics/testing.hpp"

namespace interdict::analytics {
namespace {

TEST(GuessedPassword, ManyFailuresAndThenASuccessAreOneFinding) {
  Stream s;
  for (int i = 0; i < 9; ++i) s.failed(i, "198.51.100.7", "ann");
  s.logged_on(20, "198.51.100.7", "ann", "web1");
  s.logged_on(21, "198.51.100.7", "ann", "web1");
  const auto found = s.findings();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(name_of(found[0]), "guessed-password");
  EXPECT_EQ(found[0].group, "198.51.100.7 as ann");
  EXPECT_EQ(found[0].last_ref, 9U);
  EXPECT_EQ(found[0].outcome, finding::Outcome::succeeded);
}

TEST(GuessedPassword, FewFailuresAnotherAccountOrAnotherSourceAreNone) {
  Stream few;
  for (int i = 0; i < 5; ++i) few.failed(i, "198.51.100.7", "ann");
  few.logged_on(20, "198.51.100.7", "ann", "web1");
  EXPECT_TRUE(few.findings().empty());
  Stream other;
  for (int i = 0; i < 50; ++i) other.failed(i, "198.51.100.7", "ann");
  other.logged_on(60, "198.51.100.7", "ben", "web1");
  other.logged_on(61, "192.0.2.8", "ann", "web1");
  EXPECT_TRUE(other.findings().empty());
}

TEST(GuessedPassword, FailuresOutsideTheWindowOrBeforeASuccessDoNotCount) {
  Stream slow;
  for (int i = 0; i < 20; ++i) slow.failed(i * 121, "198.51.100.7", "ann");
  slow.logged_on(20 * 121, "198.51.100.7", "ann", "web1");
  EXPECT_TRUE(slow.findings().empty());
  Stream user;
  for (int i = 0; i < 30; ++i) {
    if (i % 3 == 2) {
      user.logged_on(i, "198.51.100.7", "ann", "web1");
    } else {
      user.failed(i, "198.51.100.7", "ann");
    }
  }
  EXPECT_TRUE(user.findings().empty());
}

TEST(LogonSpread, OneAccountOnManyNewHostsIsOneFinding) {
  Stream s;
  for (int i = 0; i < 5; ++i) s.logged_on(i * 20, "10.0.0.9", "adm", "host" + std::to_string(i));
  const auto found = s.findings();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(name_of(found[0]), "logon-spread");
  EXPECT_EQ(found[0].group, "10.0.0.9 as adm");
}

TEST(LogonSpread, TheSameHostsAgainAndFewHostsAreNone) {
  Stream nightly;
  for (int day = 0; day < 5; ++day) {
    for (int i = 0; i < 8; ++i) {
      // The first night is spread over hours, as such servers begin; later ones are quick.
      const int pause = day == 0 ? 400 : 1;
      nightly.logged_on(day * 86400 + i * pause, "10.0.0.9", "backup", "host" + std::to_string(i));
    }
  }
  EXPECT_TRUE(nightly.findings().empty());
  Stream few;
  for (int i = 0; i < 100; ++i) few.logged_on(i, "10.0.0.9", "adm", "host" + std::to_string(i % 4));
  EXPECT_TRUE(few.findings().empty());
}

}  // namespace
}  // namespace interdict::analytics
