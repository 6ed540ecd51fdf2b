// Any bytes as a condition. Holds: no crash; a tree or an error, never both; a tree that is written
// out parses, and writes out the same again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "rule/condition.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace interdict::rule;
  static const std::vector<std::string> kNames = {"a", "sel_a", "sel_b", "_hidden", "filter-x"};
  const ParsedCondition parsed = parse_condition(std::string(data, data + size), kNames);
  bool error = false;
  for (const ConditionIssue& issue : parsed.issues)
    error = error || issue.code->severity == Severity::error;
  if (error == parsed.condition.has_value()) std::abort();
  if (!parsed.condition) return 0;
  const std::string written = to_sigma(*parsed.condition, kNames);
  const ParsedCondition again = parse_condition(written, kNames);
  // Writing out turns a quantifier into parentheses, which count as depth.
  if (!again.condition) {
    if (again.issues.empty() || again.issues.back().code->id != "S034") std::abort();
    return 0;
  }
  if (to_sigma(*again.condition, kNames) != written) std::abort();
  return 0;
}
