#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "rule/ast.hpp"

namespace interdict::rule {

/// What stands behind `|` in a condition before Sigma had correlations, and still does in
/// Hayabusa's rules: `count(Field) by A, B > 3`.
struct Aggregation {
  CorrelationType type = CorrelationType::event_count;
  std::vector<std::string> values{};  ///< empty for event_count
  std::vector<std::string> group_by{};
  Bound bound{};
  friend bool operator==(const Aggregation&, const Aggregation&) = default;
};

/// Reads the text behind `|`. `count()` counts events, `count(f)` distinct values, `sum` and `avg`
/// are the correlations of those names; everything else (`near`, `min`, `max`) has no equal there.
/// The second alternative says why not. O(size).
[[nodiscard]] std::variant<Aggregation, std::string> parse_aggregation(std::string_view text);

}  // namespace interdict::rule
