#include "assess/stop.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <tuple>

#include <fmt/format.h>

#include "assess/dominators.hpp"
#include "assess/provenance.hpp"
#include "assess/record.hpp"
#include "base/unicode.hpp"
#include "graph/keys.hpp"

namespace interdict::assess {
namespace {

using finding::ControlState;
using finding::Outcome;
using finding::Step;
using finding::StopChoice;

constexpr double kGrowthPerStage = 2.0;

/// 2^(k-1) for stage k = index + 1.
std::uint64_t cost_of(attack::Stage stage) {
  return std::uint64_t{1} << attack::index(stage);
}

int rank_of(char effect) {
  return effect == 'S' ? 2 : effect == 'P' ? 1 : 0;
}

/// What one step offers to the catalogue, computed once.
struct Facts {
  std::set<std::string_view> kinds;  ///< of its records
  finding::Depends depends;
  double hours_to_next = -1;  ///< until the first step that hangs on it; negative: none does
};

struct Graph {
  Causes causes;
  Provenance provenance;
  std::vector<Facts> facts;
};

/// `cut` and what falls with it because it stands on the same records.
std::vector<bool> with_same(const Graph& graph, const std::vector<bool>& cut) {
  std::vector<bool> out = cut;
  for (std::size_t i = 0; i < cut.size(); ++i)
    if (cut[i])
      for (const std::size_t same : graph.provenance.same[i]) out[same] = true;
  return out;
}

/// Hosts and accounts as small numbers, compared without case: 0 stands for none.
class Names {
 public:
  std::size_t number(const std::string& name) {
    return name.empty() ? 0 : numbers_.emplace(fold_case(name), numbers_.size() + 1).first->second;
  }
  [[nodiscard]] std::size_t size() const { return numbers_.size() + 1; }

 private:
  std::map<std::string, std::size_t> numbers_;
};

/// Fills `depends` of the first kMaxStepsWeighed steps. O(those × (steps + arcs)).
void count_dependants(const std::vector<Step>& steps, Graph& graph) {
  Names names;
  std::vector<std::pair<std::size_t, std::size_t>> host_and_user;
  host_and_user.reserve(steps.size());
  // The system's own accounts are nobody's: they are not among the intrusion's users either.
  const auto user_number = [&](const std::string& user) {
    return graph::well_known_user(graph::lower(user)) ? 0 : names.number(user);
  };
  for (const Step& step : steps)
    host_and_user.emplace_back(names.number(step.host), user_number(step.user));
  std::vector<bool> cut(steps.size(), false);
  for (std::size_t at = 0; at < std::min(steps.size(), kMaxStepsWeighed); ++at) {
    cut[at] = true;
    const std::vector<bool> fallen = with_same(graph, cut);
    const std::vector<bool> dominated = behind(graph.causes, fallen, graph.provenance.needs);
    cut[at] = false;
    finding::Depends& out = graph.facts[at].depends;
    std::vector<bool> seen_host(names.size(), false);
    std::vector<bool> seen_user(names.size(), false);
    Timestamp last = steps[at].time;
    for (std::size_t i = at + 1; i < steps.size(); ++i) {
      if (!dominated[i] || fallen[i]) continue;  // the same record is no later step
      ++out.steps;
      const auto [host, user] = host_and_user[i];
      if (host != 0 && !seen_host[host]) ++out.hosts;
      if (user != 0 && !seen_user[user]) ++out.users;
      seen_host[host] = true;
      seen_user[user] = true;
      if (steps[i].stage == attack::Stage::actions_on_objectives) ++out.objectives;
      last = std::max(last, steps[i].last);
    }
    out.hours = static_cast<double>(last.ns - steps[at].time.ns) / static_cast<double>(kNsPerHour);
  }
}

Graph build_graph(const std::vector<Step>& steps, const DetectionsById& by_id) {
  Graph graph;
  graph.causes.resize(steps.size());
  graph.facts.resize(steps.size());
  std::map<std::string_view, std::size_t> number;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const auto add = [&](const std::string& id) {
      const auto at = number.find(id);
      if (id.empty() || at == number.end()) return;  // only an earlier step can be a cause
      graph.causes[i].push_back(at->second);
      Facts& cause = graph.facts[at->second];
      const double hours = static_cast<double>(steps[i].time.ns - steps[at->second].time.ns) /
                           static_cast<double>(kNsPerHour);
      if (cause.hours_to_next < 0 || hours < cause.hours_to_next)
        cause.hours_to_next = std::max(hours, 0.0);
    };
    add(steps[i].parent);
    for (const std::string& id : steps[i].also_from) add(id);
    number.emplace(steps[i].id, i);
    for (const std::string& id : steps[i].detections) {
      const auto found = by_id.find(id);
      if (found != by_id.end()) graph.facts[i].kinds.merge(record_kinds(*found->second));
    }
  }
  graph.provenance = provenance(steps, by_id);
  count_dependants(steps, graph);
  return graph;
}

struct Meeting {
  std::size_t step = 0;
  char effect = 'm';
  std::string technique;
  std::string_view kind;
};

std::optional<Meeting> meets(const Control& control, const Step& step, const Facts& facts,
                             std::size_t number) {
  if (step.outcome == Outcome::blocked || step.outcome == Outcome::failed) return std::nullopt;
  if (control.responds && facts.hours_to_next >= 0 && facts.hours_to_next < kResponseHours)
    return std::nullopt;
  Meeting best;
  for (const std::string& technique : step.techniques) {
    const auto effect = effect_of_control(control, technique);
    if (effect && rank_of(*effect) > rank_of(best.effect)) {
      best.effect = *effect;
      best.technique = technique;
    }
  }
  if (best.technique.empty()) return std::nullopt;
  for (const std::string& kind : control.mechanism) {
    const auto found = facts.kinds.find(kind);
    if (found == facts.kinds.end()) continue;
    best.kind = *found;
    best.step = number;
    return best;
  }
  return std::nullopt;
}

struct Ranked {
  StopChoice choice;
  Timestamp time;
  char effect = 'm';
};

/// Smaller is better: what most depended on, then the earliest, then the stronger, then the id.
auto order_of(const Ranked& r) {
  constexpr auto kMost = ~std::uint64_t{0};
  return std::tuple(kMost - r.choice.depends.objectives, kMost - r.choice.depends.hosts, r.time.ns,
                    -rank_of(r.effect), std::string_view(r.choice.control));
}

std::string why_of(const Control& control, const Meeting& best, const Step& step) {
  return fmt::format(
      "acts on {} records, and a {} record shows step {} ({}; effect {}, by judgement){}",
      best.kind, best.kind, step.id, best.technique, best.effect == 'S' ? "significant" : "partial",
      control.responds ? fmt::format("; counted because nothing followed from it for {} h, the "
                                     "assumed time to respond",
                                     kResponseHours)
                       : std::string());
}

std::optional<Ranked> choose(const Control& control, const std::vector<Step>& steps,
                             const Graph& graph, const std::vector<ControlEvidence>& evidence) {
  const std::string_view verb = stopping_verb(control);
  if (verb.empty()) return std::nullopt;
  std::vector<Meeting> meetings;
  std::vector<bool> cut(steps.size(), false);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    auto meeting = meets(control, steps[i], graph.facts[i], i);
    if (!meeting) continue;
    cut[i] = true;
    meetings.push_back(std::move(*meeting));
  }
  if (meetings.empty()) return std::nullopt;
  const auto best = std::ranges::max_element(meetings, {}, [&](const Meeting& m) {
    const finding::Depends& d = graph.facts[m.step].depends;
    return std::tuple(d.objectives, d.hosts, -steps[m.step].time.ns);
  });
  const Step& step = steps[best->step];

