#include "clock/flow_skew.hpp"

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

namespace interdict::clock {
namespace {

/// By how much the second host's clock is ahead of the first's.
struct Comparison {
  std::int64_t ahead_ns = 0;
  std::uint64_t flows = 0;
};

using HostPair = std::pair<std::string_view, std::string_view>;  ///< by name, rising

std::optional<Comparison> compare(std::vector<std::int64_t>& differences) {
  if (differences.size() < FlowVote::kLeastFlows) return std::nullopt;
  std::ranges::sort(differences);
  const std::int64_t median = differences[differences.size() / 2];
  const auto agree = std::ranges::count_if(differences, [&](std::int64_t difference) {
    return std::abs(difference - median) <= FlowVote::kTolerance;
  });
  if (static_cast<std::size_t>(agree) * 4 < differences.size() * 3) return std::nullopt;
  return Comparison{median, static_cast<std::uint64_t>(agree)};
}

/// Hosts that comparisons bring together, each with its clock's lead over the first one's.
struct Group {
  struct Member {
    std::string_view host;
    std::int64_t ahead_ns = 0;
  };
  std::vector<Member> members;
};

using Neighbours = std::map<std::string_view, std::map<std::string_view, Comparison>>;

/// Whom a host shares the most connections with; of several the first by name.
std::pair<std::string_view, std::uint64_t> strongest(
    const std::map<std::string_view, Comparison>& neighbours) {
  std::pair<std::string_view, std::uint64_t> best;
  for (const auto& [host, comparison] : neighbours) {
    if (comparison.flows > best.second) best = {host, comparison.flows};
  }
  return best;
}

/// Walks from `start` along the comparisons with the most flows first (Prim's tree).
Group group_of(std::string_view start, const Neighbours& neighbours,
               std::set<std::string_view>& visited) {
  Group group;
  /// Flows, the next host, its clock's lead.
  using Step = std::tuple<std::uint64_t, std::string_view, std::int64_t>;
  std::set<Step, std::greater<>> ahead{{0, start, 0}};
  while (!ahead.empty()) {
    const auto [flows, host, lead] = *ahead.begin();
    ahead.erase(ahead.begin());
    if (!visited.insert(host).second) continue;
    group.members.push_back({host, lead});
    for (const auto& [next, comparison] : neighbours.at(host)) {
      if (visited.contains(next)) continue;
      ahead.emplace(comparison.flows, next, lead + comparison.ahead_ns);
    }
  }
  return group;
}

/// The lead of the clock that most members agree with; of several an unnamed sensor's, else that
/// of the one the walk came to first.
std::int64_t right_clock(const Group& group) {
  std::tuple<std::size_t, bool> most;
  std::int64_t right = 0;
  for (const auto& member : group.members) {
    const auto agree = std::ranges::count_if(group.members, [&](const auto& other) {
      return std::abs(other.ahead_ns - member.ahead_ns) < FlowVote::kLeastSkew;
    });
    const std::tuple votes{static_cast<std::size_t>(agree), member.host.empty()};
    if (votes > most) {
      most = votes;
      right = member.ahead_ns;
    }
  }
  return right;
}

}  // namespace

void FlowVote::see(std::uint64_t flow, std::string_view host, Timestamp time) {
  auto known = hosts_.find(host);
  if (known == hosts_.end()) {
    known = hosts_.emplace(std::string(host), static_cast<std::uint32_t>(hosts_.size())).first;
  }
  if (flows_.size() >= kMaxFlows && !flows_.contains(flow)) return;
  auto& sightings = flows_[flow];
  const auto own = std::ranges::find(sightings, known->second, &Sighting::host);
  if (own == sightings.end()) {
    sightings.push_back({known->second, time.ns, time.ns});
    return;
  }
  own->first = std::min(own->first, time.ns);
  own->last = std::max(own->last, time.ns);
}

std::vector<HostSkew> FlowVote::skews() const {
  std::vector<std::string_view> names(hosts_.size());
  for (const auto& [name, number] : hosts_) names[number] = name;
  std::map<HostPair, std::vector<std::int64_t>> differences;  // sorted before they are looked at
  for (const auto& [flow, sightings] : flows_) {
    for (const auto& a : sightings) {
      if (a.last - a.first > kOneFlow) continue;
      for (const auto& b : sightings) {
        if (b.last - b.first > kOneFlow || names[a.host] >= names[b.host]) continue;
        differences[{names[a.host], names[b.host]}].push_back(b.first - a.first);
      }
    }
  }
  Neighbours neighbours;
  for (auto& [pair, all] : differences) {
    const auto comparison = compare(all);
    if (!comparison) continue;
    neighbours[pair.first][pair.second] = *comparison;
    neighbours[pair.second][pair.first] = {-comparison->ahead_ns, comparison->flows};
  }
  std::vector<HostSkew> out;
  std::set<std::string_view> visited;
  for (const auto& [start, unused] : neighbours) {
    if (visited.contains(start)) continue;
    const auto group = group_of(start, neighbours, visited);
    const auto right = right_clock(group);
    for (const auto& member : group.members) {
      const auto ahead = member.ahead_ns - right;
      if (std::abs(ahead) < kLeastSkew || member.host.empty()) continue;
      const auto [against, flows] = strongest(neighbours.at(member.host));
      out.push_back({std::string(member.host), ahead, std::string(against), flows});
    }
  }
  std::ranges::sort(out, {}, &HostSkew::host);
  return out;
}

}  // namespace interdict::clock
