#include "correlate/levers.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "graph/keys.hpp"

namespace interdict::correlate {

namespace {

constexpr Chance kSure = 64'880;     ///< .99: what a person knows beats any prior
constexpr Chance kOursShare = 8;     ///< ours: an eighth of the evidence, never nothing
constexpr Chance kBenignShare = 64;  ///< judged benign
constexpr std::int64_t kSeedNs = kNsPerHour;

bool any_fits(const std::vector<std::string>& patterns, std::string_view text) {
  const std::string lowered = graph::lower(text);
  return std::ranges::any_of(patterns, [&](const std::string& p) { return fits(p, lowered); });
}

/// What one atom shows, for a lever to look at.
struct Shown {
  const Linker& linker;
  const std::vector<finding::Detection>& detections;
  const std::vector<finding::RuleInfo>& rules;
  const Atom& atom;

  [[nodiscard]] std::string host() const { return linker.table().full_host(atom.host); }
  [[nodiscard]] const Hit& hit() const { return linker.hits()[atom.hit]; }

  [[nodiscard]] bool host_is(std::string_view name) const {
    const std::string full = host();
    const std::string lowered = graph::lower(name);
    return lowered == full || lowered == atom.host;
  }

  [[nodiscard]] bool names(std::string_view kind, std::string_view value) const {
    if (kind == "host") return host_is(value);
    if (kind == "user") {
      const std::string user = graph::lower(detections[atom.first].user);
      if (user == value || user.ends_with("\\" + std::string(value))) return true;
    }
    return std::ranges::any_of(hit().entities, [&](EntityIndex i) {
      const Entity& e = linker.table()[i];
      if (kind == "ip") return e.type == EntityType::ip && e.key == value;
      if (kind == "domain") return e.type == EntityType::domain && e.key == value;
      if (kind == "hash") {
        const bool runs = e.type == EntityType::process && e.file != kNone;
        const EntityIndex hash = e.hash != kNone ? e.hash
                                 : runs          ? linker.table()[e.file].hash
                                                 : kNone;
        return (e.type == EntityType::image && e.key == value) ||
               (hash != kNone && linker.table()[hash].key == value);
      }
      if (kind == "user") return e.type == EntityType::user && e.key == value;
      if (kind == "file") {
        return (e.type == EntityType::file &&
                (e.key == value || e.key.ends_with("|" + std::string(value)))) ||
               (e.type == EntityType::process && e.image == value);
      }
      return false;
    });
  }

  [[nodiscard]] bool image_fits(const std::vector<std::string>& patterns) const {
    EntityIndex at = atom.primary;
    for (std::size_t level = 0; at != kNone && level <= kMaxAncestors; ++level) {
      const Entity& e = linker.table()[at];
      if (e.type != EntityType::process) return false;
      if (any_fits(patterns, e.image)) return true;
      at = e.parent;
    }
    return false;
  }

