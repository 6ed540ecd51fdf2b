#include "detect/reference.hpp"

#include <algorithm>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "detect/fixture.hpp"

namespace interdict::detect {
namespace {

using namespace fixture;  // NOLINT(google-build-using-namespace): the vocabulary of every line here
using rule::TimePart;
using Kind = rule::Condition::Kind;

struct Case {
  std::string_view sentence;  ///< of the specification, or our decision where it is silent
  Item item;
  Event event;
  bool expected;
};

void check(const std::vector<Case>& cases) {
  for (const auto& c : cases) {
    const auto result = fires(make_rule({{c.item}}), c.event);
    ASSERT_TRUE(result.has_value()) << c.sentence << ": " << result.error().message;
    EXPECT_EQ(*result, c.expected) << c.sentence;
  }
}

TEST(Reference, Strings) {
  check({
      {"all values are treated as case-insensitive strings",
       item("a", {text(Op::equals, "Cmd.EXE")}),
       {{"a", "cMD.exe"}},
       true},
      {"… and beyond ASCII", item("a", {text(Op::equals, "ÄB")}), {{"a", "äb"}}, true},
      {"equals is the whole value",
       item("a", {text(Op::equals, "cmd")}),
       {{"a", "cmd.exe"}},
       false},
      {"* replaces an unbounded length",
       item("a", {text(Op::equals, "*\\cmd*")}),
       {{"a", "C:\\cmd.exe"}},
       true},
      {"? replaces a single mandatory character",
       item("a", {text(Op::equals, "prog?.exe")}),
       {{"a", "prog.exe"}},
       false},
      {"? is a character, not a byte",
       item("a", {text(Op::equals, "pr?g")}),
       {{"a", "prög"}},
       true},
      {"contains puts * around the values",
       item("a", {text(Op::contains, "ell")}),
       {{"a", "HELLO"}},
       true},
      {"startswith", item("a", {text(Op::startswith, "he")}), {{"a", "hello"}}, true},
      {"startswith", item("a", {text(Op::startswith, "el")}), {{"a", "hello"}}, false},
      {"endswith", item("a", {text(Op::endswith, "LO")}), {{"a", "hello"}}, true},
      {"endswith", item("a", {text(Op::endswith, "l")}), {{"a", "hello"}}, false},
      {"inner wildcards stay active",
       item("a", {text(Op::endswith, "e?*o")}),
       {{"a", "hello"}},
       true},
      {"cased: case-sensitively",
       item("a", {cased(text(Op::contains, "eL"))}),
       {{"a", "heLlo"}},
       true},
      {"cased: case-sensitively",
       item("a", {cased(text(Op::contains, "eL"))}),
       {{"a", "hello"}},
       false},
      {"windash: all dashes are interchangeable",
       item("a", {windash(text(Op::contains, " -s "))}),
       {{"a", "x /S y"}},
       true},
      {"windash: all dashes are interchangeable",
       item("a", {windash(text(Op::contains, " /s "))}),
       {{"a", "x \u2015s y"}},
       true},
      {"without windash they are not",
       item("a", {text(Op::contains, " -s ")}),
       {{"a", "x /s y"}},
       false},
      {"a list is linked with OR",
       item("a", {text(Op::equals, "x"), text(Op::equals, "y")}),
       {{"a", "y"}},
       true},
      {"all changes this to AND",
       all(item("a", {text(Op::contains, "x"), text(Op::contains, "y")})),
       {{"a", "y"}},
       false},
      {"all changes this to AND",
       all(item("a", {text(Op::contains, "x"), text(Op::contains, "y")})),
       {{"a", "y x"}},
       true},
      {"a string rule against a number in the event",
       item("a", {text(Op::equals, "46*")}),
       {{"a", "4688", ValueType::integer}},
       true},
  });
}

TEST(Reference, AbsentNullAndEmptyAreThree) {
  const Event absent = {{"b", "x"}};
  const Event null = {{"a", "", ValueType::null}};
  const Event empty = {{"a", ""}};
  const Event full = {{"a", "x"}};
  const auto is_null = item("a", {matcher(Op::equals, std::monostate{})});
  const auto is_empty = item("a", {text(Op::equals, "")});
  const auto anything = item("a", {text(Op::equals, "*")});
  const auto exists = item("a", {matcher(Op::exists, true)});
  const auto not_exists = item("a", {matcher(Op::exists, false)});
  const auto pattern_regex = item("a", {regex(".*")});
  const auto not_x = neq(item("a", {text(Op::equals, "x")}));
  const auto not_null = neq(is_null);
  check({
      {"null: the field is null or absent", is_null, absent, true},
      {"null: the field is null or absent", is_null, null, true},
      {"null: the field is null or absent", is_null, empty, false},
      {"null: the field is null or absent", is_null, full, false},
      {"'' is the empty value", is_empty, absent, false},
      {"'' is the empty value", is_empty, null, false},
      {"'' is the empty value", is_empty, empty, true},
      {"'' is the empty value", is_empty, full, false},
      {"* needs a value", anything, absent, false},
      {"* needs a value", anything, null, false},
      {"* needs a value", anything, empty, true},
      {"exists: present, even null or empty", exists, absent, false},
      {"exists: present, even null or empty", exists, null, true},
      {"exists: present, even null or empty", exists, empty, true},
      {"exists: present, even null or empty", exists, full, true},
      {"exists: false", not_exists, absent, true},
      {"exists: false", not_exists, null, false},
      {"exists: false", not_exists, empty, false},
      {"re needs a value", pattern_regex, absent, false},
      {"re needs a value", pattern_regex, null, false},
      {"re needs a value", pattern_regex, empty, true},
      {"neq is NOT of the whole item", not_x, full, false},
      {"neq on an absent field is true", not_x, absent, true},
      {"neq on a null field is true", not_x, null, true},
      {"neq composes with null", not_null, absent, false},
      {"neq composes with null", not_null, full, true},
  });
}

TEST(Reference, NumbersAndBooleans) {
  const auto is = [](std::int64_t n) { return item("a", {integer(Op::equals, n)}); };
  const auto op = [](Op o, std::int64_t n) { return item("a", {integer(o, n)}); };
  const auto flag = [](bool b) { return item("a", {matcher(Op::equals, b)}); };
  const auto real = [](Op o, double n) { return item("a", {matcher(o, n)}); };
  check({
      {"numeric: integer to integer", is(4688), {{"a", "4688", ValueType::integer}}, true},
      {"numeric: integer to text", is(4688), {{"a", "4688"}}, true},
      {"numeric: integer to hexadecimal text", is(4688), {{"a", "0x1250"}}, true},
      {"numeric: integer to fraction", is(3), {{"a", "3.0", ValueType::real}}, true},
      {"numeric: not a substring", is(468), {{"a", "4688"}}, false},
      {"numeric: text that is no number", is(4688), {{"a", "4688 x"}}, false},
      {"numeric: a fraction", real(Op::equals, 1.5), {{"a", "1.50"}}, true},
      {"numeric: negative", is(-1), {{"a", "-1"}}, true},
      {"lt", op(Op::lt, 5), {{"a", "4"}}, true},
      {"lt", op(Op::lt, 5), {{"a", "5"}}, false},
      {"lte", op(Op::lte, 5), {{"a", "5"}}, true},
      {"gt compares by value, not by text", op(Op::gt, 9), {{"a", "10"}}, true},
      {"gt", op(Op::gt, 9), {{"a", "9"}}, false},
      {"gte", op(Op::gte, 9), {{"a", "0x9"}}, true},
      {"gte of a fraction", real(Op::gte, 0.5), {{"a", "0.49"}}, false},
      {"non-numeric field: false", op(Op::lt, 5), {{"a", "abc"}}, false},
      {"non-numeric field: false", op(Op::gte, -5), {{"a", ""}}, false},
      {"absent field: false", op(Op::lt, 5), {{"b", "1"}}, false},
      {"bool compares to its texts", flag(true), {{"a", "True"}}, true},
      {"bool compares to its texts", flag(true), {{"a", "1"}}, true},
      {"bool compares to its texts", flag(true), {{"a", "true", ValueType::boolean}}, true},
      {"bool compares to its texts", flag(true), {{"a", "yes"}}, false},
      {"bool compares to its texts", flag(false), {{"a", "FALSE"}}, true},
      {"bool compares to its texts", flag(false), {{"a", "0", ValueType::integer}}, true},
      {"bool compares to its texts", flag(false), {{"a", ""}}, false},
  });
}

TEST(Reference, RegexCidrFieldrefTime) {
  auto insensitive = regex("WHO.");
  insensitive.regex_flags.ignore_case = true;
  const Event pair = {{"a", "C:\\Tool.exe"}, {"b", "c:\\tool.EXE"}, {"c", "tool"}, {"d", "C:"}};
  const Event when = {{"t", "2024-02-29T22:15:00+01:00"}};
  check({
      {"re is an unanchored search", item("a", {regex("l{2}o?")}), {{"a", "hello"}}, true},
      {"re is case-sensitive", item("a", {regex("WHO")}), {{"a", "whoami"}}, false},
      {"re|i is not", item("a", {insensitive}), {{"a", "whoami"}}, true},
      {"cidr", item("a", {cidr("192.168.0.0/16")}), {{"a", "192.168.7.7"}}, true},
      {"cidr on no address: false", item("a", {cidr("0.0.0.0/0")}), {{"a", "-"}}, false},
      {"cidr of IPv6", item("a", {cidr("fe80::/10")}), {{"a", "fe80::1%7"}}, true},
      {"fieldref ignores case", item("a", {fieldref("b")}), pair, true},
      {"fieldref|cased does not", item("a", {cased(fieldref("b"))}), pair, false},
      {"fieldref|contains", item("a", {fieldref("c", Op::contains)}), pair, true},
      {"fieldref|startswith", item("a", {fieldref("d", Op::startswith)}), pair, true},
      {"fieldref|endswith", item("a", {fieldref("d", Op::endswith)}), pair, false},
      {"fieldref: other side absent: false", item("a", {fieldref("z")}), pair, false},
      {"fieldref: this side absent: false", item("z", {fieldref("a")}), pair, false},
      {"fieldref: both absent: false", item("y", {fieldref("z")}), pair, false},
      {"fieldref with neq", neq(item("a", {fieldref("b")})), pair, false},
      {"hour in UTC", item("t", {time_is(TimePart::hour, Op::equals, 21)}), when, true},
      {"hour|gte", item("t", {time_is(TimePart::hour, Op::gte, 22)}), when, false},
      {"day", item("t", {time_is(TimePart::day, Op::equals, 29)}), when, true},
      {"no time: false", item("t", {time_is(TimePart::hour, Op::gte, 0)}), {{"t", "x"}}, false},
  });
}

TEST(Reference, SeveralValuesOfAField) {
  const Event event = {{"a", "one"}, {"a", "two"}, {"a", "", ValueType::null}};
  check({
      {"any element may match", item("a", {text(Op::equals, "two")}), event, true},
      {"any element may match", item("a", {matcher(Op::equals, std::monostate{})}), event, true},
      {"no element matches", item("a", {text(Op::equals, "one two")}), event, false},
      {"neq is NOT of that", neq(item("a", {text(Op::equals, "two")})), event, false},
      {"all: each value may be in another element",
       all(item("a", {text(Op::equals, "two"), text(Op::equals, "one")})), event, true},
  });
}

TEST(Reference, Keywords) {
  const Event event = {{"a", "Hello World"},
                       {"b", "4688", ValueType::integer},
                       {"c", "x"},
                       {"c", "dropped by rule 12"}};
  check({
      {"a keyword stands anywhere in any value", item("", {text(Op::equals, "lo wo")}), event,
       true},
      {"… also of a field's second value", item("", {text(Op::equals, "by rule")}), event, true},
      {"… but not across values", item("", {text(Op::equals, "world4688")}), event, false},
      {"keywords are linked with OR",
       item("", {text(Op::equals, "nowhere"), text(Op::equals, "HELLO")}), event, true},
      {"keywords with |all are linked with AND",
       all(item("", {text(Op::equals, "hello"), text(Op::equals, "nowhere")})), event, false},
      {"keywords with |all may hit different fields",
       all(item("", {text(Op::equals, "hello"), text(Op::equals, "dropped")})), event, true},
      {"wildcards in keywords", item("", {text(Op::equals, "h?llo*d")}), event, true},
      {"a keyword with startswith is anchored", item("", {text(Op::startswith, "world")}), event,
       false},
      {"|re without a field", item("", {regex("rule \\d+$")}), event, true},
      {"a number as keyword", item("", {integer(Op::equals, 688)}), event, true},
      {"an event without values", item("", {text(Op::equals, "*")}), {}, false},
  });
}

TEST(Reference, ExpansionsAreOrInsideAll) {
  Item both = all(item("a", {text(Op::contains, "x1"), text(Op::contains, "y1")}));
  both.values[0].push_back(text(Op::contains, "x2"));
  check({
      {"expansions stay OR inside each value", both, {{"a", "x2 y1"}}, true},
      {"expansions stay OR inside each value", both, {{"a", "x1 x2"}}, false},
  });
}

TEST(Reference, Conditions) {
  const auto has = [](std::string_view value) {
    return std::vector{item("a", {text(Op::contains, value)})};
  };
  const auto rule_with = [&](rule::Condition tree) {
    return make_rule({has("p"), has("q"), has("r")}, std::move(tree));
  };
  const struct {
    rule::Condition tree;
    std::string_view value;
    bool expected;
  } cases[] = {
      {condition(Kind::conjunction, {}, {identifier(0), identifier(1)}), "pq", true},
      {condition(Kind::conjunction, {}, {identifier(0), identifier(1)}), "pr", false},
      {condition(Kind::disjunction, {}, {identifier(0), identifier(1)}), "q", true},
      {condition(Kind::disjunction, {}, {identifier(0), identifier(1)}), "r", false},
      {condition(Kind::negation, {}, {identifier(0)}), "q", true},
      {condition(Kind::negation, {}, {identifier(0)}), "p", false},
      {condition(Kind::one_of, {0, 2}), "r", true},
      {condition(Kind::one_of, {0, 2}), "q", false},
      {condition(Kind::all_of, {0, 2}), "pr", true},
      {condition(Kind::all_of, {0, 2}), "pq", false},
      {condition(Kind::conjunction, {},
                 {identifier(0), condition(Kind::negation, {}, {condition(Kind::one_of, {1, 2})})}),
       "p", true},
      {condition(Kind::conjunction, {},
                 {identifier(0), condition(Kind::negation, {}, {condition(Kind::one_of, {1, 2})})}),
       "pr", false},
  };
  for (std::size_t i = 0; i < std::size(cases); ++i) {
    const auto result = fires(rule_with(cases[i].tree), {{"a", cases[i].value}});
    ASSERT_TRUE(result.has_value());
    EXPECT_EQ(*result, cases[i].expected) << "case " << i;
  }
}

TEST(Reference, ListOfMapsIsOrAndConditionListIsOr) {
  auto rule = make_rule({{item("a", {text(Op::equals, "1")}), item("b", {text(Op::equals, "2")})},
                         {item("c", {text(Op::equals, "3")})}});
  rule.identifiers[0].alternatives.push_back({item("d", {text(Op::equals, "4")})});
  rule.conditions.push_back(identifier(1));
  EXPECT_TRUE(*fires(rule, {{"a", "1"}, {"b", "2"}}));
  EXPECT_FALSE(*fires(rule, {{"a", "1"}}));
  EXPECT_TRUE(*fires(rule, {{"d", "4"}}));
  EXPECT_TRUE(*fires(rule, {{"c", "3"}}));
}

TEST(Reference, FieldNamesAreCaseSensitive) {
  const auto rule = make_rule({{item("Image", {text(Op::equals, "x")})}});
  EXPECT_TRUE(*fires(rule, {{"Image", "x"}}));
  EXPECT_FALSE(*fires(rule, {{"image", "x"}}));
}

/// Many rules over many rows: every rule must say what it says when it is alone, in any order.
TEST(Reference, ARuleNeverDependsOnTheOthers) {
  std::mt19937 random(11);
  const std::vector<std::string> names = {"a", "b", "c", ""};
  const std::vector<std::string> values = {"x", "xy", "Y", "*y", "?", "x*", "1", ""};
  const auto pick = [&](const auto& list) { return list[random() % list.size()]; };
  std::vector<rule::Rule> rules;
  for (int i = 0; i < 60; ++i) {
    std::vector<std::vector<Item>> identifiers;
    for (int k = 0; k < 2; ++k) {
      const Op op = pick(std::vector{Op::equals, Op::contains, Op::endswith});
      auto made = item(pick(names), {text(op, pick(values)), text(Op::equals, pick(values))});
      made.all = random() % 3 == 0;
      made.negated = !made.field.empty() && random() % 3 == 0;
      identifiers.push_back({made});
    }
    auto tree = condition(random() % 2 == 0 ? Kind::conjunction : Kind::disjunction, {},
                          {identifier(0), identifier(1)});
    rules.push_back(make_rule(std::move(identifiers), std::move(tree)));
    rules.back().title = "rule " + std::to_string(i);
  }
  std::vector<Event> events;
  for (int i = 0; i < 50; ++i) {
    Event event;
    for (auto n = random() % 4; n > 0; --n) {
      event.push_back({names[random() % 3], values[random() % values.size()]});
    }
    events.push_back(event);
  }
  std::vector<std::vector<bool>> alone;
  for (const auto& rule : rules) {
    auto& results = alone.emplace_back();
    for (const auto& event : events) results.push_back(*fires(rule, event));
  }
  std::size_t fired = 0;
  for (int round = 0; round < 5; ++round) {
    std::vector<std::size_t> order(rules.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::shuffle(order.begin(), order.end(), random);
    FieldCatalogue fields;
    RuleSetBuilder builder(fields);
    for (const auto index : order) ASSERT_TRUE(builder.add(rules[index]).has_value());
    const auto set = std::move(builder).build();
    EventBatch batch("in", {});
    for (const auto& event : events) add_row(batch, fields, event);
    std::vector<RowMatch> expected;
    for (std::size_t row = 0; row < events.size(); ++row) {
      for (std::uint32_t i = 0; i < order.size(); ++i) {
        if (alone[order[i]][row]) expected.push_back({static_cast<Row>(row), finding::RuleId(i)});
      }
    }
    const auto found = run(set, batch);
    EXPECT_EQ(found, expected);
    EXPECT_TRUE(std::ranges::is_sorted(found));
    fired = found.size();
  }
  EXPECT_GT(fired, 100U);
}

TEST(Reference, AScratchMayServeAnyRuleSetAndBatch) {
  Scratch scratch;
  for (const std::string_view value : {"x", "y", "x"}) {
    FieldCatalogue fields;
    RuleSetBuilder builder(fields);
    ASSERT_TRUE(builder.add(make_rule({{item("a", {text(Op::equals, "x")})}})).has_value());
    const auto rules = std::move(builder).build();
    EventBatch batch("in", {});
    add_row(batch, fields, {{"a", value}});
    std::vector<RowMatch> out;
    match_reference(rules, batch, scratch, out);
    EXPECT_EQ(out.size(), value == "x" ? 1U : 0U);
  }
}

}  // namespace
}  // namespace interdict::detect
