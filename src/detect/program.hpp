#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "base/flat_map.hpp"
#include "base/id.hpp"
#include "base/result.hpp"
#include "detect/number.hpp"
#include "event/field.hpp"
#include "match/cidr.hpp"
#include "match/regex.hpp"
#include "match/wildcard.hpp"
#include "rule/ast.hpp"

/// The compact form that rules are lowered to: tables of slots and tests that all rules share, and
/// per rule a tree over them. A test is a pure function of one event, so sharing it between rules
/// saves work and changes no result.
namespace interdict::detect {

/// Index into Tables::slots: one field that rules look at, or all values of an event.
using SlotId = Id<struct SlotTag>;
inline constexpr SlotId kEveryValue{0};

/// Index into Tables::tests.
using TestId = Id<struct TestTag>;

struct NullTest {};  ///< absent, or a value is null
struct ExistsTest {
  bool present = true;
};
struct TextTest {
  match::Pattern pattern;
};
struct NumberTest {
  Number number;
  std::string text;  ///< canonical
};
struct BoolTest {
  bool value = false;
};
struct RegexTest {
  match::Regex regex;
};
struct CidrTest {
  match::Cidr network;
};
struct OrderTest {
  rule::Op op = rule::Op::lt;  ///< lt, lte, gt, gte
  Number number;
};
struct FieldRefTest {
  SlotId other;
  rule::Op compare = rule::Op::equals;  ///< equals, contains, startswith, endswith
  match::TextForm form;
};
struct TimeTest {
  rule::TimePart part = rule::TimePart::minute;
  rule::Op compare = rule::Op::equals;  ///< equals, lt, lte, gt, gte
  std::int64_t number = 0;
};

/// One comparison of one slot.
struct Test {
  SlotId slot;
  std::variant<NullTest, ExistsTest, TextTest, NumberTest, BoolTest, RegexTest, CidrTest, OrderTest,
               FieldRefTest, TimeTest>
      how;
};

/// As rule::Item, over tests.
struct CompiledItem {
  bool all = false;
  bool negated = false;
  std::vector<std::vector<TestId>> values;  ///< outer OR (AND if `all`), inner OR
};

struct CompiledRule {
  std::vector<std::vector<std::vector<CompiledItem>>> identifiers;  ///< [identifier][OR][AND]
  std::vector<rule::Condition> conditions;                          ///< OR
};

/// What the rules share.
struct Tables {
  std::vector<FieldId> slots;  ///< [0] is kEveryValue and no field
  std::vector<Test> tests;
  FlatMap<std::uint32_t, SlotId> slot_of_field;
  TextMap<TestId> test_of_key;
};

/// No honest rule comes near; each bounds what one document can cost.
inline constexpr std::size_t kMaxTestsPerRule = std::size_t{1} << 16U;
inline constexpr std::size_t kMaxConditionDepth = 64;
inline constexpr std::size_t kMaxConditionNodes = 4096;

/// Lowers `rule`, interning its fields, slots and tests. On failure the tables may hold tests that
/// no rule uses; they are never evaluated. Errors: those of match::Regex::compile and
/// match::Cidr::parse; limit (the constants above, the catalogue is full); syntax (a tree that no
/// parser makes: an index out of range, a keyword without text). Place: the item's line.
[[nodiscard]] Result<CompiledRule> compile(const rule::Rule& rule, FieldCatalogue& fields,
                                           Tables& tables);

/// A text that two rules share only if they have the same title, log source and logic.
[[nodiscard]] std::string content_key(const rule::Rule& rule);

}  // namespace interdict::detect
