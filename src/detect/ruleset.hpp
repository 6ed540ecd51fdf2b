#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/flat_map.hpp"
#include "base/result.hpp"
#include "detect/program.hpp"
#include "event/field.hpp"
#include "event/log_source.hpp"
#include "finding/rule_info.hpp"
#include "rule/ast.hpp"

namespace interdict::detect {

/// Rules ready to run. Immutable: any number of threads may match with it, each with its own
/// Scratch. A rule's result never depends on which others are loaded or in what order.
class RuleSet {
 public:
  /// One entry a rule, in the order of adding; finding::RuleId indexes it.
  [[nodiscard]] std::span<const finding::RuleInfo> rules() const { return infos_; }

  /// True if the source has every attribute that the rule's `logsource` gives (product, category,
  /// service). A rule that gives none applies to everything.
  [[nodiscard]] bool applies(finding::RuleId rule, const LogSource& source) const;

  /// The rules that apply to `source`, ascending. O(rules that apply · log).
  [[nodiscard]] std::vector<finding::RuleId> applicable(const LogSource& source) const;

  [[nodiscard]] const CompiledRule& compiled(finding::RuleId rule) const {
    return compiled_[rule.value()];
  }
  [[nodiscard]] const Tables& tables() const { return tables_; }

 private:
  friend class RuleSetBuilder;
  RuleSet() = default;

  std::vector<finding::RuleInfo> infos_;
  std::vector<rule::LogsourceSpec> logsources_;
  std::vector<CompiledRule> compiled_;
  TextMap<std::vector<finding::RuleId>> by_logsource_;
  Tables tables_;
};

/// Makes a RuleSet. One thread. The catalogue is the run's: the same that events are made with; it
/// outlives the builder.
class RuleSetBuilder {
 public:
  explicit RuleSetBuilder(FieldCatalogue& fields) : fields_(fields) {}

  /// Takes the rule in, or refuses it and changes nothing that anyone could see. Errors: as
  /// detect::compile.
  Result<void> add(const rule::Rule& rule);

  [[nodiscard]] RuleSet build() &&;

 private:
  FieldCatalogue& fields_;
  RuleSet rules_;
};

}  // namespace interdict::detect
