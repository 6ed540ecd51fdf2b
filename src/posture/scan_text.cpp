#include <algorithm>
#include <charconv>
#include <set>

#include <fmt/format.h>

#include "posture/scan_readers.hpp"

namespace interdict::posture {
namespace {

using finding::ControlState;
using Verdict = ScanTally::Verdict;

/// Lynis prints an index from 0 to 100; from here on the baseline counts as kept. Judgement: Lynis
/// itself calls 65 and above good.
constexpr int kLynisGood = 65;

std::string_view next_line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  std::string_view line = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

/// The cells of the next record of a CSV (RFC 4180); empty at the end of the text.
std::vector<std::string> next_record(std::string_view text, std::size_t& at) {
  std::vector<std::string> cells;
  if (at >= text.size()) return cells;
  cells.emplace_back();
  bool quoted = false;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (quoted) {
      if (c != '"') {
        cells.back() += c;
      } else if (at + 1 < text.size() && text[at + 1] == '"') {
        cells.back() += c;
        ++at;
      } else {
        quoted = false;
      }
    } else if (c == '"') {
      quoted = true;
    } else if (c == ',') {
      cells.emplace_back();
    } else if (c == '\n') {
      ++at;
      return cells;
    } else if (c != '\r') {
      cells.back() += c;
    }
  }
  return cells;
}

struct Lynis {
  std::string host;
  std::string start;
  std::string version;
  std::string executed;  ///< `ID|ID|…`
  std::set<std::string, std::less<>> warned;
  int index = -1;
  bool finished = false;
};

Lynis parse_lynis(std::string_view text) {
  Lynis out;
  while (!text.empty()) {
    const std::string_view line = next_line(text);
    const std::size_t equals = line.find('=');
    if (line.starts_with('#') || equals == std::string_view::npos) continue;
    const std::string_view key = line.substr(0, equals);
    const std::string_view value = line.substr(equals + 1);
    if (key == "hostname") out.host = value;
    if (key == "report_datetime_start") out.start = value;
    if (key == "lynis_version") out.version = value;
    if (key == "tests_executed") out.executed = value;
    if (key == "finish") out.finished = value == "true";
    if (key == "hardening_index")
      std::from_chars(value.data(), value.data() + value.size(), out.index);
    if (key == "warning[]" || key == "suggestion[]")
      out.warned.emplace(value.substr(0, value.find('|')));
  }
  return out;
}

}  // namespace

ScanTally::Verdict scuba_verdict(std::string_view result, std::string_view omitted,
                                 std::string_view incorrect) {
  const auto is_set = [](std::string_view text) { return !text.empty() && text != "N/A"; };
  if (is_set(omitted) || is_set(incorrect)) return Verdict::none;
  if (result == "Pass") return Verdict::pass;
  if (result == "Fail") return Verdict::fail;
  return result == "Warning" ? Verdict::warn : Verdict::none;
}

ScanResult read_lynis(std::string_view text, const ScanTable& table, const std::string& file) {
  const Lynis report = parse_lynis(text);
  const auto when = parse_timestamp(report.start);
  const std::string source = fmt::format("Lynis {} on {} at {} ({})", report.version, report.host,
                                         when ? report.start : "an unknown time", file);
  std::vector<ControlEvidence> out;
  if (!report.finished) {
    std::set<std::string_view> controls;
    for (const ScanTable::Row& row : table.rows)
      if (row.format == "lynis") controls.insert(row.control);
    for (const std::string_view control : controls)
      out.push_back(scan_evidence(control, ControlState::unknown,
                                  source + ": the run did not finish, so it says nothing",
                                  report.host, when));
    return out;
  }
  ScanTally tally(table, "lynis");
  std::string_view rest = report.executed;
  while (!rest.empty()) {
    const std::size_t end = rest.find('|');
    const std::string_view test = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    if (test.empty()) continue;
    if (!tally.add(test, report.warned.contains(test) ? Verdict::warn : Verdict::pass))
      return fail(Errc::limit, "more checks than a report may have", {.file = file});
  }
  out = tally.take(source, report.host, when);
  for (ControlEvidence& evidence : out) {
    if (evidence.control != "X2" || report.index < 0) continue;
    evidence.state = report.index >= kLynisGood ? ControlState::present : ControlState::weak;
    evidence.text += fmt::format("; hardening index {}", report.index);
  }
  return out;
}

ScanResult read_scuba_csv(std::string_view text, const ScanTable& table, const std::string& file) {
  std::size_t at = 0;
  const auto header = next_record(text, at);
  const auto column = [&](std::string_view name) {
    return static_cast<std::size_t>(std::ranges::find(header, name) - header.begin());
  };
  const std::size_t id = column("Control ID");
  const std::size_t result = column("Result");
  const std::size_t omitted = column("OmittedEvaluationResult");
  const std::size_t incorrect = column("IncorrectResult");
  if (id == header.size() || result == header.size())
    return fail(Errc::unsupported, "is no table of ScubaGear", {.file = file});
  ScanTally tally(table, "scubagear");
  for (auto cells = next_record(text, at); !cells.empty(); cells = next_record(text, at)) {
    const auto cell = [&](std::size_t i) { return i < cells.size() ? cells[i] : std::string(); };
    if (cell(id).empty()) continue;
    if (!tally.add(cell(id), scuba_verdict(cell(result), cell(omitted), cell(incorrect))))
      return fail(Errc::limit, "more checks than a report may have", {.file = file});
  }
  return tally.take(fmt::format("ScubaGear, undated ({})", file), "", {});
}

}  // namespace interdict::posture
