#include <gtest/gtest.h>

#include "analytics/testing.hpp"

namespace interdict::analytics {
namespace {

std::string long_label(int i) {
  return "mfzwizltoqxgk3lbnqzw6" + std::to_string(100'000 + i);
}

TEST(DnsTunnel, LongDifferentNamesBelowOneDomainAreOneFinding) {
  Stream s;
  for (int i = 0; i < 30; ++i) s.lookup(i, "ws1", long_label(i) + ".t.example.com");
  const auto found = s.findings();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(name_of(found[0]), "dns-tunnelling");
  EXPECT_EQ(found[0].group, "ws1 below example.com");
  EXPECT_EQ(found[0].count, 30U);
}

TEST(DnsTunnel, CountrySecondLevelIsNoRegisteredDomain) {
  Stream s;
  for (int i = 0; i < 30; ++i) s.lookup(i, "ws1", long_label(i) + ".example.co.uk");
  const auto found = s.findings();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].group, "ws1 below example.co.uk");
}

TEST(DnsTunnel, OneNameAskedOftenIsNone) {
  Stream s;
  for (int i = 0; i < 300; ++i) s.lookup(i, "ws1", long_label(i % 7) + ".example.com");
  EXPECT_TRUE(s.findings().empty());
}

TEST(DnsTunnel, ShortNamesAndAddressNamesAreNone) {
  Stream s;
  for (int i = 0; i < 300; ++i) {
    s.lookup(i, "ws1", "www" + std::to_string(i) + ".example.com");
    s.lookup(i, "ws1", std::to_string(i) + ".0.0.0.0.0.0.0.0.0.0.0.0.0.0.ip6.arpa");
    s.lookup(i, "ws1", long_label(i) + ".local");
    s.lookup(i, "ws1", long_label(i));
    s.lookup(i, "ws1", ".");
  }
  EXPECT_TRUE(s.findings().empty());
}

TEST(DnsTunnel, SameNumberOverManyDomainsIsNone) {
  Stream s;
  for (int i = 0; i < 300; ++i) {
    s.lookup(i, "ws1", long_label(i) + ".d" + std::to_string(i % 60) + ".example");
  }
  EXPECT_TRUE(s.findings().empty());
}

}  // namespace
}  // namespace interdict::analytics
