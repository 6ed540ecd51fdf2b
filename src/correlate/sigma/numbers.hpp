#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

namespace interdict::correlate::sigma {

/// The numbers of one window, for percentiles by nearest rank: exact up to kExact of them, then
/// from a histogram whose buckets grow by 1 % (the value is off by at most 0.5 %).
class Numbers {
 public:
  static constexpr std::size_t kExact = 4096;

  void add(double number);
  /// The smallest number that `percentile` per cent of the numbers do not exceed. Precondition:
  /// not empty.
  [[nodiscard]] double percentile(double percentile);
  [[nodiscard]] std::size_t size() const { return size_; }
  /// Numbers and buckets held.
  [[nodiscard]] std::size_t held() const { return exact_.size() + buckets_.size(); }

 private:
  std::vector<double> exact_;
  std::map<std::int32_t, std::uint64_t> buckets_;  ///< key ascends with the number
  std::size_t size_ = 0;
};

}  // namespace interdict::correlate::sigma
