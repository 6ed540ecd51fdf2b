#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/result.hpp"
#include "store/segment.hpp"

namespace interdict::store {

/// What a search of a folder met; sums over its segments.
struct Searched {
  std::uint64_t segments = 0;
  std::uint64_t unreadable = 0;  ///< files of a segment's name that are none
  Walked walked;
};

/// Gives the wanted entries of all segments of a folder, in order of file name, then as written.
/// Files of other names are passed over. Errors: io (no such folder, a file that cannot be read),
/// limit (a file larger than any segment). Holds one segment in memory. O(bytes).
[[nodiscard]] Result<Searched> search_folder(const std::string& folder, const Query& query,
                                             const std::function<void(const Entry&)>& on_entry);

/// Removes the segments of a folder, and the folder if nothing else is in it. A folder that is not
/// there is no error. Error: io.
[[nodiscard]] Result<bool> remove_segments(const std::string& folder);

}  // namespace interdict::store
