#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "decode/decoder.hpp"
#include "detect/fast.hpp"
#include "detect/reference.hpp"
#include "event/batch.hpp"
#include "finding/ledger.hpp"
#include "normalize/normalizer.hpp"
#include "pipeline/worker.hpp"

namespace interdict::pipeline {

/// Adds bytes to `row` that did not become an event.
void skip(finding::InputRow& row, decode::SkipReason reason, std::uint64_t records,
          std::uint64_t bytes, std::uint64_t offset, const std::string& why = {});

/// Takes the batches of one input, in their order: rules, observations, what is counted of hosts
/// and hours. What it finds goes into a harvest, of which nobody else has `pending`, `coverage`,
/// `kinds`, `log_sources`, `control_evidence` and `displaced` meanwhile. One thread at a time, not
/// always the same.
class Judge {
 public:
  /// `identities`: events that may be compared with other inputs' (Duplicates::quota).
  Judge(const Shared& shared, Harvest& harvest, std::uint64_t identities)
      : shared_(shared), harvest_(harvest), identities_left_(identities) {}

  /// The file or member that the next batches are of.
  void begin(std::uint64_t order) { order_ = order; }
  /// `alerts`: those that rows of the batch tell, in order of rows.
  void see(const EventBatch& batch, std::span<const normalize::Alert> alerts, Matchers& matchers);
  /// Puts what it counted since begin into the row of the file or member.
  void end(finding::InputRow& row);

 private:
  [[nodiscard]] bool in_range(Timestamp time) const;
  bool claim(const Origin& origin);
  void cover(const EventBatch& batch, Row row, std::string_view host, std::uint64_t events);
  [[nodiscard]] std::unique_ptr<SensedEvent> sense(const EventBatch& batch, Row row) const;
  void keep(const EventBatch& batch, Row row, std::span<const detect::RowMatch> matches,
            std::unique_ptr<SensedEvent> sensed, const normalize::Alert* alert);
  void count(const EventBatch& batch, Row row, finding::RuleId rule, Pending& pending) const;
  [[nodiscard]] finding::Detection make_detection(const EventBatch& batch, Row row,
                                                  finding::RuleId rule, std::string_view rule_id,
                                                  const graph::Observation& observation) const;
  void leave_out(const Origin& origin, decode::SkipReason reason);

  /// The hour that the last event was counted in: the next is mostly of the same.
  struct LastCover {
    HourSpan* span = nullptr;
    std::int64_t hour = 0;
    std::string host;
    std::string kind;
  };

  const Shared& shared_;
  Harvest& harvest_;
  std::uint64_t order_ = 0;        ///< Claimant::order
  std::uint64_t identities_left_;  ///< of the input with all its members
  std::uint64_t not_compared_ = 0;
  bool is_duplicate_ = false;   ///< the event that was claimed last
  finding::InputRow left_out_;  ///< events that count no more: as skipped, and their numbers
  std::uint64_t detections_ = 0;
  std::vector<detect::RowMatch> matches_;
  LastCover last_cover_;
};

}  // namespace interdict::pipeline
