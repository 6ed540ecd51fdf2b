#include "correlate/sigma/numbers.hpp"

#include <algorithm>
#include <cmath>

namespace interdict::correlate::sigma {
namespace {

constexpr double kGrowth = 1.01;
constexpr double kSmallest = 1e-12;        ///< nearer to zero is zero
constexpr std::int32_t kOffset = 100'000;  ///< above every |log| of a double in that base

/// Bucket k > 0 holds (kGrowth^(k-1-kOffset/2), kGrowth^(k-kOffset/2)], -k their negatives.
std::int32_t bucket_of(double number) {
  const double size = std::abs(number);
  if (size < kSmallest) return 0;
  const auto step = static_cast<std::int32_t>(std::ceil(std::log(size) / std::log(kGrowth)));
  return number > 0 ? step + kOffset : -(step + kOffset);
}

double middle_of(std::int32_t bucket) {
  if (bucket == 0) return 0;
  const double step = std::abs(bucket) - kOffset;
  const double value = 2 * std::pow(kGrowth, step) / (1 + kGrowth);
  return bucket > 0 ? value : -value;
}

}  // namespace

void Numbers::add(double number) {
  ++size_;
  if (size_ <= kExact) {
    exact_.push_back(number);
    return;
  }
  for (const double one : exact_) ++buckets_[bucket_of(one)];
  exact_.clear();
  ++buckets_[bucket_of(number)];
}

double Numbers::percentile(double percentile) {
  const double wanted = std::ceil(percentile / 100 * static_cast<double>(size_));
  const auto rank = static_cast<std::uint64_t>(std::max(wanted, 1.0));
  if (!exact_.empty()) {
    std::ranges::sort(exact_);
    return exact_[std::min<std::size_t>(rank, exact_.size()) - 1];
  }
  std::uint64_t seen = 0;
  for (const auto& [bucket, count] : buckets_) {
    seen += count;
    if (seen >= rank) return middle_of(bucket);
  }
  return middle_of(buckets_.rbegin()->first);
}

}  // namespace interdict::correlate::sigma
