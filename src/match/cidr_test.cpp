#include "match/cidr.hpp"

#include <gtest/gtest.h>

namespace interdict::match {
namespace {

const Where kWhere{.file = "rule.yml", .line = 3};

TEST(Cidr, ContainsTable) {
  const struct {
    std::string_view network;
    std::string_view text;
    bool expected;
  } cases[] = {
      {"10.0.0.0/8", "10.255.0.1", true},
      {"10.0.0.0/8", "11.0.0.1", false},
      {"192.168.16.0/20", "192.168.31.255", true},
      {"192.168.16.0/20", "192.168.32.0", false},
      {"0.0.0.0/0", "8.8.8.8", true},
      {"127.0.0.1/32", "127.0.0.1", true},
      {"127.0.0.1/32", "127.0.0.2", false},
      {"10.0.0.0/8", "::ffff:10.1.2.3", true},  // v4-mapped
      {"::ffff:10.0.0.0/104", "10.1.2.3", true},
      {"10.0.0.0/8", "::10.1.2.3", false},
      {"::/0", "10.1.2.3", false},
      {"::/0", "2001:db8::1", true},
      {"fe80::/10", "fe80::1%eth0", true},  // zone id
      {"fe80::/10", "febf:FFFF::1", true},
      {"fe80::/10", "fec0::1", false},
      {"::1/128", "0:0:0:0:0:0:0:1", true},
      {"::1/128", "[::1]", true},  // brackets
      {"::1/128", "[::1]:445", true},
      {"::1/128", "[::1]:x", false},
      {"10.0.0.0/8", "10.0.0.1:3389", true},  // port
      {"10.0.0.0/8", "10.0.0.1:", false},
      {"10.0.0.0/8", "10.0.0.1:123456", false},
      {"10.0.0.0/8", "10.0.0.1%1", false},
      {"10.0.0.0/8", "[10.0.0.1]", false},
      {"10.0.0.0/8", "10.0.0", false},  // no address: false
      {"10.0.0.0/8", "10.0.0.1 ", false},
      {"0.0.0.0/0", "", false},
      {"0.0.0.0/0", "-", false},
      {"0.0.0.0/0", "host.example", false},
      {"0.0.0.0/0", "1.2.3.4.5", false},
      {"0.0.0.0/0", "010.1.1.1", false},
      {"0.0.0.0/0", std::string_view("1.2.3.4\0x", 9), false},
      {"::/0", "[", false},
      {"::/0", "[]", false},
      {"::/0", "%", false},
  };
  for (const auto& c : cases) {
    const auto cidr = Cidr::parse(c.network, kWhere);
    ASSERT_TRUE(cidr.has_value()) << c.network;
    EXPECT_EQ(cidr->contains(c.text), c.expected) << c.network << " on " << c.text;
  }
}

TEST(Cidr, RefusesWhatIsNoNetwork) {
  for (const auto* text :
       {"10.0.0.0", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0.0/8x", "::/129", "x/8", "/8",
        "10.0.0.1/8", "fe80::1/10", "127.0.0.1/31", "[::1]/128", ""}) {
    const auto cidr = Cidr::parse(text, kWhere);
    ASSERT_FALSE(cidr.has_value()) << text;
    EXPECT_EQ(cidr.error().code, Errc::syntax);
    EXPECT_EQ(cidr.error().where.line, 3U);
  }
}

}  // namespace
}  // namespace interdict::match
