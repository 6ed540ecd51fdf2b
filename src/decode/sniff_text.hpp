#pragma once

#include <string_view>

#include "decode/decoder.hpp"

namespace interdict::decode {

/// What a text (UTF-8, no byte order mark) is that is no JSON. `is_whole`: it ends where the input
/// does; else its last line was cut and is not looked at. O(head.size()).
///
/// Documents, rules and source code are told first, by what only they have. Then every line format
/// counts how many of the first lines it can read: the one that reads most is meant, the more
/// specific of two that read equally many. A table, and then the general formats, are asked only
/// when no specific one reads at least half.
[[nodiscard]] Sniffed sniff_text(std::string_view head, bool is_whole, std::string_view name);

}  // namespace interdict::decode
