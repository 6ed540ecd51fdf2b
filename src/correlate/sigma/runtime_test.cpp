#include "correlate/sigma/runtime.hpp"

#include <algorithm>
#include <map>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "rule/parser.hpp"

namespace interdict::correlate {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

/// `name@seconds field=value …`: an event on which the base rule of that name fired.
struct Fired {
  std::string rule;
  double at = 0;
  std::map<std::string, std::string> fields;
};
Fired parse_event(const std::string& text) {
  std::istringstream in(text);
  Fired out;
  std::string word;
  in >> word;
  const auto mark = word.find('@');
  out.rule = word.substr(0, mark);
  out.at = std::stod(word.substr(mark + 1));
  while (in >> word) out.fields[word.substr(0, word.find('='))] = word.substr(word.find('=') + 1);
  return out;
}

/// Base rules a, b, c and the given `correlation` documents, run over events.
struct Bench {
  rule::Linked linked;
  FieldCatalogue catalogue;
  SigmaPlan plan;
  SigmaLimits limits;
  SigmaStats stats;

  explicit Bench(const std::string& correlations, const SigmaOptions& options = {}) {
    std::string text;
    for (const char* name : {"a", "b", "c"}) {
      text += std::string("title: T\nname: ") + name +
              "\nlogsource: {category: x}\ndetection: {s: {F: 1}, condition: s}\n---\n";
    }
    auto parsed = rule::parse_rules(text + correlations, "f.yml");
    for (const auto& fault : parsed.diagnostics)
      if (fault.severity == rule::Severity::error) ADD_FAILURE() << fault.message;
    linked = rule::link({parsed.rules, parsed.correlations, parsed.filters});
    for (const auto& fault : linked.diagnostics)
      if (fault.diagnostic.severity == rule::Severity::error)
        ADD_FAILURE() << fault.diagnostic.message;
    plan = SigmaPlan::create(linked, catalogue, options);
  }

  std::vector<SigmaFinding> run(const std::vector<std::string>& texts) {
    SigmaCorrelator correlator(plan, limits);
    for (std::size_t i = 0; i < texts.size(); ++i) push(correlator, parse_event(texts[i]), i);
    correlator.finish();
    stats = correlator.stats();
    auto found = correlator.take();
    std::ranges::sort(found, [](const auto& l, const auto& r) {
      return std::pair(l.first.ns, l.correlation) < std::pair(r.first.ns, r.correlation);
    });
    return found;
  }
  void push(SigmaCorrelator& correlator, const Fired& event, std::size_t ref) {
    const auto time = Timestamp{static_cast<std::int64_t>(event.at * 1e9), 0};
    EventBatch batch("in", {});
    const Row row = batch.begin_row(time, "h", {});
    for (const auto& [name, value] : event.fields)
      batch.add(row, *catalogue.intern(name), {value, ValueType::string});
    std::vector<std::vector<SlotValue>> slots;
    std::vector<SigmaHit> hits;
    for (std::uint32_t i = 0; i < linked.rules.size(); ++i) {
      if (event.rule.find(linked.rules[i].rule.name) == std::string::npos ||
          !plan.counts(finding::RuleId(i)))
        continue;
      slots.emplace_back();
      plan.read(batch, row, finding::RuleId(i), slots.back());
      hits.push_back({finding::RuleId(i), {}});
    }
    for (std::size_t i = 0; i < hits.size(); ++i) hits[i].slots = slots[i];
    correlator.push(time, ref, hits);
  }
};

std::string correlation(const std::string& body, const std::string& head = "title: C") {
  return head + "\ncorrelation:\n    " + body + "\n---\n";
}

/// One row a sentence: the section, the events, and how often the correlation fires.
struct Row {
  const char* sentence;
  std::string body;
  std::vector<std::string> events;
  std::size_t findings;
};

void check(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    std::string body = row.body;
    for (std::size_t at = body.find('\n'); at != std::string::npos; at = body.find('\n', at + 5))
      body.insert(at + 1, "    ");
    Bench bench(correlation(body));
    EXPECT_THAT(bench.run(row.events), SizeIs(row.findings)) << row.sentence;
  }
}

