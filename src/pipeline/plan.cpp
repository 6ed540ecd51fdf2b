#include "pipeline/plan.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <tuple>

#include "assess/plan.hpp"
#include "attack/flow.hpp"
#include "explain/read_back.hpp"
#include "pipeline/content.hpp"
#include "pipeline/evidence.hpp"

namespace interdict::pipeline {

namespace {

assess::Attack from_flow(const attack::Flow& flow, const std::string& origin,
                         const std::string& fallback_name) {
  assess::Attack out;
  out.name = flow.name.empty() ? fallback_name : flow.name;
  out.origin = origin;
  out.synthetic_order = flow.synthetic_order;
  for (const auto& step : flow.steps)
    out.steps.push_back({step.techniques, step.stage, step.parents});
  return out;
}

assess::Attack from_intrusion(const finding::Intrusion& intrusion) {
  assess::Attack out;
  out.name = intrusion.title.empty() ? intrusion.id : intrusion.title + " (" + intrusion.id + ")";
  out.origin = "intrusion";
  std::map<std::string, std::size_t> number;
  for (const auto& step : intrusion.steps) {
    assess::AttackStep one;
    one.techniques = step.techniques;
    one.stage = step.stage;
    const auto add = [&](const std::string& id) {
      const auto at = number.find(id);
      if (at != number.end()) one.parents.push_back(at->second);
    };
    add(step.parent);
    for (const auto& from : step.also_from) add(from);
    number.emplace(step.id, out.steps.size());
    out.steps.push_back(std::move(one));
  }
  return out;
}

Result<std::vector<assess::Attack>> read_attacks(const PlanOptions& options) {
  INTERDICT_TRY(const auto stages, attack::StageMap::parse(content("attack/stages.tsv")));
  std::vector<assess::Attack> out;
  for (const auto& path : options.flows) {
    INTERDICT_TRY(const auto text, read_text_file(path));
    INTERDICT_TRY(const auto flow, attack::read_flow(text, stages, path));
    out.push_back(from_flow(flow, "flow", std::filesystem::path(path).stem().string()));
  }
  if (!options.groups.empty() && options.attack_path.empty())
    return fail(Errc::unsupported,
                "--group needs --attack FILE, the ATT&CK bundle (enterprise-attack.json): it is "
                "not part of this program and is never downloaded");
  if (!options.groups.empty()) {
    INTERDICT_TRY(const auto text, read_text_file(options.attack_path));
    for (const auto& name : options.groups) {
      INTERDICT_TRY(const auto flow, attack::read_group(text, name, stages, options.attack_path));
      out.push_back(from_flow(flow, "group", name));
    }
  }
  for (const auto& path : options.intrusions) {
    INTERDICT_TRY(const auto text, read_text_file(path));
    auto report = explain::read_intrusions(text);
    if (!report) {
      Error error = std::move(report).error();
      error.where.file = path;
      return tl::unexpected<Error>(std::move(error));
    }
    for (const auto& intrusion : report->intrusions) out.push_back(from_intrusion(intrusion));
  }
  std::ranges::sort(out, [](const auto& a, const auto& b) {
    return std::tie(a.origin, a.name) < std::tie(b.origin, b.name);
  });
  return out;
}

}  // namespace

Result<PlanRun> plan(const PlanOptions& options) {
  INTERDICT_TRY(const auto attacks, read_attacks(options));
  if (attacks.empty())
    return fail(Errc::unsupported,
                "nothing to plan against: give --flow, --group or --intrusions with an intrusion");
  INTERDICT_TRY(auto given, read_evidence(options.controls_path, options.evidence_paths));
  INTERDICT_TRY(const auto catalogue,
                assess::load_catalogue(std::string(content("controls/controls.yml"))));
  PlanRun out;
  INTERDICT_TRY(out.plan,
                assess::make_plan(attacks, catalogue, given.evidence, given.costs, options.budget));
  out.plan.version = INTERDICT_VERSION;
  out.diagnostics = std::move(given.diagnostics);
  return out;
}

}  // namespace interdict::pipeline
