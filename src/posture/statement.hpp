#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "posture/posture.hpp"

namespace interdict::posture {

inline constexpr std::size_t kMaxStatements = 10'000;

/// One line of what somebody states about a control: the entries of `--controls FILE`.
struct Statement {
  std::string control;  ///< catalogue id
  finding::ControlState state = finding::ControlState::unknown;
  std::string scope;
  std::string owner;
  std::string date;  ///< RFC 3339 date or time, as written; checked
  std::string reference;
  double cost = 1;  ///< units of the user's own
};

/// Reads `controls:` with a list of `{control, state, scope, owner, date, reference, cost}`; only
/// `control` and `state` must be there. `file` names it in errors.
/// Errors: syntax with the line (bad YAML, an unknown key or state, a date that is none, a negative
/// cost, a control stated twice for the same scope), limit.
[[nodiscard]] Result<std::vector<Statement>> read_statements(std::string_view yaml,
                                                             const std::string& file);

/// As evidence of the lightest kind: its text begins with `claimed: `.
[[nodiscard]] ControlEvidence to_evidence(const Statement& statement);

}  // namespace interdict::posture
