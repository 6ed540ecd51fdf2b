#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace interdict::pipeline {

/// One line of a settings file: an option's long name and what it is given.
struct Setting {
  std::string name;
  std::vector<std::string> values;  ///< a list gives several, a scalar one
  std::uint32_t line = 0;
};

/// What a settings file (YAML, one map) says, in its order.
struct Settings {
  std::string path;
  std::vector<Setting> list;
};

/// Settings files are written by hand: more than this is none.
inline constexpr std::uint64_t kSettingsBytesMax = std::uint64_t{1} << 20U;

/// Nothing if there is no such file. Errors, with the line: not to be read, too large, not YAML,
/// not a map of names to scalars or lists of scalars.
[[nodiscard]] Result<std::optional<Settings>> read_settings(const std::string& path);

}  // namespace interdict::pipeline
