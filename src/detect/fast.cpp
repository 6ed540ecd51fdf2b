#include "detect/fast.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include "base/arena.hpp"
#include "detect/fast_rules.hpp"
#include "detect/rule_tree.hpp"
#include "match/gram_filter.hpp"

namespace interdict::detect {
namespace {

using finding::RuleId;

/// Index into the list of classes: a set of tests that hold together for some cell.
using ClassId = std::uint32_t;
constexpr ClassId kNothing = 0;  ///< the empty set

using TextIndex = boost::unordered_flat_map<std::string_view, ClassId, TextHash, std::equal_to<>>;

template <class T>
std::string_view bytes_of(const std::vector<T>& list) {
  return {reinterpret_cast<const char*>(list.data()), list.size() * sizeof(T)};
}

/// What of the rules a log source can meet, and what its rows were found to fire.
struct Plan {
  std::vector<char> applies;        ///< by rule
  std::vector<RuleId> unwitnessed;  ///< looked at for every new kind of row
  std::vector<SlotId> slots;        ///< ascending
  std::vector<TestId> field_pairs;  ///< ascending
  bool keywords = false;
  match::GramFilter keyword_filter;   ///< of the keywords; perhaps not usable
  TextMap<std::vector<RuleId>> rows;  ///< a row's cells' classes → rules that fire
};

/// A slot of the plan whose field the batch has.
struct Live {
  std::uint32_t slot = 0;
  EventBatch::Column column;
  std::string_view last_text;  ///< of the batch; with last_class, saves asking again
  ClassId last_class = kNothing;
  bool has_last = false;
};

/// Whether the values of a slot come again.
struct Habit {
  std::uint32_t asked = 0;
  std::uint32_t known = 0;
  std::uint32_t pause = 0;  ///< values that are looked at and not kept
};

}  // namespace

struct FastMatcher::Impl {
  explicit Impl(const FastRules& fast)
      : rules(fast.impl()),
        values(rules.tests_by_slot.size()),
        habits(rules.tests_by_slot.size()),
        held(rules.rules.tables().tests.size()),
        slot_present(rules.tests_by_slot.size()),
        woken(rules.rules.rules().size()) {
    forget();
  }

  const FastRules::Impl& rules;
  std::vector<TextIndex> values;  ///< by slot
  std::vector<Habit> habits;      ///< by slot
  Arena texts;                    ///< of the keys in `values`
  std::size_t kept_bytes = 0;
  std::vector<std::vector<TestId>> classes;
  TextMap<ClassId> class_of_tests;
  FlatMap<std::uint64_t, ClassId> unions;
  TextMap<std::unique_ptr<Plan>> plans;

  // Scratch of one batch or row.
  Scratch reference;
  SlotPredicates::Work work;
  std::vector<Live> live;
  std::vector<TestId> pairs;
  std::vector<std::uint64_t> row_key;
  std::vector<TestId> found;
  std::vector<std::uint32_t> held;          ///< by test: stamp of the row it holds in
  std::vector<std::uint32_t> slot_present;  ///< by slot, likewise
  std::vector<std::uint32_t> woken;         ///< by rule, likewise
  std::uint32_t stamp = 0;

  void forget() {
    for (auto& index : values) index = TextIndex();
    texts.clear();
    work.lines.forget();
    kept_bytes = 0;
    classes.assign(1, {});
    class_of_tests.clear();
    class_of_tests.emplace(std::string(), kNothing);
    unions.clear();
    for (auto& [key, plan] : plans) plan->rows.clear();
  }

  ClassId intern(const std::vector<TestId>& tests) {
    if (tests.empty()) return kNothing;
    const auto key = bytes_of(tests);
    if (const auto known = class_of_tests.find(key); known != class_of_tests.end()) {
      return known->second;
    }
    const auto id = static_cast<ClassId>(classes.size());
    classes.push_back(tests);
    class_of_tests.emplace(std::string(key), id);
    kept_bytes += 2 * key.size() + sizeof(std::string) + sizeof(std::vector<TestId>);
    return id;
  }

  /// The class of a text, by looking at it.
  ClassId look_at(std::uint32_t slot, std::string_view text) {
    found.clear();
    rules.predicates(SlotId(slot)).evaluate(text, work, found);
    if (!rules.if_present[slot].empty()) {
      const auto& present = rules.if_present[slot];
      found.insert(found.end(), present.begin(), present.end());
      std::ranges::sort(found);
    }
    return intern(found);
  }

  ClassId class_of_text(std::uint32_t slot, std::string_view text) {
    auto& habit = habits[slot];
    if (habit.pause > 0) {
      --habit.pause;
      return look_at(slot, text);
    }
    if (++habit.asked == kTrial) {
      if (habit.known < kTrial / 8) habit.pause = kPause;
      habit.asked = habit.known = 0;
    }
    auto& index = values[slot];
    if (const auto known = index.find(text); known != index.end()) {
      ++habit.known;
      return known->second;
    }
    const auto id = look_at(slot, text);
    if (text.size() <= kMaxKeptValueBytes) {
      index.emplace(texts.copy(text), id);
      kept_bytes += text.size() + 2 * sizeof(std::pair<std::string_view, ClassId>);
    }
    return id;
  }

