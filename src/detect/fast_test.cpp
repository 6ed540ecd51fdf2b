#include "detect/fast.hpp"

#include <algorithm>
#include <memory>
#include <random>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "detect/fixture.hpp"
#include "detect/line_memo.hpp"
#include "detect/witness.hpp"

namespace interdict::detect {
namespace {

using namespace fixture;  // NOLINT(google-build-using-namespace): the vocabulary of every line here
using Kind = rule::Condition::Kind;

/// Rules and events in which much fires, made with a fixed seed.
class World {
 public:
  explicit World(std::uint32_t seed) : random_(seed) {
    for (int i = 0; i < 60; ++i) rules_.push_back(make());
    for (int i = 0; i < 500; ++i) {
      events_.push_back({{"Image", word()}, {"Line", word()}});
      if (pick(3) == 0) events_.back().push_back({"Image", word()});
      if (pick(4) == 0) events_.back().push_back({"User", word()});
    }
  }

  [[nodiscard]] const std::vector<rule::Rule>& rules() const { return rules_; }

  /// What fires, as (event, title of the rule): by the fast engine, rules in `order`, events cut
  /// into batches of `batch_rows`.
  [[nodiscard]] std::vector<std::pair<std::size_t, std::string>> fire(
      const std::vector<std::size_t>& order, std::size_t batch_rows, bool reference = false) const {
    FieldCatalogue fields;
    RuleSetBuilder builder(fields);
    for (const auto i : order) EXPECT_TRUE(builder.add(rules_[i]).has_value());
    const RuleSet set = std::move(builder).build();
    const FastRules fast(set);
    FastMatcher matcher(fast);
    std::vector<std::pair<std::size_t, std::string>> fired;
    for (std::size_t first = 0; first < events_.size(); first += batch_rows) {
      EventBatch batch("in", {});
      for (std::size_t i = first; i < std::min(first + batch_rows, events_.size()); ++i) {
        add_row(batch, fields, events_[i]);
      }
      std::vector<RowMatch> out;
      Scratch scratch;
      if (reference) {
        match_reference(set, batch, scratch, out);
      } else {
        matcher.match(batch, out);
      }
      EXPECT_TRUE(std::ranges::is_sorted(out));
      for (const auto& one : out) {
        fired.emplace_back(first + one.row, set.rules()[one.rule.value()].title);
      }
    }
    std::ranges::sort(fired);
    return fired;
  }

 private:
  std::uint32_t pick(std::uint32_t n) { return static_cast<std::uint32_t>(random_() % n); }
  std::string_view word() {
    static constexpr std::string_view kWords[] = {"cmd",
                                                  "CMD.EXE",
                                                  "C:\\a\\cmd.exe",
                                                  "powershell -enc",
                                                  "",
                                                  "sk",
                                                  "\u017f\u212a",
                                                  "SEKURLSA::logon",
                                                  "/c dir",
                                                  "\u2014c dir",
                                                  "\u00c9t",
                                                  "\u00e9T",
                                                  "C:\\Windows\\cmd.exe",
                                                  "x powershell y sekurlsa::"};
    return kWords[pick(std::size(kWords))];
  }
  rule::Rule make() {
    static constexpr std::string_view kPatterns[] = {
        "cmd", "\\cmd.exe", "power", "-c", "s", "sk", "\u00e9t", "*a*c*", "c??", "sekurlsa::"};
    static constexpr std::string_view kFields[] = {"Image", "Line", "User", "Missing"};
    static constexpr Op kOps[] = {Op::equals, Op::contains, Op::startswith, Op::endswith};
    const auto one = [&] {
      const auto field = pick(8) == 0 ? std::string_view{} : kFields[pick(4)];
      auto m = text(field.empty() ? Op::equals : kOps[pick(4)], kPatterns[pick(10)]);
      m.windash = pick(4) == 0;
      m.cased = pick(4) == 0;
      return item(field, {m, text(field.empty() ? Op::equals : Op::contains, kPatterns[pick(10)])});
    };
    auto tree = condition(pick(2) == 0 ? Kind::conjunction : Kind::disjunction, {},
                          {identifier(0), condition(Kind::negation, {}, {identifier(1)})});
    auto made = make_rule({{one()}, {one()}}, pick(3) == 0 ? identifier(0) : std::move(tree));
    made.title = "rule " + std::to_string(rules_.size());
    return made;
  }