const std::string kCount = "type: event_count\nrules: a\ngroup-by: U\ntimespan: 10s\n";

TEST(SigmaCorrelation, EventCount) {
  check({
      {"Event Count: counts events occurring in the given time frame",
       kCount + "condition: {gte: 3}",
       {"a@1 U=x", "a@2 U=x", "a@3 U=x"},
       1},
      {"gte: greater than or equal: one event short",
       kCount + "condition: {gte: 3}",
       {"a@1 U=x", "a@2 U=x"},
       0},
      {"gt: greater than", kCount + "condition: {gt: 2}", {"a@1 U=x", "a@2 U=x", "a@3 U=x"}, 1},
      {"gt: not equal", kCount + "condition: {gt: 3}", {"a@1 U=x", "a@2 U=x", "a@3 U=x"}, 0},
      {"must count events for each group separately",
       kCount + "condition: {gte: 3}",
       {"a@1 U=x", "a@2 U=y", "a@3 U=x"},
       0},
      {"windows slide: not restricted to boundaries",
       kCount + "condition: {gte: 2}",
       {"a@9 U=x", "a@12 U=x"},
       1},
      {"bounds are inclusive: t2 - t1 <= timespan",
       kCount + "condition: {gte: 2}",
       {"a@1 U=x", "a@11 U=x"},
       1},
      {"outside of the timespan", kCount + "condition: {gte: 2}", {"a@1 U=x", "a@11.001 U=x"}, 0},
      {"fires on crossing, extends while continuing",
       kCount + "condition: {gte: 2}",
       {"a@1 U=x", "a@2 U=x", "a@3 U=x", "a@4 U=x"},
       1},
      {"fires again after a pause of more than the timespan",
       kCount + "condition: {gte: 2}",
       {"a@1 U=x", "a@2 U=x", "a@30 U=x", "a@31 U=x"},
       2},
      {"several group-by fields are linked by AND",
       "type: event_count\nrules: a\ngroup-by: [U, H]\ntimespan: 10s\ncondition: {gte: 2}",
       {"a@1 U=x H=1", "a@2 U=x H=2"},
       0},
      {"several rules count together",
       "type: event_count\nrules: [a, b]\ngroup-by: U\ntimespan: 10s\ncondition: {gte: 2}",
       {"a@1 U=x", "b@2 U=x"},
       1},
      {"group-by is optional",
       "type: event_count\nrules: a\ntimespan: 10s\ncondition: {gte: 2}",
       {"a@1", "a@2 U=x"},
       1},
      {"a missing group-by field is not counted",
       kCount + "condition: {gte: 2}",
       {"a@1", "a@2", "a@3 U=x"},
       0},
      {"letter case of group-by values does not count",
       kCount + "condition: {gte: 2}",
       {"a@1 U=x", "a@2 U=X"},
       1},
      {"a condition of 0 or less needs an event", kCount + "condition: {gte: 0}", {"a@1 U=x"}, 1},
  });
}

