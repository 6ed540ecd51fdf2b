#include "pipeline/rule_coverage.hpp"

#include <algorithm>

#include "attack/stage_map.hpp"
#include "pipeline/content.hpp"
#include "pipeline/engine.hpp"
#include "pipeline/rules.hpp"

namespace interdict::pipeline {

namespace {

/// The log sources of all events of the inputs, by kind.
Result<std::map<std::string, LogSource>> sources_of(const Options& options, RuleCoverage& out) {
  std::map<std::string, LogSource> sources;
  INTERDICT_TRY(const auto run,
                decode(options, [&](const EventBatch& batch, Row, const FieldCatalogue&) {
                  sources.try_emplace(batch.log_source().kind, batch.log_source());
                }));
  out.lost_input = has_loss(run.report.ledger);
  return sources;
}

/// By index of LoadedRules::infos. A correlation could fire if each of its members could, or, with
/// a number of members enough, some: it is counted if any could.
std::vector<bool> could_fire(const LoadedRules& loaded,
                             const std::map<std::string, LogSource>& sources) {
  const std::size_t rules = loaded.rules.rules().size();
  std::vector<bool> out(loaded.infos.size());
  for (std::size_t i = 0; i < rules; ++i) {
    const finding::RuleId id(static_cast<std::uint32_t>(i));
    out[i] = std::ranges::any_of(
        sources, [&](const auto& source) { return loaded.rules.applies(id, source.second); });
  }
  for (std::size_t i = 0; i < loaded.linked.correlations.size(); ++i) {
    const auto& members = loaded.linked.correlations[i].members;
    out[rules + i] = std::ranges::any_of(members, [&](const rule::Member& member) {
      return static_cast<bool>(out[member.is_correlation ? rules + member.index : member.index]);
    });
  }
  return out;
}

void add(CoveredBy& target, bool fires) {
  ++target.rules;
  target.could_fire += fires ? 1 : 0;
}

}  // namespace

Result<RuleCoverage> rule_coverage(const Options& options) {
  FieldCatalogue catalogue;
  INTERDICT_TRY(const auto loaded, load_rules(options, catalogue));
  INTERDICT_TRY(const auto map, attack::StageMap::parse(content("attack/stages.tsv")));
  RuleCoverage out;
  out.refused = loaded.refused.size();
  out.has_input = !options.inputs.empty();
  std::vector<bool> fires(loaded.infos.size());
  if (out.has_input) {
    INTERDICT_TRY(const auto sources, sources_of(options, out));
    fires = could_fire(loaded, sources);
  }
  for (std::size_t i = 0; i < loaded.infos.size(); ++i) {
    const auto& info = loaded.infos[i];
    const auto stages = map.place(info.techniques, info.tactics).stages;
    bool is_placed = false;
    for (std::size_t stage = 0; stage < stages.size(); ++stage) {
      if (stages[stage] == 0) continue;
      is_placed = true;
      add(out.stages[stage], fires[i]);
    }
    if (!is_placed) add(out.unplaced, fires[i]);
    add(out.log_sources[info.log_source_class], fires[i]);
    out.rules.emplace_back(info, fires[i]);
  }
  for (const auto stage : attack::kStages) {
    const auto& covered = out.stages[attack::index(stage)];
    const auto watching = out.has_input ? covered.could_fire : covered.rules;
    // Weaponization happens at the adversary's: no log of ours can show it.
    if (watching == 0 && stage != attack::Stage::weaponization)
      out.unwatched.emplace_back(attack::to_string(stage));
  }
  return out;
}

}  // namespace interdict::pipeline
