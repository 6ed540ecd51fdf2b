#pragma once

#include <cstddef>
#include <optional>

#include "normalize/normalizer.hpp"
#include "normalize/source_map.hpp"

namespace interdict::normalize {

/// Longer texts of an alert are cut.
inline constexpr std::size_t kMaxAlertBytes = 512;

/// Reads the alert of a completed row by `map`. Nothing if it has no title.
[[nodiscard]] std::optional<Alert> read_alert(const AlertMap& map, const EventBatch& batch, Row row,
                                              FieldCatalogue& catalogue);

}  // namespace interdict::normalize
