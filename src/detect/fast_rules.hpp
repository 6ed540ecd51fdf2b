#pragma once

#include <cstdint>
#include <vector>

#include "detect/fast.hpp"
#include "detect/predicates.hpp"

namespace interdict::detect {

struct FastRules::Impl {
  explicit Impl(const RuleSet& set);

  /// What one rule asks.
  struct Needs {
    std::vector<SlotId> slots;        ///< fields; not kEveryValue
    std::vector<TestId> keywords;     ///< tests of every value
    std::vector<TestId> field_pairs;  ///< FieldRefTests
    bool has_witness = false;         ///< false: it must be looked at for every row
  };

  const RuleSet& rules;
  std::vector<SlotPredicates> slots;                ///< by slot
  std::vector<std::vector<TestId>> if_null;         ///< by slot: hold if a value is null
  std::vector<std::vector<TestId>> if_present;      ///< by slot: hold if there is any value
  std::vector<char> asks_presence;                  ///< by slot: absent is not as "nothing holds"
  std::vector<char> if_absent;                      ///< by test: holds if the field is absent
  std::vector<std::vector<finding::RuleId>> wakes;  ///< by test: the rules it is witness of
  std::vector<Needs> needs;                         ///< by rule
};

}  // namespace interdict::detect
