#include "decode/sniff_text.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "decode/json_look.hpp"
#include "decode/text/formats.hpp"
#include "decode/text/line_format.hpp"
#include "decode/text/time_shape.hpp"

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

std::size_t count_of(const Lines& lines, bool (*is)(std::string_view)) {
  return static_cast<std::size_t>(std::ranges::count_if(lines, is));
}

/// Formats that say what they are in a line of their own, or in the shape of every line.
std::string_view told_by_header(std::string_view head, const Lines& lines) {
  if (has_windows_event(head)) return "windows-xml";
  if (any_starts_with(lines, "#separator ") || any_starts_with(lines, "#fields\t")) return "zeek";
  const auto fields = std::ranges::find_if(
      lines, [](std::string_view line) { return line.starts_with("#Fields:"); });
  if (fields != lines.end()) return fields->find(',') == std::string_view::npos ? "w3c" : "csv";
  if (any_starts_with(lines, kDhcpHeader) && !lines.front().starts_with(kDhcpHeader)) return "dhcp";
  if (lines.front().starts_with("__CURSOR=") ||
      lines.front().starts_with("__REALTIME_TIMESTAMP=")) {
    return "journal";
  }
  if (is_transcript(lines)) return "transcript";
  if (is_mail(lines)) return "mail";
  if (is_vpcflow_header(lines.front())) return "vpcflow";
  if (count_of(lines, is_vpcflow_row) * 2 >= lines.size()) return "vpcflow";
  if (count_of(lines, is_audit_line) * 2 >= lines.size()) return "auditd";
  return {};
}

/// Known documents, rules and source code, or nothing.
std::string_view told_as_document(const Lines& lines) {
  const auto first = trim(lines.front());
  if (any_starts_with(lines, "detection:") &&
      (any_starts_with(lines, "logsource:") || any_starts_with(lines, "title:"))) {
    return "sigma";
  }
  if (first.starts_with("<!DOCTYPE") || first.starts_with("<!doctype") ||
      first.starts_with("<html")) {
    return "html";
  }
  if (first.starts_with("<?xml") || first.starts_with("<!--")) return "xml";
  if (first.starts_with("<") && first.find('>') != std::string_view::npos && first[1] != '>' &&
      (first[1] < '0' || first[1] > '9')) {
    return "xml";
  }
  if (first.starts_with("#!")) return "script";
  constexpr std::array<std::string_view, 6> kActions{"alert ",  "drop ", "pass ",
                                                     "reject ", "log ",  "rejectsrc "};
  const auto is_network_rule = [&](std::string_view line) {
    if (line.starts_with("# ")) line.remove_prefix(2);
    return line.find("(msg:") != std::string_view::npos &&
           std::ranges::any_of(kActions, [&](auto action) { return line.starts_with(action); });
  };
  if (std::ranges::any_of(lines, is_network_rule)) return "suricata-rules";
  const auto trimmed_starts = [&](std::string_view start) {
    return std::ranges::any_of(
        lines, [&](std::string_view line) { return trim(line).starts_with(start); });
  };
  if ((any_starts_with(lines, "rule ") || any_starts_with(lines, "private rule ")) &&
      (trimmed_starts("strings:") || trimmed_starts("condition:") || trimmed_starts("meta:"))) {
    return "yara";
  }
  return {};
}

/// Endings of names of what people write by hand. Content alone cannot tell prose or source code
/// from a log that is not known.
std::string_view told_by_name(std::string_view name) {
  constexpr std::array<std::string_view, 33> kEndings{
      ".md",  ".rst",  ".adoc", ".yml", ".yaml", ".toml",  ".ini", ".cfg",  ".conf", ".py", ".sh",
      ".ps1", ".psm1", ".bat",  ".c",   ".cc",   ".cpp",   ".h",   ".hpp",  ".rs",   ".go", ".js",
      ".ts",  ".css",  ".html", ".htm", ".xml",  ".rules", ".yar", ".yara", ".java", ".rb", ".lua"};
  for (const auto ending : kEndings) {
    if (name.ends_with(ending)) return "document";
  }
  constexpr std::array<std::string_view, 5> kNames{"LICENSE", "LICENCE", "COPYING", "README",
                                                   "NOTICE"};
  const auto base = name.substr(name.find_last_of("/!") + 1);
  for (const auto start : kNames) {
    if (base.starts_with(start)) return "document";
  }
  return {};
}

/// How many of the lines a format reads, if they are enough to be meant: half of them; or, where
/// lines may continue a record, the first (of a general format: with the time at its start); or,
/// behind a heading that only that format has, any.
std::size_t score(const LineFormatRow& row, const Lines& lines, FieldList& fields) {
  std::size_t taken = 0;
  bool takes_first = false;
  for (const auto line : lines) {
    fields.clear();
    const bool takes = row.begins != nullptr ? row.begins(line) : read_record(row, line, fields);
    taken += takes ? 1U : 0U;
    if (takes && line.data() == lines.front().data()) takes_first = true;
  }
  const bool enough = taken * 2 >= lines.size() ||
                      (row.begins != nullptr && takes_first &&
                       (!row.is_general || find_time(lines.front()) != std::string_view::npos)) ||
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

Sniffed sniff_text(std::string_view head, bool is_whole, std::string_view name) {
  auto lines = first_lines(head, is_whole);
  if (lines.empty()) return {};
  // Logs are put together: lines of JSON are read as such in any line format.
  const auto of_json = std::erase_if(lines, [](std::string_view line) {
    return is_in_braces(line) && json_bears_time(trim(line));
  });
  if (of_json > lines.size()) return {"ndjson", true};
  if (const auto format = told_by_header(head, lines); !format.empty()) return {format, true};
  if (const auto format = told_as_document(lines); !format.empty()) return {format, false};
  if (const auto format = best_format(lines, false); !format.empty()) return {format, true};
  const auto table = table_kind(head, is_whole);
  if (table == TableKind::log) return {"csv", true};
  if (const auto document = told_by_name(name); !document.empty()) return {document, false};
  const auto general = best_format(lines, true);
  if (table == TableKind::other && general != "lines") return {"csv", false};
  if (!general.empty()) return {general, true};
  return {};
}

}  // namespace interdict::decode