TEST(SigmaCorrelation, WhatOnlyTimeDecides) {
  check({
      {"lt: less than, decided when the window ends",
       kCount + "condition: {lt: 3}",
       {"a@1 U=x", "a@2 U=x", "c@50 U=x"},
       1},
      {"lt: a fuller window does not fire",
       kCount + "condition: {lt: 3, gt: 0}",
       {"a@1 U=x", "a@2 U=x", "a@3 U=x"},
       0},
      {"lte", kCount + "condition: {lte: 2, gte: 1}", {"a@1 U=x", "a@2 U=x"}, 1},
      {"eq", kCount + "condition: {eq: 2}", {"a@1 U=x", "a@2 U=x"}, 1},
      {"eq: a third event within the window",
       kCount + "condition: {eq: 2}",
       {"a@1 U=x", "a@2 U=x", "a@3 U=x"},
       0},
      {"neq: different from", kCount + "condition: {neq: 2}", {"a@1 U=x", "a@2 U=x", "a@3 U=x"}, 1},
      {"a range: two criteria are joined by AND",
       kCount + "condition: {gt: 1, lte: 2}",
       {"a@1 U=x", "a@2 U=x"},
       1},
      {"a range: above it",
       kCount + "condition: {gt: 1, lte: 2}",
       {"a@1 U=x", "a@2 U=x", "a@3 U=x"},
       0},
      {"a window starts at an event outside of the one before",
       kCount + "condition: {eq: 1}",
       {"a@1 U=x", "a@20 U=x"},
       2},
      {"eq 0: silence within the input is decided by the watermark",
       "type: event_count\nrules: [a, c]\ngroup-by: U\ntimespan: 10s\ncondition: {eq: 0}",
       {"a@1 U=x", "c@50 U=y"},
       1},
      {"no silence beyond the end of the input",
       kCount + "condition: {eq: 0}",
       {"a@1 U=x", "a@5 U=x"},
       0},
  });
}

const std::string kValues = "type: value_count\nrules: a\ngroup-by: H\ntimespan: 10s\n";

TEST(SigmaCorrelation, ValueCount) {
  check({
      {"Value Count: counts values in a field",
       kValues + "condition: {field: U, gte: 2}",
       {"a@1 H=h U=x", "a@2 H=h U=y"},
       1},
      {"equal values count once",
       kValues + "condition: {field: U, gte: 2}",
       {"a@1 H=h U=x", "a@2 H=h U=x"},
       0},
      {"for each group separately",
       kValues + "condition: {field: U, gte: 2}",
       {"a@1 H=h U=x", "a@2 H=g U=y"},
       0},
      {"values that left the window do not count",
       kValues + "condition: {field: U, gte: 3}",
       {"a@1 H=h U=x", "a@8 H=h U=y", "a@12 H=h U=z"},
       0},
      {"seen again, a value stays",
       kValues + "condition: {field: U, gte: 3}",
       {"a@1 H=h U=x", "a@8 H=h U=y", "a@9 H=h U=x", "a@12 H=h U=z"},
       1},
      {"several fields are linked by AND: their tuple",
       kValues + "condition: {field: [U, V], gte: 2}",
       {"a@1 H=h U=x V=1", "a@2 H=h U=x V=2"},
       1},
      {"without the field the event is not counted",
       kValues + "condition: {field: U, gte: 1}",
       {"a@1 H=h"},
       0},
      {"an upper bound is decided when the window ends",
       kValues + "condition: {field: U, eq: 2}",
       {"a@1 H=h U=x", "a@2 H=h U=y", "a@3 H=h U=x"},
       1},
  });
  std::vector<std::string> many;
  for (int i = 0; i < 200; ++i) many.push_back("a@1 H=h U=" + std::to_string(i));
  check({{"many values use an index", kValues + "condition: {field: U, gte: 200}", many, 1},
         {"one too few", kValues + "condition: {field: U, gte: 201}", many, 0}});
}

std::string temporal(const std::string& rest) {
  return "type: temporal\ngroup-by: U\ntimespan: 10s\n" + rest;
}
std::string ordered(const std::string& rest) {
  return "type: temporal_ordered\ngroup-by: U\ntimespan: 10s\n" + rest;
}

