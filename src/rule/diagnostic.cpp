#include "rule/diagnostic.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/unicode.hpp"

namespace interdict::rule {
namespace {

constexpr std::size_t kShownBefore = 80;  ///< bytes of a source line shown before the token
constexpr std::size_t kShownAfter = 120;  ///< and from the token on
constexpr std::size_t kMaxDistance = 2;   ///< edits between a typo and what was meant
constexpr std::size_t kMaxWord = 64;      ///< longer words are no typos of ours

/// Appends one character so that it cannot move the cursor or change colours; returns how many
/// columns it takes.
std::size_t append_visible(char32_t code_point, std::string& out) {
  const bool control = code_point < 0x20 || (code_point >= 0x7f && code_point < 0xa0);
  const bool direction = (code_point >= 0x200b && code_point <= 0x200f) ||
                         (code_point >= 0x2028 && code_point <= 0x202e) ||
                         (code_point >= 0x2066 && code_point <= 0x2069) || code_point == 0xfeff;
  if (code_point == '\t') {
    out += ' ';
    return 1;
  }
  if (code_point >= 0x110000) {
    const std::string text = fmt::format("\\x{:02x}", code_point - 0x110000);
    out += text;
    return text.size();
  }
  if (control || direction) {
    const std::string text = fmt::format("\\u{:04x}", static_cast<std::uint32_t>(code_point));
    out += text;
    return text.size();
  }
  append_utf8(code_point, out);
  return 1;
}

std::size_t append_visible(std::string_view text, std::string& out) {
  std::size_t columns = 0;
  for (std::size_t at = 0; at < text.size();)
    columns += append_visible(next_code_point(text, at), out);
  return columns;
}

std::string_view source_line(std::string_view source, std::uint32_t number) {
  std::size_t start = 0;
  for (std::uint32_t line = 1; line < number; ++line) {
    start = source.find('\n', start);
    if (start == std::string_view::npos) return {};
    ++start;
  }
  const std::size_t end = source.find('\n', start);
  std::string_view row = source.substr(start, end == std::string_view::npos ? end : end - start);
  if (row.ends_with('\r')) row.remove_suffix(1);
  return row;
}

std::size_t character_start(std::string_view text, std::size_t at) {
  while (at > 0 && at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80) --at;
  return at;
}

void append_source(const Diagnostic& diagnostic, std::string_view source, std::string& out) {
  const std::string_view row = source_line(source, diagnostic.line);
  if (row.empty() || diagnostic.column == 0) return;
  const std::size_t start = std::min<std::size_t>(diagnostic.column - 1, row.size());
  const std::size_t length = std::min<std::size_t>(std::max(diagnostic.length, 1U), kShownAfter);
  const std::size_t end = std::min(row.size(), start + length);
  const std::size_t from = start > kShownBefore ? character_start(row, start - kShownBefore) : 0;
  const std::size_t to =
      row.size() - start > kShownAfter ? character_start(row, start + kShownAfter) : row.size();

  const std::string number = fmt::format("{:>5} | ", diagnostic.line);
  out += number;
  std::size_t before = number.size();
  if (from > 0) {
    out += "…";
    ++before;
  }
  before += append_visible(row.substr(from, start - from), out);
  const std::size_t width = append_visible(row.substr(start, std::min(end, to) - start), out);
  append_visible(row.substr(std::min(end, to), to - std::min(end, to)), out);
  if (to < row.size()) out += "…";
  out += '\n';
  out += std::string(number.size() - 2, ' ') + "| ";
  out += std::string(before - number.size(), ' ');
  out += std::string(std::max<std::size_t>(width, 1), '^');
  if (!diagnostic.suggestion.empty()) {
    out += " did you mean `";
    append_visible(diagnostic.suggestion, out);
    out += "`?";
  }
  if (!diagnostic.rule_id.empty()) {
    out += "   (rule ";
    append_visible(diagnostic.rule_id, out);
    out += ')';
  }
  out += '\n';
}

std::size_t edit_distance(std::string_view left, std::string_view right) {
  std::vector<std::size_t> row(right.size() + 1);
  for (std::size_t j = 0; j <= right.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= left.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= right.size(); ++j) {
      const std::size_t change = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, change});
    }
  }
  return row[right.size()];
}

}  // namespace