  ClassId class_of_null(std::uint32_t slot) {
    found = rules.if_null[slot];
    found.insert(found.end(), rules.if_present[slot].begin(), rules.if_present[slot].end());
    std::ranges::sort(found);
    return intern(found);
  }

  ClassId class_of_value(std::uint32_t slot, const Value& value) {
    return value.type == ValueType::null ? class_of_null(slot) : class_of_text(slot, value.text);
  }

  /// The tests that hold for one cell or the other.
  ClassId unite(ClassId a, ClassId b) {
    if (a == b || b == kNothing) return a;
    if (a == kNothing) return b;
    const auto key = std::uint64_t{std::min(a, b)} << 32U | std::max(a, b);
    if (const auto known = unions.find(key); known != unions.end()) return known->second;
    found.clear();
    std::ranges::set_union(classes[a], classes[b], std::back_inserter(found));
    const auto id = intern(found);
    unions.emplace(key, id);
    kept_bytes += 2 * sizeof(key);
    return id;
  }

  ClassId class_of_cell(Live& field, std::span<const Value> cell) {
    if (cell.size() == 1 && cell.front().type != ValueType::null) {
      const auto text = cell.front().text;
      if (field.has_last && text == field.last_text) return field.last_class;
      field.last_text = text;
      field.last_class = class_of_text(field.slot, text);
      field.has_last = true;
      return field.last_class;
    }
    ClassId id = kNothing;
    for (const auto& value : cell) id = unite(id, class_of_value(field.slot, value));
    return id;
  }

  /// False if no value may hold a literal of the filter. Values mostly stand one behind another in
  /// the batch's memory: so they are looked at as one text, which holds what each of them holds.
  static bool may_hold_any(const match::GramFilter& filter, std::span<const Value> values) {
    for (std::size_t i = 0; i < values.size();) {
      const char* const start = values[i].text.data();
      const char* end = start + values[i].text.size();
      for (++i; i < values.size() && values[i].text.data() == end; ++i) {
        end += values[i].text.size();
      }
      if (filter.may_hold({start, static_cast<std::size_t>(end - start)})) return true;
    }
    return false;
  }

  /// The tests of keywords that hold for some value of the row.
  ClassId class_of_keywords(const Plan& plan, const EventBatch& batch, Row row) {
    ClassId id = kNothing;
    if (plan.keyword_filter.usable() && batch.in_row_order() &&
        !may_hold_any(plan.keyword_filter, batch.row_values(row))) {
      return id;
    }
    const auto take = [&](const Value& value) {
      if (value.type == ValueType::null) return;
      if (plan.keyword_filter.usable() && !plan.keyword_filter.may_hold(value.text)) return;
      id = unite(id, class_of_text(kEveryValue.value(), value.text));
    };
    if (batch.in_row_order()) {
      for (const auto& value : batch.row_values(row)) take(value);
    } else {
      for (const FieldId field : batch.fields()) {
        for (const auto& value : batch.values(row, field)) take(value);
      }
    }
    return id;
  }

  Plan& plan_for(const LogSource& source) {
    std::string key = source.product + '\n' + source.service;
    for (const auto& category : source.categories) (key += '\n') += category;
    if (const auto known = plans.find(key); known != plans.end()) return *known->second;
    if (plans.size() >= kMaxPlans) plans.clear();
    return *plans.emplace(std::move(key), make_plan(source)).first->second;
  }

  std::unique_ptr<Plan> make_plan(const LogSource& source) const {
    auto plan = std::make_unique<Plan>();
    plan->applies.resize(rules.needs.size());
    std::vector<TestId> keywords;
    for (const RuleId rule : rules.rules.applicable(source)) {
      const auto& need = rules.needs[rule.value()];
      plan->applies[rule.value()] = 1;
      if (!need.has_witness) plan->unwitnessed.push_back(rule);
      plan->slots.insert(plan->slots.end(), need.slots.begin(), need.slots.end());
      plan->field_pairs.insert(plan->field_pairs.end(), need.field_pairs.begin(),
                               need.field_pairs.end());
      keywords.insert(keywords.end(), need.keywords.begin(), need.keywords.end());
    }
    const auto tidy = [](auto& list) {
      std::ranges::sort(list);
      list.erase(std::unique(list.begin(), list.end()), list.end());
    };
    tidy(plan->slots);
    tidy(plan->field_pairs);
    tidy(keywords);
    plan->keywords = !keywords.empty();
    plan->keyword_filter = filter_for(keywords);
    return plan;
  }

