#include "correlate/rarity.hpp"

#include <algorithm>
#include <array>

#include "graph/keys.hpp"

namespace interdict::correlate {

namespace {

/// Benign firing rates where none was counted, as −log2, by level (design 4.1).
constexpr std::array<Millibits, 5> kUnknownRate = {3'000, 5'000, 7'000, 9'000, 11'000};
/// .02 .06 .15 .35 .60
constexpr std::array<Chance, 5> kSeverity = {1311, 3932, 9830, 22938, 39322};
constexpr std::uint64_t kFine = 1U << 20U;  ///< cells are reckoned in 1/2^20

/// 2^(−rate) in 1/2^20, at least 1. Whole bits by shift, the rest by its chord (exact at both
/// ends).
std::uint64_t chance_of(Millibits rate) {
  const auto whole = static_cast<unsigned>(std::min<Millibits>(rate / 1000, 20));
  const auto part = static_cast<std::uint64_t>(rate % 1000);
  const std::uint64_t high = kFine >> whole;
  return std::max<std::uint64_t>(high - high * part / 2000, 1);
}

std::int64_t hour_of(std::int64_t ns) {
  return ns / kNsPerHour - (ns % kNsPerHour < 0 ? 1 : 0);
}

}  // namespace

Millibits shipped_rate(const finding::RuleInfo& rule, const Priors& priors) {
  Millibits rate = kUnknownRate[static_cast<std::size_t>(rule.level)];
  if (rule.status == "experimental") rate -= 2'000;
  if (rule.has_false_positives) rate -= 1'000;
  rate = std::max<Millibits>(rate, 0);
  const auto it = priors.rules.find(rule.id);
  if (it == priors.rules.end()) return rate;
  // λ = (n + 500·μ) / (N + 500)
  const std::uint64_t fired = it->second.fired * kFine + Rarity::kShippedCells * chance_of(rate);
  return std::max<Millibits>(log2_ratio((it->second.cells + Rarity::kShippedCells) * kFine, fired),
                             0);
}

std::string_view kind_of_log(std::string_view log_source) {
  return log_source.substr(0, log_source.rfind('/'));
}

Rarity::Rarity(const EntityTable& table, const std::vector<finding::RuleInfo>& rules,
               const Priors& priors, const std::vector<finding::Detection>& detections,
               const std::vector<HostScope>& scope)
    : rules_(rules), cells_(rules.size()) {
  for (const auto& rule : rules) shipped_.push_back(shipped_rate(rule, priors));
  for (const auto& s : scope) hosts_.try_emplace(table.full_host(s.host), 0);
  std::uint32_t index = 0;
  for (auto& [name, number] : hosts_) number = index++;
  for (const auto& d : detections) {
    if (d.rule.value() >= rules.size()) continue;
    const auto host = hosts_.find(table.full_host(d.host));
    if (host == hosts_.end()) continue;
    cells_[d.rule.value()].emplace_back(host->second, hour_of(d.time.ns));
    kinds_.try_emplace(std::string(kind_of_log(d.evidence.log_source)));
  }
  for (auto& cells : cells_) {
    std::ranges::sort(cells);
    cells.erase(std::unique(cells.begin(), cells.end()), cells.end());
  }
  for (auto& [kind, hours] : kinds_) {
    for (const auto& s : scope) {
      const std::uint64_t here = s.hours_of(kind);
      if (here == 0) continue;
      hours.all += here;
      hours.of_host[hosts_.find(table.full_host(s.host))->second] += here;
    }
  }
}

Millibits Rarity::rate(std::uint32_t rule, const std::string& host, std::int64_t ns,
                       std::string_view kind) const {
  const Millibits shipped = shipped_[rule];
  const auto found = hosts_.find(host);
  const auto here = kinds_.find(kind);
  if (found == hosts_.end() || here == kinds_.end()) return shipped;
  const auto& cells = cells_[rule];
  const std::uint32_t own = found->second;
  const auto own_hours = here->second.of_host.find(own);
  const std::uint64_t given = own_hours == here->second.of_host.end() ? 0 : own_hours->second;
  const std::int64_t hour = hour_of(ns);
  const auto at = [&](std::uint32_t h, std::int64_t t) {
    return std::ranges::lower_bound(cells, std::pair{h, t}) - cells.begin();
  };
  constexpr std::int64_t kEver = INT64_MAX / 2;
  const auto first = at(own, -kEver);
  const auto last = at(own, kEver);
  const auto near = at(own, hour + kAwayHours + 1) - at(own, hour - kAwayHours);
  auto fired = static_cast<std::uint64_t>(last - first - near);
  const std::uint64_t hidden = static_cast<std::uint64_t>(2 * kAwayHours + 1);
  std::uint64_t hours = given > hidden ? given - hidden : 0;
  if (here->second.of_host.size() >= kPeersMin) {
    fired += cells.size() - static_cast<std::size_t>(last - first);
    hours += here->second.all - given;
  }
  hours = std::max(hours, fired);
  // λ = (c' + 48·λ_r) / (N' + 48)
  Millibits local = std::max<Millibits>(
      log2_ratio((hours + kLocalCells) * kFine, fired * kFine + kLocalCells * chance_of(shipped)),
      0);
  // The silence of a few hosts does not show that a rule is rarer than elsewhere.
  if (here->second.of_host.size() < kPeersMin) local = std::min(local, shipped);
  // A baseline that the attacker is already in must not hide him: half at most for loud rules.
  const bool loud = rules_[rule].level >= finding::Level::high;
  return loud ? std::max(local, shipped / 2) : local;
}

Chance Rarity::evidence(std::uint32_t rule, Millibits rate) const {
  const auto& info = rules_[rule];
  const Millibits rarity = std::clamp<Millibits>(rate / 12, 100, 1'000);
  Chance out = kSeverity[static_cast<std::size_t>(info.level)] * rarity / 1'000;
  if (info.status == "experimental") out = out * 7 / 10;
  return out;
}

}  // namespace interdict::correlate