  std::mt19937 random_;
  std::vector<rule::Rule> rules_;
  std::vector<Event> events_;
};

std::vector<std::size_t> in_order(std::size_t count) {
  std::vector<std::size_t> order(count);
  for (std::size_t i = 0; i < count; ++i) order[i] = i;
  return order;
}

TEST(Fast, FindsWhatTheReferenceFinds) {
  const World world(1);
  const auto order = in_order(world.rules().size());
  const auto expected = world.fire(order, 100, true);
  EXPECT_GT(expected.size(), 1000U);
  EXPECT_EQ(world.fire(order, 100), expected);
}

TEST(Fast, OrderOfRulesAndSizeOfBatchesChangeNothing) {
  const World world(2);
  auto order = in_order(world.rules().size());
  const auto expected = world.fire(order, 500, true);
  std::mt19937 random(3);
  for (const std::size_t rows : {1U, 7U, 64U, 499U, 500U}) {
    std::ranges::shuffle(order, random);
    EXPECT_EQ(world.fire(order, rows), expected) << rows;
  }
}

TEST(Fast, ARuleFiresTheSameAlone) {
  const World world(4);
  const auto all = world.fire(in_order(world.rules().size()), 128);
  std::vector<std::pair<std::size_t, std::string>> alone;
  for (std::size_t i = 0; i < world.rules().size(); ++i) {
    const auto one = world.fire({i}, 128);
    alone.insert(alone.end(), one.begin(), one.end());
  }
  std::ranges::sort(alone);
  EXPECT_EQ(alone, all);
}

TEST(Fast, ThreadsShareTheRules) {
  FieldCatalogue fields;
  RuleSetBuilder builder(fields);
  ASSERT_TRUE(builder.add(make_rule({{item("a", {text(Op::contains, "cmd")})}})));
  const RuleSet set = std::move(builder).build();
  const FastRules fast(set);
  EventBatch batch("in", {});
  for (int i = 0; i < 100; ++i) {
    add_row(batch, fields, {{"a", i % 2 == 0 ? "run CMD now" : "run nothing"}});
  }
  std::array<std::size_t, 4> counts{};
  {
    std::vector<std::jthread> threads;
    for (auto& count : counts) {
      threads.emplace_back([&] {
        FastMatcher matcher(fast);
        std::vector<RowMatch> out;
        matcher.match(batch, out);
        count = out.size();
      });
    }
  }
  EXPECT_THAT(counts, testing::Each(50U));
}

/// Past every limit of what is kept, nothing changes but the speed.
TEST(Fast, ForgettingChangesNothing) {
  FieldCatalogue fields;
  RuleSetBuilder builder(fields);
  ASSERT_TRUE(builder.add(make_rule({{item("a", {text(Op::endswith, "7")})}})));
  const RuleSet set = std::move(builder).build();
  const FastRules fast(set);
  FastMatcher matcher(fast);
  const std::string filling(FastMatcher::kMaxKeptValueBytes - 16, 'x');
  std::size_t fired = 0;
  std::size_t written = 0;
  for (std::size_t b = 0; written < FastMatcher::kMaxKeptBytes * 3 / 2; ++b) {
    EventBatch batch("in", {});
    for (std::size_t i = 0; i < 1000; ++i) {  // each twice: values that come again are kept
      const auto value = filling + std::to_string(b * 500 + i % 500);
      add_row(batch, fields, {{"a", value}});
      if (i < 500) written += value.size();
    }
    std::vector<RowMatch> out;
    matcher.match(batch, out);
    EXPECT_EQ(out.size(), 100U);
    fired += out.size();
  }
  EXPECT_GT(fired, 1000U);
}

/// Values that never come again are not kept for a while; then others do, and are kept anew.
TEST(Fast, ValuesThatNeverComeAgainAreFoundAlike) {
  FieldCatalogue fields;
  RuleSetBuilder builder(fields);
  ASSERT_TRUE(builder.add(make_rule({{item("a", {text(Op::contains, "needle")})}})));
  const RuleSet set = std::move(builder).build();
  const FastRules fast(set);
  FastMatcher matcher(fast);
  Scratch scratch;
  constexpr std::size_t kValues = 2 * (FastMatcher::kTrial + FastMatcher::kPause);
  std::size_t fired = 0;
  for (std::size_t first = 0; first < kValues; first += EventBatch::kMaxRows) {
    EventBatch batch("in", {});
    for (std::size_t i = first; i < first + EventBatch::kMaxRows; ++i) {
      const bool again = i > kValues / 2 && i % 2 == 0;
      const auto value = again ? std::string("a needle again")
                               : std::to_string(i) + (i % 7 == 0 ? " needle" : " hay");
      add_row(batch, fields, {{"a", value}});
    }
    std::vector<RowMatch> found;
    std::vector<RowMatch> expected;
    matcher.match(batch, found);
    match_reference(set, batch, scratch, expected);
    ASSERT_TRUE(found == expected) << first;
    fired += found.size();
  }
  EXPECT_GT(fired, kValues / 7);
}

/// Long values of several lines are taken apart; a pattern may still reach over a line's end.
TEST(Fast, LinesOfLongValuesAreOneValue) {
  FieldCatalogue fields;
  RuleSetBuilder builder(fields);
  const auto add = [&](Matcher matcher) {
    ASSERT_TRUE(builder.add(make_rule({{item("a", {std::move(matcher)})}})));
  };
  add(text(Op::contains, "Needle"));
  add(text(Op::contains, "first*last"));
  add(text(Op::startswith, "first"));
  add(text(Op::endswith, "last"));
  add(text(Op::contains, "absent"));
  const RuleSet set = std::move(builder).build();
  RuleSetBuilder across(fields);
  ASSERT_TRUE(across.add(make_rule({{item("a", {text(Op::contains, "end\nlast")})}})));
  const RuleSet across_set = std::move(across).build();
  const std::string same(LineMemo::kMinText, 'x');
  EventBatch batch("in", {});
  for (const char* middle : {"nothing", "a needle", "nothing"}) {
    add_row(batch, fields, {{"a", "first\n" + same + "\n" + middle + "\nend\nlast"}});
  }
  add_row(batch, fields, {{"a", "last\n" + same + "\nfirst"}});
  for (const auto* rules : {&set, &across_set}) {
    const FastRules fast(*rules);
    FastMatcher matcher(fast);
    std::vector<RowMatch> expected;
    Scratch scratch;
    match_reference(*rules, batch, scratch, expected);
    EXPECT_GE(expected.size(), 3U);
    for (int again = 0; again < 2; ++again) {
      std::vector<RowMatch> out;
      matcher.match(batch, out);
      EXPECT_EQ(out, expected);
    }
  }
}

TEST(Fast, AValueLongerThanIsKept) {
  FieldCatalogue fields;
  RuleSetBuilder builder(fields);
  ASSERT_TRUE(builder.add(make_rule({{item("a", {text(Op::contains, "needle")})}})));
  const RuleSet set = std::move(builder).build();
  const FastRules fast(set);
  FastMatcher matcher(fast);
  EventBatch batch("in", {});
  const std::string filling(FastMatcher::kMaxKeptValueBytes + 1, 'x');
  add_row(batch, fields, {{"a", filling + "needle"}});
  add_row(batch, fields, {{"a", filling}});
  std::vector<RowMatch> out;
  matcher.match(batch, out);
  ASSERT_EQ(out.size(), 1U);
  EXPECT_EQ(out.front().row, 0);
}

struct WitnessCase {
  std::string_view what;
  rule::Rule rule;
  int tests;  ///< -1: none can be
};

TEST(Witness, OneOfItsTestsMustHold) {
  const auto a = item("a", {text(Op::equals, "x"), text(Op::equals, "y")});
  const auto b = item("b", {text(Op::contains, "a long and rare text")});
  const WitnessCase cases[] = {
      {"the rarer item of an AND", make_rule({{a, b}}), 1},
      {"both sides of an OR",
       make_rule({{a}, {b}}, condition(Kind::disjunction, {}, {identifier(0), identifier(1)})), 3},
      {"a negation says nothing, the rest does",
       make_rule({{a}, {b}},
                 condition(Kind::conjunction, {},
                           {identifier(0), condition(Kind::negation, {}, {identifier(1)})})),
       2},
      {"a negation alone", make_rule({{a}}, condition(Kind::negation, {}, {identifier(0)})), -1},
      {"neq holds for an absent field", make_rule({{neq(a)}}), -1},
      {"null holds for an absent field",
       make_rule({{item("a", {matcher(Op::equals, std::monostate{})})}}), -1},
      {"one value of `all`",
       make_rule({{all(item("a", {text(Op::contains, "xx"), text(Op::contains, "yyyyyy")}))}}), 1},
  };
  for (const auto& c : cases) {
    FieldCatalogue fields;
    Tables tables;
    const auto compiled = compile(c.rule, fields, tables);
    ASSERT_TRUE(compiled.has_value()) << c.what;
    const std::vector<std::uint32_t> users(tables.tests.size(), 1);
    const auto witness = find_witness(*compiled, tables, users);
    EXPECT_EQ(witness ? static_cast<int>(witness->size()) : -1, c.tests) << c.what;
  }
}

}  // namespace
}  // namespace interdict::detect
