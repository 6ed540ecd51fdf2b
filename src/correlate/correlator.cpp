#include "correlate/correlator.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>

#include "base/hash.hpp"
#include "correlate/builder.hpp"
#include "correlate/campaigns.hpp"
#include "correlate/judge.hpp"
#include "correlate/levers.hpp"
#include "correlate/linker.hpp"
#include "graph/keys.hpp"

namespace interdict::correlate {

namespace {
constexpr std::size_t kMaxLeads = 5;
constexpr std::size_t kMaxCollect = 20;
constexpr Millibits kAsRareAsCanBe = 12'000;  ///< ρ = 1

/// Puts all that `tree` holds on one stage, whose weight is 1.
void collapse_stages(std::vector<Atom>& atoms, const Tree& tree) {
  for (const AtomIndex a : tree.atoms) {
    atoms[a].stages = {};
    atoms[a].stages[attack::index(attack::Stage::exploitation)] = 1000;
  }
}
}  // namespace

struct Correlator::Impl {
  attack::StageMap map;
  Roles roles;
  Priors priors;
  std::vector<finding::RuleInfo> rules;
  Options options;
  Linker linker;

  Impl(attack::StageMap m, Roles r, Priors p, std::vector<finding::RuleInfo> ri, Options o)
      : map(std::move(m)),
        roles(std::move(r)),
        priors(std::move(p)),
        rules(std::move(ri)),
        options(std::move(o)),
        linker(roles, options.state_bytes_max) {}