TEST(SigmaCorrelation, Temporal) {
  check({
      {"all events must occur in the time frame",
       temporal("rules: [a, b]"),
       {"a@1 U=x", "b@5 U=x"},
       1},
      {"in arbitrary order", temporal("rules: [a, b]"), {"b@1 U=x", "a@5 U=x"}, 1},
      {"one is missing", temporal("rules: [a, b]"), {"a@1 U=x", "a@5 U=x"}, 0},
      {"too far apart", temporal("rules: [a, b]"), {"a@1 U=x", "b@11.5 U=x"}, 0},
      {"the group-by values must all be the same",
       temporal("rules: [a, b]"),
       {"a@1 U=x", "b@5 U=y"},
       0},
      {"condition: the count of different rules",
       temporal("rules: [a, b, c]\ncondition: {gte: 2}"),
       {"a@1 U=x", "c@5 U=x"},
       1},
      {"condition: one rule twice is one",
       temporal("rules: [a, b, c]\ncondition: {gte: 2}"),
       {"a@1 U=x", "a@5 U=x"},
       0},
      {"extended: and, or", temporal("condition: a and (b or c)"), {"a@1 U=x", "c@5 U=x"}, 1},
      {"extended: the other branch",
       temporal("condition: a and (b or c)"),
       {"b@1 U=x", "c@5 U=x"},
       0},
      {"extended: not, absent until the window ends",
       temporal("condition: a and not c"),
       {"a@1 U=x", "b@30 U=x"},
       1},
      {"extended: not, present before the window ends",
       temporal("condition: a and not c"),
       {"a@1 U=x", "c@11 U=x"},
       0},
      {"extended: not, present within the timespan before",
       temporal("condition: a and not c"),
       {"c@1 U=x", "a@11 U=x"},
       0},
      {"extended: not, after the window",
       temporal("condition: a and not c"),
       {"a@1 U=x", "c@11.5 U=x"},
       1},
      {"extended: not, in another group",
       temporal("condition: a and not c"),
       {"a@1 U=x", "c@2 U=y"},
       1},
      {"one event may match several rules", temporal("rules: [a, b]"), {"ab@1 U=x"}, 1},
  });
}

TEST(SigmaCorrelation, TemporalOrdered) {
  check({
      {"the order of the rule attribute", ordered("rules: [a, b]"), {"a@1 U=x", "b@5 U=x"}, 1},
      {"another order", ordered("rules: [a, b]"), {"b@1 U=x", "a@5 U=x"}, 0},
      {"three in order, with others between",
       ordered("rules: [a, b, c]"),
       {"a@1 U=x", "b@2 U=x", "a@3 U=x", "c@4 U=x"},
       1},
      {"the chain must fit into the timespan",
       ordered("rules: [a, b, c]"),
       {"a@1 U=x", "b@9 U=x", "c@12 U=x"},
       0},
      {"a later start may fit",
       ordered("rules: [a, b, c]"),
       {"a@1 U=x", "a@8 U=x", "b@9 U=x", "c@12 U=x"},
       1},
      {"a later start does not help what came before it",
       ordered("rules: [a, b, c]"),
       {"a@1 U=x", "b@7 U=x", "a@8 U=x", "c@12 U=x"},
       0},
      {"equal times keep the order of the records",
       ordered("rules: [a, b]"),
       {"a@1 U=x", "b@1 U=x"},
       1},
      {"an event does not follow itself", ordered("rules: [a, b]"), {"ab@1 U=x"}, 0},
      {"but the next one does", ordered("rules: [a, b]"), {"ab@1 U=x", "ab@2 U=x"}, 1},
      {"gte: that many different rules in order",
       ordered("rules: [a, b, c]\ncondition: {gte: 2}"),
       {"a@1 U=x", "c@5 U=x"},
       1},
      {"gte: not out of order",
       ordered("rules: [a, b, c]\ncondition: {gte: 2}"),
       {"c@1 U=x", "a@5 U=x"},
       0},
      {"extended: absence", ordered("condition: a and b and not c"), {"a@1 U=x", "b@2 U=x"}, 1},
      {"extended: broken by c",
       ordered("condition: a and b and not c"),
       {"a@1 U=x", "c@2 U=x", "b@3 U=x"},
       0},
  });
}

std::string numbers(const std::string& type, const std::string& condition) {
  return "type: " + type + "\nrules: a\ngroup-by: H\ntimespan: 10s\ncondition: " + condition;
}

