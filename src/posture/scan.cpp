#include "posture/scan.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "posture/record_condition.hpp"
#include "posture/scan_readers.hpp"

namespace interdict::posture {
namespace {

using finding::ControlState;

constexpr const char* kFile = "scans.tsv";
constexpr std::size_t kMaxExamples = 3;

bool fits(std::string_view pattern, std::string_view check) {
  const bool open_begin = pattern.starts_with('*');
  if (open_begin) pattern.remove_prefix(1);
  if (pattern.empty()) return open_begin;
  const bool open_end = pattern.ends_with('*');
  if (open_end) pattern.remove_suffix(1);
  if (open_begin && open_end) return check.find(pattern) != std::string_view::npos;
  if (open_begin) return check.ends_with(pattern);
  return open_end ? check.starts_with(pattern) : check == pattern;
}

ControlState state_of(std::size_t pass, std::size_t fail, std::size_t warn) {
  if (pass + fail + warn == 0) return ControlState::unknown;
  if (fail + warn == 0) return ControlState::present;
  return pass == 0 && warn == 0 ? ControlState::absent : ControlState::weak;
}

}  // namespace

Result<ScanTable> ScanTable::parse(std::string_view text) {
  ScanTable out;
  INTERDICT_TRY(const auto rows, read_table(text, 3, kFile));
  for (const TableRow& row : rows) {
    for (const std::string_view column : row.columns)
      if (column.empty())
        return fail(Errc::syntax, "an empty column", {.file = kFile, .line = row.line});
    out.rows.push_back(
        {std::string(row.columns[0]), std::string(row.columns[1]), std::string(row.columns[2])});
  }
  return out;
}

std::vector<std::string_view> ScanTable::controls(std::string_view format,
                                                  std::string_view check) const {
  std::vector<std::string_view> out;
  for (const Row& row : rows)
    if (row.format == format && fits(row.check, check)) out.push_back(row.control);
  return out;
}

ControlEvidence scan_evidence(std::string_view control, ControlState state, std::string text,
                              const std::string& host, std::optional<Timestamp> when) {
  ControlEvidence out;
  out.control = control;
  out.state = state;
  out.text = std::move(text);
  out.weight = kWeightScan;
  out.host = host;
  out.first = out.last = when;
  out.days = when ? kScanDays : 0;
  return out;
}

bool ScanTally::add(std::string_view check, Verdict verdict) {
  if (++checks_ > kMaxScanChecks) return false;
  for (const std::string_view control : table_.controls(format_, check)) {
    Count& count = counts_[std::string(control)];
    if (verdict == Verdict::pass) ++count.pass;
    if (verdict == Verdict::none) ++count.none;
    if (verdict != Verdict::fail && verdict != Verdict::warn) continue;
    ++(verdict == Verdict::fail ? count.fail : count.warn);
    if (count.examples.size() < kMaxExamples) count.examples.emplace_back(check);
  }
  return true;
}

std::vector<ControlEvidence> ScanTally::take(const std::string& source, const std::string& host,
                                             std::optional<Timestamp> when) const {
  std::vector<ControlEvidence> out;
  for (const auto& [control, count] : counts_) {
    const std::size_t judged = count.pass + count.fail + count.warn;
    std::string text;
    if (judged == 0) {
      text = fmt::format("{}: none of the {} checks was judged, so it says nothing", source,
                         count.none);
    } else {
      text = fmt::format("{}: {} of {} checks pass", source, count.pass, judged);
      for (std::size_t i = 0; i < count.examples.size(); ++i)
        text += (i == 0 ? "; not " : ", ") + count.examples[i];
      if (count.fail + count.warn > count.examples.size())
        text += fmt::format(" and {} more", count.fail + count.warn - count.examples.size());
    }
    out.push_back(scan_evidence(control, state_of(count.pass, count.fail, count.warn),
                                std::move(text), host, when));
  }
  return out;
}

Result<std::vector<ControlEvidence>> read_scan(std::string_view text, const ScanTable& table,
                                               const std::string& file) {
  if (text.size() > kMaxScanBytes)
    return fail(Errc::limit, fmt::format("larger than {} bytes", kMaxScanBytes), {.file = file});
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  const std::string_view head =
      text.substr(0, text.find_first_not_of(" \t\r\n") == 0 ? 4096 : 8192);
  const std::size_t first = head.find_first_not_of(" \t\r\n");
  const char c = first == std::string_view::npos ? '\0' : head[first];
  if (c == '<') return read_xml_scan(text, table, file);
  if (c == '{' || c == '[') return read_json_scan(text, table, file);
  if (head.find("lynis_version=") != std::string_view::npos) return read_lynis(text, table, file);
  if (head.starts_with("\"Control ID\"") || head.starts_with("Control ID,"))
    return read_scuba_csv(text, table, file);
  return fail(Errc::unsupported, "is no report of a kind that is known here", {.file = file});
}

}  // namespace interdict::posture
