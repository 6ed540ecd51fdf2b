#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "pipeline/reading/pending.hpp"
#include "pipeline/reading/spool.hpp"

namespace interdict::pipeline {

/// An input or member: its name, and the SHA-256 of its bytes once it was read.
struct InputName {
  std::string name;
  std::string sha256;
};
using InputNames = std::map<std::uint64_t, InputName>;  ///< by Claimant::order

/// The events that matter to correlation with their detections, put aside as they come and taken up
/// again in order of time. Of each event about 64 bytes are in memory and of each detection 32; the
/// rest is in a Spool. First filled, then arranged, then read; what is found over several events is
/// given to the one that it begins with. One thread at a time.
class EventList {
 public:
  /// Kept in memory by all threads together, before a temporary file is made.
  static constexpr std::size_t kMemoryBytes = std::size_t{48} << 20U;

  explicit EventList(std::size_t memory_max = kMemoryBytes);

  /// `order`: the input's (Claimant::order); pending.input is not kept. Its detections are of this
  /// event alone: their count is 1.
  void put(const Pending& pending, std::uint64_t order);
  /// What another thread's list holds.
  void take(EventList&& other);
  /// Takes out the events for which `is_gone(order, offset, detections)`. O(n). Before `arrange`.
  template <class IsGone>
  void erase_if(IsGone is_gone) {
    std::erase_if(keys_, [&](const Key& key) {
      return is_gone(key.order, key.offset, std::size_t{key.detections});
    });
  }
  /// In an order that depends on the inputs' content alone: by time, SHA-256 of the input, offset,
  /// name of the input. O(n log n).
  void arrange(InputNames names);
  /// Moves event `i` with its detections to another time; then `arrange_again`, before anything is
  /// added.
  void move_to(std::size_t i, std::int64_t ns) { keys_[i].ns = ns; }
  void arrange_again();
  /// The rules from `first` on stand elsewhere in what was put here: `places[rule - first]`.
  void place_rules(std::size_t first, std::vector<finding::RuleId> places);

  [[nodiscard]] std::size_t size() const { return keys_.size(); }
  [[nodiscard]] Timestamp time(std::size_t i) const { return {keys_[i].ns, keys_[i].digits}; }
  /// The input's name; lives as long as the list.
  [[nodiscard]] const std::string& input(std::size_t i) const {
    return names_.at(keys_[i].order).name;
  }
  [[nodiscard]] bool has_flow(std::size_t i) const { return keys_[i].flow; }
  [[nodiscard]] bool is_counted(std::size_t i) const { return keys_[i].counted; }
  [[nodiscard]] bool is_sensed(std::size_t i) const { return keys_[i].sensed; }
  /// The event without its detections. Error: the temporary file cannot be read back.
  [[nodiscard]] Result<Pending> load(std::size_t i);
  /// Its detections, those that were added last. Error: as `load`.
  [[nodiscard]] Result<std::vector<finding::Detection>> detections_of(std::size_t i);
  /// A finding that begins with event `i`.
  void add(std::size_t i, finding::Detection detection);

  /// One detection after another, by (time, id); of those with one id the first alone, with the
  /// count of all and the last one's end. Error: as `load`. O(n log n).
  [[nodiscard]] Result<void> for_each_detection(
      const std::function<void(const finding::Detection&)>& use);

  /// Bytes that are in memory for want of a file; 0 if all went as it should.
  [[nodiscard]] std::size_t lacks_file() const;

 private:
  /// An event.
  struct Key {
    std::int64_t ns = 0;
    std::uint64_t offset = 0;
    std::uint64_t order = 0;
    std::uint64_t at = 0;       ///< Spool::Place
    std::uint32_t size = 0;     ///< likewise
    std::uint32_t content = 0;  ///< after `arrange`: the input's place by SHA-256
    std::uint32_t name = 0;     ///< likewise by name
    std::uint32_t first = 0;    ///< of its detections, in found_
    std::uint32_t detections = 0;
    std::uint16_t spool = 0;
    std::uint8_t digits = 0;
    bool counted = false;
    bool sensed = false;
    bool flow = false;
  };
  /// A detection.
  struct Found {
    std::uint64_t id = 0;     ///< its hexadecimal digits
    std::uint64_t at = 0;     ///< Spool::Place; of one that was added, its place in added_
    std::uint32_t size = 0;   ///< likewise; 0: it was added
    std::uint32_t event = 0;  ///< after `arrange`
  };

  [[nodiscard]] Result<finding::Detection> detection(const Found& found);
  [[nodiscard]] std::uint64_t count(const Found& found) const;
  [[nodiscard]] Timestamp last(const Found& found) const;

  std::vector<Key> keys_;
  std::vector<Found> found_;   ///< those that were added stand last
  std::vector<Spool> spools_;  ///< one a thread that filled
  std::vector<finding::Detection> added_;
  std::multimap<std::size_t, std::size_t> added_to_;  ///< event → place in found_
  std::size_t first_placed_ = SIZE_MAX;
  std::vector<finding::RuleId> places_;
  InputNames names_;
  std::string bytes_;  ///< scratch
};

}  // namespace interdict::pipeline
