#pragma once

#include <span>
#include <string_view>

namespace interdict::pipeline {

/// A file of content/, embedded in the binary. Lives as long as the program.
struct ContentFile {
  std::string_view path;  ///< below content/, `rules/delivery/x.yml`
  std::string_view text;
};

/// All of them, sorted by path.
[[nodiscard]] std::span<const ContentFile> content_files();

/// One of them; empty if there is none of that path. O(files).
[[nodiscard]] std::string_view content(std::string_view path);

}  // namespace interdict::pipeline
