#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "correlate/world.hpp"

/// From one host to the next: which evidence an address leads from.
namespace interdict::correlate {
namespace {

using finding::Level;
using graph::EdgeType;
using graph::Observation;

constexpr const char* kDesk = "10.0.0.2";
constexpr const char* kOutside = "203.0.113.9";

EntityRef process(const std::string& host, const std::string& name) {
  return {EntityType::process, host + "|{" + name + "}"};
}

/// Records in time order of hosts that tell which address they bear, each with one detection.
class Site {
 public:
  void add(std::int64_t second, const std::string& host, const std::string& address,
           const std::string& rule, const std::string& tactic,
           std::vector<graph::EdgeMention> edges, std::vector<EntityRef> entities,
           std::uint16_t port = 0) {
    auto at = std::ranges::find(rules_, rule, &finding::RuleInfo::id);
    if (at == rules_.end()) {
      finding::RuleInfo info;
      info.id = info.title = rule;
      info.level = Level::high;
      info.tactics = {tactic};
      at = rules_.insert(rules_.end(), info);
    }
    Observation o;
    o.time = Timestamp{(world::World::kStart + second) * kNsPerSecond, 0};
    o.host = host;
    o.port = port;
    if (!address.empty()) o.self_addresses = {address};
    o.edges = std::move(edges);
    o.entities = std::move(entities);
    finding::Detection d;
    d.id = "d-" + std::to_string(1000 + detections_.size());
    d.time = d.last = o.time;
    d.rule = finding::RuleId{static_cast<std::uint32_t>(at - rules_.begin())};
    d.host = host;
    observations_.push_back(std::move(o));
    detections_.push_back(std::move(d));
  }

  /// Rules of the intrusion that holds `rule`; empty if none does.
  [[nodiscard]] std::set<std::string> together_with(const std::string& rule) const {
    auto made = Correlator::create(
        {world::read("attack/stages.tsv"), world::kPriors, world::read("analytics/hubs.tsv")},
        rules_, {});
    EXPECT_TRUE(made.has_value());
    for (std::uint32_t i = 0; i < observations_.size(); ++i) {
      const std::uint32_t fired = detections_[i].rule.value();
      made->ingest(observations_[i], {&i, 1}, {&fired, 1});
    }
    finding::Report report;
    report.rules = rules_;
    report.detections = detections_;
    made->finish(report, {});
    std::string intrusion;
    for (const auto& d : report.detections) {
      if (rules_[d.rule.value()].id == rule) intrusion = d.intrusion;
    }
    std::set<std::string> out;
    for (const auto& d : report.detections) {
      if (!intrusion.empty() && d.intrusion == intrusion) out.insert(rules_[d.rule.value()].id);
    }
    return out;
  }

 private:
  std::vector<finding::RuleInfo> rules_;
  std::vector<Observation> observations_;
  std::vector<finding::Detection> detections_;
};

/// The scanner's process talks to ten hosts of the site, the desk among them.
void scan(Site& site, std::int64_t at) {
  const EntityRef engine = process("scan", "engine");
  for (int n = 0; n < 10; ++n) {
    const EntityRef target{EntityType::ip, "10.0.0." + std::to_string(n)};
    site.add(at + 3 * n, "scan", "10.0.0.99", "probe", "discovery",
             {{engine, target, EdgeType::connected}}, {engine, target}, 3389);
  }
}

/// A program of the desk calls out, stays and reads credentials.
void attack_desk(Site& site, std::int64_t at) {
  const EntityRef malware = process("pc", "malware");
  const EntityRef outside{EntityType::ip, kOutside};
  site.add(at, "pc", kDesk, "run", "execution",
           {{process("pc", "shell"), malware, EdgeType::spawned}}, {malware});
  site.add(at + 20, "pc", kDesk, "call", "command-and-control",
           {{malware, outside, EdgeType::connected}}, {malware, outside}, 8443);
  site.add(at + 60, "pc", kDesk, "stay", "persistence", {}, {malware});
  site.add(at + 90, "pc", kDesk, "dump", "credential-access", {}, {malware});
}

/// A session on the file server, opened from the desk, in which a program is left and started.
void move_to_server(Site& site, std::int64_t at) {
  const EntityRef session{EntityType::session, "fs|0x77"};
  const EntityRef program{EntityType::file, "fs|c:\\helper.exe"};
  const EntityRef helper = process("fs", "helper");
  const EntityRef desk{EntityType::ip, kDesk};
  site.add(at, "fs", "10.0.0.3", "copy", "lateral-movement",
           {{desk, session, EdgeType::opened_session}, {session, program, EdgeType::wrote_file}},
           {session, program, desk});
  site.add(at + 20, "fs", "10.0.0.3", "take", "exfiltration",
           {{program, helper, EdgeType::loaded_image}}, {helper, program});
}

TEST(Lateral, TheNextHostHangsOnTheOneItWasReachedFrom) {
  Site site;
  attack_desk(site, 0);
  move_to_server(site, 600);
  const auto with = site.together_with("take");
  EXPECT_TRUE(with.contains("dump"));
  EXPECT_TRUE(with.contains("run"));
}

TEST(Lateral, AScannerThatTalkedToTheDeskIsNoPartOfIt) {
  Site site;
  scan(site, 0);
  attack_desk(site, 20'000);
  move_to_server(site, 20'600);
  const auto with = site.together_with("take");
  EXPECT_TRUE(with.contains("dump"));
  EXPECT_FALSE(with.contains("probe"));
}

TEST(Lateral, AnAddressThatNoHostBearsStillJoinsWhoTalkedToIt) {
  Site site;
  attack_desk(site, 0);
  const EntityRef other = process("other", "p");
  const EntityRef outside{EntityType::ip, kOutside};
  site.add(300, "other", "", "beacon", "command-and-control",
           {{other, outside, EdgeType::connected}}, {other, outside}, 8443);
  EXPECT_TRUE(site.together_with("beacon").contains("call"));
}

}  // namespace
}  // namespace interdict::correlate
