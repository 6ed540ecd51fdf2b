#include "posture/log_evidence.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace interdict::posture {
namespace {

using finding::ControlState;

constexpr const char* kFile = "evidence.tsv";

std::optional<ControlState> parse_state(std::string_view word) {
  for (const ControlState s : {ControlState::enforced, ControlState::present, ControlState::weak})
    if (finding::to_string(s) == word) return s;
  return std::nullopt;
}

}  // namespace

bool holds_at(const ControlEvidence& evidence, Timestamp when) {
  if (evidence.days == 0 || !evidence.first || !evidence.last) return true;
  const std::int64_t span = std::int64_t{evidence.days} * 24 * kNsPerHour;
  return when.ns >= evidence.first->ns - span && when.ns <= evidence.last->ns + span;
}

Result<EvidenceTable> EvidenceTable::parse(std::string_view text) {
  EvidenceTable out;
  INTERDICT_TRY(const auto rows, read_table(text, 7, kFile));
  for (const TableRow& line : rows) {
    const auto wrong = [&](std::string_view what) {
      return fail(Errc::syntax, std::string(what), {.file = kFile, .line = line.line});
    };
    Row row;
    row.control = line.columns[0];
    // Absence is never proved by one record, so it is no state of this table.
    const auto state = parse_state(line.columns[1]);
    if (!state) return wrong("the state is neither enforced nor present nor weak");
    row.state = *state;
    if (line.columns[2] != "host" && line.columns[2] != "all")
      return wrong("the scope is neither host nor all");
    row.whole_scope = line.columns[2] == "all";
    const std::string_view days = line.columns[3];
    const auto [end, error] = std::from_chars(days.data(), days.data() + days.size(), row.days);
    if (error != std::errc{} || end != days.data() + days.size() || row.days == 0)
      return wrong("the days are no number");
    auto test = parse_record_test(line.columns[4], line.columns[5]);
    if (!test) return wrong(test.error().message);
    row.test = std::move(*test);
    row.text = line.columns[6];
    if (row.control.empty() || row.text.empty()) return wrong("a control or a text is missing");
    out.rows.push_back(std::move(row));
  }
  return out;
}

std::vector<LogEvidence::Test> LogEvidence::compile(const EvidenceTable& table,
                                                    const FieldCatalogue& catalogue,
                                                    const EventBatch& batch) {
  std::vector<Test> out;
  for (const EvidenceTable::Row& row : table.rows) {
    if (!row.test.wants(batch.log_source().kind)) continue;
    Test test{&row, {}};
    for (const RecordTest::Clause& clause : row.test.clauses)
      test.fields.push_back(catalogue.find(clause.field));
    out.push_back(std::move(test));
  }
  return out;
}

void LogEvidence::look(const std::vector<Test>& tests, const EventBatch& batch, Row row) {
  std::vector<std::string_view> values;
  for (const Test& test : tests) {
    const auto& clauses = test.row->test.clauses;
    bool fits = true;
    for (std::size_t i = 0; i < clauses.size() && fits; ++i) {
      values.clear();
      if (test.fields[i])
        for (const Value& value : batch.values(row, *test.fields[i])) values.push_back(value.text);
      fits = meets(clauses[i], values);
    }
    if (!fits) continue;
    const Timestamp time = batch.time(row);
    add({test.row->control, test.row->state,
         test.row->whole_scope ? std::string() : std::string(batch.host(row)), test.row->text},
        {1, time, batch.input(), batch.origin(row).record, time, test.row->days,
         batch.log_source().kind});
  }
}

void LogEvidence::add(Key key, Seen seen) {
  const auto at = seen_.find(key);
  if (at == seen_.end()) {
    if (seen_.size() >= kMaxLogEvidence) {
      dropped_ += seen.count;
      return;
    }
    seen_.emplace(std::move(key), std::move(seen));
    return;
  }
  Seen& known = at->second;
  known.count += seen.count;
  known.last = std::max(known.last, seen.last);
  if (std::tie(seen.first.ns, seen.file, seen.record) <
      std::tie(known.first.ns, known.file, known.record)) {
    known.first = seen.first;
    known.file = std::move(seen.file);
    known.record = seen.record;
    known.kind = std::move(seen.kind);
  }
}

void LogEvidence::merge(const LogEvidence& other) {
  for (const auto& [key, seen] : other.seen_) add(key, seen);
  dropped_ += other.dropped_;
}

std::vector<ControlEvidence> LogEvidence::take() const {
  std::vector<ControlEvidence> out;
  for (const auto& [key, seen] : seen_) {
    const auto& [control, state, host, text] = key;
    Timestamp shown = seen.first;
    shown.digits = 0;
    ControlEvidence evidence;
    evidence.control = control;
    evidence.state = state;
    evidence.weight = kWeightLog;
    evidence.host = host;
    evidence.first = seen.first;
    evidence.last = seen.last;
    evidence.days = seen.days;
    evidence.text = fmt::format("{}{}{} ({}, {} record {}, {}{})", text, host.empty() ? "" : " on ",
                                host, to_rfc3339(shown), seen.file, seen.record, seen.kind,
                                seen.count > 1 ? fmt::format(", {} times", seen.count) : "");
    out.push_back(std::move(evidence));
  }
  return out;
}

}  // namespace interdict::posture
