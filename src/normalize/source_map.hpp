#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "normalize/field_map.hpp"
#include "normalize/map_faults.hpp"
#include "normalize/message.hpp"

namespace interdict::normalize {

/// The place of a field that conditions ask for, among all of them.
inline constexpr std::uint16_t kNoSlot = 0xFFFF;

/// One thing that must hold of a record's raw fields (named by plain_path).
struct Predicate {
  enum class Op : std::uint8_t { present, absent, equals, starts, ends, contains };
  std::string field;
  Op op = Op::present;
  std::vector<std::string> texts;  ///< one of them, case as written; empty for present and absent
  std::uint16_t slot = kNoSlot;    ///< of the field, once the maps are indexed
};

/// One of several lists of predicates that must all hold; none: always true.
using Condition = std::vector<std::vector<Predicate>>;

/// A field whose text is a record of another format.
struct Nested {
  std::string field;
  std::string format = "ndjson";
  std::string prefix;     ///< stands before the inner paths
  bool reselect = false;  ///< the inner record decides which source this is
};

/// Templates for the free text of one field.
struct Messages {
  std::string field;
  Condition when;
  std::vector<MessageTemplate> templates;
};

/// Another tool's alert: which fields say what. Names are final ones.
struct AlertMap {
  std::string tool;
  std::vector<std::string> id;     ///< the foreign rule's; the first that has a value
  std::vector<std::string> title;  ///< the same
  std::vector<std::string> severity;
  std::vector<std::pair<std::string, std::string>> severity_values;  ///< text (folded) → level
  std::vector<std::pair<double, std::string>> severity_at_least;     ///< highest first
  std::vector<std::string> technique;                                ///< all ids in all values
  std::vector<std::string> outcome;
  std::vector<std::pair<std::string, std::string>> outcome_values;  ///< text (folded) → outcome
  std::vector<std::string> words;  ///< read with the title to find a stage
  std::vector<std::string> flow;   ///< with the time, what another tool's copy of it shares
};

/// One source of events, described in content/taxonomy by data alone (docs/taxonomy.md).
struct SourceMap {
  FieldMap map;  ///< paths, derived fields, accounts; `kind` and `service` may hold `{field}`
  std::string service;
  std::vector<std::string> categories;
  Condition when;
  std::vector<std::pair<std::string, std::string>> time_pairs;  ///< date and time of day apart
  std::vector<Nested> nested;
  std::vector<Messages> messages;
  std::optional<AlertMap> alert;
  std::vector<SourceMap> variants;  ///< the first that fits takes the record; they are complete
};

/// Reads a file of sources. Their variants have what the source says, and their own.
void read_sources(const Node& root, std::vector<SourceMap>& out, Faults& faults);

// Parts of a map that both kinds of file have.
[[nodiscard]] std::vector<Prefix> read_prefixes(const Node& node, Faults& faults);
[[nodiscard]] DerivedField read_derived(const std::string& name, const Node& node, Faults& faults);

/// The sources of one format.
struct Selector {
  /// In the order in which they are asked: the user's, then the shipped ones, in order of files; of
  /// each those without a condition last.
  std::vector<const SourceMap*> sources;
  std::size_t users = 0;  ///< how many of them are the user's own
};

struct FieldMaps::Impl {
  std::vector<FieldMap> maps;  ///< in order of file name
  std::vector<SourceMap> sources;
  std::size_t user_sources = 0;                            ///< the first so many are the user's own
  std::map<std::string, Selector, std::less<>> selectors;  ///< by format
  TextMap<std::uint16_t> slots;  ///< of the fields that conditions ask for, by plain path

  /// Fills `selectors` and `slots`. Called once, when `sources` is complete.
  void index();
  /// The map that claims event-log records of `format`; null if none does.
  [[nodiscard]] const FieldMap* event_log(std::string_view format) const;
  /// The map for what is left of `format`; null if none does.
  [[nodiscard]] const FieldMap* rest(std::string_view format) const;
  /// Null if no source is of that format.
  [[nodiscard]] const Selector* selector(std::string_view format) const;
};

/// What a record says on the slots. Views point into the record.
class Facts {
 public:
  void clear() {
    for (const auto& [slot, text] : seen_) has_[slot / 64] = 0;
    seen_.clear();
  }
  void add(std::uint16_t slot, std::string_view text) {
    if (slot / 64U >= has_.size()) has_.resize(slot / 64U + 1);
    has_[slot / 64U] |= std::uint64_t{1} << (slot % 64U);
    seen_.emplace_back(slot, text);
  }
  /// O(predicates), and values seen for each that asks for a text.
  [[nodiscard]] bool hold(const Condition& condition) const;

 private:
  [[nodiscard]] bool has(std::uint16_t slot) const {
    return slot / 64U < has_.size() && (has_[slot / 64U] >> (slot % 64U) & 1U) != 0;
  }
  [[nodiscard]] bool holds(const Predicate& predicate) const;

  std::vector<std::uint64_t> has_;  ///< a bit a slot
  std::vector<std::pair<std::uint16_t, std::string_view>> seen_;
};

}  // namespace interdict::normalize
