#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "base/flat_map.hpp"
#include "event/field.hpp"
#include "normalize/path.hpp"

namespace interdict::normalize {

/// Paths whose meaning is kept; past it all is forgotten and read anew.
inline constexpr std::size_t kMaxKnownPaths = 32'768;

/// What is known of paths, kept: records of a log mostly have the same paths in the same order, so
/// that each is mostly found where the one before it points. Not thread-safe. O(length) a path.
template <class Meaning>
class PathCache {
 public:
  struct Known {
    std::string path;
    Meaning meaning;
    Known* next = nullptr;  ///< what came after it last time
  };

  /// At the start of every record. What `read` gave before may end here.
  void begin_record() {
    if (known_.size() >= kMaxKnownPaths) {
      index_.clear();
      known_.clear();
      start_.next = nullptr;
    }
    previous_ = &start_;
  }

  /// The meaning of `path`, which `make(path)` tells if it is new.
  template <class Make>
  Known& read(std::string_view path, Make make) {
    auto* known = previous_->next;
    if (known == nullptr || known->path != path) {
      known = &look_up(path, make);
      previous_->next = known;
    }
    previous_ = known;
    return *known;
  }

 private:
  template <class Make>
  Known& look_up(std::string_view path, Make make) {
    const auto at = index_.find(path);
    if (at != index_.end()) return known_[at->second];
    index_.emplace(path, known_.size());
    auto& known = known_.emplace_back();
    known.path = path;
    known.meaning = make(path);
    return known;
  }

  std::deque<Known> known_;
  TextMap<std::size_t> index_;
  Known start_;
  Known* previous_ = &start_;
};

/// One map's reading of paths. The field's id is asked for only when a row needs it.
class PathReader {
 public:
  struct Reading {
    PathMeaning meaning{};
    std::optional<FieldId> field{};
    bool asked = false;
    bool located = false;  ///< some part may stand here
  };
  using Known = PathCache<Reading>::Known;

  PathReader(const FieldMap& map, FieldCatalogue& catalogue) : map_(&map), catalogue_(&catalogue) {}

  void begin_record() { cache_.begin_record(); }

  Known& read(std::string_view path) {
    return cache_.read(path, [&](std::string_view text) {
      Reading reading;
      reading.meaning = read_path(*map_, text);
      reading.located =
          std::ranges::any_of(reading.meaning.rank, [](auto rank) { return rank != kNotLocated; });
      return reading;
    });
  }

  std::optional<FieldId> field(Known& known) {
    auto& reading = known.meaning;
    if (!reading.asked) {
      reading.asked = true;
      if (!reading.meaning.name.empty()) reading.field = catalogue_->intern(reading.meaning.name);
    }
    return reading.field;
  }

 private:
  const FieldMap* map_;
  FieldCatalogue* catalogue_;
  PathCache<Reading> cache_;
};

}  // namespace interdict::normalize
