#pragma once

#include <string_view>

#include "decode/text/fields.hpp"

namespace interdict::decode {

/// Pairs that make a text one of key=value pairs.
inline constexpr std::size_t kPairsMin = 3;

/// If `message` (what syslog carries) is CEF, LEEF, a JSON object, or has at least kPairsMin pairs
/// `key=value`, adds their fields and `_payload`: `cef`, `leef`, `json` or `keyvalue`.
void add_payload(std::string_view message, FieldList& fields);

/// Adds the `key=value` pairs of `text`, words between them left out; values may stand in quotes;
/// pairs may be parted by blanks, commas or semicolons. The number of pairs.
std::size_t add_pairs(std::string_view text, FieldList& fields);

/// ArcSight's CEF: `CEF:0|vendor|product|version|signature|name|severity|key=value …`, from the
/// `CEF:` on. False if it is none.
[[nodiscard]] bool add_cef(std::string_view text, FieldList& fields);

/// IBM's LEEF 1.0 and 2.0, from the `LEEF:` on. False if it is none.
[[nodiscard]] bool add_leef(std::string_view text, FieldList& fields);

}  // namespace interdict::decode
