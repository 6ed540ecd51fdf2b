#include "correlate/campaigns.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "base/hash.hpp"
#include "graph/keys.hpp"

namespace interdict::correlate {

namespace {

/// A thing that intrusions may have in common: (vertex of the diamond, value).
using Feature = std::pair<std::string, std::string>;

std::size_t find_root(std::vector<std::size_t>& up, std::size_t i) {
  while (up[i] != i) {
    up[i] = up[up[i]];
    i = up[i];
  }
  return i;
}

/// Infrastructure and capability: what the adversary brings and would have to change.
std::set<Feature> features_of(const finding::Intrusion& intrusion) {
  std::set<Feature> out;
  for (const auto& indicator : intrusion.indicators) {
    const bool content = indicator.type == "file";
    // A path is easily shared by chance; a hash is not.
    if (content && indicator.value.find_first_of("\\/") != std::string::npos) continue;
    out.emplace(content ? "capability" : "infrastructure", graph::lower(indicator.value));
  }
  return out;
}

}  // namespace

std::vector<finding::Campaign> find_campaigns(std::vector<finding::Intrusion>& intrusions) {
  std::map<Feature, std::vector<std::size_t>> holders;
  for (std::size_t i = 0; i < intrusions.size(); ++i) {
    for (const auto& feature : features_of(intrusions[i])) holders[feature].push_back(i);
  }
  std::vector<std::size_t> up(intrusions.size());
  for (std::size_t i = 0; i < up.size(); ++i) up[i] = i;
  for (const auto& [feature, who] : holders) {
    for (std::size_t n = 1; n < who.size(); ++n) {
      const auto a = find_root(up, who[0]);
      const auto b = find_root(up, who[n]);
      up[std::max(a, b)] = std::min(a, b);
    }
  }
  std::map<std::size_t, std::vector<std::size_t>> groups;
  for (std::size_t i = 0; i < up.size(); ++i) groups[find_root(up, i)].push_back(i);
  std::vector<finding::Campaign> out;
  for (const auto& group : groups) {
    const std::size_t root = group.first;
    const auto& members = group.second;
    if (members.size() < 2) continue;
    finding::Campaign campaign;
    std::string all;
    for (const std::size_t m : members) campaign.intrusions.push_back(intrusions[m].id);
    std::ranges::sort(campaign.intrusions);
    for (const auto& id : campaign.intrusions) all += id;
    campaign.id = "c-" + hex64(hash64(all));
    std::set<std::string> vertices;
    for (const auto& [feature, who] : holders) {
      const auto in_group = static_cast<std::size_t>(
          std::ranges::count_if(who, [&](std::size_t i) { return find_root(up, i) == root; }));
      if (in_group < 2) continue;
      vertices.insert(feature.first);
      if (3 * in_group >= 2 * members.size()) campaign.key_indicators.push_back(feature.second);
    }
    std::ranges::sort(campaign.key_indicators);
    campaign.reason = std::to_string(members.size()) + " intrusions share";
    for (const auto& vertex : vertices) {
      campaign.reason += (vertex == *vertices.begin() ? " " : " and ") + vertex;
    }
    campaign.reason += " of one adversary";
    for (const std::size_t m : members) intrusions[m].campaign = campaign.id;
    out.push_back(std::move(campaign));
  }
  std::ranges::sort(out, {}, &finding::Campaign::id);
  return out;
}

}  // namespace interdict::correlate
