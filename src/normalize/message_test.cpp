#include "normalize/message.hpp"

#include <map>

#include <gtest/gtest.h>

namespace interdict::normalize {
namespace {

/// What a template takes of a text, by name; `-` under `` if it does not fit.
std::map<std::string, std::string> taken(std::string_view shape, std::string_view text) {
  const auto parsed = parse_template(shape);
  EXPECT_TRUE(parsed.has_value()) << shape;
  Captures captures;
  std::map<std::string, std::string> result;
  if (!parsed || !match_template(*parsed, text, captures)) return {{"", "-"}};
  for (const auto& [name, value] : captures) result.emplace(name, value);
  return result;
}
using Taken = std::map<std::string, std::string>;
const Taken kNone = {{"", "-"}};

TEST(Message, CapturesTakeTheShortestTextUpToTheNextLiteral) {
  EXPECT_EQ(taken("a %{x} b %{y}", "a 1 b 2 b 3"), (Taken{{"x", "1"}, {"y", "2 b 3"}}));
  EXPECT_EQ(taken("a %{x} b", "a 1 b 2 b"), (Taken{{"x", "1 b 2"}}));
  EXPECT_EQ(taken("fixed", "fixed"), Taken{});
  EXPECT_EQ(taken("fixed", "fixed."), kNone);
  EXPECT_EQ(taken("[\\*\\*] %{x}", "[**] y"), (Taken{{"x", "y"}}));
  EXPECT_EQ(taken("*end %{x:number}*", "to the end 17 of it"), (Taken{{"x", "17"}}));
}

TEST(Message, KindsMustHold) {
  EXPECT_EQ(taken("from %{ip:ip} port %{p:number}*", "from 192.0.2.1 port 22 ssh2"),
            (Taken{{"ip", "192.0.2.1"}, {"p", "22"}}));
  EXPECT_EQ(taken("from %{ip:ip} port*", "from 2001:db8::1 port 22"),
            (Taken{{"ip", "2001:db8::1"}}));
  EXPECT_EQ(taken("from %{ip:ip} port*", "from nowhere port 22"), kNone);
  EXPECT_EQ(taken("%{ip:ip}", "192.0.2.1:80"), kNone);
  EXPECT_EQ(taken("%{ip:ip}", "::ffff:192.0.2.1"), (Taken{{"ip", "::ffff:192.0.2.1"}}));
  EXPECT_EQ(taken("x %{p:number}", "x 1a"), kNone);
  EXPECT_EQ(taken("x %{w:word} y", "x a b y"), kNone);
}

TEST(Message, ANameCannotPoseAsWhatFollowsIt) {
  const auto* shape = "Failed password for %{user:long} from %{ip:ip} port %{p:number}*";
  EXPECT_EQ(
      taken(shape,
            "Failed password for ann from 198.51.100.9 port 1 ssh2 from 192.0.2.7 port 50 ssh2"),
      (Taken{{"user", "ann from 198.51.100.9 port 1 ssh2"}, {"ip", "192.0.2.7"}, {"p", "50"}}));
  EXPECT_EQ(taken(shape, "Failed password for  from 192.0.2.7 port 50 ssh2"),
            (Taken{{"user", ""}, {"ip", "192.0.2.7"}, {"p", "50"}}));
}

TEST(Message, TheLongestIsTriedEightTimesOnly) {
  std::string text = "a 1";
  for (int i = 0; i < 100; ++i) text += " b x";
  EXPECT_EQ(taken("a %{x:long} b %{n:number}", text), kNone);
}

TEST(Message, FaultsOfATemplateAreTold) {
  for (const auto* bad : {"%{x", "%{}", "%{x:what}", "%{x}%{y}", "%{x:long} %{y:long}", ""}) {
    EXPECT_FALSE(parse_template(bad).has_value()) << bad;
  }
}

}  // namespace
}  // namespace interdict::normalize
