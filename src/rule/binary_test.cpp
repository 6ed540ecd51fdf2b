#include "rule/binary.hpp"

#include <gtest/gtest.h>

#include "rule/test_rule.hpp"

namespace interdict::rule {
namespace {

/// A file with every kind of document, value and fault.
std::vector<ParsedFile> parsed_files() {
  const std::string many = R"(
title: One
id: 2f8d3c1e-0000-4000-8000-000000000001
name: one
status: test
level: high
description: words
author: nobody
date: 2024-01-02
references: [https://example.com/a]
tags: [attack.t1059.001, attack.execution]
falsepositives: [backups]
fields: [Image]
logsource: {category: process_creation, product: windows, definition: audit it}
detection:
  sel:
    Image|endswith: ['\cmd.exe', '*a?b']
    CommandLine|windash|contains|all: [' -c ', 'x']
    Text|base64offset|contains: abc
    Re|re|i: 'a.*b'
    Net|cidr: 10.0.0.0/8
    Size|gt: 10
    Ratio: 1.5
    Null: null
    Flag: true
    Is|exists: true
    Same|fieldref: Other
    When|hour|gte: 22
    Not|neq: 3
  words: [alpha, beta]
  also: [{A: 1}, {B: 2}]
  condition: (1 of s* or all of w*) and not also
---
title: Many
correlation:
  type: value_count
  rules: one
  group-by: [User]
  timespan: 5m
  condition: {gt: 3, lte: 100, field: Image}
  aliases: {who: {one: User}}
---
title: Percentile
correlation: {type: value_percentile, rules: [one], timespan: 1h, condition: {gte: 5, field: Size, percentile: 95}}
---
title: Order
correlation: {type: temporal, rules: [one, two], timespan: 1h, condition: one and not two}
---
title: Filter
logsource: {category: process_creation}
filter:
  rules: [one]
  sel: {User: svc}
  condition: not sel
)";
  return {parse_rules(many, "many.yml"), parse_rules(with_item("Image|endwith: x"), "bad.yml"),
          parse_rules("", "empty.yml"),
          parse_rules(with_detection("    sel: {a: 1}\n    timeframe: 5m\n"
                                     "    condition: sel | count() by b > 3\n"),
                      "legacy.yml")};
}

bool equal(const Diagnostic& a, const Diagnostic& b) {
  return a.severity == b.severity && a.code == b.code && a.message == b.message &&
         a.line == b.line && a.column == b.column && a.length == b.length &&
         a.suggestion == b.suggestion && a.rule_id == b.rule_id;
}

TEST(Binary, IsReadBackAsItWas) {
  const auto files = parsed_files();
  ASSERT_EQ(files[0].rules.size(), 1U);
  ASSERT_EQ(files[0].correlations.size(), 3U);
  ASSERT_EQ(files[0].filters.size(), 1U);
  ASSERT_FALSE(files[1].diagnostics.empty());
  ASSERT_EQ(files[3].correlations.size(), 1U);
  const auto bytes = to_binary(files);
  const auto back = from_binary(as_byte_span(bytes));
  ASSERT_TRUE(back.has_value());
  ASSERT_EQ(back->size(), files.size());
  for (std::size_t i = 0; i < files.size(); ++i) {
    const auto& one = (*back)[i];
    EXPECT_EQ(one.rules, files[i].rules);
    EXPECT_EQ(one.correlations, files[i].correlations);
    EXPECT_EQ(one.filters, files[i].filters);
    EXPECT_EQ(one.refused, files[i].refused);
    EXPECT_TRUE(std::ranges::equal(one.diagnostics, files[i].diagnostics, equal));
  }
  EXPECT_EQ(to_binary(*back), bytes);
}

TEST(Binary, RefusesWhatIsCutOrFollowed) {
  const auto bytes = to_binary(parsed_files());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(from_binary(as_byte_span(std::string_view(bytes).substr(0, size)))) << size;
  }
  EXPECT_FALSE(from_binary(as_byte_span(bytes + '\0')));
}

/// Any bit turned: refused, or read as something sound.
TEST(Binary, SurvivesTurnedBits) {
  const auto bytes = to_binary(parsed_files());
  std::size_t refused = 0;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (const unsigned bit : {0U, 3U, 7U}) {
      auto turned = bytes;
      turned[at] = static_cast<char>(static_cast<unsigned char>(turned[at]) ^ (1U << bit));
      const auto back = from_binary(as_byte_span(turned));
      if (!back) {
        ++refused;
        continue;
      }
      for (const auto& file : *back) {
        for (const auto& rule : file.rules) EXPECT_FALSE(rule.conditions.empty());
      }
    }
  }
  EXPECT_GT(refused, bytes.size() / 4);
}

TEST(Binary, RefusesConditionsNestedTooDeep) {
  auto files = parsed_files();
  Condition& top = files[0].rules[0].conditions[0];
  for (unsigned i = 0; i <= kMaxBinaryDepth; ++i) {
    Condition outer;
    outer.kind = Condition::Kind::negation;
    outer.children.push_back(std::move(top));
    top = std::move(outer);
  }
  const auto bytes = to_binary(files);
  EXPECT_FALSE(from_binary(as_byte_span(bytes)));
}

}  // namespace
}  // namespace interdict::rule
