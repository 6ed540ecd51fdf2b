#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "rule/aggregation.hpp"
#include "rule/ast.hpp"
#include "rule/diagnostic.hpp"
#include "rule/options.hpp"
#include "yaml/node.hpp"

namespace interdict::rule {

/// What a detection says beside its identifiers and conditions.
struct DetectionExtras {
  std::optional<Aggregation> aggregation{};  ///< legacy: behind `|`
  const yaml::Node* timeframe = nullptr;     ///< legacy: its length; points into the detection
};

/// Reads a `detection` map (or the body of a `filter`) into `rule.identifiers` and
/// `rule.conditions`, reporting every fault. Keys in `other_keys` are no identifiers.
DetectionExtras parse_detection(const yaml::Node& detection, Rule& rule, Reporter& reporter,
                                const ParseOptions& options,
                                std::span<const std::string_view> other_keys = {});

}  // namespace interdict::rule
