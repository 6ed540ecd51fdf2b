#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "rule/ast.hpp"
#include "rule/diagnostic.hpp"
#include "yaml/node.hpp"

namespace interdict::rule {

inline constexpr std::size_t kMaxCorrelatedRules = 64;    ///< a correlation refers to
inline constexpr std::size_t kMaxCorrelationFields = 32;  ///< in `group-by`, and in `field`
inline constexpr std::size_t kMaxCorrelationTerms = 64;   ///< an extended condition multiplied out
inline constexpr std::uint32_t kMaxCorrelationCount = 500'000;  ///< to compare a count with

/// One way to satisfy an extended condition: bit i stands for rule i of the correlation.
struct CorrelationTerm {
  std::uint64_t present = 0;  ///< all of these occur; never zero
  std::uint64_t absent = 0;   ///< and none of these
  friend bool operator==(const CorrelationTerm&, const CorrelationTerm&) = default;
};

/// The condition as an OR of terms, without those that contradict themselves, in a fixed order.
/// Nothing if there are more than kMaxCorrelationTerms on the way.
[[nodiscard]] std::optional<std::vector<CorrelationTerm>> terms_of(const Condition& condition);

/// Reads the `correlation` map of a document (specification, "Correlation section").
void parse_correlation(const yaml::Node& section, Correlation& out, Reporter& reporter);

}  // namespace interdict::rule
