#include "event/batch.hpp"

#include <cassert>

namespace interdict {

std::span<const Value> EventBatch::values(Row row, FieldId field) const {
  const auto column = columns_.find(field.value());
  if (column == columns_.end() || row >= column->second.size()) return {};
  const Cell cell = column->second[row];
  return std::span(pool_).subspan(cell.first, cell.count);
}

Row EventBatch::begin_row(Timestamp time, std::string_view host, const Origin& origin) {
  assert(!full());
  rows_.push_back({time, arena_.copy(host), {}, origin});
  return static_cast<Row>(rows_.size() - 1);
}

void EventBatch::add(Row row, FieldId field, Value value) {
  assert(row < rows_.size());
  auto [column, is_new] = columns_.try_emplace(field.value());
  if (is_new) fields_.push_back(field);
  auto& cells = column->second;
  if (row >= cells.size()) cells.resize(row + std::size_t{1});
  Cell& cell = cells[row];
  if (cell.count > 0 && cell.first + cell.count != pool_.size()) {
    // A repeated field whose values are not last in the pool: move them there, so that a cell
    // stays one span. Rare, and O(values of the cell).
    const auto first = static_cast<std::uint32_t>(pool_.size());
    for (std::uint32_t i = 0; i < cell.count; ++i) pool_.push_back(pool_[cell.first + i]);
    cell.first = first;
  }
  if (cell.count == 0) cell.first = static_cast<std::uint32_t>(pool_.size());
  pool_.push_back({arena_.copy(value.text), value.type});
  ++cell.count;
}

}  // namespace interdict
