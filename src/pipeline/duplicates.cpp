#include "pipeline/duplicates.hpp"

#include <algorithm>
#include <filesystem>
#include <tuple>
#include <utility>

namespace interdict::pipeline {

Duplicates::Duplicates(const std::vector<source::Input>& inputs) {
  double all = 0;
  for (const auto& input : inputs) {
    std::error_code error;
    const auto size = std::filesystem::file_size(input.path, error);
    quotas_.push_back(error ? 0 : size);
    all += static_cast<double>(quotas_.back());
  }
  for (auto& quota : quotas_) {
    const auto share = all > 0 ? static_cast<double>(quota) / all : 1;
    quota = kLeastOfEach + static_cast<std::uint64_t>(share * static_cast<double>(kMost));
  }
}

Duplicates::Answer Duplicates::claim(const Digest128& identity, const Claimant& claimant) {
  auto& shard = shards_[identity.high % kShards];
  const std::lock_guard lock(shard.mutex);
  const auto [at, is_new] = shard.known.try_emplace(identity, claimant);
  if (is_new) return {};
  auto& known = at->second;
  if (std::tie(known.order, known.offset) <= std::tie(claimant.order, claimant.offset)) {
    return {.is_duplicate = true, .displaced = std::nullopt};
  }
  return {.is_duplicate = false, .displaced = std::exchange(known, claimant)};
}

}  // namespace interdict::pipeline
