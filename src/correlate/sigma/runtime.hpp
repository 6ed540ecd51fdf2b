#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "correlate/sigma/plan.hpp"
#include "event/timestamp.hpp"
#include "finding/rule_info.hpp"

namespace interdict::correlate {

/// What the windows may cost and how late an event may come.
struct SigmaLimits {
  /// Remembered events, values and groups of one correlation, about 64 bytes each. Each correlation
  /// has its own, so that none depends on which others are loaded. Past it the group that was
  /// quiet the longest is forgotten and counted.
  std::size_t entries_max = std::size_t{1} << 20U;
  /// An event may be older than the newest one seen by this much (ns) and still find its place.
  /// A run over files sorts before, and needs none.
  std::int64_t lateness_ns = 0;
  /// Events that wait for their place; past it the oldest goes on before its time and is counted.
  std::size_t waiting_max = std::size_t{1} << 18U;
};

/// Refs that a finding keeps.
inline constexpr std::size_t kSigmaSample = 10;

/// One rule that matched an event, with what the plan reads of it.
struct SigmaHit {
  finding::RuleId rule;
  std::span<const SlotValue> slots;
};

/// A correlation that held: over all the time that it did, once.
struct SigmaFinding {
  std::uint32_t correlation = 0;    ///< index into the plan's correlations
  std::uint64_t group = 0;          ///< hash of the group-by values
  Timestamp first;                  ///< of the first event
  Timestamp last;                   ///< of the last event; of a silence, its end
  std::uint64_t count = 0;          ///< events, from the first on; 0: a silence
  double value = 0;                 ///< what the condition was compared with, when it first held
  std::vector<std::uint64_t> refs;  ///< first kSigmaSample events, in order; never empty
  std::uint64_t last_ref = 0;       ///< the event with which it first held, or the last one before
};

/// Nothing is lost in silence.
struct SigmaStats {
  std::uint64_t counted = 0;         ///< (event, correlation) pairs
  std::uint64_t without_group = 0;   ///< not counted: a group-by field is missing
  std::uint64_t without_value = 0;   ///< not counted: the field is missing, or no number
  std::uint64_t late = 0;            ///< events older than the stated lateness: not counted
  std::uint64_t released_early = 0;  ///< events that did not wait the whole lateness
  std::uint64_t evicted_groups = 0;  ///< forgotten for want of room
};

/// The windows of all correlation rules, in event time. docs/sigma.md says what each type means.
///
/// Windows slide and are closed intervals: two events belong together if they are at most the
/// timespan apart. What an event can complete (`gte`, all rules seen) is decided when it comes;
/// what only time can (`lte`, `eq`, `not`) when the watermark, the time of the newest event less
/// the lateness, passes the window's end. The end of the input ends all windows, but no silence
/// that reaches beyond it.
///
/// Events of equal time keep the order of their refs; the result depends on nothing else. Cost:
/// O(1) an event and correlation that counts it (temporal types: O(rules)); O(log) for a window
/// that time decides.
class SigmaCorrelator {
 public:
  /// The plan outlives the correlator.
  explicit SigmaCorrelator(const SigmaPlan& plan, SigmaLimits limits = {});
  ~SigmaCorrelator();
  SigmaCorrelator(const SigmaCorrelator&) = delete;
  SigmaCorrelator& operator=(const SigmaCorrelator&) = delete;
  SigmaCorrelator(SigmaCorrelator&&) = delete;
  SigmaCorrelator& operator=(SigmaCorrelator&&) = delete;

  /// All rules that matched one event. `ref` is the caller's name of the event; it decides the
  /// order of events of one time.
  void push(Timestamp time, std::uint64_t ref, std::span<const SigmaHit> hits);
  /// No event before `time` will come: decides what can be decided.
  void advance(Timestamp time);
  /// The end of the input.
  void finish();

  /// What was found since the last call, in no order that matters; silent correlations give none.
  [[nodiscard]] std::vector<SigmaFinding> take();
  [[nodiscard]] const SigmaStats& stats() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace interdict::correlate
