#include "normalize/message.hpp"

#include <algorithm>

namespace interdict::normalize {

namespace {

using Piece = MessageTemplate::Piece;
using Take = MessageTemplate::Take;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// The characters of an address, and at least one `.` or `:`; that is enough to tell it from a
/// name.
bool looks_like_address(std::string_view text) {
  bool mark = false;
  const auto port = text.rfind(':');  // `192.0.2.1:80` is an address and a port
  if (port != std::string_view::npos && text.find('.') < port) return false;
  for (const char c : text) {
    const bool hex = is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    mark = mark || c == '.' || c == ':';
    if (!hex && c != '.' && c != ':' && c != '%') return false;
  }
  return mark && text.size() >= 2 && text.size() <= 64;
}

bool is_of_kind(Take take, std::string_view text) {
  switch (take) {
    case Take::any:
    case Take::longest:
      return true;
    case Take::ip:
      return looks_like_address(text);
    case Take::number:
      return !text.empty() && std::ranges::all_of(text, is_digit);
    case Take::word:
      return !text.empty() && text.find_first_of(" \t") == std::string_view::npos;
  }
  return false;
}

/// How much of the front of `text` is of that kind.
std::size_t run_of(Take take, std::string_view text) {
  constexpr std::string_view kDigits = "0123456789";
  constexpr std::string_view kAddress = "0123456789abcdefABCDEF.:%";
  auto end = std::string_view::npos;
  if (take == Take::number) end = text.find_first_not_of(kDigits);
  if (take == Take::ip) end = text.find_first_not_of(kAddress);
  if (take == Take::word) end = text.find_first_of(" \t");
  return std::min(end, text.size());
}

Result<Piece> read_capture(std::string_view inner) {
  const auto colon = inner.find(':');
  Piece piece;
  piece.is_capture = true;
  piece.name = inner.substr(0, colon);
  if (piece.name.empty()) return fail(Errc::syntax, "a capture has no name", {});
  if (colon == std::string_view::npos) return piece;
  const auto kind = inner.substr(colon + 1);
  if (kind == "ip") {
    piece.take = Take::ip;
  } else if (kind == "number") {
    piece.take = Take::number;
  } else if (kind == "word") {
    piece.take = Take::word;
  } else if (kind == "long") {
    piece.take = Take::longest;
  } else {
    return fail(Errc::syntax,
                "`" + std::string(kind) + "` is no kind of capture (ip, number, word, long)", {});
  }
  return piece;
}

bool take(const Piece& piece, std::string_view text, Captures& out) {
  if (!is_of_kind(piece.take, text)) return false;
  if (!piece.name.empty()) out.emplace_back(piece.name, text);
  return true;
}

/// Reads pieces [from, to) off the front of `text`; the last may be a capture of all the rest only
/// if `to_end`.
bool read_forward(const std::vector<Piece>& pieces, std::size_t from, std::size_t to, bool to_end,
                  std::string_view& text, Captures& out) {
  for (std::size_t i = from; i < to; ++i) {
    const auto& piece = pieces[i];
    if (!piece.is_capture) {
      if (!text.starts_with(piece.literal)) return false;
      text.remove_prefix(piece.literal.size());
      continue;
    }
    if (i + 1 == to) {
      if (!to_end) return false;
      if (!take(piece, text, out)) return false;
      text = {};
      continue;
    }
    if (pieces[i + 1].is_capture) {
      const auto length = run_of(piece.take, text);
      if (!take(piece, text.substr(0, length), out)) return false;
      text.remove_prefix(length);
      continue;
    }
    // The last literal of a template stands at the text's end.
    const auto& next = pieces[i + 1].literal;
    const bool last = to_end && i + 2 == to;
    const auto at = last && text.ends_with(next) ? text.size() - next.size()
                    : last                       ? std::string_view::npos
                                                 : text.find(next);
    if (at == std::string_view::npos || !take(piece, text.substr(0, at), out)) return false;
    text.remove_prefix(at);
  }
  return !to_end || text.empty();
}

/// The longest capture, then the pieces behind it: where the literal behind it stands last, or, if
/// the rest does not fit there, before.
bool read_longest(const std::vector<Piece>& pieces, std::size_t at, std::string_view text,
                  Captures& out) {
  if (at + 1 == pieces.size()) return take(pieces[at], text, out);
  constexpr int kMaxTries = 8;  // keeps a message of nothing but that literal linear
  const auto before = out.size();
  auto end = std::string_view::npos;
  for (int i = 0; i < kMaxTries; ++i) {
    end = text.rfind(pieces[at + 1].literal, end);
    if (end == std::string_view::npos) return false;
    auto rest = text.substr(end);
    if (take(pieces[at], text.substr(0, end), out) &&
        read_forward(pieces, at + 1, pieces.size(), true, rest, out)) {
      return true;
    }
    out.resize(before);
    if (end-- == 0) return false;
  }
  return false;
}

}  // namespace

Result<MessageTemplate> parse_template(std::string_view text) {
  MessageTemplate result;
  bool longest = false;
  const auto add_literal = [&](char c) {
    if (result.pieces.empty() || result.pieces.back().is_capture) result.pieces.emplace_back();
    result.pieces.back().literal += c;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    Piece capture;
    if (text.substr(i).starts_with("%{")) {
      const auto close = text.find('}', i);
      if (close == std::string_view::npos) return fail(Errc::syntax, "`%{` without `}`", {});
      INTERDICT_TRY(capture, read_capture(text.substr(i + 2, close - i - 2)));
      i = close;
    } else if (text.substr(i).starts_with("\\*")) {
      add_literal(text[++i]);
      continue;
    } else if (text[i] == '*') {
      capture.is_capture = true;
    } else {
      add_literal(text[i]);
      continue;
    }
    if (!result.pieces.empty() && result.pieces.back().is_capture &&
        (result.pieces.back().take == Take::any || result.pieces.back().take == Take::longest)) {
      return fail(Errc::syntax, "two captures with nothing between them", {});
    }
    if (capture.take == Take::longest && std::exchange(longest, true)) {
      return fail(Errc::syntax, "more than one `long` capture", {});
    }
    result.pieces.push_back(std::move(capture));
  }
  if (result.pieces.empty()) return fail(Errc::syntax, "an empty template", {});
  return result;
}

bool match_template(const MessageTemplate& shape, std::string_view text, Captures& out) {
  const auto before = out.size();
  const auto& pieces = shape.pieces;
  const auto longest =
      std::ranges::find_if(pieces, [](const Piece& p) { return p.take == Take::longest; });
  bool fits = false;
  if (longest == pieces.end()) {
    fits = read_forward(pieces, 0, pieces.size(), true, text, out);
  } else {
    const auto at = static_cast<std::size_t>(longest - pieces.begin());
    fits = read_forward(pieces, 0, at, false, text, out) && read_longest(pieces, at, text, out);
  }
  if (!fits) out.resize(before);
  return fits;
}

}  // namespace interdict::normalize
