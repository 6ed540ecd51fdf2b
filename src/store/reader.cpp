#include "store/reader.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

namespace interdict::store {

namespace fs = std::filesystem;

namespace {

/// A block may begin just below the size at which a file is full.
constexpr std::uintmax_t kMaxFileBytes = kMaxSegmentBytes + kMaxBlockBytes + kBlockHeaderBytes;

bool is_segment_name(const std::string& name) {
  return name.size() == 19 && name.starts_with("findings-") && name.ends_with(".seg");
}

Result<std::vector<fs::path>> segments_of(const std::string& folder) {
  std::error_code error;
  std::vector<fs::path> paths;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    if (is_segment_name(it->path().filename().string())) paths.push_back(it->path());
  }
  if (error) {
    return fail(Errc::io, "cannot be read: " + error.message(), Where{.file = folder});
  }
  std::ranges::sort(paths);
  return paths;
}

Result<std::string> read_file(const fs::path& path) {
  const Where where{.file = path.string()};
  std::error_code error;
  const auto size = fs::file_size(path, error);
  if (!error && size > kMaxFileBytes) return fail(Errc::limit, "larger than any segment", where);
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (!file || (size > 0 && !(text << file.rdbuf()))) {
    return fail(Errc::io, "cannot be read", where);
  }
  return std::move(text).str();
}

void add(Walked& sum, const Walked& one) {
  sum.blocks += one.blocks;
  sum.blocks_skipped += one.blocks_skipped;
  sum.entries += one.entries;
  sum.block_bytes += one.block_bytes;
  sum.damaged_bytes += one.damaged_bytes;
  sum.torn_bytes += one.torn_bytes;
}

}  // namespace

Result<Searched> search_folder(const std::string& folder, const Query& query,
                               const std::function<void(const Entry&)>& on_entry) {
  INTERDICT_TRY(const auto paths, segments_of(folder));
  Searched out;
  for (const auto& path : paths) {
    INTERDICT_TRY(const auto bytes, read_file(path));
    const auto walked = walk(as_byte_span(bytes), query, on_entry);
    if (!walked) {
      ++out.unreadable;
      continue;
    }
    ++out.segments;
    add(out.walked, *walked);
  }
  return out;
}

Result<bool> remove_segments(const std::string& folder) {
  std::error_code error;
  if (!fs::exists(folder, error)) return true;
  INTERDICT_TRY(const auto paths, segments_of(folder));
  for (const auto& path : paths) {
    if (!fs::remove(path, error)) {
      return fail(Errc::io, "cannot be removed: " + error.message(), Where{.file = path.string()});
    }
  }
  fs::remove(folder, error);  // only if empty: what else lies there is not ours
  return true;
}

}  // namespace interdict::store
