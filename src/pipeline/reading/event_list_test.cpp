#include "pipeline/reading/event_list.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/hash.hpp"

namespace interdict::pipeline {
namespace {

std::string id_of(std::uint64_t number) {
  return "d-" + hex64(number);
}

finding::Detection detection(std::uint64_t id, std::int64_t second, std::uint32_t rule = 0) {
  finding::Detection out;
  out.id = id_of(id);
  out.time = out.last = {second * kNsPerSecond, 0};
  out.rule = finding::RuleId(rule);
  out.host = "ws01";
  out.fields = {{"Image", {"a.exe"}}, {"ProcessId", {"12", ValueType::integer}}};
  out.entities = {{EntityType::process, "ws01|12"}};
  return out;
}

Pending event(std::int64_t second, std::uint64_t offset, std::vector<finding::Detection> found) {
  Pending out;
  out.observation.time = {second * kNsPerSecond, 3};
  out.observation.host = "ws01";
  out.observation.entities = {{EntityType::user, "u"}};
  out.observation.edges = {{{EntityType::user, "u"}, {EntityType::file, "f"}, {}}};
  out.observation.names = {{"g", "p"}};
  out.observation.images = {{"p", "i"}};
  out.observation.self_addresses = {"192.0.2.1"};
  out.observation.port = 443;
  out.observation.starts_process = true;
  out.offset = offset;
  out.detections = std::move(found);
  return out;
}

const InputNames kNames = {{1, {"b.json", "22"}}, {2, {"a.json", "11"}}};

std::vector<std::string> told(EventList& list) {
  std::vector<std::string> out;
  const auto done = list.for_each_detection([&](const finding::Detection& one) {
    out.push_back(one.id.substr(one.id.size() - 2) + " " +
                  std::to_string(one.time.ns / kNsPerSecond) + "-" +
                  std::to_string(one.last.ns / kNsPerSecond) + " x" + std::to_string(one.count));
  });
  EXPECT_TRUE(done.has_value());
  return out;
}

TEST(EventList, GivesBackEachEventInOrderOfTimeThenContent) {
  EventList list;
  list.put(event(20, 7, {}), 1);
  list.put(event(10, 9, {detection(5, 10)}), 1);
  list.put(event(20, 8, {}), 2);
  auto counted = event(20, 3, {});
  counted.counted = std::make_unique<CountedEvent>();
  counted.counted->hits.push_back({finding::RuleId(4), {{1, 2.5, true, true}}});
  counted.sensed = std::make_unique<SensedEvent>();
  counted.sensed->signal.object = "example.test";
  list.put(counted, 1);
  list.arrange(kNames);
  ASSERT_EQ(list.size(), 4u);
  std::vector<std::pair<std::string, std::uint64_t>> order;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const auto one = list.load(i);
    ASSERT_TRUE(one.has_value());
    order.emplace_back(one->input, one->offset);
    EXPECT_EQ(one->observation.time.digits, 3);
    EXPECT_EQ(one->observation.edges.size(), 1u);
    EXPECT_EQ(one->observation.names.at(0).pid_key, "p");
    EXPECT_EQ(one->observation.port, 443);
    EXPECT_TRUE(one->observation.starts_process);
  }
  // `a.json` comes first among events of one time, for its SHA-256 does.
  EXPECT_EQ(order, (std::vector<std::pair<std::string, std::uint64_t>>{
                       {"b.json", 9}, {"a.json", 8}, {"b.json", 3}, {"b.json", 7}}));
  EXPECT_TRUE(list.is_counted(2) && list.is_sensed(2) && !list.is_counted(3));
  const auto back = list.load(2);
  EXPECT_EQ(back->counted->hits.at(0).slots.at(0).number, 2.5);
  EXPECT_EQ(back->sensed->signal.object, "example.test");
  const auto found = list.detections_of(0);
  ASSERT_TRUE(found.has_value() && found->size() == 1);
  EXPECT_EQ(found->at(0).fields, detection(5, 10).fields);
}

TEST(EventList, EqualIdsAreOneDetection) {
  EventList list;
  list.put(event(30, 1, {detection(7, 30), detection(3, 30)}), 1);
  list.put(event(10, 1, {detection(7, 10)}), 2);
  list.put(event(20, 1, {detection(7, 20), detection(9, 20)}), 1);
  list.arrange(kNames);
  EXPECT_EQ(told(list), (std::vector<std::string>{"07 10-30 x3", "09 20-20 x1", "03 30-30 x1"}));
}

TEST(EventList, WhatIsAddedIsToldWithTheEventItBeginsWith) {
  EventList list;
  list.put(event(10, 1, {detection(5, 10)}), 1);
  list.put(event(20, 1, {}), 1);
  list.arrange(kNames);
  auto found = detection(1, 10, 70);
  found.last = {90 * kNsPerSecond, 0};
  found.count = 12;
  list.add(0, found);
  EXPECT_EQ(told(list), (std::vector<std::string>{"01 10-90 x12", "05 10-10 x1"}));
  EXPECT_EQ(list.detections_of(0)->size(), 2u);
  EXPECT_EQ(list.detections_of(1)->size(), 0u);
}

TEST(EventList, AnEventIsMovedWithItsDetections) {
  EventList list;
  list.put(event(10, 1, {detection(5, 10)}), 1);
  list.put(event(20, 1, {detection(6, 20)}), 1);
  list.arrange(kNames);
  list.move_to(1, 5 * kNsPerSecond);
  list.arrange_again();
  EXPECT_EQ(list.load(0)->observation.time.ns, 5 * kNsPerSecond);
  EXPECT_EQ(told(list), (std::vector<std::string>{"06 5-5 x1", "05 10-10 x1"}));
}

TEST(EventList, RulesOfOtherToolsMove) {
  EventList list;
  list.put(event(10, 1, {detection(5, 10, 2), detection(6, 10, 101)}), 1);
  list.arrange(kNames);
  list.place_rules(100, {finding::RuleId(101), finding::RuleId(100)});
  list.add(0, detection(7, 10, 101));
  const auto found = list.detections_of(0);
  ASSERT_EQ(found->size(), 3u);
  EXPECT_EQ(found->at(0).rule.value(), 2u);
  EXPECT_EQ(found->at(1).rule.value(), 100u);
  EXPECT_EQ(found->at(2).rule.value(), 101u);
}

TEST(EventList, HowManyThreadsFilledItAndWhereItIsKeptChangesNothing) {
  const auto tell = [](std::size_t lists, std::size_t memory) {
    std::vector<EventList> parts;
    for (std::size_t i = 0; i < lists; ++i) parts.emplace_back(memory);
    for (std::uint64_t i = 0; i < 3000; ++i) {
      const auto second = static_cast<std::int64_t>(i * 37 % 1000);
      // The threads have an input each.
      auto one = event(second, i, {detection(hash64(std::to_string(i)) % 500, second)});
      one.observation.about.assign(i % 700, 'x');
      parts[i % 2 % lists].put(one, 1 + i % 2);
    }
    EventList all(0);
    for (auto& part : parts) all.take(std::move(part));
    all.erase_if([](std::uint64_t, std::uint64_t offset, std::size_t found) {
      return found == 1 && offset % 11 == 0;
    });
    all.arrange(kNames);
    return told(all);
  };
  const auto expected = tell(1, EventList::kMemoryBytes);
  EXPECT_GT(expected.size(), 400u);
  EXPECT_EQ(tell(2, EventList::kMemoryBytes), expected);
  EXPECT_EQ(tell(1, 0), expected);
  EXPECT_EQ(tell(2, 0), expected);
}

TEST(EventList, BytesThatAreCutAreRefused) {
  std::string bytes;
  to_bytes(event(10, 1, {}), bytes);
  Pending back;
  EXPECT_TRUE(from_bytes(bytes, back));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    Pending cut;
    EXPECT_FALSE(from_bytes(std::string_view(bytes).substr(0, size), cut)) << size;
  }
  EXPECT_FALSE(from_bytes(bytes + "x", back));
}

}  // namespace
}  // namespace interdict::pipeline
