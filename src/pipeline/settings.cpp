#include "pipeline/settings.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

#include "yaml/reader.hpp"

namespace interdict::pipeline {

Result<std::optional<Settings>> read_settings(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::exists(path, error)) return std::optional<Settings>{};
  if (!std::filesystem::is_regular_file(path, error)) {
    return fail(Errc::io, "settings must be a file", {.file = path});
  }
  if (std::filesystem::file_size(path, error) > kSettingsBytesMax) {
    return fail(Errc::limit, "too large for settings", {.file = path});
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(Errc::io, "cannot be read", {.file = path});
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  Settings settings{path, {}};
  if (text.find_first_not_of(" \t\r\n") == std::string::npos) return std::optional(settings);
  INTERDICT_TRY(const auto root, yaml::read_document(text, path));
  if (root.is_null()) return std::optional(settings);
  if (!root.is_map()) {
    return fail(Errc::syntax, "settings are `name: value` lines",
                {.file = path, .line = root.line()});
  }
  for (const auto& [key, value] : root.entries()) {
    Setting setting{key.text(), {}, key.line()};
    if (value.is_scalar() && !value.is_null()) {
      setting.values.push_back(value.text());
    } else if (value.is_sequence()) {
      for (const auto& item : value.items()) {
        if (item.is_scalar() && !item.is_null()) setting.values.push_back(item.text());
      }
    }
    const std::size_t wanted = value.is_sequence() ? value.items().size() : 1;
    if (setting.values.size() != wanted) {
      return fail(Errc::syntax, "`" + key.text() + "` takes a value or a list of values",
                  {.file = path, .line = key.line()});
    }
    settings.list.push_back(std::move(setting));
  }
  return std::optional(std::move(settings));
}

}  // namespace interdict::pipeline