TEST(SigmaCorrelation, Numbers) {
  check({
      {"value_sum: the sum reaches a limit",
       numbers("value_sum", "{field: N, gt: 10}"),
       {"a@1 H=h N=6", "a@2 H=h N=5"},
       1},
      {"value_sum: what left the window does not count",
       numbers("value_sum", "{field: N, gt: 10}"),
       {"a@1 H=h N=6", "a@12 H=h N=5"},
       0},
      {"value_sum: an upper bound waits",
       numbers("value_sum", "{field: N, lt: 10}"),
       {"a@1 H=h N=6", "a@2 H=h N=5"},
       0},
      {"numbers may be hexadecimal, texts are ignored",
       numbers("value_sum", "{field: N, gte: 16}"),
       {"a@1 H=h N=0x10", "a@2 H=h N=x"},
       1},
      {"value_avg: the average",
       numbers("value_avg", "{field: N, gt: 5}"),
       {"a@1 H=h N=4", "a@2 H=h N=8"},
       1},
      {"value_avg: not above",
       numbers("value_avg", "{field: N, gt: 6}"),
       {"a@1 H=h N=4", "a@2 H=h N=8"},
       0},
      {"value_avg of none is undefined", numbers("value_avg", "{field: N, lt: 6}"), {"a@1 H=h"}, 0},
      {"value_median is a percentile of 50",
       numbers("value_median", "{field: N, gte: 5}"),
       {"a@1 H=h N=1", "a@2 H=h N=5", "a@3 H=h N=100"},
       1},
      {"value_percentile by nearest rank",
       numbers("value_percentile", "{field: N, percentile: 90, gte: 100}"),
       {"a@1 H=h N=1", "a@2 H=h N=5", "a@3 H=h N=100"},
       1},
      {"value_percentile without a percentile: values that are a small part of all",
       numbers("value_percentile", "{field: N, lte: 30}"),
       {"a@1 H=h N=x", "a@2 H=h N=x", "a@3 H=h N=x", "a@4 H=h N=rare"},
       1},
      {"no value is rare",
       numbers("value_percentile", "{field: N, lte: 30}"),
       {"a@1 H=h N=x", "a@2 H=h N=x", "a@3 H=h N=y"},
       0},
  });
}

TEST(SigmaCorrelation, AliasesNameOtherFieldsInOtherRules) {
  Bench bench(
      correlation("type: temporal\n    rules: [a, b]\n    group-by: ip\n    timespan: 10s\n"
                  "    aliases:\n        ip: {a: Src, b: Dst}"));
  EXPECT_THAT(bench.run({"a@1 Src=1.1.1.1", "b@2 Dst=1.1.1.1"}), SizeIs(1));
  EXPECT_THAT(bench.run({"a@1 Src=1.1.1.1", "b@2 Src=1.1.1.1"}), IsEmpty());
}

const std::string kChain =
    correlation(
        "type: event_count\n    rules: a\n    group-by: U\n    timespan: 10s\n"
        "    condition: {gte: 3}",
        "title: Many\nname: many") +
    correlation("type: temporal_ordered\n    rules: [many, b]\n    group-by: U\n    timespan: 20s");

TEST(SigmaCorrelation, CorrelationsOfCorrelationsKeepTheirOrder) {
  Bench bench(kChain);
  const auto found = bench.run({"a@1 U=x", "a@2 U=x", "a@3 U=x", "b@9 U=x"});
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(bench.linked.correlations[found[0].correlation].correlation.title, "C");
  EXPECT_THAT(found[0].refs, ElementsAre(2, 3));
  EXPECT_THAT(bench.run({"a@1 U=x", "a@2 U=x", "b@3 U=x", "a@4 U=x"}), IsEmpty());
  EXPECT_THAT(bench.run({"a@1 U=x", "a@2 U=x", "a@3 U=x", "b@9 U=y"}), IsEmpty());
}

