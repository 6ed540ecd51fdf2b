#include "pipeline/levers.hpp"

#include <gtest/gtest.h>

namespace interdict::pipeline {
namespace {

TEST(Levers, SeedIsAKindAndAValue) {
  const auto ip = parse_seed("ip:203.0.113.9");
  ASSERT_TRUE(ip.has_value());
  EXPECT_EQ(ip->kind, "ip");
  EXPECT_EQ(ip->value, "203.0.113.9");
  const auto host = parse_seed("host:WS05@2026-03-01T10:00:00Z");
  ASSERT_TRUE(host.has_value());
  EXPECT_EQ(host->value, "ws05");
  ASSERT_TRUE(host->at.has_value());
  EXPECT_EQ(host->at->ns, 1'772'359'200'000'000'000);
  const auto file = parse_seed("file:C:\\Temp\\A.exe");
  ASSERT_TRUE(file.has_value());
  EXPECT_EQ(file->value, "c:\\temp\\a.exe");
  for (const char* bad : {"203.0.113.9", "colour:red", "ip:", "host:a@yesterday"}) {
    EXPECT_FALSE(parse_seed(bad).has_value()) << bad;
  }
}

TEST(Levers, ContextThatWouldFitEverythingIsRefused) {
  const auto good = read_context(
      "context:\n  - {name: deploy, kind: administration, image: '*\\deploy.exe', account: "
      "[corp\\svc]}\n",
      "c");
  ASSERT_TRUE(good.has_value()) << good.error().message;
  EXPECT_EQ(good->front().images.front(), "*\\deploy.exe");
  EXPECT_FALSE(read_context("context:\n  - {name: all, kind: scanner}\n", "c").has_value());
  EXPECT_FALSE(read_context("context:\n  - {kind: friend, host: a}\n", "c").has_value());
  EXPECT_FALSE(read_context("context:\n  - {kind: critical-asset, image: a}\n", "c").has_value());
  const auto bad = read_context("context:\n  - {kind: scanner, host: a, colour: red}\n", "c");
  ASSERT_FALSE(bad.has_value());
  EXPECT_EQ(bad.error().where.line, 2U);
}

TEST(Levers, VerdictNeedsReasonAuthorAndSomethingToRuleOn) {
  const auto good = read_verdicts(
      "verdicts:\n  - {verdict: apart, detections: [d-1, d-2], reason: two people, author: ann, "
      "expires: 2027-01-01}\n",
      "v");
  ASSERT_TRUE(good.has_value()) << good.error().message;
  EXPECT_EQ(good->front().ruling, finding::Verdict::Ruling::apart);
  EXPECT_TRUE(good->front().expires.has_value());
  EXPECT_FALSE(
      read_verdicts("verdicts:\n  - {verdict: benign, rules: [x], author: a}\n", "v").has_value());
  EXPECT_FALSE(
      read_verdicts("verdicts:\n  - {verdict: apart, rules: [x], reason: r, author: a}\n", "v")
          .has_value());
  EXPECT_FALSE(
      read_verdicts("verdicts:\n  - {verdict: benign, entities: [x], reason: r, author: a}\n", "v")
          .has_value());
}

}  // namespace
}  // namespace interdict::pipeline
