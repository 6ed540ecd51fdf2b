#include "event/batch.hpp"

#include <cassert>

namespace interdict {

std::span<const Value> EventBatch::values(Row row, FieldId field) const {
  const auto* cells = cells_of(field);
  if (cells == nullptr || row >= cells->size()) return {};
  const Cell cell = (*cells)[row];
  return std::span(pool_).subspan(cell.first, cell.count);
}

void EventBatch::reset(LogSource log_source) {
  log_source_ = std::move(log_source);
  arena_.rewind();
  rows_.clear();
  pool_.clear();
  for (const FieldId field : fields_) column_of_[field.value()] = 0;
  for (auto& cells : columns_) cells.clear();
  fields_.clear();
  in_row_order_ = true;
}

EventBatch::Column EventBatch::column(FieldId field) const {
  const auto* cells = cells_of(field);
  return cells == nullptr ? Column{} : Column{*cells, pool_.data()};
}

std::span<const Value> EventBatch::row_values(Row row) const {
  if (!in_row_order_) return {};
  const std::size_t next = row + std::size_t{1};
  const std::size_t end = next < rows_.size() ? rows_[next].first_value : pool_.size();
  return std::span(pool_).subspan(rows_[row].first_value, end - rows_[row].first_value);
}

Row EventBatch::begin_row(Timestamp time, std::string_view host, const Origin& origin) {
  assert(!full());
  rows_.push_back({time, arena_.copy(host), {}, origin, static_cast<std::uint32_t>(pool_.size())});
  return static_cast<Row>(rows_.size() - 1);
}

void EventBatch::add(Row row, FieldId field, Value value) {
  assert(row < rows_.size());
  if (row + std::size_t{1} != rows_.size()) in_row_order_ = false;
  if (field.value() >= column_of_.size()) column_of_.resize(field.value() + std::size_t{1});
  auto& place = column_of_[field.value()];
  if (place == 0) {
    fields_.push_back(field);
    if (fields_.size() > columns_.size()) columns_.emplace_back();
    place = static_cast<std::uint32_t>(fields_.size());
  }
  auto& cells = columns_[place - 1];
  if (row >= cells.size()) {
    cells.resize(row);  // the rows before have none
    cells.emplace_back();
  }
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