  /// A filter that lets through every value for which one of `keywords` may hold.
  [[nodiscard]] match::GramFilter filter_for(const std::vector<TestId>& keywords) const {
    std::vector<std::string> literals;
    for (const TestId id : keywords) {
      const auto& test = rules.rules.tables().tests[id.value()];
      const auto* text = std::get_if<TextTest>(&test.how);
      if (text == nullptr || text->pattern.form().dashes) return {};
      const auto literal = longest_literal(text->pattern);
      const bool is_ascii = std::ranges::all_of(
          literal, [](char c) { return static_cast<unsigned char>(c) < 0x80U; });
      if (!is_ascii || literal.size() < match::GramFilter::kMinLiteral) return {};
      literals.emplace_back(literal);
    }
    return match::GramFilter(literals);
  }

  void begin_batch(const Plan& plan, const EventBatch& batch) {
    const auto& tables = rules.rules.tables();
    live.clear();
    for (const SlotId slot : plan.slots) {
      const auto column = batch.column(tables.slots[slot.value()]);
      if (!column.empty()) live.push_back({slot.value(), column, {}, kNothing, false});
    }
    pairs.clear();
    for (const TestId id : plan.field_pairs) {
      const auto& test = tables.tests[id.value()];
      const auto other = std::get<FieldRefTest>(test.how).other;
      if (!batch.column(tables.slots[test.slot.value()]).empty() &&
          !batch.column(tables.slots[other.value()]).empty()) {
        pairs.push_back(id);
      }
    }
    if (!pairs.empty()) reference.begin_batch(rules.rules, batch);
  }

  static constexpr std::uint64_t kPairMark = std::uint64_t{UINT32_MAX} << 32U;

  /// Writes all that decides what fires in the row into row_key.
  void read_row(const Plan& plan, const EventBatch& batch, Row row) {
    row_key.clear();
    if (plan.keywords) {
      const auto id = class_of_keywords(plan, batch, row);
      if (id != kNothing) row_key.push_back(id);  // slot 0
    }
    for (auto& field : live) {
      const auto cell = field.column.values(row);
      if (cell.empty()) continue;
      const auto id = class_of_cell(field, cell);
      if (id == kNothing && rules.asks_presence[field.slot] == 0) continue;
      row_key.push_back(std::uint64_t{field.slot} << 32U | id);
    }
    if (pairs.empty()) return;
    reference.begin_row(row);
    for (const TestId id : pairs) {
      if (reference.holds(id)) row_key.push_back(kPairMark | id.value());
    }
  }

  bool holds(TestId id) const {
    if (held[id.value()] == stamp) return true;
    const auto slot = rules.rules.tables().tests[id.value()].slot;
    return slot_present[slot.value()] != stamp && rules.if_absent[id.value()] != 0;
  }

  void next_stamp() {
    if (++stamp != 0) return;
    for (auto* list : {&held, &slot_present, &woken}) std::ranges::fill(*list, 0U);
    stamp = 1;
  }

  /// The rules that fire on a row that reads as row_key, ascending.
  std::vector<RuleId> judge(const Plan& plan) {
    next_stamp();
    std::vector<RuleId> candidates = plan.unwitnessed;
    const auto hold = [&](TestId id) {
      held[id.value()] = stamp;
      for (const RuleId rule : rules.wakes[id.value()]) {
        if (woken[rule.value()] == stamp || plan.applies[rule.value()] == 0) continue;
        woken[rule.value()] = stamp;
        candidates.push_back(rule);
      }
    };
    for (const auto entry : row_key) {
      if ((entry & kPairMark) == kPairMark) {
        hold(TestId(static_cast<std::uint32_t>(entry)));
        continue;
      }
      slot_present[entry >> 32U] = stamp;
      for (const TestId id : classes[static_cast<ClassId>(entry)]) hold(id);
    }
    std::erase_if(candidates, [&](RuleId rule) {
      return !rule_holds(rules.rules.compiled(rule), [this](TestId id) { return holds(id); });
    });
    std::ranges::sort(candidates);
    return candidates;
  }

  void match(const EventBatch& batch, std::vector<RowMatch>& out) {
    if (kept_bytes + work.lines.bytes() > kMaxKeptBytes || classes.size() > kMaxClasses) forget();
    auto& plan = plan_for(batch.log_source());
    begin_batch(plan, batch);
    for (std::size_t i = 0; i < batch.size(); ++i) {
      const auto row = static_cast<Row>(i);
      read_row(plan, batch, row);
      auto fired = plan.rows.find(bytes_of(row_key));
      if (fired == plan.rows.end()) {
        if (plan.rows.size() >= kMaxKeptRows) plan.rows.clear();
        kept_bytes += row_key.size() * sizeof(row_key.front()) + sizeof(*fired);
        fired = plan.rows.emplace(std::string(bytes_of(row_key)), judge(plan)).first;
      }
      for (const RuleId rule : fired->second) out.push_back({row, rule});
    }
  }
};

FastMatcher::FastMatcher(const FastRules& rules) : impl_(std::make_unique<Impl>(rules)) {}
FastMatcher::~FastMatcher() = default;
FastMatcher::FastMatcher(FastMatcher&&) noexcept = default;
FastMatcher& FastMatcher::operator=(FastMatcher&&) noexcept = default;

void FastMatcher::match(const EventBatch& batch, std::vector<RowMatch>& out) {
  impl_->match(batch, out);
}

}  // namespace interdict::detect
