#pragma once

#include <cstddef>
#include <memory>

#include "decode/decoder.hpp"

namespace interdict::decode {

/// Bytes of one JSON object; a longer one is skipped as `limit`. What the decoder holds in memory
/// is at most this and one fed piece.
inline constexpr std::size_t kMaxLineBytes = std::size_t{16} << 20U;

/// JSON objects one after another: one a line (NDJSON), pretty-printed, or as elements of an array.
/// White space, a byte order mark, and an array's brackets and commas are structure. An object that
/// only wraps an array of records (`{"Records": [`, json_look.hpp) is structure around them.
///
/// A record's number is the line (1-based) its `{` stands in. An object that is closed but no JSON
/// is one `bad-record`. Where an object cannot end (a line break inside a string, brackets that do
/// not match), or between objects something else stands, all is one `bad-record` up to the next
/// line whose first character is a `{` no further to the right than the bad one: that is the next
/// record, and not a part of this. An object the input ends in is `truncated`. Ill-formed UTF-8 is
/// read as U+FFFD; UTF-16 with a byte order mark is read too (PowerShell writes it).
[[nodiscard]] std::unique_ptr<Decoder> make_ndjson_decoder(const Options& options);

}  // namespace interdict::decode
