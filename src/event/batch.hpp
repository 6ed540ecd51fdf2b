#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.hpp"
#include "base/hash.hpp"
#include "event/field.hpp"
#include "event/log_source.hpp"
#include "event/timestamp.hpp"
#include "event/value.hpp"

namespace interdict {

using Row = std::uint16_t;

/// Where one event's bytes stand in its input.
struct Origin {
  std::uint64_t record = 0;  ///< the format's own number, or the line (1-based)
  std::uint64_t offset = 0;  ///< bytes from the start of the (unpacked) input
  std::uint64_t size = 0;    ///< bytes
  Digest128 digest{};        ///< of those bytes
  bool carved = false;       ///< read from slack (`--carve`)
  /// Equal for one event that stands in the inputs more than once: by its own number, else by its
  /// bytes if its time is finer than a second, else by all that stands before it in its input too.
  Digest128 identity{};
};

/// Up to kMaxRows events of one log source from one input, one column per field.
///
/// A cell is a list of values: empty = the field is absent, one null = present without a value, one
/// empty string = present and empty, several = a repeated field. All views point into the batch's
/// own arena and live exactly as long as the batch; what outlives it (a detection, a graph edge)
/// copies. Not thread-safe while being filled; after that any number of readers.
class EventBatch {
 public:
  /// A start (matching design): 1024 rows keep a column of cells in the first-level cache. No
  /// result may depend on it.
  static constexpr std::size_t kMaxRows = 1024;

  EventBatch(std::string input, LogSource log_source)
      : input_(std::move(input)), log_source_(std::move(log_source)) {}

  /// Empties it for events of another log source; its memory is used again. No view into it stays
  /// valid.
  void reset(LogSource log_source);

  /// Name of the input as every output spells it (`archive.zip!inner.json` for a member).
  [[nodiscard]] const std::string& input() const { return input_; }
  [[nodiscard]] const LogSource& log_source() const { return log_source_; }
  [[nodiscard]] std::size_t size() const { return rows_.size(); }
  [[nodiscard]] bool full() const { return rows_.size() >= kMaxRows; }

  [[nodiscard]] Timestamp time(Row row) const { return rows_[row].time; }
  /// The machine that wrote the record; empty if unknown.
  [[nodiscard]] std::string_view host(Row row) const { return rows_[row].host; }
  /// The account that acted, `DOMAIN\name` where both are known; empty if unknown.
  [[nodiscard]] std::string_view user(Row row) const { return rows_[row].user; }
  [[nodiscard]] const Origin& origin(Row row) const { return rows_[row].origin; }

  /// The values of `field` in `row`; empty if absent. O(1).
  [[nodiscard]] std::span<const Value> values(Row row, FieldId field) const;
  /// The text of the first value, or an empty view if absent or null. O(1).
  [[nodiscard]] std::string_view text(Row row, FieldId field) const {
    const auto cell = values(row, field);
    return cell.empty() ? std::string_view{} : cell.front().text;
  }
  /// A field's values by row, found once. Valid while the batch lives and is not filled.
  class Column;
  [[nodiscard]] Column column(FieldId field) const;
  /// Every value of `row`, perhaps some twice; nothing if rows were not filled one after another.
  /// O(1).
  [[nodiscard]] std::span<const Value> row_values(Row row) const;
  /// Whether row_values knows: rows were filled one after another.
  [[nodiscard]] bool in_row_order() const { return in_row_order_; }
  /// Every field that some row has, in order of first appearance.
  [[nodiscard]] std::span<const FieldId> fields() const { return fields_; }

  /// Starts a row. Precondition: !full().
  Row begin_row(Timestamp time, std::string_view host, const Origin& origin);
  void set_time(Row row, Timestamp time) { rows_[row].time = time; }
  void set_user(Row row, std::string_view user) { rows_[row].user = arena_.copy(user); }
  /// Appends a value to the cell; the text is copied into the batch's arena. Amortised O(length).
  void add(Row row, FieldId field, Value value);

 private:
  struct RowHead {
    Timestamp time;
    std::string_view host;
    std::string_view user;
    Origin origin;
    std::uint32_t first_value = 0;  ///< in pool_
  };
  struct Cell {
    std::uint32_t first = 0;
    std::uint32_t count = 0;
  };

  std::string input_;
  LogSource log_source_;
  Arena arena_;
  [[nodiscard]] const std::vector<Cell>* cells_of(FieldId field) const {
    const auto id = field.value();
    if (id >= column_of_.size() || column_of_[id] == 0) return nullptr;
    return &columns_[column_of_[id] - 1];
  }

  std::vector<RowHead> rows_;
  std::vector<FieldId> fields_;
  std::vector<std::uint32_t> column_of_;  ///< by FieldId: 1 + index into columns_; 0: none
  /// In order of fields_, then empty ones of an earlier use; shorter than rows_ if absent.
  std::vector<std::vector<Cell>> columns_;
  std::vector<Value> pool_;
  bool in_row_order_ = true;
};

class EventBatch::Column {
 public:
  Column() = default;

  /// True if no row has the field.
  [[nodiscard]] bool empty() const { return cells_.empty(); }
  /// Empty if the field is absent. O(1).
  [[nodiscard]] std::span<const Value> values(Row row) const {
    if (row >= cells_.size()) return {};
    const Cell cell = cells_[row];
    return {pool_ + cell.first, cell.count};
  }

 private:
  friend class EventBatch;
  Column(std::span<const Cell> cells, const Value* pool) : cells_(cells), pool_(pool) {}

  std::span<const Cell> cells_;
  const Value* pool_ = nullptr;
};

}  // namespace interdict