TEST(SigmaCorrelation, OnlyTheOutermostFiresUnlessGenerate) {
  Bench bench(kChain);
  EXPECT_TRUE(bench.linked.rules[0].silent);
  EXPECT_FALSE(bench.linked.rules[2].silent);
  EXPECT_TRUE(bench.linked.correlations[0].silent);
  Bench generating(
      correlation("type: temporal\n    rules: [a, b]\n    timespan: 1s\n    generate: true"));
  EXPECT_FALSE(generating.linked.rules[0].silent);
}

TEST(SigmaCorrelation, OneRecordWithFirstLastCountAndBoundedSample) {
  Bench bench(
      correlation("type: event_count\n    rules: a\n    timespan: 10s\n    condition: {gte: 2}"));
  std::vector<std::string> events;
  for (int i = 0; i < 50; ++i) events.push_back("a@" + std::to_string(i));
  const auto found = bench.run(events);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].first.ns, 0);
  EXPECT_EQ(found[0].last.ns, 49 * kNsPerSecond);
  EXPECT_EQ(found[0].count, 50u);
  EXPECT_THAT(found[0].refs, SizeIs(kSigmaSample));
}

TEST(SigmaCorrelation, StateIsBoundedAndEvictionsAreCounted) {
  Bench bench(
      correlation("type: event_count\n    rules: a\n    group-by: U\n    timespan: 1d\n"
                  "    condition: {gte: 2}"));
  bench.limits.entries_max = 100;
  std::vector<std::string> events;
  for (int i = 0; i < 1000; ++i)
    events.push_back("a@" + std::to_string(i) + " U=" + std::to_string(i));
  EXPECT_THAT(bench.run(events), IsEmpty());
  EXPECT_GE(bench.stats.evicted_groups, 900u);
}

TEST(SigmaCorrelation, MissingFieldsAreCounted) {
  Bench bench(
      correlation("type: value_count\n    rules: a\n    group-by: U\n    timespan: 1d\n"
                  "    condition: {field: V, gte: 2}"));
  bench.run({"a@1", "a@2 U=x", "a@3 U=x V=1"});
  EXPECT_EQ(bench.stats.without_group, 1u);
  EXPECT_EQ(bench.stats.without_value, 1u);
  EXPECT_EQ(bench.stats.counted, 1u);
  Bench with_null(correlation("type: event_count\n    rules: a\n    group-by: U\n    timespan: 1d\n"
                              "    condition: {gte: 2}"),
                  SigmaOptions{true});
  EXPECT_THAT(with_null.run({"a@1", "a@2"}), SizeIs(1));
}

TEST(SigmaCorrelation, WithinTheStatedLatenessTheOrderOfArrivalChangesNothing) {
  Bench bench(kChain);
  std::vector<std::string> events;
  for (int i = 0; i < 200; ++i) {
    events.push_back("a@" + std::to_string(i) + " U=x");
    if (i % 7 == 0) events.push_back("b@" + std::to_string(i) + ".5 U=x");
  }
  const auto count = [&](const std::vector<std::size_t>& order, std::int64_t lateness) {
    SigmaCorrelator correlator(bench.plan, {.lateness_ns = lateness});
    for (const std::size_t i : order) bench.push(correlator, parse_event(events[i]), i);
    correlator.finish();
    std::vector<std::uint64_t> refs;
    for (const auto& found : correlator.take()) {
      refs.insert(refs.end(), found.refs.begin(), found.refs.end());
      refs.push_back(found.count);
    }
    return std::pair(refs, correlator.stats().late);
  };
  std::vector<std::size_t> order(events.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  const auto straight = count(order, 0);
  EXPECT_FALSE(straight.first.empty());
  std::mt19937 random(7);
  for (std::size_t i = 0; i + 8 <= order.size(); i += 8)
    std::shuffle(order.begin() + static_cast<std::ptrdiff_t>(i),
                 order.begin() + static_cast<std::ptrdiff_t>(i) + 8, random);
  EXPECT_EQ(count(order, 20 * kNsPerSecond), straight);
  EXPECT_GT(count(order, 0).second, 0u);  // later than stated: counted as late
}

}  // namespace
}  // namespace interdict::correlate