std::string render(const Diagnostic& diagnostic, std::string_view source, const std::string& path) {
  std::string out;
  append_visible(path, out);
  if (diagnostic.line != 0) out += fmt::format(":{}:{}", diagnostic.line, diagnostic.column);
  out += fmt::format(": {}[{}]: ", diagnostic.severity == Severity::error ? "error" : "warning",
                     diagnostic.code);
  append_visible(diagnostic.message, out);
  out += '\n';
  append_source(diagnostic, source, out);
  return out;
}

std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates) {
  std::string_view best;
  if (word.size() > kMaxWord) return best;
  const std::string folded = fold_case(word);
  std::size_t best_distance = std::min(kMaxDistance + 1, std::max<std::size_t>(word.size(), 1));
  for (const std::string_view candidate : candidates) {
    const std::size_t distance = edit_distance(folded, fold_case(candidate));
    if (distance >= best_distance) continue;
    best_distance = distance;
    best = candidate;
  }
  return best;
}

SourceText::SourceText(std::string_view text) : text_(text), starts_{0} {
  for (std::size_t at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1))
    starts_.push_back(at + 1);
}

std::size_t SourceText::offset_of(std::uint32_t line, std::uint32_t column) const {
  if (line == 0 || line > starts_.size()) return line == 0 ? 0 : text_.size();
  return std::min(text_.size(), starts_[line - 1] + (column > 0 ? column - 1 : 0));
}

Position SourceText::position_of(std::size_t offset) const {
  const auto after = std::ranges::upper_bound(starts_, offset);
  const auto line = static_cast<std::uint32_t>(after - starts_.begin());
  return {line, static_cast<std::uint32_t>(offset - *(after - 1)) + 1};
}

bool Reporter::admit(const Code& code) {
  if (code.severity == Severity::error) ++errors_;
  if (out_.size() < kMaxFaultsShown) return true;
  ++unshown_;
  return false;
}

void Reporter::report(const Code& code, const yaml::Node& node, std::string message,
                      std::string_view token, std::string suggestion, std::size_t occurrence) {
  if (!admit(code)) return;
  Diagnostic diagnostic;
  diagnostic.severity = code.severity;
  diagnostic.code = code.id;
  diagnostic.message = std::move(message);
  diagnostic.line = node.line();
  diagnostic.column = node.column();
  diagnostic.length = std::max(1U, static_cast<std::uint32_t>(node.text().size()));
  diagnostic.suggestion = std::move(suggestion);
  diagnostic.rule_id = rule_id_;
  const std::string_view text = source_.text();
  if (!token.empty()) {
    std::size_t at = text.find(token, source_.offset_of(node.line(), node.column()));
    for (; occurrence > 0 && at != std::string_view::npos; --occurrence)
      at = text.find(token, at + 1);
    if (at != std::string_view::npos) {
      if (token.size() > 1 && token.front() == '|') {
        token.remove_prefix(1);
        ++at;
      }
      const Position position = source_.position_of(at);
      diagnostic.line = position.line;
      diagnostic.column = position.column;
      diagnostic.length = static_cast<std::uint32_t>(token.size());
    }
  }
  out_.push_back(std::move(diagnostic));
}

void Reporter::report_at(const Code& code, Position position, std::size_t length,
                         std::string message) {
  if (!admit(code)) return;
  Diagnostic diagnostic;
  diagnostic.severity = code.severity;
  diagnostic.code = code.id;
  diagnostic.message = std::move(message);
  diagnostic.line = position.line;
  diagnostic.column = position.column;
  diagnostic.length = std::max(1U, static_cast<std::uint32_t>(length));
  diagnostic.rule_id = rule_id_;
  out_.push_back(std::move(diagnostic));
}

}  // namespace interdict::rule
