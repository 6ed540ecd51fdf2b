#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "event/batch.hpp"
#include "event/field.hpp"
#include "event/value.hpp"
#include "finding/rule_info.hpp"
#include "rule/correlation.hpp"
#include "rule/link.hpp"

/// Sigma correlation rules: how base rules feed them (here), and their windows (sigma_runtime).
namespace interdict::correlate {

/// What a counted event says under one list of fields.
struct SlotValue {
  std::uint64_t hash = 0;  ///< of all the values, letter case ignored
  double number = 0;       ///< of the first field, if `numeric`
  bool present = false;    ///< every field of the list has a value
  bool numeric = false;
};

/// A correlation as the windows need it. Indices are those of rule::Linked::correlations.
struct SigmaCorrelation {
  rule::CorrelationType type = rule::CorrelationType::event_count;
  std::int64_t timespan_ns = 0;
  std::size_t member_count = 0;
  std::vector<rule::Bound> bounds;
  std::optional<double> percentile;
  std::vector<rule::CorrelationTerm> terms;  ///< only of an extended condition
  bool silent = false;
  /// Correlations that this one is a member of: (index, position among its members).
  std::vector<std::pair<std::uint32_t, std::uint32_t>> parents;
};

struct SigmaOptions {
  /// Events without a group-by field form a group of their own instead of not being counted.
  bool null_group = false;
};

/// Which fields of which rules' events feed which correlations. Immutable after `create`; any
/// number of threads may read events with it.
class SigmaPlan {
 public:
  /// Member `position` of `correlation` gets the events of a rule, under these slots.
  struct Feed {
    std::uint32_t correlation = 0;
    std::uint32_t position = 0;
    std::uint32_t key_slot = 0;
    std::uint32_t value_slot = 0;
    bool direct = false;  ///< false: by way of a correlation that is the member
  };

  SigmaPlan() = default;
  /// `linked.rules` are in the order of their finding::RuleId.
  [[nodiscard]] static SigmaPlan create(const rule::Linked& linked, FieldCatalogue& catalogue,
                                        const SigmaOptions& options = {});

  [[nodiscard]] bool null_group() const { return null_group_; }
  [[nodiscard]] bool empty() const { return correlations_.empty(); }
  [[nodiscard]] std::span<const SigmaCorrelation> correlations() const { return correlations_; }
  /// True if events of the rule are counted by some correlation.
  [[nodiscard]] bool counts(finding::RuleId rule) const {
    return rule.value() < feeds_.size() && !feeds_[rule.value()].empty();
  }
  /// By correlation, and within one the last position first: an event cannot follow itself.
  [[nodiscard]] std::span<const Feed> feeds(finding::RuleId rule) const {
    return feeds_[rule.value()];
  }
  /// The feed of one member of one correlation, or null if the rule does not lead there.
  [[nodiscard]] const Feed* feed(finding::RuleId rule, std::uint32_t correlation,
                                 std::uint32_t position) const;

  /// What an event of `rule` says under each of the rule's slots, appended to `out`. O(slots).
  void read(const EventBatch& batch, Row row, finding::RuleId rule,
            std::vector<SlotValue>& out) const;
  /// The fields that the correlations of `rule` group by or aggregate, with the event's values;
  /// by name, without repeats.
  [[nodiscard]] std::vector<std::pair<std::string, OwnedValue>> shown(
      const EventBatch& batch, Row row, finding::RuleId rule,
      const FieldCatalogue& catalogue) const;

 private:
  friend class SigmaPlanner;
  std::vector<SigmaCorrelation> correlations_;
  std::vector<std::vector<Feed>> feeds_;                                 ///< by rule
  std::vector<std::vector<std::vector<std::optional<FieldId>>>> slots_;  ///< by rule, slot
  bool null_group_ = false;
};

/// `field` as a number: decimal, or hexadecimal with `0x`. Nothing for any other text.
[[nodiscard]] std::optional<double> number_of(std::string_view text);

}  // namespace interdict::correlate
