#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "posture/posture.hpp"

namespace interdict::posture {

inline constexpr std::size_t kMaxScanBytes = std::size_t{256} << 20U;  ///< of one report
inline constexpr std::size_t kMaxScanChecks = 200'000;                 ///< of one report

/// Which check speaks of which control: `content/controls/scans.tsv`. Immutable.
struct ScanTable {
  struct Row {
    std::string format;
    std::string check;  ///< `*` at its begin or end stands for anything
    std::string control;
  };
  std::vector<Row> rows;

  /// Errors: syntax and limit, with the line.
  [[nodiscard]] static Result<ScanTable> parse(std::string_view text);
  /// The controls of one check, in the table's order. O(rows).
  [[nodiscard]] std::vector<std::string_view> controls(std::string_view format,
                                                       std::string_view check) const;
};

/// Reads the report of a scan, known by its content: Lynis `report.dat`, `nmap -oX`, `nft -j list
/// ruleset`, XCCDF 1.1/1.2 results (also inside ARF), ScubaGear JSON or CSV (with or without a byte
/// order mark), gitleaks JSON. `file` names it in texts and errors.
///
/// What was judged becomes evidence: passed checks `present`, failed ones `absent`, both `weak`. A
/// scan that was interrupted, looked at the wrong target or judged nothing becomes evidence of
/// state `unknown` whose text says why: never `present`, never `absent`. Secrets in a report are
/// dropped. Errors: unsupported (no report of these kinds), syntax, limit.
[[nodiscard]] Result<std::vector<ControlEvidence>> read_scan(std::string_view text,
                                                             const ScanTable& table,
                                                             const std::string& file);

/// Counts what a report's checks say of each control. Used by the readers.
class ScanTally {
 public:
  enum class Verdict : std::uint8_t { pass, fail, warn, none };

  ScanTally(const ScanTable& table, std::string_view format) : table_(table), format_(format) {}

  /// False once there are more than kMaxScanChecks.
  [[nodiscard]] bool add(std::string_view check, Verdict verdict);
  /// Evidence of every control that a check named. `source` begins each text: the tool, its target,
  /// its date.
  [[nodiscard]] std::vector<ControlEvidence> take(const std::string& source,
                                                  const std::string& host,
                                                  std::optional<Timestamp> when) const;

 private:
  struct Count {
    std::size_t pass = 0;
    std::size_t fail = 0;
    std::size_t warn = 0;
    std::size_t none = 0;
    std::vector<std::string> examples;  ///< of what failed
  };
  const ScanTable& table_;
  std::string_view format_;
  std::size_t checks_ = 0;
  std::map<std::string, Count, std::less<>> counts_;
};

/// One piece of evidence by a scan.
[[nodiscard]] ControlEvidence scan_evidence(std::string_view control, finding::ControlState state,
                                            std::string text, const std::string& host,
                                            std::optional<Timestamp> when);

}  // namespace interdict::posture
