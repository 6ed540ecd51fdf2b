#include "rule/condition.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace interdict::rule {
namespace {

const std::vector<std::string> kNames = {"sel_a", "sel_b", "_sel_c", "filter", "not_x"};

struct Row {
  std::string_view text;
  std::string_view tree;  // as to_sigma() writes it; or the code of the first error
};

// Specification, "Condition": the operators' precedence, `1/all of them`, and that identifiers
// starting with `_` are left out of `them` and of patterns.
TEST(Condition, ParsesOrRefuses) {
  constexpr Row kRows[] = {
      {"sel_a", "sel_a"},
      {"sel_a or sel_b and filter", "(sel_a or (sel_b and filter))"},
      {"not sel_a and filter", "(not sel_a and filter)"},
      {"not (sel_a and filter)", "not (sel_a and filter)"},
      {"not 1 of sel_*", "not (sel_a or sel_b)"},
      {"all of sel_*", "(sel_a and sel_b)"},
      {"any of filter*", "filter"},
      {"1 of them", "(sel_a or sel_b or filter or not_x)"},
      {"1 of _sel*", "_sel_c"},
      {"all of *_a", "sel_a"},
      {"_sel_c and not_x", "(_sel_c and not_x)"},
      {"sel_a AND NOT filter", "(sel_a and not filter)"},
      {"missing", "S031"},
      {"1 of none*", "S032"},
      {"2 of sel_*", "S030"},
      {"sel_a sel_b", "S030"},
      {"(sel_a", "S030"},
      {"sel_a)", "S030"},
      {"sel_a and", "S030"},
      {"and sel_a", "S030"},
      {"", "S030"},
      {"1 of", "S030"},
      {"sel_a | count() > 5", "S030"},
      {"sel_a & sel_b", "S030"},
  };
  for (const Row& row : kRows) {
    const ParsedCondition parsed = parse_condition(row.text, kNames);
    if (parsed.condition) {
      EXPECT_EQ(to_sigma(*parsed.condition, kNames), row.tree) << row.text;
    } else {
      ASSERT_FALSE(parsed.issues.empty()) << row.text;
      EXPECT_EQ(parsed.issues.back().code->id, row.tree) << row.text;
    }
  }
}

TEST(Condition, RefusesTheDeepAndTheLong) {
  std::string deep;
  for (int i = 0; i < 10'000; ++i) deep += "not ";
  const ParsedCondition parsed = parse_condition(deep + "sel_a", kNames);
  ASSERT_FALSE(parsed.condition);
  EXPECT_EQ(parsed.issues.back().code->id, "S034");
  const ParsedCondition longer = parse_condition(std::string(kMaxConditionBytes + 1, ' '), kNames);
  ASSERT_FALSE(longer.condition);
  EXPECT_EQ(longer.issues.back().code->id, "S034");
}

}  // namespace
}  // namespace interdict::rule