  Ranked out;
  out.time = step.time;
  out.effect = best->effect;
  StopChoice& choice = out.choice;
  choice.control = control.id;
  choice.name = control.name;
  choice.stage = step.stage;
  choice.course_of_action = verb;
  choice.steps.push_back(step.id);
  for (const Meeting& m : meetings)
    if (m.step != best->step) choice.steps.push_back(steps[m.step].id);
  choice.cost = cost_of(step.stage);
  choice.depends = graph.facts[best->step].depends;
  choice.why = why_of(control, *best, step);
  const std::vector<bool> guarded =
      behind(graph.causes, with_same(graph, cut), graph.provenance.needs);
  for (std::size_t i = 0; i < steps.size(); ++i)
    if (!guarded[i]) choice.would_not_have_stopped.push_back(steps[i].id);
  ProvenState proven = proven_state(control.id, step.host, step.time, evidence);
  choice.state = proven.state;
  choice.evidence = std::move(proven.text);
  if ((choice.state == ControlState::enforced || choice.state == ControlState::present) &&
      step.outcome == Outcome::succeeded)
    choice.evidence += fmt::format("; contradiction: step {} succeeded all the same", step.id);
  return out;
}

std::uint64_t cost_reached(const finding::Intrusion& intrusion) {
  std::uint64_t cost = 0;
  for (const attack::Stage stage : attack::kStages) {
    const finding::StageStatus status = intrusion.stages[attack::index(stage)].status;
    if (status == finding::StageStatus::observed || status == finding::StageStatus::blocked)
      cost = cost_of(stage);
  }
  return cost;
}

}  // namespace

void assess_stop(finding::Intrusion& intrusion, const std::vector<finding::Detection>& detections,
                 const Catalogue& catalogue, const std::vector<ControlEvidence>& evidence) {
  finding::StopAnalysis& stop = intrusion.stop;
  stop = {};
  stop.growth_per_stage = kGrowthPerStage;
  stop.cost_reached = cost_reached(intrusion);
  DetectionsById by_id;
  for (const finding::Detection& detection : detections) by_id.emplace(detection.id, &detection);
  const Graph graph = build_graph(intrusion.steps, by_id);
  std::vector<Ranked> ranked;
  for (const Control& control : catalogue.controls)
    if (auto choice = choose(control, intrusion.steps, graph, evidence))
      ranked.push_back(std::move(*choice));
  std::ranges::sort(ranked, {}, order_of);
  for (std::size_t i = 0; i < ranked.size() && i < kMaxChoices; ++i)
    stop.choices.push_back(std::move(ranked[i].choice));
  if (ranked.size() > kMaxChoices)
    stop.choices.back().why +=
        fmt::format("; {} lower-ranked choices are left out", ranked.size() - kMaxChoices);
  if (!stop.choices.empty() && intrusion.steps.size() > kMaxStepsWeighed)
    stop.choices.front().why +=
        fmt::format("; what depended on each of the last {} steps is not counted",
                    intrusion.steps.size() - kMaxStepsWeighed);
  if (!stop.choices.empty()) stop.cost_if_stopped = stop.choices.front().cost;
}

}  // namespace interdict::assess
