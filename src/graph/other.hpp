#pragma once

#include "graph/observation.hpp"

namespace interdict::graph {

/// Fields of records that are no Windows records: network sensors, web servers, cloud audit, Linux
/// audit, alerts of other tools. Several spellings a thing; the first with a value counts.
class OtherFields {
 public:
  explicit OtherFields(FieldCatalogue& catalogue);

  /// Adds what the record says to `out`, whose time and host are set. Pure. O(fields read).
  void read(const EventBatch& batch, Row row, Observation& out) const;

  /// Of a record by a sensor on the wire: the address of one's own network that it is about. Empty
  /// for other records, and where neither party is of one's own.
  [[nodiscard]] std::string inner_party(const EventBatch& batch, Row row) const;

 private:
  using Spellings = std::vector<FieldId>;
  struct Reader;
  Spellings source_, target_, port_, flow_, name_, url_, hash_, pid_, parent_, image_,
      parent_image_, session_, key_id_, issued_key_, resource_, lease_name_, lease_address_,
      sender_, mail_id_, own_;
};

}  // namespace interdict::graph
