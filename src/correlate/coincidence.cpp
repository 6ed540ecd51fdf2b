#include <algorithm>
#include <cmath>
#include <functional>

#include "correlate/judge.hpp"

namespace interdict::correlate {

namespace {

/// Chains that the tail is told from: ten, or the best tenth where a tenth is more.
std::size_t tail_size(std::size_t chains) {
  constexpr std::size_t kLeast = 10;
  return std::min(chains, std::max(kLeast, chains / 10));
}

/// Chains that score at least `score` where `chains` were seen: the excesses of the best n over the
/// n-th are taken as exponential of unknown mean. With their sum s and no opinion on the mean
/// beforehand, a further one reaches x with chance (s / (s + x))^(n − 1): few chains make a wide
/// tail by themselves, and no floor has to be set by hand.
double beyond_best(const std::vector<Millibits>& chains, Millibits score) {
  const std::size_t n = tail_size(chains.size());
  if (n < 2) return exp2_millibits((chains.front() - score) / 2);  // a guess: two bits halve it
  const Millibits least = chains[n - 1];
  double sum = 0;
  for (std::size_t i = 0; i < n; ++i) sum += static_cast<double>(chains[i] - least);
  const auto excess = static_cast<double>(score - least);
  const double share = sum <= 0 ? 1.0 : std::pow(sum / (sum + excess), static_cast<double>(n - 1));
  return static_cast<double>(n + 1) * share;
}

}  // namespace

Millibits Reference::rate(Millibits score) const {
  const auto better = std::ranges::upper_bound(chains, score, std::greater_equal<>{});
  const auto k = static_cast<std::uint64_t>(better - chains.begin());
  return log2_ratio(k + 1, std::max<std::uint64_t>(hours, 1));
}

double Reference::expected(Millibits score, std::uint64_t host_hours) const {
  const double times =
      static_cast<double>(host_hours) / static_cast<double>(std::max<std::uint64_t>(hours, 1));
  const auto better = std::ranges::upper_bound(chains, score, std::greater<>{});
  const auto seen = static_cast<double>(better - chains.begin());
  const double bound = seen + 3.0;
  if (chains.empty()) return times * bound;
  const double fitted = score < chains.front() ? 0 : beyond_best(chains, score);
  return times * (score <= chains.front() ? std::max(bound, fitted) : std::min(bound, fitted));
}

double expected_false(Millibits score, Witnesses witnesses, std::uint64_t host_hours,
                      const Priors& priors) {
  const std::uint64_t hours = std::max(host_hours, priors.floor_hours);
  double most = 0;
  for (std::size_t w = 0; w < kWitnesses; ++w) {
    if (witnesses[w]) most = std::max(most, priors.references[w].expected(score, hours));
  }
  return most;
}

Millibits rate_of_chains(Millibits score, Witnesses witnesses, const Priors& priors) {
  Millibits most = -1'000'000;
  for (std::size_t w = 0; w < kWitnesses; ++w) {
    if (witnesses[w]) most = std::max(most, priors.references[w].rate(score));
  }
  return most;
}

Millibits reportable_score(double report_at, Witnesses witnesses, std::uint64_t host_hours,
                           const Priors& priors) {
  // expected_false falls with the score: bisection over whole millibits.
  Millibits low = 0;
  Millibits high = 200'000;
  while (low < high) {
    const Millibits middle = (low + high) / 2;
    if (expected_false(middle, witnesses, host_hours, priors) <= report_at) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

}  // namespace interdict::correlate
