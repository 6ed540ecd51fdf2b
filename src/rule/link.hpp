#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "rule/ast.hpp"
#include "rule/diagnostic.hpp"

namespace interdict::rule {

/// Correlations of correlations of …: the longest chain. Evaluation recurses along it.
inline constexpr std::size_t kMaxChain = 32;

/// A correlation's reference, resolved.
struct Member {
  bool is_correlation = false;
  std::size_t index = 0;  ///< into Linked::rules or Linked::correlations
  friend bool operator==(const Member&, const Member&) = default;
};

struct LinkedCorrelation {
  Correlation correlation{};
  std::vector<Member> members{};  ///< one for each of `correlation.rules`, in its order
  bool silent = false;            ///< only a part of another one: fires nothing on its own
};

struct LinkedRule {
  Rule rule{};          ///< filters applied
  bool silent = false;  ///< only a part of correlations
};

struct FileDiagnostic {
  std::string path;
  Diagnostic diagnostic;
};

/// All documents of a run, with every reference resolved.
struct Linked {
  std::vector<LinkedRule> rules;
  std::vector<LinkedCorrelation> correlations;  ///< a member stands before what refers to it
  std::vector<FileDiagnostic> diagnostics;      ///< by path and place
};

/// Documents of all files, in the order that decides which of two with one `id` stays: the first.
struct Library {
  std::vector<Rule> rules;
  std::vector<Correlation> correlations;
  std::vector<Filter> filters;
};

/// Joins documents that refer to one another. Refused, each with place and code: an `id` given
/// twice with different content, a reference to nothing or to several, a cycle, and what needs a
/// document refused here. The result does not depend on the order of documents, but for which of
/// two equal ids stays. O(documents · log + references).
[[nodiscard]] Linked link(Library library);

/// Leaves out the rules of `bad` (by index) and every correlation that needs one of them, with a
/// diagnostic each; indices are renewed and what only they silenced speaks again.
void drop_rules(Linked& linked, const std::vector<bool>& bad);

}  // namespace interdict::rule
