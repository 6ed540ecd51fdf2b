#include "assess/stop.hpp"

#include <fstream>
#include <random>
#include <sstream>

#include <gmock/gmock.h>

#include "assess/dominators.hpp"
#include "assess/record.hpp"

namespace interdict::assess {
namespace {

using finding::ControlState;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

Catalogue project_catalogue() {
  std::ifstream in(INTERDICT_SOURCE_DIR "/content/controls/controls.yml");
  std::stringstream text;
  text << in.rdbuf();
  auto catalogue = load_catalogue(text.str());
  EXPECT_TRUE(catalogue) << catalogue.error().message << " at line "
                         << catalogue.error().where.line;
  return catalogue.value_or(Catalogue{});
}

const char* const kOne = R"(controls:
  - id: Z1
    name: Block
    stages: [4]
    coa: [deny]
    effect: S
    mechanism: [process]
    measurability: measured
    techniques: {T1059: S, T1105: P, T1078: m}
)";

Catalogue one(const std::string& from = "", const std::string& to = "") {
  std::string text = kOne;
  if (!from.empty()) text.replace(text.find(from), from.size(), to);
  auto catalogue = load_catalogue(text);
  EXPECT_TRUE(catalogue) << catalogue.error().message;
  return catalogue.value_or(Catalogue{});
}

struct World {
  finding::Intrusion intrusion;
  std::vector<finding::Detection> detections;

