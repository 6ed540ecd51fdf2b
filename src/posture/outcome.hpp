#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "finding/detection.hpp"
#include "posture/record_condition.hpp"

namespace interdict::posture {

/// What records say of their own success: `content/controls/outcomes.tsv`. Immutable.
class OutcomeTable {
 public:
  /// Errors: syntax and limit, with the line.
  [[nodiscard]] static Result<OutcomeTable> parse(std::string_view text);

  /// The outcome that the detection's record states: the first row whose kind and condition fit.
  /// No row is `unknown`: an attempt is no success. O(rows + fields of the rows that fit by kind).
  [[nodiscard]] finding::Outcome outcome(const finding::Detection& detection) const;

 private:
  struct Row {
    RecordTest test;
    finding::Outcome outcome = finding::Outcome::unknown;
  };
  std::vector<Row> rows_;
};

}  // namespace interdict::posture
