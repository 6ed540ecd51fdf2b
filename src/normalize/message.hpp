#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace interdict::normalize {

/// A shape of free text: literal pieces with captures between them.
///
/// `Accepted %{method} for %{user:long} from %{src_ip:ip} port %{src_port:number}*`: `%{name}`
/// takes the shortest text up to the next literal, `*` the same without a name; at the end of a
/// template either takes all the rest. `:ip`, `:number` and `:word` (no white space) must hold of
/// what was taken, and may stand before another capture: they end where their kind does.
/// `\*` is a star. `%{name:long}`, once in a template, takes the longest text instead, so that a
/// user's name cannot pose as what follows it. O(text × 8 + template): nothing is tried more than
/// eight times.
struct MessageTemplate {
  enum class Take : std::uint8_t { any, ip, number, word, longest };
  struct Piece {
    std::string literal{};  ///< of a literal
    std::string name{};     ///< of a capture; empty for `*`
    Take take = Take::any;
    bool is_capture = false;
  };
  std::vector<Piece> pieces;                               ///< a capture never follows a capture
  std::vector<std::pair<std::string, std::string>> set{};  ///< fields added where it fits
};

/// Errors: `%{` without `}`, an unknown kind of capture, a capture of any text right before
/// another, a second longest one.
[[nodiscard]] Result<MessageTemplate> parse_template(std::string_view text);

/// What was taken: name and text; views into the template and the text.
using Captures = std::vector<std::pair<std::string_view, std::string_view>>;

/// Appends to `out` and answers true if `text` as a whole fits; else leaves `out` as it was.
bool match_template(const MessageTemplate& shape, std::string_view text, Captures& out);

}  // namespace interdict::normalize
