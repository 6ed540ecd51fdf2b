#include "detect/reference.hpp"

#include <algorithm>

#include "detect/one_value.hpp"
#include "detect/rule_tree.hpp"

namespace interdict::detect {
namespace {

using rule::Op;

bool text_compares(Op op, std::string_view left, std::string_view right) {
  switch (op) {
    case Op::equals:
      return left == right;
    case Op::contains:
      return left.find(right) != std::string_view::npos;
    case Op::startswith:
      return left.starts_with(right);
    case Op::endswith:
      return left.ends_with(right);
    default:
      return false;
  }
}

/// Whether one test holds for a slot's cell. Several values: any of them may satisfy it. Null
/// satisfies only a test for null and one for existence.
class Evaluate {
 public:
  Evaluate(Scratch& scratch, const Test& test) : scratch_(scratch), test_(test), slot_(test.slot) {}

  bool operator()(NullTest) const {
    const auto cell = scratch_.cell(slot_);
    return cell.empty() || std::ranges::any_of(cell, is_null);
  }
  bool operator()(ExistsTest test) const { return !scratch_.cell(slot_).empty() == test.present; }
  bool operator()(const TextTest& test) const {
    return any_text(slot_, test.pattern.form(),
                    [&](std::string_view text) { return holds_for_text(test_, text); });
  }
  bool operator()(const FieldRefTest& test) const {
    return any_text(slot_, test.form, [&](std::string_view left) {
      return any_text(test.other, test.form, [&](std::string_view right) {
        return text_compares(test.compare, left, right);
      });
    });
  }
  /// The tests of one value's text as it stands.
  template <class Other>
  bool operator()(const Other&) const {
    return any_value([&](std::string_view text) { return holds_for_text(test_, text); });
  }

 private:
  static bool is_null(const Value& value) { return value.type == ValueType::null; }

  template <class Predicate>
  bool any_value(Predicate predicate) const {
    return std::ranges::any_of(scratch_.cell(slot_), [&](const Value& value) {
      return !is_null(value) && predicate(value.text);
    });
  }

  template <class Predicate>
  bool any_text(SlotId slot, match::TextForm form, Predicate predicate) const {
    const auto cell = scratch_.cell(slot);
    if (cell.empty()) return false;
    const auto texts = scratch_.texts(slot, form);
    for (std::size_t i = 0; i < cell.size(); ++i) {
      if (!is_null(cell[i]) && predicate(texts[i])) return true;
    }
    return false;
  }

  Scratch& scratch_;
  const Test& test_;
  SlotId slot_;
};

}  // namespace

void Scratch::begin_batch(const RuleSet& rules, const EventBatch& batch) {
  rules_ = &rules;
  batch_ = &batch;
  row_ = 0;
  stamp_ = 0;
  slots_.resize(std::max(slots_.size(), rules.tables().slots.size()));
  for (auto& slot : slots_) {
    slot.stamp = 0;
    for (auto& texts : slot.texts) texts.stamp = 0;
  }
  memo_.assign(rules.tables().tests.size(), 0);
}

void Scratch::begin_row(Row row) {
  row_ = row;
  stamp_ = static_cast<Stamp>(row + 1U);
}

std::span<const Value> Scratch::cell(SlotId id) {
  auto& slot = slots_[id.value()];
  if (slot.stamp == stamp_) return slot.cell;
  slot.stamp = stamp_;
  if (id == kEveryValue) {
    every_value_.clear();
    for (const FieldId field : batch_->fields()) {
      const auto values = batch_->values(row_, field);
      every_value_.insert(every_value_.end(), values.begin(), values.end());
    }
    slot.cell = every_value_;
  } else {
    slot.cell = batch_->values(row_, rules_->tables().slots[id.value()]);
  }
  return slot.cell;
}

std::span<const std::string_view> Scratch::texts(SlotId id, match::TextForm form) {
  const auto values = cell(id);
  auto& texts = slots_[id.value()].texts[form.index()];
  if (texts.stamp == stamp_) return texts.views;
  texts.stamp = stamp_;
  texts.owned.clear();
  texts.views.clear();
  texts.owned.reserve(values.size());  // no move after a view is taken
  for (const Value& value : values) {
    if (form == match::TextForm{}) {
      texts.views.push_back(value.text);
    } else {
      texts.views.push_back(texts.owned.emplace_back(match::to_form(value.text, form)));
    }
  }
  return texts.views;
}

bool Scratch::holds(TestId id) {
  auto& memo = memo_[id.value()];
  if (memo >> 1U == stamp_) return (memo & 1U) != 0;
  const Test& test = rules_->tables().tests[id.value()];
  const bool result = std::visit(Evaluate(*this, test), test.how);
  memo = static_cast<std::uint16_t>(2U * stamp_ + (result ? 1U : 0U));
  return result;
}

void match_reference(const RuleSet& rules, const EventBatch& batch, Scratch& scratch,
                     std::vector<RowMatch>& out) {
  const auto candidates = rules.applicable(batch.log_source());
  if (candidates.empty()) return;
  scratch.begin_batch(rules, batch);
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const auto row = static_cast<Row>(i);
    scratch.begin_row(row);
    for (const finding::RuleId id : candidates) {
      const CompiledRule& rule = rules.compiled(id);
      if (rule_holds(rule, [&](TestId test) { return scratch.holds(test); })) {
        out.push_back({row, id});
      }
    }
  }
}

}  // namespace interdict::detect
