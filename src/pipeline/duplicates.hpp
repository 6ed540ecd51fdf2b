#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <optional>
#include <vector>

#include "base/flat_map.hpp"
#include "base/hash.hpp"
#include "source/source.hpp"

namespace interdict::pipeline {

/// One event, by where it stands: the input's place in the sorted list with the member's place in
/// it, and the record's offset and size.
struct Claimant {
  std::uint64_t order = 0;
  std::uint64_t offset = 0;
  std::uint32_t size = 0;
};

/// Which events stand in the inputs more than once. Of all with one identity (EventBatch's Origin)
/// the one in the first input counts, and in that the first; which thread came when does not
/// matter: an event that was counted and should not have been is handed back to be taken out again.
/// Any number of threads.
///
/// Memory: at most kMost identities of about 64 bytes. Each input may have as many as its share of
/// all bytes given, so that what is remembered does not depend on threads either; what is beyond is
/// neither remembered nor found.
class Duplicates {
 public:
  static constexpr std::uint64_t kMost = std::uint64_t{16} << 20U;
  static constexpr std::uint64_t kLeastOfEach = 4096;

  explicit Duplicates(const std::vector<source::Input>& inputs);

  /// How many identities the input at that place in the list may have.
  [[nodiscard]] std::uint64_t quota(std::size_t input) const { return quotas_[input]; }

  struct Answer {
    bool is_duplicate = false;          ///< an earlier one is known: this one does not count
    std::optional<Claimant> displaced;  ///< it was counted, and this one counts in its place
  };
  [[nodiscard]] Answer claim(const Digest128& identity, const Claimant& claimant);

 private:
  static constexpr std::size_t kShards = 64;
  struct Hash {
    using is_avalanching = void;
    std::size_t operator()(const Digest128& digest) const noexcept { return digest.low; }
  };
  struct Shard {
    std::mutex mutex;
    FlatMap<Digest128, Claimant, Hash> known;
  };

  std::vector<std::uint64_t> quotas_;
  std::array<Shard, kShards> shards_;
};

}  // namespace interdict::pipeline
