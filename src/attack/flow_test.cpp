#include "attack/flow.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include <gmock/gmock.h>

#include "attack/flow_graph.hpp"

namespace interdict::attack {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

std::string slurp(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

StageMap stages() {
  auto map = StageMap::parse(slurp(INTERDICT_SOURCE_DIR "/content/attack/stages.tsv"));
  EXPECT_TRUE(map);
  return *map;
}

RawFlow raw(std::size_t nodes, const std::vector<std::pair<std::size_t, std::size_t>>& arcs,
            const std::vector<std::size_t>& no_actions = {}) {
  RawFlow out;
  out.nodes.resize(nodes);
  for (std::size_t i = 0; i < nodes; ++i) {
    out.nodes[i].is_action = std::ranges::find(no_actions, i) == no_actions.end();
    out.nodes[i].step.name = std::to_string(i);
  }
  out.arcs = arcs;
  return out;
}

std::vector<std::string> parents_of(const Flow& flow, const std::string& name) {
  for (const FlowStep& step : flow.steps) {
    if (step.name != name) continue;
    std::vector<std::string> out;
    for (const std::size_t parent : step.parents) out.push_back(flow.steps[parent].name);
    std::ranges::sort(out);
    return out;
  }
  ADD_FAILURE() << name;
  return {};
}

TEST(Reduce, PassesThroughWhatIsNoAction) {
  // 0 and 1 lead to the operator 2, which leads to 3 and by the condition 4 to 5.
  const Flow flow = reduce(raw(6, {{0, 2}, {1, 2}, {2, 3}, {2, 4}, {4, 5}}, {2, 4}));
  EXPECT_THAT(flow.steps, SizeIs(4));
  EXPECT_THAT(parents_of(flow, "3"), ElementsAre("0", "1"));
  EXPECT_THAT(parents_of(flow, "5"), ElementsAre("0", "1"));
  EXPECT_THAT(parents_of(flow, "0"), IsEmpty());
  EXPECT_EQ(flow.cycle_steps, 0U);
}

TEST(Reduce, ACycleBecomesAChain) {
  const Flow flow = reduce(raw(5, {{0, 1}, {1, 2}, {2, 3}, {3, 1}, {3, 4}}));
  EXPECT_THAT(flow.steps, SizeIs(5));
  EXPECT_EQ(flow.cycle_steps, 3U);
  EXPECT_THAT(parents_of(flow, "1"), ElementsAre("0"));
  EXPECT_THAT(parents_of(flow, "2"), ElementsAre("1"));
  EXPECT_THAT(parents_of(flow, "4"), ElementsAre("3"));
}

TEST(Reduce, OrderFollowsTheArcsOnRandomGraphs) {
  std::mt19937 random(11);
  for (int round = 0; round < 300; ++round) {
    const std::size_t n = 1 + random() % 14;
    std::vector<std::pair<std::size_t, std::size_t>> arcs;
    for (std::size_t i = 0; i < n * 2; ++i) arcs.emplace_back(random() % n, random() % n);
    const Flow flow = reduce(raw(n, arcs));
    ASSERT_EQ(flow.steps.size(), n);
    for (std::size_t i = 0; i < n; ++i)
      for (const std::size_t parent : flow.steps[i].parents) ASSERT_LT(parent, i);
  }
}

TEST(ReadFlow, StixActionsOperatorsAndConditions) {
  const auto flow = read_flow(R"({"type":"bundle","objects":[
    {"type":"attack-flow","id":"f","name":"Example"},
    {"type":"attack-action","id":"a","name":"Mail","technique_id":"T1566","effect_refs":["c"]},
    {"type":"attack-condition","id":"c","on_true_refs":["o"]},
    {"type":"attack-operator","id":"o","effect_refs":["b","gone"]},
    {"type":"attack-action","id":"b","name":"Out","tactic_id":"TA0010"}]})",
                              stages(), "f.json");
  ASSERT_TRUE(flow) << flow.error().message;
  EXPECT_EQ(flow->name, "Example");
  ASSERT_THAT(flow->steps, SizeIs(2));
  EXPECT_THAT(flow->steps[0].techniques, ElementsAre("T1566"));
  EXPECT_EQ(flow->steps[0].stage, Stage::delivery);
  EXPECT_THAT(flow->steps[1].techniques, IsEmpty());
  EXPECT_EQ(flow->steps[1].stage, Stage::actions_on_objectives);
  EXPECT_THAT(flow->steps[1].parents, ElementsAre(0));
}

