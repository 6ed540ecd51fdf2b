#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "event/batch.hpp"
#include "event/field.hpp"
#include "normalize/alert.hpp"
#include "normalize/source_map.hpp"

namespace interdict::normalize {

/// A DerivedField whose names are ids.
struct DerivedIds {
  const DerivedField* rule = nullptr;
  FieldId target;
  std::vector<FieldId> from;
  std::optional<FieldId> domain;
  std::optional<FieldId> suffix;
  std::vector<FieldId> format;
};

struct AccountIds {
  FieldId name;
  std::optional<FieldId> domain;
};

/// All that a map says of one kind of record, worked out once, and the batch being filled with
/// them.
struct Schema {
  LogSource log_source;
  std::vector<std::pair<FieldId, FieldId>> moved;  ///< source field → the field it goes to
  std::vector<DerivedIds> derived;
  std::vector<AccountIds> accounts;
  std::vector<Alert> alerts;          ///< of rows of the batch
  std::unique_ptr<EventBatch> batch;  ///< null: not open
  std::size_t batch_bytes = 0;        ///< text in it
};

/// The schema of the event `id` of `channel`, or of `provider` where that is empty. `map` outlives
/// it.
[[nodiscard]] Schema make_event_schema(const FieldMap& map, std::string_view channel,
                                       std::string_view provider, std::optional<std::uint32_t> id,
                                       FieldCatalogue& catalogue);
/// The schema of a described source, under a kind and service that hold no `{field}` any more.
/// `source` outlives it.
[[nodiscard]] Schema make_source_schema(const SourceMap& source, std::string kind,
                                        std::string service, FieldCatalogue& catalogue);
/// The schema of records without a product.
[[nodiscard]] Schema make_rest_schema(const FieldMap& map, FieldCatalogue& catalogue);

/// True if `value` says something: no null, no empty text, no `-` (how Windows writes "none").
[[nodiscard]] bool is_usable(const Value& value);

/// Adds the schema's derived fields to `row` and sets its user. Counts the text in batch_bytes.
void complete_row(Schema& schema, Row row);

}  // namespace interdict::normalize
