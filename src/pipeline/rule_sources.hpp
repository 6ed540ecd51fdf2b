#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "pipeline/options.hpp"

namespace interdict::pipeline {

/// One log source that rules ask for, and what the field maps say can feed it.
struct SourceFeed {
  std::string product;  ///< empty: any
  std::string category;
  std::string service;
  std::uint64_t rules = 0;
  std::vector<std::string> fed_by;  ///< `format: kind`, sorted; empty: nothing that is read
};

/// The log sources of the rules of `options.rule_paths` (and the built-in ones, unless switched
/// off), by product, category and service. Errors: as load_rules, and of the maps.
[[nodiscard]] Result<std::vector<SourceFeed>> rule_sources(const Options& options);

/// The same as the page docs/log-sources.md.
[[nodiscard]] std::string sources_page(const std::vector<SourceFeed>& feeds);

}  // namespace interdict::pipeline
