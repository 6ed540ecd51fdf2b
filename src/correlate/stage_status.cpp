#include <algorithm>
#include <set>

#include "correlate/builder.hpp"

namespace interdict::correlate {

namespace {

using attack::Stage;
using finding::Outcome;
using finding::StageStatus;

/// Kinds of log given for the intrusion's hosts (product/service), sorted.
std::set<std::string> sources_of(const Context& c, const Tree& tree) {
  std::set<std::string> hosts;
  for (const AtomIndex a : tree.atoms) hosts.insert(c.atoms[a].host);
  std::set<std::string> out;
  for (const auto& scope : c.scope) {
    const std::string full = c.linker.table().full_host(scope.host);
    // A host without a name is a sensor on the wire: it may see any of them.
    const bool ours = scope.host.empty() || std::ranges::any_of(hosts, [&](const std::string& h) {
                        return c.linker.table().full_host(h) == full;
                      });
    if (!ours) continue;
    for (const auto& source : scope.sources) out.insert(source.log_source);
  }
  return out;
}

bool visible(const Context& c, const std::set<std::string>& sources, Stage stage) {
  return std::ranges::any_of(c.roles.sees, [&](const auto& row) {
    return row.first == stage && std::ranges::any_of(sources, [&](const std::string& source) {
             return source.starts_with(row.second);
           });
  });
}

/// Access came by an account alone: nothing shows that anything was delivered or exploited.
bool account_only(const Context& c, const Tree& tree) {
  bool account = false;
  for (const AtomIndex a : tree.atoms) {
    const Atom& atom = c.atoms[a];
    account = account || atom.placement.account;
    const auto stage = attack::likeliest(atom.stages);
    if (!stage || atom.placement.account) continue;
    const std::size_t k = attack::index(*stage);
    // Malware at work (delivery to command and control) needed a way in.
    if (k >= attack::index(Stage::delivery) && k <= attack::index(Stage::command_and_control)) {
      return false;
    }
  }
  return account || !tree.atoms.empty();
}

}  // namespace

void judge_stages(const Context& c, const Tree& tree, finding::Intrusion& out) {
  std::array<bool, attack::kStageCount> reached{};
  for (std::size_t i = 0; i < tree.atoms.size(); ++i) {
    const Atom& atom = c.atoms[tree.atoms[i]];
    if (!attack::likeliest(atom.stages)) continue;
    const auto& step = out.steps[i];
    auto& stage = out.stages[attack::index(step.stage)];
    const bool stopped = step.outcome == Outcome::blocked || step.outcome == Outcome::failed;
    if (!stage.first_seen) stage.first_seen = step.time;
    stage.steps.push_back(step.id);
    if (!stopped) reached[attack::index(step.stage)] = true;
  }
  std::size_t highest = 0;
  for (std::size_t s = 0; s < attack::kStageCount; ++s) {
    auto& stage = out.stages[s];
    if (stage.steps.empty()) continue;
    highest = s;
    stage.status = reached[s] ? StageStatus::observed : StageStatus::blocked;
    const bool one = stage.steps.size() == 1;
    stage.reason = std::to_string(stage.steps.size()) + (one ? " step" : " steps");
    if (!reached[s])
      stage.reason += " tried it and did not succeed";
    else
      stage.reason += std::string(one ? " shows it" : " show it") +
                      (tree.clusters[s] < 2 ? "; weak: one piece of evidence" : "");
    if (reached[s]) out.furthest_stage = attack::kStages[s];
  }
  const auto sources = sources_of(c, tree);
  const bool by_account = account_only(c, tree);
  for (std::size_t s = 0; s < attack::kStageCount; ++s) {
    auto& stage = out.stages[s];
    if (!stage.steps.empty()) continue;
    const Stage name = attack::kStages[s];
    const bool seen = visible(c, sources, name);
    const bool entry = s <= attack::index(Stage::exploitation);
    if (s > highest) {
      stage.status = seen ? StageStatus::not_reached : StageStatus::not_visible;
      stage.reason = seen ? "no detection shows it" : "no log that was given could show it";
    } else if (!seen) {
      stage.status = StageStatus::not_visible;
      stage.reason = "no log that was given could show it";
    } else if (entry && by_account) {
      stage.status = StageStatus::not_reached;
      stage.reason = "nothing shows it; access may have been by an account, so it is not inferred";
    } else if (name == Stage::delivery || name == Stage::exploitation ||
               (name == Stage::command_and_control && !by_account)) {
      stage.status =
          name == Stage::command_and_control ? StageStatus::not_reached : StageStatus::inferred;
      stage.reason = name == Stage::command_and_control
                         ? "no detection shows it"
                         : "later stages need it; no detection shows it";
    } else {
      stage.status = StageStatus::not_reached;
      stage.reason = "no detection shows it";
    }
  }
  for (const AtomIndex a : tree.atoms) {
    const Atom& atom = c.atoms[a];
    if (attack::likeliest(atom.stages) != Stage::actions_on_objectives) continue;
    if (atom.outcome == Outcome::blocked || atom.outcome == Outcome::failed) continue;
    if (atom.placement.achieves) {
      out.objective = finding::Objective::achieved;
    } else if (out.objective == finding::Objective::none) {
      out.objective = finding::Objective::hands_on;
    }
  }
}

}  // namespace interdict::correlate
