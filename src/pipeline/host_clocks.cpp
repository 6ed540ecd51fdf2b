#include "pipeline/host_clocks.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "clock/flow_skew.hpp"
#include "event/no_time.hpp"

namespace interdict::pipeline {

namespace {

/// The hours of a host's logs after its times were moved by `ns`.
std::map<std::int64_t, HourSpan> moved(const std::map<std::int64_t, HourSpan>& hours,
                                       std::int64_t ns) {
  std::map<std::int64_t, HourSpan> out;
  for (auto [unused, span] : hours) {
    span.first.ns += ns;
    span.last.ns += ns;
    const auto [it, is_new] = out.try_emplace(span.first.ns / kNsPerHour, span);
    if (is_new) continue;
    it->second.first = std::min(it->second.first, span.first);
    it->second.last = std::max(it->second.last, span.last);
    it->second.events += span.events;
  }
  return out;
}

}  // namespace

Result<void> mend_host_clocks(Harvest& harvest, finding::Ledger& ledger) {
  auto& events = harvest.pending;
  clock::FlowVote vote;
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (!events.has_flow(i) || !is_known(events.time(i))) continue;
    INTERDICT_TRY(const auto event, events.load(i));
    vote.see(event.observation.flow, event.observation.host, event.observation.time);
  }
  std::map<std::string, std::int64_t, std::less<>> ahead;
  for (auto& skew : vote.skews()) {
    ahead.emplace(skew.host, skew.ahead_ns);
    ledger.clocks.push_back({std::move(skew.host), static_cast<double>(skew.ahead_ns) / 1e9,
                             std::move(skew.against), skew.flows});
  }
  if (ahead.empty()) return {};
  for (std::size_t i = 0; i < events.size(); ++i) {
    INTERDICT_TRY(const auto event, events.load(i));
    const auto host = ahead.find(event.observation.host);
    if (host != ahead.end() && is_known(events.time(i)))
      events.move_to(i, events.time(i).ns - host->second);
  }
  events.arrange_again();
  for (auto& [key, hours] : harvest.coverage) {
    std::string host = key.first;
    std::ranges::transform(host, host.begin(), [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    });
    const auto skew = ahead.find(host);
    if (skew != ahead.end()) hours = moved(hours, -skew->second);
  }
  return {};
}

std::vector<std::string> told(const std::vector<finding::HostClock>& clocks) {
  std::vector<std::string> out;
  out.reserve(clocks.size());
  for (const auto& clock : clocks) {
    out.push_back(
        fmt::format("the clock of {} is {:.1f} s {} that of {}, by {} connections that "
                    "both recorded: its events were moved",
                    clock.host, clock.ahead_s < 0 ? -clock.ahead_s : clock.ahead_s,
                    clock.ahead_s < 0 ? "behind" : "ahead of",
                    clock.against.empty() ? "a sensor" : clock.against, clock.flows));
  }
  return out;
}

}  // namespace interdict::pipeline
