#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/flat_map.hpp"
#include "normalize/normalizer.hpp"

namespace interdict::normalize {

/// The fixed parts of a record that a map can locate.
enum class Part : std::uint8_t { time, host, channel, provider, event_id, record };
inline constexpr std::size_t kParts = 6;

/// The field under which rules see a located part; the time has none.
[[nodiscard]] constexpr std::string_view field_of(Part part) {
  switch (part) {
    case Part::time:
      return "";
    case Part::host:
      return "Computer";
    case Part::channel:
      return "Channel";
    case Part::provider:
      return "Provider_Name";
    case Part::event_id:
      return "EventID";
    case Part::record:
      return "EventRecordID";
  }
  return "";
}

/// A leading piece of a path that is no part of the field's name.
struct Prefix {
  std::vector<std::string> segments;  ///< `*` fits any one
  bool data = false;                  ///< what follows are the event's own fields
  bool capital = false;               ///< the writer has made the name's first letter small
};

/// Narrows a rule to some events. No service: all of the map; no ids: all of the service.
struct Scope {
  std::string service;
  std::vector<std::uint32_t> ids;

  [[nodiscard]] bool fits(std::string_view of_service, std::uint32_t id) const;
};

struct Categories {
  Scope scope;
  std::vector<std::string> names;
};

/// One field made from others of the same record.
struct DerivedField {
  std::string name;
  std::vector<std::string> from;      ///< the first that has a value
  std::string domain;                 ///< a field to stand before it, with a backslash
  std::string suffix;                 ///< a field to stand behind it, with a backslash
  bool move = false;                  ///< the source's own name goes
  std::string join{};                 ///< all values of all sources, with this between them
  std::string before{};               ///< only what stands before the first of this
  std::string after{};                ///< only what stands after the first of this
  std::string text{};                 ///< a fixed text, with no source
  std::vector<std::string> format{};  ///< texts and, at odd places, fields that must all be there
  std::vector<std::pair<std::string, std::string>> values;  ///< whole text to text
  std::vector<std::pair<std::string, std::string>> starts;  ///< first fitting start to text
};

struct Derivation {
  Scope scope;
  std::vector<DerivedField> fields;
};

/// Where the acting account stands.
struct Account {
  Scope scope;
  std::string name;
  std::string domain;
};

/// One file of content/taxonomy.
struct FieldMap {
  std::string name;
  std::string
      product;       ///< with one, the map claims event-log records; without, it takes what is left
  std::string kind;  ///< of records without a product
  std::vector<std::string> formats;
  std::vector<std::string> always;  ///< formats whose every record is the product's
  std::vector<std::string> unwrap;
  /// Paths whose text may be the event's data once more, as a JSON object or as XML.
  std::vector<std::string> nested;
  std::array<std::vector<std::string>, kParts> locate;
  std::vector<Prefix> prefixes;
  TextMap<std::string> rename;
  TextMap<std::string> service_by_channel;   ///< keys case-folded
  TextMap<std::string> service_by_provider;  ///< keys case-folded
  std::vector<Categories> categories;
  std::vector<Derivation> derive;
  std::vector<Account> accounts;

  /// True for a map that claims event-log records by channel, provider and event id.
  [[nodiscard]] bool is_event_log() const { return !product.empty() && kind.empty(); }
  [[nodiscard]] bool takes(std::string_view format) const;
  [[nodiscard]] bool always_takes(std::string_view format) const;
};

}  // namespace interdict::normalize
