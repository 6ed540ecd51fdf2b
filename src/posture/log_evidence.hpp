#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/result.hpp"
#include "event/batch.hpp"
#include "event/field.hpp"
#include "posture/posture.hpp"
#include "posture/record_condition.hpp"

namespace interdict::posture {

/// At most this many controls × states × hosts are kept; more are counted as dropped.
inline constexpr std::size_t kMaxLogEvidence = 100'000;

/// Which records prove which state: `content/controls/evidence.tsv`. Immutable.
struct EvidenceTable {
  struct Row {
    std::string control;
    finding::ControlState state = finding::ControlState::unknown;
    bool whole_scope = false;  ///< not only the host that wrote the record
    std::uint32_t days = 0;
    RecordTest test;
    std::string text;
  };
  std::vector<Row> rows;

  /// Errors: syntax and limit, with the line.
  [[nodiscard]] static Result<EvidenceTable> parse(std::string_view text);
};

/// What records proved, gathered event by event. The content does not depend on the order of
/// `see` and `merge`. One thread; each worker has its own.
class LogEvidence {
 public:
  /// `table` and `catalogue` must outlive this.
  LogEvidence() = default;

  /// Looks at one batch. A host of a batch that proves the same again only counts. O(1) for a log
  /// source that no row wants, else O(rows of the batch × rows of the table that want it).
  /// `wanted` tells which events count, by row.
  template <class Wanted>
  void see(const EvidenceTable& table, const FieldCatalogue& catalogue, const EventBatch& batch,
           const Wanted& wanted) {
    const auto tests = compile(table, catalogue, batch);
    if (tests.empty()) return;
    for (std::size_t i = 0; i < batch.size(); ++i) {
      const auto row = static_cast<Row>(i);
      if (wanted(row)) look(tests, batch, row);
    }
  }
  void merge(const LogEvidence& other);

  /// Sorted by control, state, host, text.
  [[nodiscard]] std::vector<ControlEvidence> take() const;
  [[nodiscard]] std::uint64_t dropped() const { return dropped_; }

 private:
  struct Test {
    const EvidenceTable::Row* row = nullptr;
    std::vector<std::optional<FieldId>> fields;  ///< of the clauses; empty: no such field anywhere
  };
  struct Seen {
    std::uint64_t count = 0;
    Timestamp first;
    std::string file;  ///< of the first record, ties by file and number
    std::uint64_t record = 0;
    Timestamp last;
    std::uint32_t days = 0;
    std::string kind;
  };
  using Key = std::tuple<std::string, finding::ControlState, std::string, std::string>;

  [[nodiscard]] static std::vector<Test> compile(const EvidenceTable& table,
                                                 const FieldCatalogue& catalogue,
                                                 const EventBatch& batch);
  void look(const std::vector<Test>& tests, const EventBatch& batch, Row row);
  void add(Key key, Seen seen);

  std::map<Key, Seen> seen_;
  std::uint64_t dropped_ = 0;
};

}  // namespace interdict::posture