  finding::Step& step(const std::string& parent, const std::string& technique,
                      const std::string& log_source = "windows/sysmon/1",
                      attack::Stage stage = attack::Stage::exploitation,
                      const std::string& host = "a") {
    const std::string number = std::to_string(intrusion.steps.size() + 1);
    finding::Detection d;
    d.id = "d-" + number;
    d.evidence.log_source = log_source;
    detections.push_back(d);
    finding::Step s;
    s.id = "s-" + number;
    s.time.ns = static_cast<std::int64_t>(intrusion.steps.size()) * kNsPerHour / 4;
    s.last = s.time;
    s.parent = parent;
    s.techniques = {technique};
    s.host = host;
    s.stage = stage;
    s.outcome = finding::Outcome::succeeded;
    s.detections = {d.id};
    intrusion.stages[attack::index(stage)].status = finding::StageStatus::observed;
    intrusion.steps.push_back(s);
    return intrusion.steps.back();
  }
  const finding::StopAnalysis& assess(const Catalogue& catalogue,
                                      const std::vector<ControlEvidence>& evidence = {}) {
    assess_stop(intrusion, detections, catalogue, evidence);
    return intrusion.stop;
  }
};

TEST(Catalogue, ReadsTheProjectsOwn) {
  const Catalogue catalogue = project_catalogue();
  EXPECT_EQ(catalogue.controls.size(), 54U);
  std::size_t pairs = 0;
  for (const Control& control : catalogue.controls) {
    pairs += control.techniques.size();
    EXPECT_FALSE(control.mechanism.empty()) << control.id;
    for (const std::string& kind : control.mechanism) EXPECT_TRUE(is_record_kind(kind)) << kind;
  }
  EXPECT_EQ(pairs, 501U);
}

TEST(Catalogue, NamesTheLineOfAFault) {
  const auto check = [](const std::string& from, const std::string& to, std::uint32_t line) {
    std::string text = kOne;
    text.replace(text.find(from), from.size(), to);
    const auto catalogue = load_catalogue(text);
    ASSERT_FALSE(catalogue) << to;
    EXPECT_EQ(catalogue.error().where.line, line) << catalogue.error().message;
  };
  check("[deny]", "[avenge]", 5);
  check("[process]", "[prozess]", 7);
  check("stages: [4]", "stages: [8]", 4);
  check("T1105: P", "T1105: X", 9);
  check("T1105: P", "X1105: P", 9);
}

TEST(Stop, WeighsABoundedNumberOfStepsAndSaysSo) {
  World w;
  for (std::size_t i = 0; i < kMaxStepsWeighed; ++i) w.step("", "T1059");
  EXPECT_THAT(w.assess(one()).choices[0].why, Not(HasSubstr("not counted")));
  const std::string last = w.intrusion.steps.back().id;
  for (int i = 0; i < 3; ++i) w.step(last, "T1041");
  const auto& choice = w.assess(one()).choices[0];
  EXPECT_EQ(choice.steps.front(), last);
  EXPECT_EQ(choice.depends.steps, 3U);
  EXPECT_THAT(choice.why, HasSubstr("on each of the last 3 steps is not counted"));
}

TEST(Stop, ChainCountsWhatLiesBehind) {
  World w;
  w.step("", "T1566", "zeek/smtp", attack::Stage::delivery);
  w.step("s-1", "T1059.001");
  w.step("s-2", "T1021", "zeek/conn", attack::Stage::actions_on_objectives, "b");
  w.step("s-3", "T1041", "zeek/conn", attack::Stage::actions_on_objectives, "B");
  const auto& stop = w.assess(one());
  ASSERT_EQ(stop.choices.size(), 1U);
  const auto& choice = stop.choices[0];
  EXPECT_THAT(choice.steps, ElementsAre("s-2"));
  EXPECT_EQ(choice.depends.steps, 2U);
  EXPECT_EQ(choice.depends.hosts, 1U);  // compared without case
  EXPECT_EQ(choice.depends.objectives, 2U);
  EXPECT_DOUBLE_EQ(choice.depends.hours, 0.5);
  EXPECT_THAT(choice.would_not_have_stopped, ElementsAre("s-1"));
  EXPECT_EQ(choice.stage, attack::Stage::exploitation);
  EXPECT_EQ(choice.cost, 8U);
  EXPECT_EQ(stop.cost_reached, 64U);
  EXPECT_EQ(stop.cost_if_stopped, 8U);
  EXPECT_EQ(choice.state, ControlState::unknown);
  EXPECT_THAT(choice.evidence, HasSubstr("no evidence"));
}

TEST(Stop, ASecondPathDependsOnNeither) {
  World w;
  w.step("", "T1190", "zeek/http");
  w.step("s-1", "T1059");
  w.step("s-1", "T1133", "zeek/conn");
  w.step("s-2", "T1041", "zeek/conn").also_from = {"s-3"};
  const auto& stop = w.assess(one());
  ASSERT_EQ(stop.choices.size(), 1U);
  EXPECT_EQ(stop.choices[0].depends.steps, 0U);
  EXPECT_THAT(stop.choices[0].would_not_have_stopped, ElementsAre("s-1", "s-3", "s-4"));
}

TEST(Stop, SubTechniqueFallsBackLowered) {
  World significant;
  significant.step("", "T1059.001");
  EXPECT_THAT(significant.assess(one()).choices[0].why, HasSubstr("effect partial"));
  World partial;
  partial.step("", "T1105.999");
  EXPECT_THAT(partial.assess(one()).choices, IsEmpty());  // partial, lowered, is minimal
}

TEST(Stop, MechanismVerbEffectAndOutcomeGate) {
  World other_record;
  other_record.step("", "T1059", "windows/security/4624");
  EXPECT_THAT(other_record.assess(one()).choices, IsEmpty());
  EXPECT_FALSE(other_record.intrusion.stop.cost_if_stopped);
  World minimal;
  minimal.step("", "T1078");
  EXPECT_THAT(minimal.assess(one()).choices, IsEmpty());
  World watching;
  watching.step("", "T1059");
  EXPECT_THAT(watching.assess(one("coa: [deny]", "coa: [detect]")).choices, IsEmpty());
  EXPECT_EQ(watching.assess(one("coa: [deny]", "coa: [detect, contain]")).choices.size(), 1U);
  World blocked;
  blocked.step("", "T1059").outcome = finding::Outcome::blocked;
  EXPECT_THAT(blocked.assess(one()).choices, IsEmpty());
}

TEST(Stop, AResponseNeedsTime) {
  const Catalogue catalogue = one("effect: S", "effect: S\n    responds: true");
  World w;
  w.step("", "T1059");
  w.step("s-1", "T1041", "zeek/conn");
  EXPECT_THAT(w.assess(catalogue).choices, IsEmpty());
  w.intrusion.steps[1].time.ns = 2 * kNsPerHour;
  EXPECT_EQ(w.assess(catalogue).choices.size(), 1U);
}

TEST(Stop, RanksByObjectivesThenHostsThenTime) {
  Catalogue catalogue = one();
  Control late = catalogue.controls[0];
  late.id = "A1";
  late.techniques = {{"T1021", 'P'}};
  catalogue.controls.insert(catalogue.controls.begin(), late);
  World w;
  w.step("", "T1059");
  w.step("s-1", "T1021", "windows/sysmon/1", attack::Stage::actions_on_objectives, "b");
  w.step("s-2", "T1486", "windows/sysmon/11", attack::Stage::actions_on_objectives, "c");
  const auto& stop = w.assess(catalogue);
  ASSERT_EQ(stop.choices.size(), 2U);
  EXPECT_EQ(stop.choices[0].control, "Z1");
  EXPECT_EQ(stop.choices[1].control, "A1");
}

TEST(Stop, ChoicesAreBounded) {
  Catalogue catalogue = one();
  for (int i = 0; i < 20; ++i) {
    catalogue.controls.push_back(catalogue.controls[0]);
    catalogue.controls.back().id = "Z2" + std::to_string(i);
  }
  World w;
  w.step("", "T1059");
  const auto& stop = w.assess(catalogue);
  ASSERT_EQ(stop.choices.size(), kMaxChoices);
  EXPECT_THAT(stop.choices.back().why, HasSubstr("9 lower-ranked"));
}

TEST(Stop, LongChainsCountToTheEnd) {
  World w;
  w.step("", "T1059");
  for (int i = 1; i < 2000; ++i)
    w.step("s-" + std::to_string(i), "T1059", "windows/sysmon/1", attack::Stage::exploitation,
           "h" + std::to_string(i % 50));
  const auto& stop = w.assess(one());
  ASSERT_EQ(stop.choices.size(), 1U);
  EXPECT_EQ(stop.choices[0].steps.front(), "s-1");
  EXPECT_EQ(stop.choices[0].depends.steps, 1999U);
  EXPECT_EQ(stop.choices[0].depends.hosts, 50U);
}

TEST(Stop, NoStepsAndDanglingParents) {
  World empty;
  EXPECT_THAT(empty.assess(one()).choices, IsEmpty());
  EXPECT_EQ(empty.intrusion.stop.cost_reached, 0U);
  World dangling;
  dangling.step("s-9", "T1059").detections = {"d-unknown"};
  EXPECT_THAT(dangling.assess(one()).choices, IsEmpty());
}

TEST(Stop, ProjectCatalogueKeepsMacroBlockAwayFromLogons) {
  const Catalogue catalogue = project_catalogue();
  World w;
  w.step("", "T1078.002", "windows/security/4624");
  w.step("s-1", "T1059.001").host = "b";
  w.detections[1].fields = {
      {"Image", {"C:\\Windows\\System32\\powershell.exe", ValueType::string}}};
  const auto& stop = w.assess(catalogue);
  ASSERT_FALSE(stop.choices.empty());
  for (const auto& choice : stop.choices) {
    if (choice.control == "X3") {
      EXPECT_THAT(choice.steps, ElementsAre("s-2"));
    }
    EXPECT_NE(choice.control, "D7");
    EXPECT_NE(choice.control, "A11");
  }
}

TEST(State, LogsBeatScansBeatStatements) {
  const ControlEvidence claim{"X5", ControlState::enforced, "claimed: enforced", 1, ""};
  const ControlEvidence scan{"X5", ControlState::present, "scan", 2, ""};
  const ControlEvidence log{"X5", ControlState::weak, "audit only", 3, "a"};
  EXPECT_EQ(proven_state("X5", "", {}, {claim}).state, ControlState::enforced);
  EXPECT_EQ(proven_state("X5", "", {}, {claim, scan}).state, ControlState::present);
  const ProvenState all = proven_state("X5", "", {}, {claim, log, scan});
  EXPECT_EQ(all.state, ControlState::weak);
  EXPECT_THAT(all.text, HasSubstr("claimed"));
  EXPECT_THAT(all.text, HasSubstr("contradictory"));
  EXPECT_EQ(all.text, proven_state("X5", "", {}, {scan, claim, log}).text);
  EXPECT_EQ(proven_state("X6", "", {}, {claim}).state, ControlState::unknown);
  const ControlEvidence absent{"X5", ControlState::absent, "none", 3, "b"};
  const ControlEvidence block{"X5", ControlState::enforced, "block", 3, "c"};
  EXPECT_EQ(proven_state("X5", "", {}, {absent}).state, ControlState::absent);
  EXPECT_EQ(proven_state("X5", "", {}, {absent, block}).state, ControlState::weak);
}

TEST(ProvenState, OtherHostsAndOtherTimesDecideNothing) {
  ControlEvidence log{"X5",
                      ControlState::enforced,
                      "blocked a thing",
                      posture::kWeightLog,
                      "ws1.example.org",
                      Timestamp{0},
                      Timestamp{0},
                      10};
  const auto at_day = [](std::int64_t day) { return Timestamp{day * 24 * kNsPerHour}; };
  EXPECT_EQ(proven_state("X5", "WS1", at_day(10), {log}).state, ControlState::enforced);
  EXPECT_EQ(proven_state("X5", "WS1", at_day(-10), {log}).state, ControlState::enforced);
  EXPECT_EQ(proven_state("X5", "", at_day(1), {log}).state, ControlState::enforced);
  const ProvenState elsewhere = proven_state("X5", "ws2", at_day(1), {log});
  EXPECT_EQ(elsewhere.state, ControlState::unknown);
  EXPECT_THAT(elsewhere.text, HasSubstr("of other hosts only: blocked a thing"));
  EXPECT_EQ(proven_state("X5", "ws1.other.org", at_day(1), {log}).state, ControlState::unknown);
  for (const std::int64_t day : {-11, 11}) {
    const ProvenState lapsed = proven_state("X5", "ws1", at_day(day), {log});
    EXPECT_EQ(lapsed.state, ControlState::unknown) << day;
    EXPECT_THAT(lapsed.text, HasSubstr("too old or too late"));
  }
  const ControlEvidence silent{"X5", ControlState::unknown, "judged nothing", posture::kWeightScan};
  const ProvenState nothing = proven_state("X5", "", {}, {silent});
  EXPECT_EQ(nothing.state, ControlState::unknown);
  EXPECT_THAT(nothing.text, HasSubstr("proves nothing: judged nothing"));
  log.host.clear();
  EXPECT_EQ(proven_state("X5", "ws2", at_day(1), {log}).state, ControlState::enforced);
}

/// Independent of behind(): every simple way from every entry, by depth-first search.
bool reaches_around(const Causes& parents, std::size_t node, std::size_t avoided) {
  if (node == avoided) return false;
  if (parents[node].empty()) return true;
  for (const std::size_t parent : parents[node])
    if (reaches_around(parents, parent, avoided)) return true;
  return false;
}

TEST(Dominators, AgreeWithEnumeratedPathsOnRandomGraphs) {
  std::mt19937 random(20240517);
  std::size_t dominated_pairs = 0;
  for (int round = 0; round < 600; ++round) {
    const std::size_t n = 1 + random() % 12;
    Causes parents(n);
    for (std::size_t i = 1; i < n; ++i)
      for (std::size_t j = 0; j < i; ++j)
        if (random() % 3 == 0) parents[i].push_back(j);
    for (std::size_t cut = 0; cut < n; ++cut) {
      std::vector<bool> marks(n, false);
      marks[cut] = true;
      const std::vector<bool> got = behind(parents, marks);
      for (std::size_t node = 0; node < n; ++node) {
        ASSERT_EQ(got[node], !reaches_around(parents, node, cut));
        if (got[node] && node != cut) ++dominated_pairs;
      }
    }
  }
  EXPECT_GT(dominated_pairs, 500U);  // the graphs do exercise the property
}

TEST(Record, KindsFollowTheRecord) {
  finding::Detection d;
  d.evidence.log_source = "windows/sysmon/10";
  EXPECT_THAT(record_kinds(d), ElementsAre("process-access"));
  d.evidence.log_source = "windows/security/4624";
  d.entities = {{EntityType::ip, "10.0.0.1"}};
  EXPECT_THAT(record_kinds(d), ElementsAre("logon"));
  d.evidence.log_source = "windows/sysmon/1";
  d.fields = {{"ParentImage", {"C:\\Office\\WINWORD.EXE", ValueType::string}}};
  EXPECT_THAT(record_kinds(d), ElementsAre("process", "script-host"));
  d.evidence.log_source = "some/tool";
  EXPECT_THAT(record_kinds(d), testing::Contains("network"));
}

}  // namespace
}  // namespace interdict::assess
