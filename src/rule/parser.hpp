#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "rule/ast.hpp"
#include "rule/diagnostic.hpp"
#include "rule/options.hpp"

namespace interdict::rule {

/// What a file of Sigma documents holds. A document is in one of the lists, or it is counted in
/// `refused` and `diagnostics` says why; never in part.
struct ParsedFile {
  std::vector<Rule> rules;                ///< in the file's order, as the next two
  std::vector<Correlation> correlations;  ///< legacy aggregations among them
  std::vector<Filter> filters;
  std::vector<Diagnostic> diagnostics;  ///< faults and warnings, in the file's order
  std::size_t refused = 0;              ///< documents; what stands behind a YAML fault is one
};

/// Parses a file of Sigma documents. Never fails as a whole: a fault refuses its document, the
/// others are still read. `path` goes into the rules and is not opened. O(size).
[[nodiscard]] ParsedFile parse_rules(std::string_view yaml, const std::string& path,
                                     const ParseOptions& options = {});

}  // namespace interdict::rule