  void exposure(finding::Report& report, const std::vector<HostScope>& scope) const;
  void fill_detections(finding::Report& report, const std::vector<Atom>& atoms) const;
  void fill_scope(finding::Report& report, const std::vector<HostScope>& scope) const;
  void fill_leads(finding::Report& report, const Context& context,
                  const std::vector<const Tree*>& weak) const;
};

Result<Correlator> Correlator::create(const Content& content,
                                      const std::vector<finding::RuleInfo>& rules,
                                      const Options& options) {
  INTERDICT_TRY(auto map, attack::StageMap::parse(content.stage_map));
  INTERDICT_TRY(auto roles, parse_roles(content.roles));
  INTERDICT_TRY(auto priors, parse_priors(content.priors));
  return Correlator(
      std::make_unique<Impl>(std::move(map), std::move(roles), std::move(priors), rules, options));
}

Correlator::Correlator(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Correlator::~Correlator() = default;
Correlator::Correlator(Correlator&&) noexcept = default;
Correlator& Correlator::operator=(Correlator&&) noexcept = default;

void Correlator::ingest(const graph::Observation& observation,
                        std::span<const std::uint32_t> detections,
                        std::span<const std::uint32_t> rules) {
  impl_->linker.ingest(observation, detections, rules);
}

void Correlator::Impl::exposure(finding::Report& report,
                                const std::vector<HostScope>& scope) const {
  std::set<std::string> hosts;
  std::uint64_t hours = 0;
  for (const auto& s : scope) {
    if (!s.host.empty()) hosts.insert(linker.table().full_host(s.host));
  }
  for (const auto& s : scope) {
    // The address of a host that gave logs itself is that host, and its hours are counted there.
    if (graph::is_address(s.host) && !s.sources.empty()) {
      const auto host = linker.table().bearer(s.host, s.sources.front().first.ns);
      if (!host.empty() && hosts.contains(linker.table().full_host(host))) {
        hosts.erase(s.host);
        continue;
      }
    }
    hours += s.hours;
  }
  report.exposure_hosts = hosts.size();
  report.exposure_host_hours = static_cast<double>(hours);
  report.report_at = options.report_at;
}

void Correlator::Impl::fill_detections(finding::Report& report,
                                       const std::vector<Atom>& atoms) const {
  for (const Atom& atom : atoms) {
    for (const auto d : atom.detections) report.detections[d].stages = atom.stages;
  }
  for (const Hit& hit : linker.hits()) {
    for (const auto d : hit.detections) {
      if (d >= report.detections.size()) continue;
      auto& entities = report.detections[d].entities;
      // Under the names that the table knows them by: a host in full and in short is one.
      std::erase_if(entities, [&](const EntityRef& ref) {
        const std::size_t bar = ref.key.find('|');
        if (bar == std::string::npos || ref.key.starts_with(hit.host + "|")) return false;
        return linker.table().full_host(ref.key.substr(0, bar)) ==
               linker.table().full_host(hit.host);
      });
      for (const EntityIndex i : hit.entities) {
        const Entity& e = linker.table()[i];
        if (!e.key.empty()) entities.push_back({e.type, e.key});
      }
      std::ranges::sort(entities);
      entities.erase(std::unique(entities.begin(), entities.end()), entities.end());
    }
  }
}

void Correlator::Impl::fill_scope(finding::Report& report,
                                  const std::vector<HostScope>& scope) const {
  std::set<std::string> given;
  for (const auto& s : scope) {
    if (s.host.empty()) continue;
    given.insert(linker.table().full_host(s.host));
    report.scope.push_back({s.host, true, s.sources});
  }
  // A host that an intrusion's detections name, but that gave no log of its own.
  std::map<std::string, finding::CollectNext> wanted;
  for (const auto& intrusion : report.intrusions) {
    for (const auto& step : intrusion.steps) {
      if (step.host.empty() || given.contains(linker.table().full_host(step.host))) {
        continue;
      }
      auto& row = wanted[step.host];
      row.host = step.host;
      row.log_source = "windows/security";
      row.reason = "the intrusion touched this host and none of its own logs was given";
      row.steps.push_back(step.id);
    }
    for (const auto& host : intrusion.hosts) {
      for (const auto stage : attack::kStages) {
        const auto& finding = intrusion.stages[attack::index(stage)];
        if (finding.status != finding::StageStatus::not_visible ||
            stage == attack::Stage::weaponization || stage == attack::Stage::reconnaissance) {
          continue;
        }
        for (const auto& [seen, source] : roles.sees) {
          if (seen != stage) continue;
          auto& row = wanted[std::string(host).append(1, '\t').append(source)];
          row.host = host;
          row.log_source = source;
          row.reason = "no log that was given could show " + std::string(to_string(stage));
          break;
        }
      }
    }
  }
  std::set<std::string> missing;
  for (auto& [key, row] : wanted) {
    if (!given.contains(linker.table().full_host(row.host)) && missing.insert(row.host).second) {
      report.scope.push_back({row.host, false, {}});
    }
    if (report.collect_next.size() < kMaxCollect) report.collect_next.push_back(std::move(row));
  }
  std::ranges::sort(report.scope, {}, &finding::ScopeHost::host);
}

void Correlator::Impl::fill_leads(finding::Report& report, const Context& context,
                                  const std::vector<const Tree*>& weak) const {
  std::vector<const Tree*> chosen(
      weak.begin(), weak.begin() + static_cast<std::ptrdiff_t>(std::min(weak.size(), kMaxLeads)));
  // One critical detection of a late stage is worth a look even if it stands alone.
  const auto critical = [&](const Tree* tree) {
    return std::ranges::any_of(tree->atoms, [&](AtomIndex a) {
      const auto stage = attack::likeliest(context.atoms[a].stages);
      return context.rules[context.atoms[a].rule].level == finding::Level::critical && stage &&
             attack::index(*stage) >= attack::index(attack::Stage::command_and_control);
    });
  };
  if (chosen.size() == kMaxLeads && std::ranges::none_of(chosen, critical)) {
    if (const auto it = std::ranges::find_if(weak, critical); it != weak.end()) chosen.back() = *it;
  }
  for (const Tree* tree : chosen) {
    finding::Lead lead = build_lead(context, *tree);
    lead.rank = static_cast<std::uint32_t>(report.leads.size() + 1);
    lead.why_not =
        tree->atoms.size() == 1
            ? "it stands alone: no other detection is linked to it"
            : "chance alone would make chains this good in an input of this size more often "
              "than the limit for reporting";
    report.leads.push_back(std::move(lead));
  }
}

std::size_t Correlator::hits() const {
  return impl_->linker.hits().size();
}

void Correlator::finish(finding::Report& report, const std::vector<HostScope>& scope) {
  Impl& s = *impl_;
  const auto& rules = report.rules.empty() ? s.rules : report.rules;
  s.exposure(report, scope);
  s.linker.settle_hosts();
  for (auto& detection : report.detections) {
    if (!graph::is_address(detection.host)) continue;
    const auto host = s.linker.table().bearer(detection.host, detection.time.ns);
    if (host.empty()) continue;
    const EntityRef address{EntityType::host, graph::lower(detection.host)};
    detection.host = s.linker.table().full_host(host);
    std::ranges::replace(detection.entities, address,
                         EntityRef{EntityType::host, graph::lower(detection.host)});
    std::ranges::sort(detection.entities);
  }
  const Rarity rarity(s.linker.table(), rules, s.priors, report.detections, scope);
  auto atoms = make_atoms(s.linker, report.detections, rules, s.map, rarity, scope);
  const auto families = rule_families(rules, s.priors);
  for (Atom& atom : atoms) atom.family = families[atom.rule];
  report.ledger.levers = apply_levers(s.options.levers, s.linker, report.detections, rules, atoms);
  if (s.options.without.rarity) {
    for (Atom& atom : atoms) atom.evidence = rarity.evidence(atom.rule, kAsRareAsCanBe);
  }
  link_atoms(s.linker, s.priors, report.detections, atoms, !s.options.without.links);
  prune(atoms);
  const auto hours = static_cast<std::uint64_t>(report.exposure_host_hours);
  const auto judge = [&] {
    auto trees = make_trees(atoms);
    for (Tree& tree : trees) {
      place_in_context(atoms, tree);
      if (s.options.without.stages) collapse_stages(atoms, tree);
      score_tree(atoms, tree);
      tree.false_expected = expected_false(tree.score, tree.witnesses, hours, s.priors);
    }
    return trees;
  };
  auto trees = judge();
  const Limits limits{s.priors, hours, s.options.report_at};
  if (join_latent(s.linker, atoms, trees, limits) > 0) trees = judge();
  if (split(atoms, trees, limits) > 0) trees = judge();
  const Context context{s.linker, atoms, report.detections, rules, scope, s.roles};
  std::vector<const Tree*> order;
  order.reserve(trees.size());
  for (const Tree& tree : trees) order.push_back(&tree);
  std::ranges::sort(order, [&](const Tree* a, const Tree* b) {
    // Atoms ascend by (time, id), so the root's place decides equals.
    return std::tuple(-a->score, a->atoms.front()) < std::tuple(-b->score, b->atoms.front());
  });
  s.fill_detections(report, atoms);
  for (const Tree* tree : order) {
    if (tree->atoms.size() > 1 && report.chain_scores.size() < finding::kMaxChainScores) {
      report.chain_scores.push_back(static_cast<double>(tree->score) / 1000.0);
    }
  }
  std::vector<const Tree*> weak;
  // Every host logs information by the dozen: of that alone no lead is made.
  const auto informational = [&](const Tree* tree) {
    return std::ranges::all_of(tree->atoms, [&](AtomIndex a) {
      return rules[atoms[a].rule].level == finding::Level::informational;
    });
  };
  for (const Tree* tree : order) {
    if (informational(tree)) continue;
    // One detection, however loud, is no chain.
    if (tree->false_expected > s.options.report_at || tree->atoms.size() < 2) {
      weak.push_back(tree);
      continue;
    }
    auto intrusion = build_intrusion(context, *tree);
    if (touches_critical(s.options.levers, intrusion.hosts) &&
        intrusion.severity < finding::Level::critical) {
      intrusion.severity = static_cast<finding::Level>(static_cast<int>(intrusion.severity) + 1);
    }
    intrusion.rank = static_cast<std::uint32_t>(report.intrusions.size() + 1);
    for (const AtomIndex a : tree->atoms) {
      for (const auto d : atoms[a].detections) report.detections[d].intrusion = intrusion.id;
    }
    report.intrusions.push_back(std::move(intrusion));
  }
  report.campaigns = find_campaigns(report.intrusions);
  s.fill_leads(report, context, weak);
  std::array<std::uint64_t, 5> levels{};
  for (const auto& detection : report.detections) {
    if (!detection.intrusion.empty() || detection.rule.value() >= rules.size()) continue;
    ++report.unlinked_detections;
    ++levels[static_cast<std::size_t>(rules[detection.rule.value()].level)];
  }
  for (std::size_t i = levels.size(); i-- > 0;) {
    if (levels[i] > 0)
      report.unlinked_by_level.emplace_back(static_cast<finding::Level>(i), levels[i]);
  }
  s.fill_scope(report, scope);
  report.ledger.state_evicted += s.linker.table().evicted() + s.linker.refused();
  report.ledger.state_budget_bytes = s.options.state_bytes_max;
}

}  // namespace interdict::correlate
