#pragma once

#include <span>
#include <string_view>

#include "attack/stage.hpp"
#include "simulate/scene.hpp"

namespace interdict::simulate {

/// What one technique leaves, and where it stands.
struct TechniqueRow {
  std::string_view id;
  attack::Stage stage;      ///< our own judgement, from the technique's text in ATT&CK
  std::string_view cut_by;  ///< ids of content/controls whose mechanism prevents it; spaces between
  Template windows;         ///< null: leaves nothing that we write there
  Template posix = nullptr;
  Template cloud = nullptr;
};

/// All of them, sorted by technique.
[[nodiscard]] std::span<const TechniqueRow> technique_table();

/// The row of a technique, or of the technique that a sub-technique belongs to; null if neither has
/// one. O(log n).
[[nodiscard]] const TechniqueRow* find_technique(std::string_view id);

/// Whether the template knows what a blocked attempt leaves.
[[nodiscard]] bool shows_blocked(Template render);

/// The template for that platform, or null.
[[nodiscard]] Template find_template(std::string_view id, Platform platform);

}  // namespace interdict::simulate
