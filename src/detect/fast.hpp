#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "detect/reference.hpp"
#include "detect/ruleset.hpp"
#include "event/batch.hpp"

namespace interdict::detect {

/// A rule set arranged for speed: per field, one structure that answers every test of a value at
/// once (built when a value first asks); per rule, the tests of which one must hold before the rule
/// is looked at. Any number of threads may match with it, each with its own FastMatcher.
class FastRules {
 public:
  /// `rules` outlives this. O(tests); O(tests + literals) with the fields that are asked for.
  explicit FastRules(const RuleSet& rules);
  ~FastRules();
  FastRules(const FastRules&) = delete;
  FastRules& operator=(const FastRules&) = delete;
  FastRules(FastRules&&) = delete;
  FastRules& operator=(FastRules&&) = delete;

  struct Impl;
  [[nodiscard]] const Impl& impl() const { return *impl_; }

 private:
  std::unique_ptr<const Impl> impl_;
};

/// Matches batches with a FastRules; finds exactly what match_reference finds. One thread.
///
/// A value's true tests are worked out once and kept (`value → class`); a row is the list of its
/// cells' classes, and which rules fire on such a list is worked out once and kept too. What is
/// kept is bounded by the limits below and changes no result. Of a field whose values hardly ever
/// come again, none are kept for a while.
class FastMatcher {
 public:
  static constexpr std::size_t kMaxKeptValueBytes =
      4096;  ///< longer values are looked at each time
  static constexpr std::size_t kMaxKeptBytes = std::size_t{48} << 20U;  ///< then all is forgotten
  static constexpr std::size_t kMaxClasses = std::size_t{1} << 18U;     ///< likewise
  static constexpr std::size_t kMaxKeptRows = std::size_t{1} << 16U;    ///< a log source, likewise
  static constexpr std::size_t kMaxPlans = 4096;                        ///< log sources, likewise
  /// Of so many values of a field, an eighth must have been known; else so many others are not
  /// kept.
  static constexpr std::uint32_t kTrial = 1024;
  static constexpr std::uint32_t kPause = 32 * kTrial;

  /// `rules` outlives this.
  explicit FastMatcher(const FastRules& rules);
  ~FastMatcher();
  FastMatcher(FastMatcher&&) noexcept;
  FastMatcher& operator=(FastMatcher&&) noexcept;
  FastMatcher(const FastMatcher&) = delete;
  FastMatcher& operator=(const FastMatcher&) = delete;

  /// Appends what fires in `batch` to `out`, sorted by (row, rule).
  void match(const EventBatch& batch, std::vector<RowMatch>& out);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace interdict::detect
