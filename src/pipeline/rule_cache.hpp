#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rule/parser.hpp"

/// Parsed rules kept on disk between runs: most of the time that loading rules takes is reading
/// YAML. What is kept depends on the files' bytes and nothing else that could change unseen, so a
/// run finds the same with and without it. Whatever is wrong with it (not there, damaged, someone
/// else's, another version's), rules are parsed instead.
namespace interdict::pipeline {

/// Rule sets with less text are parsed each time: nothing to gain.
inline constexpr std::size_t kMinCachedBytes = std::size_t{256} << 10U;
inline constexpr std::size_t kMaxCacheFileBytes = std::size_t{256} << 20U;
/// Rule sets kept; of more, the one written first goes.
inline constexpr std::size_t kMaxCacheFiles = 8;

/// Names what parsing gives: a SHA-256 over the files' paths and bytes, the options and this very
/// program. Empty if the program cannot tell itself from another build.
[[nodiscard]] std::string cache_key(
    const std::vector<std::pair<std::string_view, std::string_view>>& files,
    const rule::ParseOptions& options);

/// What was kept under `key`, if it is ours alone to write, whole and undamaged. O(size).
[[nodiscard]] std::optional<std::vector<rule::ParsedFile>> read_cached_rules(
    const std::string& folder, const std::string& key);

/// Keeps `files` under `key`; makes the folder if need be. Another run may do the same at the same
/// time. That it could not be written costs time in the next run, nothing else: so it is not told.
void write_cached_rules(const std::string& folder, const std::string& key,
                        const std::vector<rule::ParsedFile>& files);

}  // namespace interdict::pipeline
