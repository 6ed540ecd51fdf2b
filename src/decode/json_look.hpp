#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace interdict::decode {

/// What the beginning of a JSON text shows, told without reading the rest.
struct JsonLook {
  /// Bytes up to and with the `[` of an array whose elements are the records, in an object that
  /// only wraps it (`{"Records": [`); 0: there is none.
  std::size_t wrapper_size = 0;
  std::string wrapper_open{};  ///< the brackets that are open around that array, outermost first
  /// What the text is if it is no log: `json-schema`, `stix`, `navigator`, …, `json`; else empty.
  std::string_view document{};
};

/// Bytes that look_at_json wants to see (fewer are fine at the end of an input).
inline constexpr std::size_t kJsonLookBytes = std::size_t{64} * 1024;

/// Looks at `text`, which begins with `{` or `[`, up to kJsonLookBytes. `is_whole`: it ends there.
///
/// An object wraps records if it holds an array of objects under one of the names that exports use
/// (`Records`, `value`, `events`, `logEvents`, `hits.hits` …), perhaps inside `data`, `response`
/// and the like, a time stands in the first of them, and none before them: an object with a time of
/// its own is itself the record, unless all before the array are plain values and two elements or
/// more bear times of their own. An array of another name is meant where all before it are plain
/// values, its elements bear times of their own, and none stands before or behind it.
/// A document is told by the keys that its kind prescribes; or else by being one object too long
/// for a record, or one object over several lines, or an array, without any time in it.
/// O(kJsonLookBytes).
[[nodiscard]] JsonLook look_at_json(std::string_view text, bool is_whole);

/// Whether a time stands in the object that `text` begins with, up to kJsonLookBytes of it.
[[nodiscard]] bool json_bears_time(std::string_view text);

}  // namespace interdict::decode
