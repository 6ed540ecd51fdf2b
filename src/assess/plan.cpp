#include "assess/plan.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

#include <fmt/format.h>

namespace interdict::assess {
namespace {

using finding::Chance;
using finding::ControlState;

constexpr double kNever = -700;  ///< exp of it is the smallest that a double holds, about
constexpr double kSame = 1e-12;

/// SplitMix64 (Steele, Lea, Flood 2014): small, the same everywhere.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  double next() {
    state_ += 0x9e3779b97f4a7c15U;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
    z ^= z >> 31U;
    return static_cast<double>(z >> 11U) * 0x1.0p-53;
  }
  double in(const Interval& interval) {
    return interval.low + (interval.high - interval.low) * next();
  }

 private:
  std::uint64_t state_;
};

const Interval& interval_of(char effect) {
  return effect == 'S' ? kSignificant : effect == 'P' ? kPartial : kMinimal;
}

/// One control's reach: which steps of which attack it acts on, with which class.
struct Reach {
  struct At {
    std::size_t attack = 0;
    std::size_t step = 0;
    char effect = 'm';
  };
  const Control* control = nullptr;
  std::size_t number = 0;
  std::vector<At> at;
  double cost = 1;
  ControlState state = ControlState::unknown;
};

/// The numbers of one set of assumptions.
struct Assumed {
  double significant = kSignificant.middle();
  double partial = kPartial.middle();
  double minimal = kMinimal.middle();
  double now = 0;  ///< what is left of the effect in the control's present state

  [[nodiscard]] double effect(char c) const {
    return c == 'S' ? significant : c == 'P' ? partial : minimal;
  }
};

double left_in(ControlState state, const Interval& present, const Interval& weak) {
  switch (state) {
    case ControlState::enforced:
      return 1;
    case ControlState::present:
      return present.middle();
    case ControlState::weak:
      return weak.middle();
    case ControlState::absent:
    case ControlState::unknown:
      return 0;
  }
  return 0;
}

std::vector<Assumed> middle_of(const std::vector<Reach>& reaches) {
  std::vector<Assumed> out(reaches.size());
  for (std::size_t i = 0; i < reaches.size(); ++i)
    out[i].now = left_in(reaches[i].state, kPresent, kWeak);
  return out;
}

std::vector<Assumed> drawn(const std::vector<Reach>& reaches, Random& random) {
  std::vector<Assumed> out(reaches.size());
  for (std::size_t i = 0; i < reaches.size(); ++i) {
    out[i] = {random.in(kSignificant), random.in(kPartial), random.in(kMinimal), 0};
    const double present = random.in(kPresent);
    const double weak = random.in(kWeak);
    const double unknown = random.next();
    switch (reaches[i].state) {
      case ControlState::unknown:
        out[i].now = unknown;
        break;
      case ControlState::present:
        out[i].now = present;
        break;
      case ControlState::weak:
        out[i].now = weak;
        break;
      default:
        out[i].now = left_in(reaches[i].state, kPresent, kWeak);
    }
  }
  return out;
}

/// Log of the chance that each step of each attack succeeds, under a set of controls.
class Model {
 public:
  Model(const std::vector<Attack>& attacks, const std::vector<Reach>& reaches,
        std::vector<Assumed> assumed)
      : attacks_(attacks), reaches_(reaches), assumed_(std::move(assumed)) {
    for (const Attack& attack : attacks_) passes_.emplace_back(attack.steps.size(), 0.0);
    for (std::size_t i = 0; i < reaches_.size(); ++i) shift(i, 0, assumed_[i].now);
  }

  void enforce(std::size_t control) { shift(control, assumed_[control].now, 1); }
  void release(std::size_t control) { shift(control, 1, assumed_[control].now); }

  /// Mean over the attacks of the chance on the best path.
  [[nodiscard]] double best_path() const {
    double sum = 0;
    for (std::size_t a = 0; a < attacks_.size(); ++a) sum += std::exp(best_path_of(a));
    return attacks_.empty() ? 0 : sum / static_cast<double>(attacks_.size());
  }
  [[nodiscard]] Chance chance(std::size_t a) const {
    double all = 0;
    for (const double pass : passes_[a]) all += pass;
    return {std::exp(all), std::exp(best_path_of(a))};
  }

