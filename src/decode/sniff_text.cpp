#include "decode/sniff_text.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "decode/text/formats.hpp"
#include "decode/text/line_format.hpp"

namespace interdict::decode {
namespace {

constexpr std::size_t kLinesLookedAt = 64;

/// The first lines that are not blank, without their ends.
std::vector<std::string_view> first_lines(std::string_view head, bool is_whole) {
  std::vector<std::string_view> lines;
  for (std::size_t at = 0; at < head.size() && lines.size() < kLinesLookedAt;) {
    const auto end = head.find('\n', at);
    if (end == std::string_view::npos && !is_whole && !lines.empty()) break;
    auto line = head.substr(at, end == std::string_view::npos ? end : end - at);
    if (line.ends_with('\r')) line.remove_suffix(1);
    line.remove_prefix(std::min(line.find_first_not_of('\0'), line.size()));
    if (!trim(line).empty()) lines.push_back(line);
    if (end == std::string_view::npos) break;
    at = end + 1;
  }
  return lines;
}

using Lines = std::vector<std::string_view>;

bool any_starts_with(const Lines& lines, std::string_view start) {
  return std::ranges::any_of(lines, [&](std::string_view line) { return line.starts_with(start); });
}

/// Tabs part the values of every Zeek log, and its names are written so and nowhere else.
bool is_zeek(const Lines& lines) {
  return any_starts_with(lines, "#separator ") || any_starts_with(lines, "#fields\t");
}

/// How many of the lines a format reads, if they are enough to be meant: half of them; or, where
/// lines may continue a record, the first; or, behind a heading that only that format has, any.
std::size_t score(const LineFormatRow& row, const Lines& lines, FieldList& fields) {
  std::size_t taken = 0;
  bool takes_first = false;
  for (const auto line : lines) {
    fields.clear();
    const bool takes = row.begins != nullptr ? row.begins(line) : read_record(row, line, fields);
    taken += takes ? 1U : 0U;
    if (takes && line.data() == lines.front().data()) takes_first = true;
  }
  const bool enough = taken * 2 >= lines.size() || (row.begins != nullptr && takes_first) ||
                      (row.has_heading && !row.is_general);
  return enough ? taken : 0;
}

std::string_view best_format(const Lines& lines, bool general) {
  FieldList fields;
  std::string_view best;
  std::size_t most = 0;
  for (const auto& row : line_formats()) {
    if (row.is_general != general) continue;
    const auto taken = score(row, lines, fields);
    if (taken > most) {
      most = taken;
      best = row.name;
    }
  }
  return best;
}

}  // namespace

Sniffed sniff_text(std::string_view head, bool is_whole, std::string_view /*name*/) {
  const auto lines = first_lines(head, is_whole);
  if (lines.empty()) return {};
  if (is_zeek(lines)) return {"zeek", true};
  if (any_starts_with(lines, "detection:") &&
      (any_starts_with(lines, "logsource:") || any_starts_with(lines, "title:"))) {
    return {"sigma", false};
  }
  if (const auto format = best_format(lines, false); !format.empty()) return {format, true};
  switch (table_kind(head, is_whole)) {
    case TableKind::log:
      return {"csv", true};
    case TableKind::other:
      return {"csv", false};
    case TableKind::none:
      break;
  }
  if (const auto format = best_format(lines, true); !format.empty()) return {format, true};
  return {};
}

}  // namespace interdict::decode