  [[nodiscard]] bool origin_fits(const std::vector<std::string>& patterns) const {
    return std::ranges::any_of(hit().entities, [&](EntityIndex i) {
      const Entity& e = linker.table()[i];
      return e.type == EntityType::ip && any_fits(patterns, e.key);
    });
  }
};

bool is_ours(const finding::OurOwn& own, const Shown& shown) {
  const Timestamp time = shown.detections[shown.atom.first].time;
  if ((own.from && time < *own.from) || (own.to && time > *own.to)) return false;
  if (!own.images.empty() && !shown.image_fits(own.images)) return false;
  if (!own.hosts.empty() && !any_fits(own.hosts, shown.host()) &&
      !any_fits(own.hosts, shown.atom.host)) {
    return false;
  }
  if (!own.origins.empty() && !shown.origin_fits(own.origins)) return false;
  return own.accounts.empty() || any_fits(own.accounts, shown.detections[shown.atom.first].user);
}

/// Which item of the verdict the atom is: its number, or nothing.
std::optional<std::uint32_t> item_of(const finding::Verdict& verdict, const Shown& shown) {
  if (verdict.expires && shown.detections[shown.atom.first].time >= *verdict.expires) {
    return std::nullopt;
  }
  std::uint32_t item = 0;
  for (const auto& id : verdict.detections) {
    for (const auto d : shown.atom.detections) {
      if (shown.detections[d].id == id) return item;
    }
    ++item;
  }
  for (const auto& id : verdict.rules) {
    if (shown.rules[shown.atom.rule].id == id) return item;
    ++item;
  }
  for (const auto& [kind, value] : verdict.entities) {
    if (shown.names(kind, value)) return item;
    ++item;
  }
  return std::nullopt;
}

bool is_seeded(const finding::Seed& seed, const Shown& shown) {
  if (!shown.names(seed.kind, seed.value)) return false;
  return !seed.at ||
         (shown.atom.ns >= seed.at->ns - kSeedNs && shown.atom.ns <= seed.at->ns + kSeedNs);
}

std::string_view word(finding::Verdict::Ruling ruling) {
  constexpr std::array<std::string_view, 4> kWords = {"together", "apart", "benign", "attack"};
  return kWords[static_cast<std::size_t>(ruling)];
}

}  // namespace

bool fits(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t mark = 0;
  while (t < text.size()) {
    if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t]) && pattern[p] != '*') {
      ++p;
      ++t;
    } else if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      mark = t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++mark;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

std::vector<finding::LeverEffect> apply_levers(const finding::Levers& levers, const Linker& linker,
                                               const std::vector<finding::Detection>& detections,
                                               const std::vector<finding::RuleInfo>& rules,
                                               std::vector<Atom>& atoms) {
  std::vector<finding::LeverEffect> out;
  // Ours first, then verdicts, then seeds: what a person judged one by one outweighs a general
  // word.
  for (const auto& own : levers.context) {
    auto& effect = out.emplace_back(finding::LeverEffect{"context", own.name, 0});
    for (Atom& atom : atoms) {
      if (own.kind == finding::OurOwn::Kind::critical_asset) {
        if (any_fits(own.hosts, atom.host)) effect.changed += atom.detections.size();
        continue;
      }
      if (!is_ours(own, {linker, detections, rules, atom})) continue;
      atom.evidence /= kOursShare;
      atom.ours = own.name;
      effect.changed += atom.detections.size();
    }
  }
  for (std::uint32_t v = 0; v < levers.verdicts.size(); ++v) {
    const auto& verdict = levers.verdicts[v];
    auto& effect = out.emplace_back(finding::LeverEffect{
        "verdict", std::string(word(verdict.ruling)) + ": " + verdict.reason, 0});
    for (Atom& atom : atoms) {
      const auto item = item_of(verdict, {linker, detections, rules, atom});
      if (!item) continue;
      effect.changed += atom.detections.size();
      switch (verdict.ruling) {
        case finding::Verdict::Ruling::benign:
          atom.evidence /= kBenignShare;
          break;
        case finding::Verdict::Ruling::attack:
          atom.evidence = kSure;
          break;
        case finding::Verdict::Ruling::together:
          atom.together.push_back(v);
          break;
        case finding::Verdict::Ruling::apart:
          atom.apart.emplace_back(v, *item);
          break;
      }
    }
  }
  for (std::uint32_t s = 0; s < levers.seeds.size(); ++s) {
    auto& effect = out.emplace_back(finding::LeverEffect{"seed", levers.seeds[s].text, 0});
    for (Atom& atom : atoms) {
      if (!is_seeded(levers.seeds[s], {linker, detections, rules, atom})) continue;
      effect.changed += atom.detections.size();
      atom.evidence = kSure;
      atom.together.push_back(static_cast<std::uint32_t>(levers.verdicts.size()) + s);
    }
  }
  return out;
}

bool touches_critical(const finding::Levers& levers, const std::vector<std::string>& hosts) {
  return std::ranges::any_of(levers.context, [&](const finding::OurOwn& own) {
    return own.kind == finding::OurOwn::Kind::critical_asset &&
           std::ranges::any_of(hosts, [&](const auto& h) { return any_fits(own.hosts, h); });
  });
}

}  // namespace interdict::correlate
