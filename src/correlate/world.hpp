#pragma once

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/hash.hpp"
#include "correlate/correlator.hpp"

/// A hand-made log for the tests of this module.
namespace interdict::correlate::world {

using graph::EdgeType;
using graph::Observation;

inline std::string read(const char* path) {
  std::ifstream in(std::string(INTERDICT_SOURCE_DIR "/content/") + path);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline std::string upper(std::string text) {
  for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return text;
}

inline EntityRef proc(const std::string& name) {
  return {EntityType::process, "pc|{" + name + "}"};
}

/// Benign life as the tests have it: the shipped counts may change without changing a test.
inline const std::string kPriors =
    "hours\tsigma\t1000\natoms\tsigma\t300\t3\natoms\tsigma\t150\t5\natoms\tsigma\t40\t7\n"
    "atoms\tsigma\t9\t9\natoms\tsigma\t1\t11\nexposure\trecords\t1000\nexposure\talerts\t1000\n"
    "floor_hours\tinput\t8\n" +
    [] {
      std::string many;
      for (const char* kind : {"records", "alerts"}) {
        const std::string row = std::string("chain\t") + kind + "\t";
        for (const int score : {2500, 1800, 1500, 1200}) many += row + std::to_string(score) + "\n";
        for (int n = 0; n < 60; ++n) many += row + std::to_string(1000 - n * 10) + "\n";
      }
      return many;
    }();

/// A hand-made log: observations in time order, rules by name.
class World {
 public:
  std::vector<finding::RuleInfo> rules;
  std::vector<HostScope> scope;
  std::vector<finding::LeverEffect> effects;  ///< of the last run

  std::uint32_t rule(const std::string& id, finding::Level level, std::vector<std::string> tactics,
                     std::vector<std::string> techniques = {}) {
    for (std::uint32_t i = 0; i < rules.size(); ++i) {
      if (rules[i].id == id) return i;
    }
    finding::RuleInfo info;
    info.id = id;
    info.title = "Rule " + id;
    info.level = level;
    info.tactics = std::move(tactics);
    info.techniques = std::move(techniques);
    rules.push_back(info);
    return static_cast<std::uint32_t>(rules.size() - 1);
  }

  std::string host = "pc";         ///< of the records added from here on
  std::string user = "CORP\\ann";  ///< of their detections
  bool shout = true;               ///< their detections spell the host in capitals
  Options options;
  std::size_t hits = 0;  ///< events with detections that the last run kept
  /// The last record added comes so often more, all within a minute: kept once, made as it is read.
  std::uint32_t storm = 0;

  void add(std::int64_t second, std::vector<graph::EdgeMention> edges,
           std::vector<EntityRef> entities, const std::vector<std::uint32_t>& fired = {},
           std::uint16_t port = 0, finding::Outcome outcome = finding::Outcome::unknown,
           bool starts = false) {
    Observation o;
    o.time = Timestamp{(kStart + second) * kNsPerSecond, 0};
    o.host = host;
    o.port = port;
    o.starts_process = starts;
    o.entities = std::move(entities);
    for (const auto& edge : edges) {
      for (const auto& e : {edge.from, edge.to}) {
        if (std::ranges::find(o.entities, e) == o.entities.end()) o.entities.push_back(e);
      }
    }
    o.edges = std::move(edges);
    o.images = images_;
    images_.clear();
    std::vector<std::uint32_t> indices;
    for (const auto r : fired) {
      finding::Detection d;
      d.id =
          "d-" +
          hex64(hash64(rules[r].id + std::to_string(second) + std::to_string(detections_.size())));
      d.time = d.last = o.time;
      d.rule = finding::RuleId{r};
      d.host = shout ? upper(host) : host;
      d.user = user;
      d.outcome = outcome;
      indices.push_back(static_cast<std::uint32_t>(detections_.size()));
      detections_.push_back(d);
    }
    steps_.emplace_back(o, indices);
  }
  void ends(std::int64_t second, const EntityRef& process) {
    add(second, {}, {process});
    steps_.back().first.ends_process = true;
  }
  /// The same records in another order of arrival, the same detections under other numbers.
  template <class Random>
  void shuffle(Random& random) {
    std::vector<std::uint32_t> place(detections_.size());
    for (std::uint32_t i = 0; i < place.size(); ++i) place[i] = i;
    std::shuffle(place.begin(), place.end(), random);
    auto before = detections_;
    for (std::uint32_t i = 0; i < place.size(); ++i) detections_[place[i]] = before[i];
    for (auto& [o, indices] : steps_) {
      for (auto& i : indices) i = place[i];
    }
    std::shuffle(steps_.begin(), steps_.end(), random);
  }
  /// Every record a second time.
  void repeat_all() {
    const auto before = steps_;
    steps_.insert(steps_.end(), before.begin(), before.end());
  }
  void start(std::int64_t second, const std::string& parent, const std::string& child,
             const std::vector<std::uint32_t>& fired = {}) {
    add(second, {{proc(parent), proc(child), EdgeType::spawned}}, {proc(child)}, fired);
  }
  void image(const std::string& process, const std::string& path) {
    images_.emplace_back(proc(process).key, path);
  }

  finding::Report run(std::uint64_t state_bytes = std::uint64_t{1} << 30U) {
    options.state_bytes_max = state_bytes;
    // As the pipeline does: by time, ties by what is in the record.
    const auto key = [&](const auto& step) {
      std::string name;
      for (const auto i : step.second) name += detections_[i].id;
      for (const auto& e : step.first.entities) name += e.key;
      return std::pair(step.first.time.ns, std::move(name));
    };
    std::vector<std::pair<std::pair<std::int64_t, std::string>, std::size_t>> order;
    for (std::size_t i = 0; i < steps_.size(); ++i) order.emplace_back(key(steps_[i]), i);
    std::ranges::sort(order);
    auto made = Correlator::create({read("attack/stages.tsv"), kPriors, read("analytics/hubs.tsv")},
                                   rules, options);
    EXPECT_TRUE(made.has_value());
    for (const auto& [k, step] : order) {
      const auto& [o, indices] = steps_[step];
      std::vector<std::uint32_t> fired;
      for (const auto i : indices) fired.push_back(detections_[i].rule.value());
      made->ingest(o, indices, fired);
    }
    effects.clear();
    finding::Report report;
    report.rules = rules;
    report.detections = detections_;
    report.detections.reserve(detections_.size() + storm);
    for (std::uint32_t n = 0; n < storm; ++n) {
      auto& [o, indices] = steps_.back();
      finding::Detection again = detections_[indices.front()];
      again.id += "-" + std::to_string(n);
      again.time.ns += (n + 1) * (60 * kNsPerSecond / (storm + 1));
      again.last = again.time;
      Observation at = o;
      at.time = again.time;
      const auto index = static_cast<std::uint32_t>(report.detections.size());
      const std::uint32_t rule = again.rule.value();
      report.detections.push_back(std::move(again));
      made->ingest(at, {&index, 1}, {&rule, 1});
    }
    made->finish(report, scope);
    effects = report.ledger.levers;
    hits = made->hits();
    return report;
  }
  void see(const std::string& source, std::int64_t from_second = 0) {
    HostScope row;
    row.host = "pc";
    row.hours = 2;
    row.sources = {{source,
                    Timestamp{(kStart + from_second) * kNsPerSecond, 0},
                    Timestamp{(kStart + 7200) * kNsPerSecond, 0},
                    10,
                    {}}};
    scope = {row};
  }

  static constexpr std::int64_t kStart = 1'700'000'000;

 private:
  std::vector<std::pair<Observation, std::vector<std::uint32_t>>> steps_;
  std::vector<finding::Detection> detections_;
  std::vector<std::pair<std::string, std::string>> images_;
};

/// A browser saves a program, the shell starts it, it calls out, opens shells, reads credentials.
inline void attack(World& w, std::int64_t at, const std::string& n, const std::string& address) {
  const auto deliver = w.rule("deliver", finding::Level::high, {"initial-access"}, {"T1566.002"});
  const auto run = w.rule("run", finding::Level::high, {"execution"}, {"T1204.002"});
  const auto call = w.rule("call", finding::Level::high, {"command-and-control"}, {"T1571"});
  const auto look = w.rule("look", finding::Level::medium, {"discovery"}, {"T1082"});
  const auto dump = w.rule("dump", finding::Level::high, {"credential-access"}, {"T1003.001"});
  const EntityRef file{EntityType::file, "pc|c:\\users\\ann\\downloads\\" + n + ".exe"};
  w.image("browser", "c:\\edge\\msedge.exe");
  w.add(at,
        {{proc("browser"), file, EdgeType::wrote_file},
         {{EntityType::ip, address}, file, EdgeType::downloaded}},
        {proc("browser")}, {deliver});
  w.image("explorer", "c:\\windows\\explorer.exe");
  w.add(at + 30,
        {{proc("explorer"), proc("p" + n), EdgeType::spawned},
         {file, proc("p" + n), EdgeType::loaded_image}},
        {proc("p" + n)}, {run});
  w.add(at + 40, {{proc("p" + n), {EntityType::ip, address}, EdgeType::connected}}, {proc("p" + n)},
        {call}, 4444);
  w.start(at + 60, "p" + n, "sh" + n, {});
  w.start(at + 61, "sh" + n, "who" + n, {look});
  w.image("lsass", "c:\\windows\\system32\\lsass.exe");
  w.add(at + 90, {{proc("p" + n), proc("lsass"), EdgeType::accessed}}, {proc("p" + n)}, {dump});
}

}  // namespace interdict::correlate::world
