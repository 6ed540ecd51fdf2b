#include "explain/plan.hpp"

#include <algorithm>

#include <gmock/gmock.h>

#include "json/reader.hpp"

namespace interdict::explain {
namespace {

using testing::HasSubstr;
using testing::Not;

finding::Plan sample(const std::string& text) {
  finding::Plan plan;
  plan.version = "0.1.0";
  plan.budget = 2;
  plan.exact = true;
  plan.draws = 200;
  plan.now = {0.25, 0.5};
  plan.after = {0.125, 0.25};
  plan.attacks = {{text, "group", true, 9, 1, 2, {0.25, 0.5}, {0.125, 0.25}}};
  plan.controls = {{"X5", text, finding::ControlState::unknown, text, 1, 1, 4, 0.25, 0.95, true},
                   {"X6", text, finding::ControlState::weak, text, 1, 1, 2, 0.125, 0.3, true},
                   {"X7", text, finding::ControlState::absent, text, 1, 1, 1, 0.0625, 0.1, false}};
  plan.stages[3].unknown = 4;
  return plan;
}

TEST(PlanText, SaysWhatIsAssumed) {
  const std::string text = plan_text(sample("thing"), 80);
  for (const char* words : {"no measured risks", "steps fail independently", "order made up",
                            "Chosen in 95 %", "Depends on what is assumed: chosen in 30 %",
                            "2 that no control stops", "1 without a technique",
                            "Exploitation: 0 proven, 0 claimed, 0 weak, 0 absent, 4 unknown"}) {
    std::string flat = text;
    for (std::size_t at = flat.find('\n'); at != std::string::npos; at = flat.find('\n', at)) {
      std::size_t end = at + 1;
      while (end < flat.size() && flat[end] == ' ') ++end;
      flat.replace(at, end - at, " ");
    }
    EXPECT_THAT(flat, HasSubstr(words));
  }
  finding::Plan not_proven = sample("thing");
  not_proven.exact = false;
  EXPECT_THAT(plan_text(not_proven, 200), HasSubstr("not proven best"));
}

TEST(PlanText, KeepsTheWidthAndLetsNothingThrough) {
  const std::string text = plan_text(sample("a \x1b[31m b \xe2\x80\xae c"), 70);
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, Not(HasSubstr("\xe2\x80\xae")));
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    const std::string line = text.substr(at, end - at);
    EXPECT_LE(std::ranges::count_if(
                  line, [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }),
              70)
        << line;
    at = end + 1;
  }
}

TEST(PlanJson, HoldsEverything) {
  const auto root = json::parse(plan_json(sample("x")));
  ASSERT_TRUE(root);
  EXPECT_EQ(*root->find("schema")->string(), "interdict.plan/1");
  EXPECT_FALSE(*root->find("measured")->boolean());
  ASSERT_EQ(root->find("controls")->array()->size(), 3U);
  const json::Value& control = root->find("controls")->array()->front();
  EXPECT_TRUE(*control.find("chosen")->boolean());
  EXPECT_EQ(*control.find("state")->string(), "unknown");
  EXPECT_EQ(root->find("attacks")->array()->front().find("uncontrolled")->integer(), 2);
  EXPECT_EQ(root->find("stages")->object()->size(), 7U);
}

}  // namespace
}  // namespace interdict::explain
