#include "detect/fast_rules.hpp"

#include "detect/witness.hpp"

namespace interdict::detect {

using finding::RuleId;

FastRules::Impl::Impl(const RuleSet& set) : rules(set) {
  const auto& tables = set.tables();
  const auto slot_count = tables.slots.size();
  slots_ = std::make_unique<Slot[]>(slot_count);
  tests_by_slot.resize(slot_count);
  if_null.resize(slot_count);
  if_present.resize(slot_count);
  asks_presence.resize(slot_count);
  if_absent.resize(tables.tests.size());
  wakes.resize(tables.tests.size());

  for (std::size_t i = 0; i < tables.tests.size(); ++i) {
    const auto& test = tables.tests[i];
    const TestId id(static_cast<std::uint32_t>(i));
    const auto slot = test.slot.value();
    tests_by_slot[slot].push_back(id);
    if (std::holds_alternative<NullTest>(test.how)) {
      asks_presence[slot] = 1;
      if_absent[i] = 1;
      if_null[slot].push_back(id);
    } else if (const auto* exists = std::get_if<ExistsTest>(&test.how)) {
      asks_presence[slot] = 1;
      if_absent[i] = exists->present ? 0 : 1;
      if (exists->present) if_present[slot].push_back(id);
    }
  }
  const auto rule_count = set.rules().size();
  std::vector<std::uint32_t> users(tables.tests.size());
  std::vector<std::vector<TestId>> tests_by_rule(rule_count);
  for (std::size_t i = 0; i < rule_count; ++i) {
    tests_by_rule[i] = tests_of(set.compiled(RuleId(static_cast<std::uint32_t>(i))));
    for (const TestId id : tests_by_rule[i]) ++users[id.value()];
  }
  needs.resize(rule_count);
  std::vector<std::size_t> asked_by(slot_count, SIZE_MAX);
  for (std::size_t i = 0; i < rule_count; ++i) {
    auto& need = needs[i];
    for (const TestId id : tests_by_rule[i]) {
      const auto& test = tables.tests[id.value()];
      if (test.slot == kEveryValue) {
        need.keywords.push_back(id);
      } else if (std::holds_alternative<FieldRefTest>(test.how)) {
        need.field_pairs.push_back(id);
      } else if (asked_by[test.slot.value()] != i) {
        asked_by[test.slot.value()] = i;
        need.slots.push_back(test.slot);
      }
    }
    const RuleId rule(static_cast<std::uint32_t>(i));
    const auto witness = find_witness(set.compiled(rule), tables, users);
    need.has_witness = witness.has_value();
    if (!witness) continue;
    for (const TestId id : *witness) wakes[id.value()].push_back(rule);
  }
}

const SlotPredicates& FastRules::Impl::predicates(SlotId slot) const {
  auto& of = slots_[slot.value()];
  std::call_once(of.built,
                 [&] { of.predicates.build(rules.tables(), slot, tests_by_slot[slot.value()]); });
  return of.predicates;
}

FastRules::FastRules(const RuleSet& rules) : impl_(std::make_unique<Impl>(rules)) {}
FastRules::~FastRules() = default;

}  // namespace interdict::detect
