#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "event/batch.hpp"

namespace interdict::graph {

/// Reads off a connection's record which one it is: both ends' addresses and ports, hashed so that
/// both ends and any sensor between get the same number. Immutable; any number of threads.
class FlowFields {
 public:
  explicit FlowFields(FieldCatalogue& catalogue);

  /// 0 where the record does not name both ends with their ports. O(spellings).
  [[nodiscard]] std::uint64_t key(const EventBatch& batch, Row row) const;

 private:
  using Spellings = std::vector<FieldId>;  ///< the first with a value counts

  Spellings source_, source_port_, target_, target_port_;
};

}  // namespace interdict::graph
