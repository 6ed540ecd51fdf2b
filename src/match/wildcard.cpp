#include "match/wildcard.hpp"

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include "base/unicode.hpp"

namespace interdict::match {
namespace {

using Kind = PatternPart::Kind;
using Parts = std::vector<PatternPart>;

/// Where the character that ends at `end` begins; `end` > 0. An ill-formed byte is a character, as
/// in next_code_point.
std::size_t previous_character(std::string_view text, std::size_t end) {
  for (std::size_t size = 2; size <= 4 && size <= end; ++size) {
    std::size_t position = end - size;
    static_cast<void>(next_code_point(text.substr(0, end), position));
    if (position == end) return end - size;
  }
  return end - 1;
}

/// Where `segment` ends if it begins at `start`.
std::optional<std::size_t> match_forward(const Parts& segment, std::string_view text,
                                         std::size_t start) {
  std::size_t position = start;
  for (const auto& part : segment) {
    if (part.kind == Kind::one) {
      if (position >= text.size()) return std::nullopt;
      static_cast<void>(next_code_point(text, position));
    } else {
      if (!text.substr(position).starts_with(part.text)) return std::nullopt;
      position += part.text.size();
    }
  }
  return position;
}

/// Where `segment` begins if it ends with the text.
std::optional<std::size_t> match_backward(const Parts& segment, std::string_view text) {
  std::size_t position = text.size();
  for (auto part = segment.rbegin(); part != segment.rend(); ++part) {
    if (part->kind == Kind::one) {
      if (position == 0) return std::nullopt;
      position = previous_character(text, position);
    } else {
      if (!text.substr(0, position).ends_with(part->text)) return std::nullopt;
      position -= part->text.size();
    }
  }
  return position;
}

/// As text.find, by the C library's memmem: string_view::find stops at each occurrence of the first
/// byte, and paths are full of backslashes.
std::size_t find_text(std::string_view text, std::string_view wanted, std::size_t start) {
  const void* found =
      memmem(text.data() + start, text.size() - start, wanted.data(), wanted.size());
  if (found == nullptr) return std::string_view::npos;
  return static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

/// Where the first occurrence of `segment` at or after `start` ends.
std::optional<std::size_t> find_segment(const Parts& segment, std::string_view text,
                                        std::size_t start) {
  const bool leads_with_text = segment.front().kind == Kind::literal;
  for (std::size_t position = start;;) {
    if (leads_with_text) position = find_text(text, segment.front().text, position);
    if (position == std::string_view::npos) return std::nullopt;
    if (const auto end = match_forward(segment, text, position)) return end;
    if (position >= text.size()) return std::nullopt;
    static_cast<void>(next_code_point(text, position));
  }
}

}  // namespace

std::string fold_dashes(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto rest = text.substr(i);
    if (text[i] == '/') {
      result.push_back('-');
    } else if (rest.starts_with("\u2013") || rest.starts_with("\u2014") ||
               rest.starts_with("\u2015")) {
      result.push_back('-');
      i += 2;
    } else {
      result.push_back(text[i]);
    }
  }
  return result;
}

std::string to_form(std::string_view text, TextForm form) {
  std::string out;
  to_form(text, form, out);
  return out;
}

void to_form(std::string_view text, TextForm form, std::string& out) {
  if (form.folded) {
    fold_case(text, out);
  } else {
    out.assign(text);
  }
  if (form.dashes) out = fold_dashes(out);
}

Pattern::Pattern(std::span<const PatternPart> parts, TextForm form) : form_(form) {
  open_start_ = !parts.empty() && parts.front().kind == Kind::any;
  open_end_ = !parts.empty() && parts.back().kind == Kind::any;
  Segment segment;
  const auto close = [&] {
    if (!segment.empty()) segments_.push_back(std::move(segment));
    segment.clear();
  };
  for (const auto& part : parts) {
    if (part.kind == Kind::any) {
      close();
    } else if (part.kind == Kind::one) {
      segment.push_back(part);
    } else if (!part.text.empty()) {
      if (segment.empty() || segment.back().kind != Kind::literal) {
        segment.push_back({Kind::literal, {}});
      }
      segment.back().text += to_form(part.text, form);
    }
  }
  close();
}

bool Pattern::matches(std::string_view text) const {
  if (segments_.empty()) return open_start_ || text.empty();
  std::size_t first = 0;
  std::size_t last = segments_.size();
  std::size_t position = 0;
  if (!open_start_) {
    const auto end = match_forward(segments_.front(), text, 0);
    if (!end) return false;
    if (last == 1 && !open_end_) return *end == text.size();
    position = *end;
    ++first;
  }
  std::size_t limit = text.size();
  if (!open_end_ && first < last) {
    const auto start = match_backward(segments_.back(), text);
    if (!start || *start < position) return false;
    limit = *start;
    --last;
  }
  for (; first < last; ++first) {
    const auto end = find_segment(segments_[first], text.substr(0, limit), position);
    if (!end) return false;
    position = *end;
  }
  return true;
}

std::vector<PatternPart> widen(std::vector<PatternPart> parts, bool start, bool end) {
  const PatternPart any{Kind::any, {}};
  if (start && (parts.empty() || parts.front().kind != Kind::any)) parts.insert(parts.begin(), any);
  if (end && (parts.empty() || parts.back().kind != Kind::any)) parts.push_back(any);
  return parts;
}

}  // namespace interdict::match
