#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "detect/program.hpp"

namespace interdict::detect {

/// A set of tests of which at least one holds in every event that `rule` fires on, chosen so that
/// they rarely do; nothing if the rule's logic has no such set (it can fire on what is not there).
/// `users[test]` is how many rules use a test. Tests that hold for absent fields are never in it.
/// O(size of the rule).
[[nodiscard]] std::optional<std::vector<TestId>> find_witness(const CompiledRule& rule,
                                                              const Tables& tables,
                                                              std::span<const std::uint32_t> users);

/// Every test the rule asks, ascending, no repeats.
[[nodiscard]] std::vector<TestId> tests_of(const CompiledRule& rule);

}  // namespace interdict::detect