 private:
  void shift(std::size_t control, double from, double to) {
    for (const Reach::At& at : reaches_[control].at) {
      const double effect = assumed_[control].effect(at.effect);
      passes_[at.attack][at.step] += std::log1p(-effect * to) - std::log1p(-effect * from);
    }
  }

  [[nodiscard]] double best_path_of(std::size_t a) const {
    const auto& steps = attacks_[a].steps;
    best_.assign(steps.size(), 0);
    is_parent_.assign(steps.size(), false);
    for (std::size_t i = 0; i < steps.size(); ++i) {
      double best = steps[i].parents.empty() ? 0 : kNever;
      for (const std::size_t parent : steps[i].parents) {
        best = std::max(best, best_[parent]);
        is_parent_[parent] = true;
      }
      best_[i] = best + passes_[a][i];
    }
    double end = steps.empty() ? 0 : kNever;
    for (std::size_t i = 0; i < steps.size(); ++i)
      if (!is_parent_[i]) end = std::max(end, best_[i]);
    return end;
  }

  const std::vector<Attack>& attacks_;
  const std::vector<Reach>& reaches_;
  std::vector<Assumed> assumed_;
  std::vector<std::vector<double>> passes_;
  mutable std::vector<double> best_;     ///< scratch of best_path_of
  mutable std::vector<bool> is_parent_;  ///< scratch of best_path_of
};

std::vector<Reach> reaches_of(const std::vector<Attack>& attacks, const Catalogue& catalogue,
                              const std::vector<ControlEvidence>& evidence,
                              const std::map<std::string, double>& costs) {
  std::vector<Reach> out;
  for (const Control& control : catalogue.controls) {
    if (stopping_verb(control).empty() || control.responds) continue;
    Reach reach;
    reach.control = &control;
    const auto cost = costs.find(control.id);
    reach.cost = cost == costs.end() ? 1 : cost->second;
    reach.state = proven_state(control.id, "", {}, evidence).state;
    for (std::size_t a = 0; a < attacks.size(); ++a) {
      for (std::size_t i = 0; i < attacks[a].steps.size(); ++i) {
        char best = '-';
        for (const std::string& technique : attacks[a].steps[i].techniques) {
          const auto effect = effect_of_control(control, technique);
          if (effect && (best == '-' || interval_of(*effect).low > interval_of(best).low))
            best = *effect;
        }
        if (best != '-') reach.at.push_back({a, i, best});
      }
    }
    if (!reach.at.empty()) out.push_back(std::move(reach));
  }
  return out;
}

/// True where the control's effect on some step is more than minimal: what hardly acts is never
/// advice, though its little counts where it is in force.
bool acts(const Reach& reach) {
  return std::ranges::any_of(reach.at, [](const Reach::At& at) { return at.effect != 'm'; });
}

/// Controls that can still be bought: not enforced already, not dearer than everything, and of some
/// effect.
std::vector<std::size_t> candidates(const std::vector<Reach>& reaches, double budget) {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < reaches.size(); ++i)
    if (reaches[i].state != ControlState::enforced && reaches[i].cost <= budget && acts(reaches[i]))
      out.push_back(i);
  return out;
}

std::vector<std::size_t> greedy(Model& model, const std::vector<Reach>& reaches, double budget) {
  std::vector<std::size_t> open = candidates(reaches, budget);
  std::vector<std::size_t> chosen;
  double left = budget;
  while (true) {
    const double before = model.best_path();
    std::optional<std::size_t> best;
    double best_worth = kSame;
    for (const std::size_t i : open) {
      if (reaches[i].cost > left) continue;
      model.enforce(i);
      const double worth = (before - model.best_path()) / std::max(reaches[i].cost, 1e-9);
      model.release(i);
      if (worth <= best_worth) continue;
      best_worth = worth;
      best = i;
    }
    if (!best) break;
    model.enforce(*best);
    left -= reaches[*best].cost;
    chosen.push_back(*best);
    std::erase(open, *best);
  }
  for (const std::size_t i : chosen) model.release(i);
  std::ranges::sort(chosen);
  return chosen;
}

