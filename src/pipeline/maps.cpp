#include "pipeline/maps.hpp"

#include <string>
#include <utility>
#include <vector>

#include "pipeline/content.hpp"
#include "pipeline/evidence.hpp"

namespace interdict::pipeline {

Result<normalize::FieldMaps> load_maps(const Options& options) {
  std::vector<std::pair<std::string, std::string>> files;
  for (const auto& file : content_files()) {
    if (file.path.starts_with("taxonomy/")) files.emplace_back(file.path, file.text);
  }
  std::vector<std::pair<std::string, std::string>> users;
  for (const auto& path : options.map_paths) {
    INTERDICT_TRY(auto text, read_text_file(path));
    users.emplace_back(path, std::move(text));
  }
  return normalize::load_field_maps(files, users);
}

}  // namespace interdict::pipeline
