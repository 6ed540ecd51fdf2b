#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "pipeline/options.hpp"

namespace interdict::pipeline {

/// One part of a rule and whether it held for the event.
struct ExplainedPart {
  std::string text;  ///< the part, in Sigma's words
  bool holds = false;
  std::string reason;  ///< on which value, or what is missing; may be empty
  std::vector<ExplainedPart> children;
};

struct ExplainedRule {
  std::string title;
  std::string id;
  std::string path;
  bool matched = false;  ///< log source and condition
  ExplainedPart log_source;
  std::vector<ExplainedPart> conditions;  ///< joined by OR
};

/// Why each rule of the files in `options.rule_paths` did or did not match the event: one line of
/// `decode`, or any flat JSON object. Every part is judged by the reference evaluator. Errors: a
/// path that is not there, a text that is no event, no rule that loads (with the first fault).
[[nodiscard]] Result<std::vector<ExplainedRule>> explain_rules(const Options& options,
                                                               std::string_view event);

}  // namespace interdict::pipeline
