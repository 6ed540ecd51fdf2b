#include "clock/own_clock.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace interdict::clock {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  return out;
}

/// The step that two clocks differ by; nothing if they are near none.
std::optional<std::int64_t> step_between(Timestamp stamp, Timestamp own) {
  const auto seconds = (own.ns / kNsPerSecond) - (stamp.ns / kNsPerSecond);
  const auto half = seconds < 0 ? -ClockVote::kStep / 2 : ClockVote::kStep / 2;
  const auto step = (seconds + half) / ClockVote::kStep * ClockVote::kStep;
  if (std::abs(seconds - step) > ClockVote::kSlack || std::abs(step) > ClockVote::kMost) {
    return std::nullopt;
  }
  return step;
}

using Differences = std::map<std::optional<std::int64_t>, std::uint64_t>;

/// The most frequent; the smallest of several.
std::pair<std::optional<std::int64_t>, std::uint64_t> top(const Differences& of) {
  std::pair<std::optional<std::int64_t>, std::uint64_t> best;
  for (const auto& [difference, records] : of) {
    if (records > best.second) best = {difference, records};
  }
  return best;
}

}  // namespace

std::int64_t ClockRepair::of(std::string_view host) const {
  if (shifts.empty()) return 0;
  const auto at = std::ranges::lower_bound(shifts, lower(host), {}, &Shift::host);
  return at != shifts.end() && at->host == lower(host) ? at->seconds : otherwise;
}

Timestamp ClockRepair::mend(std::string_view host, Timestamp time) const {
  if (shifts.empty()) return time;
  std::int64_t moved = 0;
  if (!__builtin_add_overflow(time.ns, of(host) * kNsPerSecond, &moved)) time.ns = moved;
  return time;
}

void ClockVote::see(std::string_view host, std::string_view kind, Timestamp stamp, Timestamp own) {
  auto& kinds = hosts_[lower(host)];
  auto& differences = kinds[std::string(kind)];
  const auto step = step_between(stamp, own);
  if (!differences.contains(step) && ++cells_ > kMaxCells) return;
  ++differences[step];
  ++seen_;
}

ClockRepair ClockVote::repair() const {
  ClockRepair out;
  std::map<std::int64_t, std::size_t> agreed;
  for (const auto& [host, kinds] : hosts_) {
    Differences votes;
    Differences records;
    for (const auto& [kind, differences] : kinds) {
      ++votes[top(differences).first];
      for (const auto& [difference, count] : differences) records[difference] += count;
    }
    std::uint64_t seen = 0;
    for (const auto& [difference, count] : records) seen += count;
    auto winner = top(votes);
    const auto most = top(records);
    if (winner.second * 2 <= kinds.size()) {
      if (most.second * 10 < seen * 9) continue;
      winner.first = most.first;
    }
    if (!winner.first) continue;
    ++agreed[*winner.first];
    out.shifts.push_back({host, *winner.first, records[winner.first], seen});
  }
  if (agreed.size() == 1) out.otherwise = agreed.begin()->first;
  // A host whose clocks agree needs an entry only where others' are moved.
  if (std::ranges::all_of(out.shifts, [](const auto& shift) { return shift.seconds == 0; })) {
    return {};
  }
  return out;
}

}  // namespace interdict::clock
