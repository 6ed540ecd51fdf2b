#include <algorithm>
#include <map>
#include <set>

#include "correlate/builder.hpp"

namespace interdict::correlate {

void fill_diamond(finding::Intrusion& out) {
  std::set<std::string> capability;
  std::set<std::string> infrastructure;
  for (const auto& step : out.steps)
    capability.insert(step.techniques.begin(), step.techniques.end());
  for (const auto& indicator : out.indicators) {
    (indicator.type == "file" ? capability : infrastructure).insert(indicator.value);
  }
  out.diamond.capability.assign(capability.begin(), capability.end());
  out.diamond.infrastructure.assign(infrastructure.begin(), infrastructure.end());
  out.diamond.victim = out.hosts;
  out.diamond.victim.insert(out.diamond.victim.end(), out.users.begin(), out.users.end());
}

void fill_footholds(finding::Intrusion& out) {
  std::map<std::string, const finding::Step*> steps;
  std::map<std::string, std::size_t> place;
  for (const auto& step : out.steps) {
    steps.emplace(step.id, &step);
    if (step.host.empty()) continue;
    const auto [at, fresh] = place.try_emplace(step.host, out.footholds.size());
    if (fresh) {
      finding::Foothold foothold;
      foothold.host = step.host;
      foothold.step = step.id;
      // The nearest step above it that stands on another host says where it was reached from.
      const auto* above = step.parent.empty() ? nullptr : steps.at(step.parent);
      while (above != nullptr && (above->host.empty() || above->host == step.host)) {
        above = above->parent.empty() ? nullptr : steps.at(above->parent);
      }
      if (above != nullptr) foothold.reached_from = above->host;
      out.footholds.push_back(std::move(foothold));
    }
    const bool stopped =
        step.outcome == finding::Outcome::blocked || step.outcome == finding::Outcome::failed;
    auto& furthest = out.footholds[at->second].furthest_stage;
    if (!stopped && (!furthest || *furthest < step.stage)) furthest = step.stage;
  }
}

}  // namespace interdict::correlate
