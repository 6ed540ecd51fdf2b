#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/flat_map.hpp"
#include "detect/line_memo.hpp"
#include "detect/program.hpp"
#include "match/literals.hpp"
#include "match/regex.hpp"

namespace interdict::detect {

/// The longest text that stands in everything the pattern covers; empty if there is none. Lives as
/// long as the pattern.
[[nodiscard]] std::string_view longest_literal(const match::Pattern& pattern);

/// Every test of one slot that asks about a value's text, arranged so that a value is looked at
/// once for all of them: hashes for whole values, last path components, starts and ends, one scan
/// for the literals, and a full comparison (the same code as the reference's) only where these say
/// that a test may hold. Immutable once built; points into the tables it was made of.
class SlotPredicates {
 public:
  /// Working memory, one a thread; only `lines` carries anything from one value to the next.
  struct Work {
    LineMemo lines;
    match::LiteralIndex::Seen seen;
    match::RegexFilter::Work regexes;
    std::vector<std::uint32_t> candidates;
    std::vector<std::uint32_t> literals;
    std::string folded;
    std::string text;
  };

  /// `tests` are of `slot`; those that ask about no text (null, exists, fieldref) are left out.
  void build(const Tables& tables, SlotId slot, const std::vector<TestId>& tests);

  [[nodiscard]] bool empty() const { return tests_ == 0; }

  /// Appends the tests that hold for `text` as one value that is not null, ascending.
  /// O(n + candidates).
  void evaluate(std::string_view text, Work& work, std::vector<TestId>& out) const;

 private:
  static constexpr std::size_t kMaxEdge = 8;  ///< bytes of a start or end that fit a hash key

  /// Starts or ends by their outermost bytes, one map a length.
  using Edges = std::array<FlatMap<std::uint64_t, std::vector<TestId>>, kMaxEdge + 1>;

  /// The text tests of one form.
  struct Form {
    bool used = false;
    TextMap<std::vector<TestId>> whole;           ///< the value is this
    TextMap<std::vector<TestId>> last_component;  ///< it ends with this, from its last backslash on
    Edges starts;
    Edges ends;
    match::LiteralIndex literals;
    std::vector<TestId> always;  ///< nothing to look for: compared each time
  };

  void add_text(TestId id, const TextTest& test);
  void evaluate_texts(std::size_t form_index, std::string_view text, Work& work,
                      std::vector<TestId>& out) const;
  void find_literals(std::size_t form_index, std::string_view text, Work& work,
                     std::vector<TestId>& out) const;
  void evaluate_edges(const Edges& edges, bool at_end, std::string_view text,
                      std::vector<TestId>& out) const;
  void evaluate_regexes(std::string_view text, Work& work, std::vector<TestId>& out) const;
  void evaluate_numbers(std::string_view text, std::vector<TestId>& out) const;
  [[nodiscard]] bool holds(TestId id, std::string_view text_in_form) const;
  /// Where the memo keeps what it found: one a form, one for the regular expressions.
  [[nodiscard]] std::size_t memo_of(std::size_t kind) const {
    return slot_.value() * (match::TextForm::kCount + 1) + kind;
  }

  const Tables* tables_ = nullptr;
  SlotId slot_;
  std::size_t tests_ = 0;
  std::array<Form, match::TextForm::kCount> forms_;
  FlatMap<std::int64_t, std::vector<TestId>> integers_;
  std::vector<TestId> numbers_;  ///< comparisons with a number that is not an integer, and orders
  std::vector<TestId> networks_;
  std::vector<TestId> regexes_;
  match::RegexFilter regex_filter_;
  std::vector<TestId> others_;  ///< bool, parts of a time
};

}  // namespace interdict::detect
