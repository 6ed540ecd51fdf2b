#pragma once

#include <vector>

#include "correlate/correlator.hpp"
#include "correlate/judge.hpp"
#include "finding/report.hpp"

namespace interdict::correlate {

/// All that turns a judged tree into words; views, none owned.
struct Context {
  const Linker& linker;
  const std::vector<Atom>& atoms;
  const std::vector<finding::Detection>& detections;
  const std::vector<finding::RuleInfo>& rules;
  const std::vector<HostScope>& scope;
  const Roles& roles;
};

/// An intrusion without rank, strength and stop analysis. O(atoms log atoms).
[[nodiscard]] finding::Intrusion build_intrusion(const Context& context, const Tree& tree);

/// The same tree as a lead, without rank and `why_not`.
[[nodiscard]] finding::Lead build_lead(const Context& context, const Tree& tree);

[[nodiscard]] finding::Strength strength_of(double false_expected);
[[nodiscard]] std::string tree_id(const Context& context, const Tree& tree);

/// Status of the seven stages, with the reason. `steps` of `intrusion` must be there.
void judge_stages(const Context& context, const Tree& tree, finding::Intrusion& intrusion);
/// What belongs to the adversary (contract, `indicators`).
[[nodiscard]] std::vector<finding::Indicator> find_indicators(const Context& context,
                                                              const Tree& tree);
/// Earliest evidence, and how it came in where evidence says so.
[[nodiscard]] finding::PatientZero find_patient_zero(const Context& context, const Tree& tree,
                                                     const finding::Intrusion& intrusion);
/// True if the root lies within an hour of its host's first record.
[[nodiscard]] bool left_censored(const Context& context, const Tree& tree);
/// The Diamond's vertices, from what `intrusion` already holds.
void fill_diamond(finding::Intrusion& intrusion);
/// One chain a host: where each was reached from and how far it went.
void fill_footholds(finding::Intrusion& intrusion);
/// Title, summary and severity, in plain words from what `intrusion` already holds.
void describe(const Context& context, const Tree& tree, finding::Intrusion& intrusion);

}  // namespace interdict::correlate
