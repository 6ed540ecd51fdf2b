#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "normalize/field_map.hpp"

namespace interdict::normalize {

/// What a map says of one path.
struct PathMeaning {
  std::string name;  ///< the field it becomes; empty: none of its own
  /// Its place in a part's list (0 = best); kNotLocated if it is not there. Per Part.
  std::array<std::uint16_t, kParts> rank;
  bool unnamed = false;  ///< an unnamed <Data> of the event's own fields
  bool nested = false;   ///< its text may be the event's data, as JSON or XML
};
inline constexpr std::uint16_t kNotLocated = 0xFFFF;

/// Longer paths, and paths of more segments, are no names of a field: they are cut.
inline constexpr std::size_t kMaxNameBytes = 256;

/// `path` without the markers that exporters put for XML attributes and text (`#attributes`,
/// `#text`,
/// `_attributes`), without array indexes, and without one of `map`'s wrappers.
[[nodiscard]] std::string plain_path(const FieldMap& map, std::string_view path);

/// Reads `path` by `map`. O(length + number of the map's paths): meant to be kept by the caller.
[[nodiscard]] PathMeaning read_path(const FieldMap& map, std::string_view path);

/// `channel` in lower case, with everything but letters, digits, `.`, `_` and `-` as one `-`; at
/// most kMaxSlugBytes; `unknown` if nothing is left.
inline constexpr std::size_t kMaxSlugBytes = 96;
[[nodiscard]] std::string slug(std::string_view channel);

}  // namespace interdict::normalize
