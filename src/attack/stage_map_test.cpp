#include "attack/stage_map.hpp"

#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

namespace interdict::attack {
namespace {

StageMap shipped() {
  std::ifstream in(INTERDICT_SOURCE_DIR "/content/attack/stages.tsv");
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  auto map = StageMap::parse(text);
  EXPECT_TRUE(map.has_value());
  return map ? *map : StageMap{};
}

TEST(StageMap, KnowsBothTacticVocabularies) {
  const StageMap map = shipped();
  for (const char* slug : {"defense-evasion", "stealth", "defense-impairment"}) {
    EXPECT_TRUE(map.place({}, {slug}).neutral) << slug;
  }
  EXPECT_EQ(likeliest(map.place({}, {"lateral-movement"}).stages), Stage::actions_on_objectives);
  EXPECT_EQ(likeliest(map.place({}, {"initial-access"}).stages), Stage::delivery);
}

TEST(StageMap, ContentiousTechniques) {
  const StageMap map = shipped();
  const auto stage = [&](const char* id, const char* tactic) {
    return likeliest(map.place({id}, {tactic}).stages);
  };
  EXPECT_EQ(stage("T1078.004", "initial-access"), Stage::exploitation);
  EXPECT_TRUE(map.place({"T1078"}, {"initial-access"}).account);
  EXPECT_EQ(stage("T1053.005", "execution"), Stage::installation);
  EXPECT_EQ(stage("T1055", "defense-evasion"), Stage::installation);
  EXPECT_EQ(stage("T1505.003", "persistence"), Stage::installation);
  EXPECT_TRUE(map.place({"T1105"}, {}).transfer);
  EXPECT_TRUE(map.place({"T1562.001"}, {"defense-evasion"}).neutral);
  EXPECT_EQ(stage("T1003.001", "credential-access"), Stage::actions_on_objectives);
}

TEST(StageMap, NeutralTechniqueLeavesTheWordToTheTactic) {
  const StageMap map = shipped();
  const Placement p = map.place({"T1036"}, {"defense-evasion", "execution"});
  EXPECT_FALSE(p.neutral);
  EXPECT_EQ(likeliest(p.stages), Stage::exploitation);
}

TEST(StageMap, UnknownPlacesNothingAndWeightsAddUp) {
  const StageMap map = shipped();
  EXPECT_FALSE(likeliest(map.place({"T9999"}, {"no-such-tactic"}).stages));
  unsigned sum = 0;
  for (const auto w : map.place({}, {"execution", "persistence", "discovery"}).stages) sum += w;
  EXPECT_EQ(sum, 1000U);
}

TEST(StageMap, RefusesABrokenLineWithItsNumber) {
  const auto map = StageMap::parse("# x\ntactic\tdiscovery\t0 0 0 0 0 0 999\t-\t\n");
  ASSERT_FALSE(map.has_value());
  EXPECT_EQ(map.error().where.line, 2U);
}

}  // namespace
}  // namespace interdict::attack