/// Branch and bound over the candidates, the most useful first.
class Search {
 public:
  Search(Model& model, const std::vector<Reach>& reaches, double budget)
      : model_(model), reaches_(reaches), order_(candidates(reaches, budget)) {
    best_ = greedy(model, reaches, budget);
    for (const std::size_t i : best_) model.enforce(i);
    best_value_ = model.best_path();
    for (const std::size_t i : best_) model.release(i);
    std::vector<double> alone(reaches.size(), 1);
    for (const std::size_t i : order_) {
      model.enforce(i);
      alone[i] = model.best_path();
      model.release(i);
    }
    std::ranges::sort(order_, [&](std::size_t a, std::size_t b) {
      return std::tie(alone[a], a) < std::tie(alone[b], b);
    });
    descend(0, budget);
  }
  [[nodiscard]] const std::vector<std::size_t>& best() const { return best_; }
  [[nodiscard]] bool is_exact() const { return tries_ <= kMaxPlanTries; }

 private:
  /// The value if all that is left from `at` on were free: no set below does better.
  double bound(std::size_t at) {
    for (std::size_t i = at; i < order_.size(); ++i) model_.enforce(order_[i]);
    const double out = model_.best_path();
    for (std::size_t i = at; i < order_.size(); ++i) model_.release(order_[i]);
    return out;
  }

  void descend(std::size_t at, double left) {
    if (++tries_ > kMaxPlanTries) return;
    const double value = model_.best_path();
    if (value < best_value_ - kSame) {
      best_value_ = value;
      best_ = chosen_;
      std::ranges::sort(best_);
    }
    if (at >= order_.size() || bound(at) >= best_value_ - kSame) return;
    for (std::size_t i = at; i < order_.size(); ++i) {
      const std::size_t control = order_[i];
      if (reaches_[control].cost > left) continue;
      if (i > at && bound(i) >= best_value_ - kSame) return;
      model_.enforce(control);
      chosen_.push_back(control);
      descend(i + 1, left - reaches_[control].cost);
      chosen_.pop_back();
      model_.release(control);
      if (tries_ > kMaxPlanTries) return;
    }
  }

  Model& model_;
  const std::vector<Reach>& reaches_;
  std::vector<std::size_t> order_;
  std::vector<std::size_t> chosen_;
  std::vector<std::size_t> best_;
  double best_value_ = 1;
  std::uint64_t tries_ = 0;
};

std::vector<double> stability(const std::vector<Attack>& attacks, const std::vector<Reach>& reaches,
                              double budget) {
  std::vector<double> out(reaches.size(), 0);
  Random random(20240517);
  for (std::uint64_t draw = 0; draw < kPlanDraws; ++draw) {
    Model model(attacks, reaches, drawn(reaches, random));
    for (const std::size_t i : greedy(model, reaches, budget))
      out[i] += 1.0 / static_cast<double>(kPlanDraws);
  }
  return out;
}

void fill_depth(const Catalogue& catalogue, const std::vector<ControlEvidence>& evidence,
                finding::Plan& plan) {
  std::vector<ControlEvidence> proven;
  std::ranges::copy_if(evidence, std::back_inserter(proven), [](const ControlEvidence& e) {
    return e.weight > posture::kWeightStatement;
  });
  for (const Control& control : catalogue.controls) {
    if (stopping_verb(control).empty()) continue;
    const ControlState state = proven_state(control.id, "", {}, evidence).state;
    const bool by_proof = proven_state(control.id, "", {}, proven).state != ControlState::unknown;
    for (const attack::Stage stage : control.stages) {
      finding::StageDepth& depth = plan.stages[attack::index(stage)];
      switch (state) {
        case ControlState::enforced:
        case ControlState::present:
          ++(by_proof ? depth.proven : depth.claimed);
          break;
        case ControlState::weak:
          ++depth.weak;
          break;
        case ControlState::absent:
          ++depth.absent;
          break;
        case ControlState::unknown:
          ++depth.unknown;
      }
    }
  }
}

