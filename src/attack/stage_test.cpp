#include "attack/stage.hpp"

#include <gtest/gtest.h>

namespace interdict::attack {
namespace {

TEST(Stage, NamesAreStixPhasesAndReadBack) {
  for (const Stage stage : kStages) EXPECT_EQ(parse_stage(to_string(stage)), stage);
  EXPECT_EQ(to_string(Stage::command_and_control), "command-and-control");
  EXPECT_FALSE(parse_stage("lateral-movement"));
}

TEST(Stage, LikeliestIsTheEarlierOfEqualsAndNothingOfNothing) {
  EXPECT_EQ(likeliest({0, 0, 0, 500, 500, 0, 0}), Stage::exploitation);
  EXPECT_FALSE(likeliest({}));
}

}  // namespace
}  // namespace interdict::attack
