#include "correlate/builder.hpp"

#include <algorithm>
#include <map>

#include "base/hash.hpp"
#include "graph/keys.hpp"

namespace interdict::correlate {

namespace {

using attack::Stage;
using finding::LinkKind;

std::string short_name(const Entity& e) {
  const std::string& path = e.image.empty() ? e.key : e.image;
  const std::size_t slash = path.find_last_of("\\/|");
  return slash == std::string::npos ? path : path.substr(slash + 1);
}

std::string reason(const Context& c, const Arc& arc) {
  const std::string what = arc.conduit == kNone ? "" : short_name(c.linker.table()[arc.conduit]);
  switch (arc.kind) {
    case LinkKind::same_process:
      return "done by the same process " + what;
    case LinkKind::process_ancestry:
      return "its process descends from, or shares its parent with, the other's: " + what;
    case LinkKind::injection:
      return what + " opened or wrote into this process";
    case LinkKind::file:
      return "by way of the file or its writer " + what;
    case LinkKind::persistence:
      return "started through what was registered: " + what;
    case LinkKind::logon_session:
      return "in the logon session " + what;
    case LinkKind::remote_logon:
      return "by a logon from " + what;
    case LinkKind::same_host:
      return "on the same host, and chance would seldom bring two so rare so close";
    case LinkKind::latent:
      return "no link shown; two chains this good meet so closely " +
             (what.empty() ? "on one host" : "as " + what) + " by chance very seldom";
    case LinkKind::same_user:
      return "as the same account " + what;
    case LinkKind::shared_hash:
      return "the same content " + what;
    case LinkKind::seed:
      return "joined by what the responder knows";
    case LinkKind::network:
    case LinkKind::shared_infrastructure:
      return "talked to the same address " + what;
    default:
      return "shares " + what;
  }
}

/// Fullest spelling first: `DOMAIN\name` before UPN before bare name; one entry an account.
std::vector<std::string> merge_users(const std::vector<std::string>& all) {
  std::map<std::string, std::string> best;
  const auto rank = [](const std::string& u) {
    if (u.find('\\') != std::string::npos) return 0;
    return u.find('@') != std::string::npos ? 1 : 2;
  };
  for (const auto& user : all) {
    const std::string low = graph::lower(user);
    if (graph::well_known_user(low)) continue;
    const std::size_t slash = low.rfind('\\');
    std::string bare = slash == std::string::npos ? low : low.substr(slash + 1);
    bare = bare.substr(0, bare.find('@'));
    std::string& kept = best[bare];
    if (kept.empty() || std::pair(rank(user), user) < std::pair(rank(kept), kept)) kept = user;
  }
  std::vector<std::string> out;
  out.reserve(best.size());
  for (auto& [bare, user] : best) out.push_back(std::move(user));
  std::ranges::sort(out);
  return out;
}

std::string host_name(const Context& c, const std::vector<std::string>& spellings) {
  std::string best;
  for (const auto& s : spellings) {
    const bool fuller = s.find('.') != std::string::npos && best.find('.') == std::string::npos;
    if (best.empty() || fuller || (s.size() == best.size() && s < best)) best = s;
  }
  const std::string full = c.linker.table().full_host(best);
  return graph::lower(best) == full ? best : full;
}

void fill_names(const Context& c, const Tree& tree, std::vector<std::string>& hosts,
                std::vector<std::string>& users) {
  std::map<std::string, std::vector<std::string>> by_host;
  std::vector<std::string> all;
  for (const AtomIndex a : tree.atoms) {
    for (const auto d : c.atoms[a].detections) {
      const auto& detection = c.detections[d];
      if (!detection.host.empty()) by_host[c.atoms[a].host].push_back(detection.host);
      if (!detection.user.empty()) all.push_back(detection.user);
    }
  }
  for (const auto& [key, spellings] : by_host) hosts.push_back(host_name(c, spellings));
  std::ranges::sort(hosts);
  users = merge_users(all);
}

/// True if `above` stands on the path of parents over `atom`. A second arc from there is the same
/// path cut short, not another way in: it must not hide what depended on the steps between.
bool is_ancestor(const Context& c, AtomIndex above, AtomIndex atom) {
  while (!c.atoms[atom].arcs.empty()) {
    atom = c.atoms[atom].arcs.front().to;
    if (atom == above) return true;
  }
  return false;
}

finding::Step make_step(const Context& c, const Atom& atom,
                        const std::map<AtomIndex, std::string>& ids) {
  const auto& first = c.detections[atom.first];
  const auto& rule = c.rules[atom.rule];
  finding::Step step;
  step.time = first.time;
  step.last = first.last;
  step.count = 0;
  for (const auto d : atom.detections) {
    step.count += c.detections[d].count;
    step.last = std::max(step.last, c.detections[d].last);
    step.detections.push_back(c.detections[d].id);
  }
  step.stages = atom.stages;
  step.stage = attack::likeliest(atom.stages).value_or(Stage::exploitation);
  step.techniques = rule.techniques;
  step.host = host_name(c, {first.host});
  step.user = first.user;
  step.title = rule.title;
  step.outcome = atom.outcome;
  if (!atom.arcs.empty()) {
    const Arc& arc = atom.arcs.front();
    step.parent = ids.at(arc.to);
    step.link = finding::Link{arc.kind, reason(c, arc), exp2_millibits(arc.log_e)};
    for (std::size_t i = 1; i < atom.arcs.size(); ++i) {
      if (!is_ancestor(c, atom.arcs[i].to, arc.to)) {
        step.also_from.push_back(ids.at(atom.arcs[i].to));
      }
    }
  }
  return step;
}

}  // namespace

finding::Strength strength_of(double false_expected) {
  if (false_expected <= 0.01) return finding::Strength::strong;
  return false_expected <= 0.1 ? finding::Strength::likely : finding::Strength::possible;
}

std::string tree_id(const Context& c, const Tree& tree) {
  return "i-" + hex64(hash64(c.detections[c.atoms[tree.atoms.front()].first].id));
}

finding::Intrusion build_intrusion(const Context& c, const Tree& tree) {
  finding::Intrusion out;
  out.id = tree_id(c, tree);
  out.score = static_cast<double>(tree.score) / 1000.0;
  out.false_expected = tree.false_expected;
  out.strength = strength_of(tree.false_expected);
  std::map<AtomIndex, std::string> ids;
  for (const AtomIndex a : tree.atoms) {
    const std::string id = "s-" + std::to_string(ids.size() + 1);
    finding::Step step = make_step(c, c.atoms[a], ids);
    step.id = id;
    ids.emplace(a, id);
    out.steps.push_back(std::move(step));
  }
  out.first_seen = out.steps.front().time;
  out.last_seen = out.first_seen;
  for (const auto& step : out.steps) out.last_seen = std::max(out.last_seen, step.last);
  fill_names(c, tree, out.hosts, out.users);
  out.left_censored = left_censored(c, tree);
  judge_stages(c, tree, out);
  out.indicators = find_indicators(c, tree);
  out.patient_zero = find_patient_zero(c, tree, out);
  fill_diamond(out);
  fill_footholds(out);
  describe(c, tree, out);
  return out;
}

finding::Lead build_lead(const Context& c, const Tree& tree) {
  const finding::Intrusion whole = build_intrusion(c, tree);
  finding::Lead lead;
  lead.id = whole.id;
  lead.score = whole.score;
  lead.false_expected = whole.false_expected;
  lead.strength = whole.strength;
  lead.title = whole.title;
  lead.first_seen = whole.first_seen;
  lead.last_seen = whole.last_seen;
  lead.furthest_stage = whole.furthest_stage;
  lead.hosts = whole.hosts;
  lead.users = whole.users;
  for (const auto& step : whole.steps) {
    lead.detections.insert(lead.detections.end(), step.detections.begin(), step.detections.end());
  }
  return lead;
}

}  // namespace interdict::correlate
