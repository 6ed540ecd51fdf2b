#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "finding/rule_info.hpp"
#include "normalize/normalizer.hpp"

namespace interdict::pipeline {

/// What the words of an alert say of its place in an attack (content/attack/alert_stages.tsv).
class AlertStages {
 public:
  struct Meaning {
    std::string tactic;                             ///< slug; empty: the words say nothing
    std::string technique;                          ///< empty: none
    finding::Level level = finding::Level::medium;  ///< where the tool gives none
  };

  /// Errors: syntax, with the line.
  [[nodiscard]] static Result<AlertStages> parse(std::string_view text);

  /// The first line that fits `words` (lower-case). O(lines × length).
  [[nodiscard]] Meaning look_up(std::string_view words) const;

 private:
  std::vector<std::pair<std::vector<std::string>, Meaning>> lines_;  ///< any of the words
};

/// The rules of other tools whose alerts were read, one row an id. Their places are given in order
/// of first use while inputs are read, and made final by `finish`, so that they depend on no
/// thread. Any number of threads.
class ForeignRules {
 public:
  /// A hostile log could invent alerts without end: past so many, one row `TOOL:other` a tool.
  static constexpr std::size_t kMaxRules = std::size_t{1} << 16U;

  ForeignRules(const AlertStages& stages, std::size_t first) : stages_(&stages), first_(first) {}

  /// The preliminary place of the alert's rule, and the id under which it is known. An id whose
  /// alerts differ in level has the highest, in title the first by spelling, in techniques all.
  std::pair<finding::RuleId, std::string> place(const normalize::Alert& alert);

  /// Sorted by id; `places` gives the final place of each preliminary one (minus `first`).
  struct Finished {
    std::vector<finding::RuleInfo> infos;
    std::vector<finding::RuleId> places;
  };
  [[nodiscard]] Finished finish();

 private:
  const AlertStages* stages_;
  std::size_t first_;
  std::mutex mutex_;
  std::map<std::string, std::size_t, std::less<>> by_id_;
  std::vector<finding::RuleInfo> infos_;
};

}  // namespace interdict::pipeline
