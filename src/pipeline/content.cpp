#include "pipeline/content.hpp"

namespace interdict::pipeline {

std::string_view content(std::string_view path) {
  for (const auto& file : content_files()) {
    if (file.path == path) return file.text;
  }
  return {};
}

}  // namespace interdict::pipeline
