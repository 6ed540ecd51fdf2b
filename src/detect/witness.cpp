#include "detect/witness.hpp"

#include <algorithm>
#include <cstdint>

namespace interdict::detect {
namespace {

using rule::Condition;

/// One of `tests` must hold; `weight` is how often that may be so, roughly.
struct Clause {
  std::vector<TestId> tests;
  std::uint64_t weight = 0;
};
using MaybeClause = std::optional<Clause>;

/// The lighter of two; nothing counts as endlessly heavy.
void prefer(MaybeClause& best, MaybeClause other) {
  if (other && (!best || other->weight < best->weight)) best = std::move(other);
}

class Finder {
 public:
  Finder(const CompiledRule& rule, const Tables& tables, std::span<const std::uint32_t> users)
      : rule_(rule), tables_(tables), users_(users) {}

  MaybeClause rule() const {
    return either(rule_.conditions, [this](const auto& c) { return of(c); });
  }

 private:
  /// OR: the clause of every part.
  template <class Parts, class Of>
  static MaybeClause either(const Parts& parts, Of clause_of) {
    Clause sum;
    for (const auto& part : parts) {
      auto clause = clause_of(part);
      if (!clause) return std::nullopt;
      sum.tests.insert(sum.tests.end(), clause->tests.begin(), clause->tests.end());
      sum.weight += clause->weight;
    }
    return sum;
  }

  /// AND: the best clause of any part.
  template <class Parts, class Of>
  static MaybeClause both(const Parts& parts, Of clause_of) {
    MaybeClause best;
    for (const auto& part : parts) prefer(best, clause_of(part));
    return best;
  }

  MaybeClause of(TestId id) const {
    const auto& test = tables_.tests[id.value()];
    // Keywords ask every value, the dearest question; where another witness is there, it is taken.
    std::uint64_t weight =
        (std::uint64_t{1} + users_[id.value()]) * (test.slot == kEveryValue ? 1024 : 64);
    if (std::holds_alternative<NullTest>(test.how)) return std::nullopt;
    if (const auto* exists = std::get_if<ExistsTest>(&test.how)) {
      if (!exists->present) return std::nullopt;
      weight *= 64;
    } else if (const auto* text = std::get_if<TextTest>(&test.how)) {
      std::size_t length = 0;
      for (const auto& segment : text->pattern.segments()) {
        for (const auto& part : segment) length += part.text.size();
      }
      if (length == 0) weight *= 64;
      weight += 256U / (1U + length);
    }
    return Clause{{id}, weight};
  }

  MaybeClause of(const CompiledItem& item) const {
    if (item.negated) return std::nullopt;
    const auto of_value = [this](const std::vector<TestId>& expansions) {
      return either(expansions, [this](TestId id) { return of(id); });
    };
    return item.all ? both(item.values, of_value) : either(item.values, of_value);
  }

  MaybeClause of_identifier(std::uint32_t index) const {
    return either(rule_.identifiers[index], [this](const auto& items) {
      return both(items, [this](const CompiledItem& item) { return of(item); });
    });
  }

  MaybeClause of(const Condition& condition) const {
    const auto of_child = [this](const Condition& child) { return of(child); };
    const auto of_index = [this](std::uint32_t index) { return of_identifier(index); };
    switch (condition.kind) {
      case Condition::Kind::identifier:
        return of_identifier(condition.index);
      case Condition::Kind::negation:
        return std::nullopt;
      case Condition::Kind::conjunction:
        return both(condition.children, of_child);
      case Condition::Kind::disjunction:
        return either(condition.children, of_child);
      case Condition::Kind::one_of:
        return either(condition.indices, of_index);
      case Condition::Kind::all_of:
        return both(condition.indices, of_index);
    }
    return std::nullopt;
  }

  const CompiledRule& rule_;
  const Tables& tables_;
  std::span<const std::uint32_t> users_;
};

void sort_unique(std::vector<TestId>& tests) {
  std::ranges::sort(tests);
  tests.erase(std::unique(tests.begin(), tests.end()), tests.end());
}

}  // namespace

std::optional<std::vector<TestId>> find_witness(const CompiledRule& rule, const Tables& tables,
                                                std::span<const std::uint32_t> users) {
  auto clause = Finder(rule, tables, users).rule();
  if (!clause) return std::nullopt;
  sort_unique(clause->tests);
  return std::move(clause->tests);
}

std::vector<TestId> tests_of(const CompiledRule& rule) {
  std::vector<TestId> tests;
  for (const auto& alternatives : rule.identifiers) {
    for (const auto& items : alternatives) {
      for (const auto& item : items) {
        for (const auto& expansions : item.values) {
          tests.insert(tests.end(), expansions.begin(), expansions.end());
        }
      }
    }
  }
  sort_unique(tests);
  return tests;
}

}  // namespace interdict::detect
