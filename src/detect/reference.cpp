#include "detect/reference.hpp"

#include <algorithm>
#include <compare>

#include "base/unicode.hpp"
#include "detect/time_part.hpp"
#include "event/timestamp.hpp"

namespace interdict::detect {
namespace {

using rule::Condition;
using rule::Op;

bool in_order(Op op, std::partial_ordering order) {
  switch (op) {
    case Op::equals:
      return order == 0;
    case Op::lt:
      return order < 0;
    case Op::lte:
      return order <= 0;
    case Op::gt:
      return order > 0;
    case Op::gte:
      return order >= 0;
    default:
      return false;
  }
}

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

bool is_bool_text(std::string_view text, bool value) {
  return text == (value ? "1" : "0") || fold_case(text) == (value ? "true" : "false");
}

/// Whether one test holds for a slot's cell. Several values: any of them may satisfy it. Null
/// satisfies only a test for null and one for existence.
class Evaluate {
 public:
  Evaluate(Scratch& scratch, SlotId slot) : scratch_(scratch), slot_(slot) {}

  bool operator()(NullTest) const {
    const auto cell = scratch_.cell(slot_);
    return cell.empty() || std::ranges::any_of(cell, is_null);
  }
  bool operator()(ExistsTest test) const { return !scratch_.cell(slot_).empty() == test.present; }
  bool operator()(const TextTest& test) const {
    return any_text(test.pattern.form(),
                    [&](std::string_view text) { return test.pattern.matches(text); });
  }
  bool operator()(const NumberTest& test) const {
    return any_value([&](std::string_view text) {
      if (text == test.text) return true;
      const auto number = parse_number(text);
      return number && compare(*number, test.number) == 0;
    });
  }
  bool operator()(BoolTest test) const {
    return any_value([&](std::string_view text) { return is_bool_text(text, test.value); });
  }
  bool operator()(const RegexTest& test) const {
    return any_value([&](std::string_view text) { return test.regex.search(text); });
  }
  bool operator()(const CidrTest& test) const {
    return any_value([&](std::string_view text) { return test.network.contains(text); });
  }
  bool operator()(const OrderTest& test) const {
    return any_value([&](std::string_view text) {
      const auto number = parse_number(text);
      return number && in_order(test.op, compare(*number, test.number));
    });
  }
  bool operator()(const FieldRefTest& test) const {
    return any_text(test.form, [&](std::string_view left) {
      return Evaluate(scratch_, test.other).any_text(test.form, [&](std::string_view right) {
        return text_compares(test.compare, left, right);
      });
    });
  }
  bool operator()(const TimeTest& test) const {
    return any_value([&](std::string_view text) {
      const auto time = parse_timestamp(text);
      return time && in_order(test.compare, time_part(*time, test.part) <=> test.number);
    });
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
  bool any_text(match::TextForm form, Predicate predicate) const {
    const auto cell = scratch_.cell(slot_);
    if (cell.empty()) return false;
    const auto texts = scratch_.texts(slot_, form);
    for (std::size_t i = 0; i < cell.size(); ++i) {
      if (!is_null(cell[i]) && predicate(texts[i])) return true;
    }
    return false;
  }

  Scratch& scratch_;
  SlotId slot_;
};

bool holds(const CompiledItem& item, Scratch& scratch) {
  const auto value_holds = [&](const std::vector<TestId>& expansions) {
    return std::ranges::any_of(expansions, [&](TestId test) { return scratch.holds(test); });
  };
  const bool result = item.all ? std::ranges::all_of(item.values, value_holds)
                               : std::ranges::any_of(item.values, value_holds);
  return result != item.negated;
}

bool identifier_holds(const CompiledRule& rule, std::uint32_t index, Scratch& scratch) {
  return std::ranges::any_of(rule.identifiers[index], [&](const auto& items) {
    return std::ranges::all_of(items, [&](const auto& item) { return holds(item, scratch); });
  });
}

bool holds(const Condition& condition, const CompiledRule& rule, Scratch& scratch) {
  const auto child_holds = [&](const Condition& child) { return holds(child, rule, scratch); };
  const auto index_holds = [&](std::uint32_t i) { return identifier_holds(rule, i, scratch); };
  switch (condition.kind) {
    case Condition::Kind::identifier:
      return index_holds(condition.index);
    case Condition::Kind::negation:
      return !child_holds(condition.children.front());
    case Condition::Kind::conjunction:
      return std::ranges::all_of(condition.children, child_holds);
    case Condition::Kind::disjunction:
      return std::ranges::any_of(condition.children, child_holds);
    case Condition::Kind::one_of:
      return std::ranges::any_of(condition.indices, index_holds);
    case Condition::Kind::all_of:
      return std::ranges::all_of(condition.indices, index_holds);
  }
  return false;
}

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
  const bool result = std::visit(Evaluate(*this, test.slot), test.how);
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
      if (std::ranges::any_of(rule.conditions, [&](const Condition& condition) {
            return holds(condition, rule, scratch);
          })) {
        out.push_back({row, id});
      }
    }
  }
}

}  // namespace interdict::detect
