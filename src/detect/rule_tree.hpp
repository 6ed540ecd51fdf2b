#pragma once

#include <algorithm>
#include <cstdint>

#include "detect/program.hpp"

/// A rule's logic over the answers to its tests: the same code for both engines. `Answer` says
/// whether a test holds: `bool(TestId)`.
namespace interdict::detect {

template <class Answer>
[[nodiscard]] bool item_holds(const CompiledItem& item, const Answer& answer) {
  const auto value_holds = [&](const std::vector<TestId>& expansions) {
    return std::ranges::any_of(expansions, answer);
  };
  const bool result = item.all ? std::ranges::all_of(item.values, value_holds)
                               : std::ranges::any_of(item.values, value_holds);
  return result != item.negated;
}

template <class Answer>
[[nodiscard]] bool identifier_holds(const CompiledRule& rule, std::uint32_t index,
                                    const Answer& answer) {
  return std::ranges::any_of(rule.identifiers[index], [&](const auto& items) {
    return std::ranges::all_of(items, [&](const auto& item) { return item_holds(item, answer); });
  });
}

template <class Answer>
[[nodiscard]] bool condition_holds(const rule::Condition& condition, const CompiledRule& rule,
                                   const Answer& answer) {
  using Kind = rule::Condition::Kind;
  const auto child_holds = [&](const rule::Condition& child) {
    return condition_holds(child, rule, answer);
  };
  const auto index_holds = [&](std::uint32_t i) { return identifier_holds(rule, i, answer); };
  switch (condition.kind) {
    case Kind::identifier:
      return index_holds(condition.index);
    case Kind::negation:
      return !child_holds(condition.children.front());
    case Kind::conjunction:
      return std::ranges::all_of(condition.children, child_holds);
    case Kind::disjunction:
      return std::ranges::any_of(condition.children, child_holds);
    case Kind::one_of:
      return std::ranges::any_of(condition.indices, index_holds);
    case Kind::all_of:
      return std::ranges::all_of(condition.indices, index_holds);
  }
  return false;
}

template <class Answer>
[[nodiscard]] bool rule_holds(const CompiledRule& rule, const Answer& answer) {
  return std::ranges::any_of(rule.conditions, [&](const rule::Condition& condition) {
    return condition_holds(condition, rule, answer);
  });
}

}  // namespace interdict::detect
