#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "detect/ruleset.hpp"
#include "event/batch.hpp"
#include "event/value.hpp"
#include "finding/rule_info.hpp"

namespace interdict::detect {

struct RowMatch {
  Row row = 0;
  finding::RuleId rule;
  friend auto operator<=>(const RowMatch&, const RowMatch&) = default;
};

/// Working memory of match_reference, kept between calls to save allocations. One a thread; carries
/// nothing from one batch to the next, so it may be used with any rule set.
class Scratch {
 public:
  /// Forgets all; sizes the tables for `rules`. `batch` and `rules` must outlive the use.
  void begin_batch(const RuleSet& rules, const EventBatch& batch);
  void begin_row(Row row);

  /// The values of `slot` in the current row; empty if absent. Lives until begin_row.
  [[nodiscard]] std::span<const Value> cell(SlotId slot);
  /// Their texts in `form`, one a value (of a null, empty). Lives until begin_row.
  [[nodiscard]] std::span<const std::string_view> texts(SlotId slot, match::TextForm form);
  /// Whether `test` holds in the current row; evaluated once a row.
  [[nodiscard]] bool holds(TestId test);

 private:
  using Stamp = std::uint16_t;  // row + 1; a batch has at most 1024 rows
  static_assert(EventBatch::kMaxRows < (1U << 14U), "Stamp and memo must hold it");

  struct Texts {
    Stamp stamp = 0;
    std::vector<std::string> owned;
    std::vector<std::string_view> views;
  };
  struct Slot {
    Stamp stamp = 0;
    std::span<const Value> cell;
    std::array<Texts, match::TextForm::kCount> texts;
  };

  const RuleSet* rules_ = nullptr;
  const EventBatch* batch_ = nullptr;
  Row row_ = 0;
  Stamp stamp_ = 0;
  std::vector<Slot> slots_;
  std::vector<std::uint16_t> memo_;  ///< by test: 2 · stamp + result
  std::vector<Value> every_value_;
};

/// Evaluates every rule that applies to the batch's log source on every row, literally as
/// docs/sigma.md says: the executable form of that page. Appends to `out`, sorted by (row, rule).
///
/// Cost: rows × applicable rules, each text folded once and each comparison made once an event.
void match_reference(const RuleSet& rules, const EventBatch& batch, Scratch& scratch,
                     std::vector<RowMatch>& out);

}  // namespace interdict::detect
