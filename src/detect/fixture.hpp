#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "detect/fast.hpp"
#include "detect/reference.hpp"
#include "detect/ruleset.hpp"
#include "event/batch.hpp"
#include "rule/ast.hpp"

/// Rules and events made by hand, for the tests of this folder.
namespace interdict::detect::fixture {

using rule::Item;
using rule::Matcher;
using rule::Op;

/// `*` any, `?` one; nothing else is special and nothing can be escaped.
inline rule::Pattern pattern(std::string_view text) {
  using Kind = rule::PatternPart::Kind;
  rule::Pattern result;
  for (const char c : text) {
    if (c == '*' || c == '?') {
      result.parts.push_back({c == '*' ? Kind::any : Kind::one, {}});
    } else if (!result.parts.empty() && result.parts.back().kind == Kind::literal) {
      result.parts.back().text += c;
    } else {
      result.parts.push_back({Kind::literal, std::string(1, c)});
    }
  }
  return result;
}

inline Matcher matcher(Op op, rule::MatchValue value) {
  Matcher result;
  result.op = op;
  result.value = std::move(value);
  return result;
}
inline Matcher text(Op op, std::string_view value) {
  return matcher(op, pattern(value));
}
inline Matcher integer(Op op, std::int64_t value) {
  return matcher(op, value);
}
inline Matcher regex(std::string_view value) {
  return matcher(Op::regex, rule::RegexText{std::string(value)});
}
inline Matcher cidr(std::string_view value) {
  return matcher(Op::cidr, rule::CidrText{std::string(value)});
}
inline Matcher fieldref(std::string_view name, Op compare = Op::equals) {
  auto result = matcher(Op::fieldref, rule::FieldName{std::string(name)});
  result.compare = compare;
  return result;
}
inline Matcher time_is(rule::TimePart part, Op compare, std::int64_t value) {
  auto result = integer(Op::time_part, value);
  result.part = part;
  result.compare = compare;
  return result;
}
inline Matcher cased(Matcher m) {
  m.cased = true;
  return m;
}
inline Matcher windash(Matcher m) {
  m.windash = true;
  return m;
}

/// An item whose values are `matchers`, joined by OR.
inline Item item(std::string_view field, std::vector<Matcher> matchers) {
  Item result;
  result.field = field;
  for (auto& m : matchers) result.values.push_back({std::move(m)});
  result.position.line = 7;
  return result;
}
inline Item all(Item i) {
  i.all = true;
  return i;
}
inline Item neq(Item i) {
  i.negated = true;
  return i;
}

inline rule::Condition condition(rule::Condition::Kind kind, std::vector<std::uint32_t> indices,
                                 std::vector<rule::Condition> children = {}) {
  rule::Condition result;
  result.kind = kind;
  if (kind == rule::Condition::Kind::identifier) {
    result.index = indices.at(0);
  } else {
    result.indices = std::move(indices);
  }
  result.children = std::move(children);
  return result;
}
inline rule::Condition identifier(std::uint32_t index) {
  return condition(rule::Condition::Kind::identifier, {index});
}

/// A rule of one identifier a list of items (AND), with the given condition.
inline rule::Rule make_rule(std::vector<std::vector<Item>> identifiers,
                            rule::Condition tree = identifier(0)) {
  rule::Rule result;
  result.title = "a rule";
  result.id = "11111111-2222-4333-8444-555555555555";
  result.path = "rules/a.yml";
  for (auto& items : identifiers) {
    rule::SearchIdentifier made;
    made.name = "s" + std::to_string(result.identifiers.size());
    made.alternatives.push_back(std::move(items));
    result.identifiers.push_back(std::move(made));
  }
  result.conditions.push_back(std::move(tree));
  return result;
}

struct Cell {
  std::string_view field;
  std::string_view text;
  ValueType type = ValueType::string;
};
using Event = std::vector<Cell>;

inline void add_row(EventBatch& batch, FieldCatalogue& fields, const Event& event) {
  const Row row = batch.begin_row({}, "host", {});
  for (const auto& cell : event) batch.add(row, *fields.intern(cell.field), {cell.text, cell.type});
}

/// By both engines, which must agree.
inline std::vector<RowMatch> run(const RuleSet& rules, const EventBatch& batch) {
  Scratch scratch;
  std::vector<RowMatch> out;
  match_reference(rules, batch, scratch, out);
  const FastRules fast_rules(rules);
  FastMatcher matcher(fast_rules);
  std::vector<RowMatch> fast;
  matcher.match(batch, fast);
  EXPECT_TRUE(fast == out) << "the engines differ";
  return out;
}

/// Whether a rule fires on one event.
inline Result<bool> fires(const rule::Rule& rule, const Event& event) {
  FieldCatalogue fields;
  RuleSetBuilder builder(fields);
  if (auto added = builder.add(rule); !added) return tl::unexpected(added.error());
  const RuleSet rules = std::move(builder).build();
  EventBatch batch("in", {});
  add_row(batch, fields, event);
  return !run(rules, batch).empty();
}

}  // namespace interdict::detect::fixture
