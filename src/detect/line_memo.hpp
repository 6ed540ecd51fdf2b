#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "base/arena.hpp"
#include "base/flat_map.hpp"

namespace interdict::detect {

/// What was found in the lines of long values. Script engines write a whole session's state into
/// each record: the values differ, nearly all of their lines do not. Only keeps what is a function
/// of the line alone, so it changes no result. One thread.
class LineMemo {
 public:
  /// Shorter values are looked at as a whole.
  static constexpr std::size_t kMinText = 64;
  /// Longer lines are looked at each time.
  static constexpr std::size_t kMaxLineBytes = std::size_t{16} * 1024;

  /// Whether a text is worth taking apart. O(n).
  [[nodiscard]] static bool suits(std::string_view text) {
    return text.size() >= kMinText && text.find('\n') != std::string_view::npos;
  }

  /// What `find(line, list)` appends to an empty list, for a `find` that depends on `which` alone;
  /// asked once a line. Valid until the next call.
  template <class Find>
  std::span<const std::uint32_t> found(std::size_t which, std::string_view line, Find find) {
    if (which >= lines_.size()) lines_.resize(which + 1);
    auto& known = lines_[which];
    if (const auto at = known.find(line); at != known.end()) {
      return std::span(ids_).subspan(at->second.first, at->second.count);
    }
    scratch_.clear();
    find(line, scratch_);
    if (line.size() > kMaxLineBytes) return scratch_;
    known.emplace(texts_.copy(line), Range{static_cast<std::uint32_t>(ids_.size()),
                                           static_cast<std::uint32_t>(scratch_.size())});
    ids_.insert(ids_.end(), scratch_.begin(), scratch_.end());
    bytes_ += line.size() + 2 * (sizeof(std::string_view) + sizeof(Range)) +
              scratch_.size() * sizeof(std::uint32_t);
    return scratch_;
  }

  /// Memory in use, about.
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

  void forget() {
    lines_.clear();
    ids_.clear();
    texts_.clear();
    bytes_ = 0;
  }

 private:
  /// Of ids_.
  struct Range {
    std::uint32_t first = 0;
    std::uint32_t count = 0;
  };
  using Lines = boost::unordered_flat_map<std::string_view, Range, TextHash, std::equal_to<>>;

  std::vector<Lines> lines_;
  std::vector<std::uint32_t> ids_;
  std::vector<std::uint32_t> scratch_;
  Arena texts_;
  std::size_t bytes_ = 0;
};

/// Calls `use(line)` for each line of `text`, without its line feed.
template <class Use>
void for_each_line(std::string_view text, Use use) {
  for (;;) {
    const auto end = text.find('\n');
    use(text.substr(0, end));
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
  }
}

}  // namespace interdict::detect