TEST(ReadFlow, WhatIsNoFlowIsRefused) {
  for (const char* text : {"{}", "[]", R"({"type":"bundle","objects":[]})", "{", ""}) {
    const auto flow = read_flow(text, stages(), "f");
    ASSERT_FALSE(flow) << text;
    EXPECT_EQ(flow.error().where.file, "f");
  }
}

const char* const kGroups = R"({"techniques":[{"id":"T9001","tactics":["persistence"]}],
  "groups":[{"id":"G1","name":"Ex","aliases":["Also"],"techniques":["T1041","T9001","T1566"]}]})";

TEST(ReadGroup, OrdersByStageAndSaysSo) {
  for (const char* name : {"ex", "G1", "also"}) {
    const auto flow = read_group(kGroups, name, stages(), "f");
    ASSERT_TRUE(flow) << name;
    EXPECT_TRUE(flow->synthetic_order);
    ASSERT_THAT(flow->steps, SizeIs(3));
    EXPECT_EQ(flow->steps[0].name, "T1566");
    EXPECT_EQ(flow->steps[1].name, "T9001");
    EXPECT_THAT(flow->steps[1].parents, ElementsAre(0));
    EXPECT_EQ(flow->steps[2].stage, Stage::actions_on_objectives);
  }
  EXPECT_FALSE(read_group(kGroups, "nobody", stages(), "f"));
}

TEST(ReadGroup, BundleLeavesOutWhatIsRevoked) {
  const auto flow = read_group(R"({"type":"bundle","objects":[
    {"type":"intrusion-set","id":"i","name":"Ex","external_references":[{"source_name":"mitre-attack","external_id":"G7"}]},
    {"type":"attack-pattern","id":"p","kill_chain_phases":[{"phase_name":"initial-access"}],
     "external_references":[{"source_name":"mitre-attack","external_id":"T1566"}]},
    {"type":"attack-pattern","id":"q","revoked":true,
     "external_references":[{"source_name":"mitre-attack","external_id":"T1"}]},
    {"type":"relationship","relationship_type":"uses","source_ref":"i","target_ref":"p"},
    {"type":"relationship","relationship_type":"uses","source_ref":"i","target_ref":"q"}]})",
                               "g7", stages(), "f");
  ASSERT_TRUE(flow) << flow.error().message;
  ASSERT_THAT(flow->steps, SizeIs(1));
  EXPECT_EQ(flow->steps[0].name, "T1566");
}

/// The counts of the published corpus (measured by an independent script).
TEST(FlowData, Corpus) {
  const char* set = std::getenv("INTERDICT_DATA");
  const std::filesystem::path corpus =
      (set != nullptr ? std::filesystem::path(set)
                      : std::filesystem::path(INTERDICT_SOURCE_DIR) / ".." / "shared" / "data") /
      "attack-flow" / "corpus";
  if (!std::filesystem::exists(corpus)) GTEST_SKIP() << "no data pack at " << corpus;
  std::size_t files = 0;
  std::size_t actions = 0;
  std::size_t with_technique = 0;
  std::size_t on_cycles = 0;
  for (const auto& entry : std::filesystem::directory_iterator(corpus)) {
    const auto flow = read_flow(slurp(entry.path()), stages(), entry.path().string());
    ASSERT_TRUE(flow) << entry.path() << ": " << flow.error().message;
    ++files;
    actions += flow->steps.size();
    on_cycles += flow->cycle_steps;
    for (const FlowStep& step : flow->steps) with_technique += step.techniques.empty() ? 0 : 1;
  }
  EXPECT_EQ(files, 20U);
  EXPECT_EQ(actions, 495U);
  EXPECT_EQ(with_technique, 405U);
  EXPECT_EQ(on_cycles, 0U);
}

}  // namespace
}  // namespace interdict::attack
