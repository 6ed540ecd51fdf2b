#include "assess/provenance.hpp"

#include <gmock/gmock.h>

#include "assess/stop.hpp"

namespace interdict::assess {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// Steps and the one record behind each.
struct Story {
  finding::Intrusion intrusion;
  std::vector<finding::Detection> detections;

  void add(const std::string& parent, const std::string& kind, std::uint64_t record,
           const std::vector<std::pair<std::string, std::string>>& fields,
           const std::vector<std::string>& processes, const std::string& technique = "T1059") {
    const std::string number = std::to_string(intrusion.steps.size() + 1);
    finding::Detection d;
    d.id = "d-" + number;
    d.evidence = {"f.evtx", record, 0, kind};
    for (const auto& [name, value] : fields) d.fields.emplace_back(name, OwnedValue{value});
    for (const std::string& process : processes)
      d.entities.push_back({EntityType::process, "h|" + process});
    detections.push_back(d);
    finding::Step s;
    s.id = "s-" + number;
    s.time.ns = static_cast<std::int64_t>(intrusion.steps.size()) * kNsPerHour;
    s.last = s.time;
    s.parent = parent;
    s.techniques = {technique};
    s.host = "h";
    s.detections = {d.id};
    intrusion.steps.push_back(s);
  }
  [[nodiscard]] Provenance get() const {
    DetectionsById by_id;
    for (const finding::Detection& d : detections) by_id.emplace(d.id, &d);
    return provenance(intrusion.steps, by_id);
  }
};

const char* const kStart = "windows/sysmon/1";

/// A process start that two rules saw; what follows hangs on the second, sideways.
Story twins() {
  Story story;
  story.add("", kStart, 7, {{"ProcessGuid", "{AAAAAAAA}"}, {"ParentProcessGuid", "{00000000}"}},
            {"{00000000}", "{aaaaaaaa}"});
  story.add("s-1", kStart, 7, {{"ProcessGuid", "{AAAAAAAA}"}, {"ParentProcessGuid", "{00000000}"}},
            {"{00000000}", "{aaaaaaaa}"}, "T1105");
  story.add("s-1", "windows/sysmon/3", 9, {{"ProcessGuid", "{AAAAAAAA}"}}, {"{aaaaaaaa}"}, "T1071");
  return story;
}

TEST(Provenance, OneRecordIsOneDeed) {
  const Provenance got = twins().get();
  EXPECT_THAT(got.same[0], ElementsAre(1));
  EXPECT_THAT(got.same[1], ElementsAre(0));
  EXPECT_THAT(got.same[2], IsEmpty());
}

TEST(Provenance, ARunIsNotDeniedByOneOfItsRecords) {
  Story story = twins();
  finding::Detection more = story.detections[1];
  more.id = "d-more";
  more.evidence.record = 8;
  more.fields.clear();
  story.detections.push_back(more);
  story.intrusion.steps[1].detections.emplace_back("d-more");
  const Provenance got = story.get();
  EXPECT_THAT(got.same[0], IsEmpty());       // record 8 of step 2 stays
  EXPECT_THAT(got.same[1], ElementsAre(0));  // both records of step 2 hold the one of step 1
}

TEST(Provenance, WhatAProcessDoesNeedsItsStart) {
  const Provenance got = twins().get();
  EXPECT_THAT(got.needs[0], IsEmpty());
  EXPECT_THAT(got.needs[2], ElementsAre(0));
}

TEST(Provenance, TheActorMustBeCertain) {
  Story story = twins();
  // Two processes and no field that tells which of them acts.
  story.add("s-3", "windows/sysmon/10", 11, {}, {"{aaaaaaaa}", "{bbbbbbbb}"});
  story.add("s-3", "windows/sysmon/10", 12, {{"SourceProcessGUID", "{aaaaaaaa}"}},
            {"{aaaaaaaa}", "{bbbbbbbb}"});
  const Provenance got = story.get();
  EXPECT_THAT(got.needs[3], IsEmpty());
  EXPECT_THAT(got.needs[4], ElementsAre(0));
}

/// The control meets only the second rule's detection of the start (its technique); everything
/// later hangs on the first. It depended on the start all the same.
TEST(Provenance, SidewaysDetectionsOfAStartGuardWhatFollowed) {
  const auto catalogue = load_catalogue(R"(controls:
  - id: Z1
    name: Block
    stages: [4]
    coa: [deny]
    effect: S
    mechanism: [process]
    measurability: measured
    techniques: {T1105: S}
)");
  ASSERT_TRUE(catalogue);
  Story story = twins();
  story.add("s-3", "windows/sysmon/3", 12, {}, {"{cccccccc}"}, "T1071");
  assess_stop(story.intrusion, story.detections, *catalogue, {});
  ASSERT_EQ(story.intrusion.stop.choices.size(), 1U);
  const finding::StopChoice& choice = story.intrusion.stop.choices.front();
  EXPECT_THAT(choice.steps, ElementsAre("s-2"));
  EXPECT_EQ(choice.depends.steps, 2U);  // s-3 and s-4; s-1 is the same record
  EXPECT_THAT(choice.would_not_have_stopped, IsEmpty());
}

/// A second way in does not make a process that was never started.
TEST(Provenance, AnotherParentDoesNotReplaceTheStart) {
  const Causes parents = {{}, {}, {0, 1}};
  const Causes needs = {{}, {}, {0}};
  const std::vector<bool> cut = {true, false, false};
  EXPECT_THAT(behind(parents, cut), ElementsAre(true, false, false));
  EXPECT_THAT(behind(parents, cut, needs), ElementsAre(true, false, true));
}

}  // namespace
}  // namespace interdict::assess
