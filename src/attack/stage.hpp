#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace interdict::attack {

/// The seven stages of the cyber kill chain (Lockheed Martin, 2011), in order.
enum class Stage : std::uint8_t {
  reconnaissance,
  weaponization,
  delivery,
  exploitation,
  installation,
  command_and_control,
  actions_on_objectives,
};

inline constexpr std::size_t kStageCount = 7;
inline constexpr std::array<Stage, kStageCount> kStages = {
    Stage::reconnaissance,       Stage::weaponization, Stage::delivery,
    Stage::exploitation,         Stage::installation,  Stage::command_and_control,
    Stage::actions_on_objectives};

/// 0–6.
[[nodiscard]] constexpr std::size_t index(Stage stage) {
  return static_cast<std::size_t>(stage);
}

/// As STIX kill-chain phases are spelled: `command-and-control`.
[[nodiscard]] std::string_view to_string(Stage stage);
[[nodiscard]] std::optional<Stage> parse_stage(std::string_view text);

/// Weights over the stages in 1/1000: they add up to 1000, or are all 0 where nothing places the
/// thing.
using StageDistribution = std::array<std::uint16_t, kStageCount>;

/// The stage of the largest weight (the earlier of equals); nothing if all are 0.
[[nodiscard]] std::optional<Stage> likeliest(const StageDistribution& distribution);

}  // namespace interdict::attack
