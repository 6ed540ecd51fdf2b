#include "attack/stage.hpp"

#include <algorithm>

namespace interdict::attack {

namespace {
constexpr std::array<std::string_view, kStageCount> kNames = {
    "reconnaissance",      "weaponization",        "delivery", "exploitation", "installation",
    "command-and-control", "actions-on-objectives"};
}  // namespace

std::string_view to_string(Stage stage) {
  return kNames[index(stage)];
}

std::optional<Stage> parse_stage(std::string_view text) {
  const auto* const it = std::ranges::find(kNames, text);
  if (it == kNames.end()) return std::nullopt;
  return kStages[static_cast<std::size_t>(it - kNames.begin())];
}

std::optional<Stage> likeliest(const StageDistribution& distribution) {
  const auto* const it = std::ranges::max_element(distribution);
  if (*it == 0) return std::nullopt;
  return kStages[static_cast<std::size_t>(it - distribution.begin())];
}

}  // namespace interdict::attack
