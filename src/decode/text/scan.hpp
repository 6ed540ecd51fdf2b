#pragma once

#include <cstddef>
#include <string_view>

namespace interdict::decode {

/// Where the first of `Stops` stands from `at` on, or the end of `text`. As find_first_of, which
/// the library searches byte by byte with a call for each.
template <char... Stops>
[[nodiscard]] constexpr std::size_t find_stop(std::string_view text, std::size_t at = 0) {
  while (at < text.size() && ((text[at] != Stops) && ...)) ++at;
  return at;
}

/// Where the first byte other than `Skipped` stands from `at` on, or the end of `text`.
template <char... Skipped>
[[nodiscard]] constexpr std::size_t skip_all(std::string_view text, std::size_t at = 0) {
  while (at < text.size() && ((text[at] == Skipped) || ...)) ++at;
  return at;
}

}  // namespace interdict::decode
