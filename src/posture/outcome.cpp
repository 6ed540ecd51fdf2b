#include "posture/outcome.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

namespace interdict::posture {
namespace {

constexpr const char* kFile = "outcomes.tsv";

std::optional<finding::Outcome> parse_outcome(std::string_view word) {
  using finding::Outcome;
  for (const Outcome o : {Outcome::unknown, Outcome::succeeded, Outcome::blocked, Outcome::failed})
    if (finding::to_string(o) == word) return o;
  return std::nullopt;
}

/// The values of a field; `fields` are sorted by name.
std::vector<std::string_view> values_of(const finding::Detection& detection,
                                        std::string_view field) {
  std::vector<std::string_view> out;
  const auto& all = detection.fields;
  auto at = std::ranges::lower_bound(
      all, field, {}, [](const auto& entry) -> std::string_view { return entry.first; });
  for (; at != all.end() && at->first == field; ++at) out.push_back(at->second.text);
  return out;
}

}  // namespace

Result<OutcomeTable> OutcomeTable::parse(std::string_view text) {
  OutcomeTable out;
  INTERDICT_TRY(const auto rows, read_table(text, 4, kFile));
  for (const TableRow& row : rows) {
    auto test = parse_record_test(row.columns[0], row.columns[1]);
    if (!test)
      return fail(test.error().code, test.error().message, {.file = kFile, .line = row.line});
    const auto outcome = parse_outcome(row.columns[2]);
    if (!outcome)
      return fail(Errc::syntax, fmt::format("unknown outcome `{}`", row.columns[2]),
                  {.file = kFile, .line = row.line});
    out.rows_.push_back({std::move(*test), *outcome});
  }
  return out;
}

finding::Outcome OutcomeTable::outcome(const finding::Detection& detection) const {
  for (const Row& row : rows_) {
    if (!row.test.wants(detection.evidence.log_source)) continue;
    const auto holds = [&](const RecordTest::Clause& clause) {
      return meets(clause, values_of(detection, clause.field));
    };
    if (std::ranges::all_of(row.test.clauses, holds)) return row.outcome;
  }
  return finding::Outcome::unknown;
}

}  // namespace interdict::posture
