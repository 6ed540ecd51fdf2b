#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
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

  /// Those of one slot, built when they are first asked for: no log has every field that rules
  /// know. Any number of threads may ask.
  [[nodiscard]] const SlotPredicates& predicates(SlotId slot) const;

  const RuleSet& rules;
  std::vector<std::vector<TestId>> tests_by_slot;
  std::vector<std::vector<TestId>> if_null;         ///< by slot: hold if a value is null
  std::vector<std::vector<TestId>> if_present;      ///< by slot: hold if there is any value
  std::vector<char> asks_presence;                  ///< by slot: absent is not as "nothing holds"
  std::vector<char> if_absent;                      ///< by test: holds if the field is absent
  std::vector<std::vector<finding::RuleId>> wakes;  ///< by test: the rules it is witness of
  std::vector<Needs> needs;                         ///< by rule

 private:
  struct Slot {
    std::once_flag built;
    SlotPredicates predicates;
  };
  std::unique_ptr<Slot[]> slots_;
};

}  // namespace interdict::detect
