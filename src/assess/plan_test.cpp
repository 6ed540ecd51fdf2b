#include "assess/plan.hpp"

#include <cmath>
#include <random>
#include <set>

#include <gmock/gmock.h>

namespace interdict::assess {
namespace {

using finding::ControlState;

/// `count` controls Z0…, each significant on its own techniques.
Catalogue catalogue_of(const std::vector<std::vector<std::string>>& techniques) {
  Catalogue out;
  for (std::size_t i = 0; i < techniques.size(); ++i) {
    Control control;
    control.id = "Z" + std::to_string(i);
    control.name = control.id;
    control.coa = {"deny"};
    control.stages = {attack::Stage::exploitation};
    std::set<std::string> sorted(techniques[i].begin(), techniques[i].end());
    for (const std::string& technique : sorted) control.techniques.emplace_back(technique, 'S');
    out.controls.push_back(std::move(control));
  }
  return out;
}

Attack chain(const std::vector<std::string>& techniques) {
  Attack out;
  out.name = "chain";
  out.origin = "flow";
  for (std::size_t i = 0; i < techniques.size(); ++i) {
    AttackStep step;
    if (!techniques[i].empty()) step.techniques = {techniques[i]};
    if (i > 0) step.parents = {i - 1};
    out.steps.push_back(std::move(step));
  }
  return out;
}

TEST(Chance, ClosedForms) {
  const finding::Chance straight = chance_of(chain({"a", "b", "c"}), {0.5, 0.2, 0});
  EXPECT_DOUBLE_EQ(straight.every_step, 0.4);
  EXPECT_DOUBLE_EQ(straight.best_path, 0.4);
  Attack fork = chain({"a", "b", "c"});
  fork.steps[2].parents = {0};  // two ends
  const finding::Chance two = chance_of(fork, {0.5, 0.2, 0.9});
  EXPECT_DOUBLE_EQ(two.every_step, 0.5 * 0.8 * 0.1);
  EXPECT_DOUBLE_EQ(two.best_path, 0.5 * 0.8);
  EXPECT_DOUBLE_EQ(chance_of(Attack{}, {}).best_path, 1);
  EXPECT_DOUBLE_EQ(chance_of(chain({"a"}), {1}).best_path, 0);
}

TEST(Plan, WhatHardlyActsIsNoAdvice) {
  Catalogue catalogue = catalogue_of({{"T1001"}});
  catalogue.controls[0].techniques[0].second = 'm';
  const auto hardly = make_plan({chain({"T1001"})}, catalogue, {}, {}, 3);
  ASSERT_TRUE(hardly.has_value());
  ASSERT_EQ(hardly->controls.size(), 1U);
  EXPECT_FALSE(hardly->controls[0].chosen);
  EXPECT_GT(hardly->controls[0].gain, 0);  // told as it is, but not advised
  catalogue.controls[0].techniques[0].second = 'P';
  EXPECT_TRUE(make_plan({chain({"T1001"})}, catalogue, {}, {}, 3)->controls[0].chosen);
}

TEST(Plan, NamesTheControlThatEveryPathNeeds) {
  // Two ways in, one way on: the control of the last step stops both.
  Attack attack = chain({"T1001", "T1002", "T1003"});
  attack.steps[1].parents = {};
  attack.steps[2].parents = {0, 1};
  std::vector<ControlEvidence> absent;
  for (const char* id : {"Z0", "Z1", "Z2"})
    absent.push_back({id, ControlState::absent, "looked", posture::kWeightScan});
  const auto plan =
      make_plan({attack}, catalogue_of({{"T1001"}, {"T1002"}, {"T1003"}}), absent, {}, 1);
  ASSERT_TRUE(plan);
  EXPECT_TRUE(plan->exact);
  EXPECT_EQ(plan->controls.front().control, "Z2");
  EXPECT_TRUE(plan->controls.front().chosen);
  EXPECT_DOUBLE_EQ(plan->now.best_path, 1);
  EXPECT_NEAR(plan->after.best_path, 1 - kSignificant.middle(), 1e-12);
  EXPECT_NEAR(plan->controls.front().stability, 1, 1e-9);  // whatever is drawn
  EXPECT_DOUBLE_EQ(plan->controls.back().gain, 0);
}

TEST(Plan, EnforcedControlsAreNoAdviceAndUnknownOnesAre) {
  const Attack attack = chain({"T1001", "T1002"});
  const ControlEvidence proven{"Z0", ControlState::enforced, "blocked", posture::kWeightLog};
  const auto plan = make_plan({attack}, catalogue_of({{"T1001"}, {"T1002"}}), {proven}, {}, 5);
  ASSERT_TRUE(plan);
  EXPECT_NEAR(plan->now.best_path, 1 - kSignificant.middle(), 1e-12);
  for (const finding::PlannedControl& control : plan->controls)
    EXPECT_EQ(control.chosen, control.control == "Z1");
  EXPECT_EQ(plan->stages[attack::index(attack::Stage::exploitation)].proven, 1U);
  EXPECT_EQ(plan->stages[attack::index(attack::Stage::exploitation)].unknown, 1U);
}

TEST(Plan, CountsWhatNobodyControls) {
  const auto plan =
      make_plan({chain({"T1001", "", "T9999"})}, catalogue_of({{"T1001"}}), {}, {}, 1);
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->attacks.front().steps, 3U);
  EXPECT_EQ(plan->attacks.front().without_technique, 1U);
  EXPECT_EQ(plan->attacks.front().uncontrolled, 1U);
}

TEST(Plan, WatchingAndRespondingStopNothing) {
  Catalogue catalogue = catalogue_of({{"T1001"}, {"T1001"}});
  catalogue.controls[0].coa = {"detect", "degrade"};
  catalogue.controls[1].responds = true;
  const auto plan = make_plan({chain({"T1001"})}, catalogue, {}, {}, 5);
  ASSERT_TRUE(plan);
  EXPECT_TRUE(plan->controls.empty());
  EXPECT_DOUBLE_EQ(plan->after.best_path, 1);
}

/// The mean best-path chance of every subset within the budget, by chance_of alone.
double exhaustive(const std::vector<Attack>& attacks, const Catalogue& catalogue,
                  const std::map<std::string, double>& costs, double budget) {
  double best = 2;
  for (std::size_t set = 0; set < (std::size_t{1} << catalogue.controls.size()); ++set) {
    double cost = 0;
    for (std::size_t c = 0; c < catalogue.controls.size(); ++c)
      if ((set >> c & 1U) != 0) cost += costs.at(catalogue.controls[c].id);
    if (cost > budget) continue;
    double sum = 0;
    for (const Attack& attack : attacks) {
      std::vector<double> stopped;
      for (const AttackStep& step : attack.steps) {
        double passes = 1;
        for (std::size_t c = 0; c < catalogue.controls.size(); ++c)
          if ((set >> c & 1U) != 0 &&
              effect_of_control(catalogue.controls[c], step.techniques.front()))
            passes *= 1 - kSignificant.middle();
        stopped.push_back(1 - passes);
      }
      sum += chance_of(attack, stopped).best_path;
    }
    best = std::min(best, sum / static_cast<double>(attacks.size()));
  }
  return best;
}

TEST(Plan, BranchAndBoundEqualsExhaustiveSearch) {
  std::mt19937 random(7);
  for (int round = 0; round < 40; ++round) {
    std::vector<std::vector<std::string>> techniques(8);
    std::map<std::string, double> costs;
    for (std::size_t c = 0; c < techniques.size(); ++c) {
      for (int k = 0; k < 3; ++k) techniques[c].push_back("T100" + std::to_string(random() % 8));
      costs["Z" + std::to_string(c)] = 1 + static_cast<double>(random() % 3);
    }
    std::vector<Attack> attacks;
    for (int a = 0; a < 3; ++a) {
      std::vector<std::string> steps;
      for (int i = 0; i < 7; ++i) steps.push_back("T100" + std::to_string(random() % 8));
      Attack attack = chain(steps);
      for (std::size_t i = 1; i < attack.steps.size(); ++i) {
        attack.steps[i].parents.clear();
        for (std::size_t p = 0; p < i; ++p)
          if (random() % 2 == 0) attack.steps[i].parents.push_back(p);
      }
      attacks.push_back(std::move(attack));
    }
    const Catalogue catalogue = catalogue_of(techniques);
    const double budget = 4;
    const auto plan = make_plan(attacks, catalogue, {}, costs, budget);
    ASSERT_TRUE(plan);
    EXPECT_TRUE(plan->exact);
    EXPECT_NEAR(plan->after.best_path, exhaustive(attacks, catalogue, costs, budget), 1e-9)
        << round;
    double spent = 0;
    for (const auto& control : plan->controls)
      if (control.chosen) spent += control.cost;
    EXPECT_LE(spent, budget);
  }
}

TEST(Plan, LimitsAreErrors) {
  const std::vector<Attack> many(kMaxPlanAttacks + 1);
  const auto attacks = make_plan(many, {}, {}, {}, 1);
  ASSERT_FALSE(attacks);
  EXPECT_EQ(attacks.error().code, Errc::limit);
  Attack long_one;
  long_one.steps.resize(kMaxPlanSteps + 1);
  EXPECT_FALSE(make_plan({long_one}, {}, {}, {}, 1));
}

}  // namespace
}  // namespace interdict::assess
