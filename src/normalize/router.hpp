#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.hpp"
#include "decode/decoder.hpp"
#include "normalize/path_reader.hpp"
#include "normalize/source_map.hpp"

namespace interdict::normalize {

/// Finds the described source of each record, and takes apart what it says is nested or free text.
/// One thread; the maps outlive it. O(fields + conditions asked) a record.
class Router {
 public:
  static constexpr std::size_t kMaxNestedBytes = std::size_t{1} << 20U;  ///< longer stays text
  static constexpr std::size_t kMaxNestedFields =
      1024;                                   ///< more of one record are left in the text
  static constexpr int kMaxReselections = 4;  ///< records in records in records

  /// Which sources are asked.
  enum class Whose : std::uint8_t { users, shipped };

  Router(const FieldMaps::Impl& maps, std::string_view format);

  /// Begins a record of the router's format. `fields` stays valid until the next. O(1): what the
  /// conditions ask about is read when the first is asked.
  void begin(std::span<const decode::RawField> fields);
  /// The source (or variant) that takes the record; null: none does. What is nested or captured
  /// has been added to fields().
  const SourceMap* route(Whose whose);
  [[nodiscard]] std::span<const decode::RawField> fields() {
    open();
    return fields_;
  }
  /// Puts what stands in the text of field `index` (an event's data, a JSON object or the XML of
  /// `EventData`) in that field's place, under `EventData.`. False if it is neither: then it stays.
  bool open_event_data(std::size_t index);
  /// The first value of the raw field of that plain path; empty if there is none.
  [[nodiscard]] std::string_view text(std::string_view plain);

 private:
  using Slots = PathCache<std::uint16_t>;

  void open();
  Slots& slots_of(const Selector& selector);
  void read_facts(const Selector& selector, std::size_t first_field);
  const SourceMap* choose(const Selector& selector, std::size_t from, std::size_t to, int depth);
  const SourceMap* settle(const SourceMap& source, const Selector& selector, int depth);
  const SourceMap* take_apart(const Nested& nested, int depth);
  void read_message(const Messages& messages);

  const FieldMaps::Impl& maps_;
  const Selector* selector_;  ///< of the format; null: no source is of it
  std::deque<std::pair<const Selector*, Slots>> slots_;
  FieldMap plain_;  ///< only to make paths plain: what the conditions are written in
  std::span<const decode::RawField> given_;  ///< until opened
  bool is_open_ = false;
  bool has_facts_ = false;
  std::vector<decode::RawField> fields_;  ///< those given, and what was found in them
  Facts facts_;
  Arena arena_;  ///< texts of nested records, until the next record
  Captures captures_;
};

}  // namespace interdict::normalize