void fill_controls(const std::vector<Attack>& attacks, const std::vector<Reach>& reaches,
                   const std::vector<ControlEvidence>& evidence, Model& model,
                   const std::vector<std::size_t>& chosen, finding::Plan& plan) {
  const std::vector<double> stable = stability(attacks, reaches, plan.budget);
  const double now = model.best_path();
  for (std::size_t i = 0; i < reaches.size(); ++i) {
    const Reach& reach = reaches[i];
    finding::PlannedControl out;
    out.control = reach.control->id;
    out.name = reach.control->name;
    const ProvenState proven = proven_state(reach.control->id, "", {}, evidence);
    out.state = proven.state;
    out.evidence = proven.text;
    out.cost = reach.cost;
    std::vector<bool> touched(attacks.size(), false);
    for (const Reach::At& at : reach.at) {
      if (at.effect == 'm') continue;
      ++out.steps;
      if (!touched[at.attack]) ++out.attacks;
      touched[at.attack] = true;
    }
    model.enforce(i);
    out.gain = std::max(0.0, now - model.best_path());
    model.release(i);
    out.stability = stable[i];
    out.chosen = std::ranges::binary_search(chosen, i);
    plan.controls.push_back(std::move(out));
  }
  std::ranges::sort(plan.controls, [](const auto& a, const auto& b) {
    return std::tuple(!a.chosen, -a.gain, std::string_view(a.control)) <
           std::tuple(!b.chosen, -b.gain, std::string_view(b.control));
  });
}

}  // namespace

Chance chance_of(const Attack& attack, const std::vector<double>& stopped) {
  double all = 1;
  std::vector<double> best(attack.steps.size(), 0);
  std::vector<bool> is_parent(attack.steps.size(), false);
  for (std::size_t i = 0; i < attack.steps.size(); ++i) {
    all *= 1 - stopped[i];
    double before = attack.steps[i].parents.empty() ? 1 : 0;
    for (const std::size_t parent : attack.steps[i].parents) {
      before = std::max(before, best[parent]);
      is_parent[parent] = true;
    }
    best[i] = before * (1 - stopped[i]);
  }
  double end = attack.steps.empty() ? 1 : 0;
  for (std::size_t i = 0; i < attack.steps.size(); ++i)
    if (!is_parent[i]) end = std::max(end, best[i]);
  return {all, end};
}

Result<finding::Plan> make_plan(const std::vector<Attack>& attacks, const Catalogue& catalogue,
                                const std::vector<ControlEvidence>& evidence,
                                const std::map<std::string, double>& costs, double budget) {
  if (attacks.size() > kMaxPlanAttacks)
    return fail(Errc::limit, fmt::format("more than {} attacks", kMaxPlanAttacks));
  for (const Attack& attack : attacks)
    if (attack.steps.size() > kMaxPlanSteps)
      return fail(Errc::limit, fmt::format("more than {} steps in {}", kMaxPlanSteps, attack.name));
  finding::Plan plan;
  plan.budget = std::max(budget, 0.0);
  plan.draws = kPlanDraws;
  const std::vector<Reach> reaches = reaches_of(attacks, catalogue, evidence, costs);
  Model model(attacks, reaches, middle_of(reaches));
  const Search search(model, reaches, plan.budget);
  plan.exact = search.is_exact();

  std::vector<std::vector<bool>> touched;
  touched.reserve(attacks.size());
  for (const Attack& attack : attacks) touched.emplace_back(attack.steps.size(), false);
  for (const Reach& reach : reaches)
    for (const Reach::At& at : reach.at) touched[at.attack][at.step] = true;
  for (std::size_t a = 0; a < attacks.size(); ++a) {
    finding::PlannedAttack out;
    out.name = attacks[a].name;
    out.origin = attacks[a].origin;
    out.synthetic_order = attacks[a].synthetic_order;
    out.steps = attacks[a].steps.size();
    for (std::size_t i = 0; i < attacks[a].steps.size(); ++i) {
      if (attacks[a].steps[i].techniques.empty())
        ++out.without_technique;
      else if (!touched[a][i])
        ++out.uncontrolled;
    }
    out.now = model.chance(a);
    plan.attacks.push_back(std::move(out));
  }
  fill_controls(attacks, reaches, evidence, model, search.best(), plan);
  for (const std::size_t i : search.best()) model.enforce(i);
  const auto count = static_cast<double>(std::max<std::size_t>(attacks.size(), 1));
  plan.now = plan.after = {0, 0};
  for (std::size_t a = 0; a < attacks.size(); ++a) {
    finding::PlannedAttack& out = plan.attacks[a];
    out.after = model.chance(a);
    plan.now.every_step += out.now.every_step / count;
    plan.now.best_path += out.now.best_path / count;
    plan.after.every_step += out.after.every_step / count;
    plan.after.best_path += out.after.best_path / count;
  }
  fill_depth(catalogue, evidence, plan);
  return plan;
}

}  // namespace interdict::assess
