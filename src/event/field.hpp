#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>

#include "base/flat_map.hpp"
#include "base/id.hpp"

namespace interdict {

using FieldId = Id<struct FieldTag>;

/// Interns field names. Sigma's names are ours, in Sysmon's spelling where several exist; names are
/// case-sensitive as in the Sigma specification.
///
/// Ids are given in order of first use: no output may depend on an id's number. Any number of
/// threads may call every function; a name, once interned, never moves and lives as long as the
/// catalogue. O(1) amortised.
class FieldCatalogue {
 public:
  /// A hostile log could invent names without end; past this many, `intern` answers nothing and
  /// the caller counts the field.
  static constexpr std::size_t kMaxFields = 1U << 16U;

  /// The id of `name`, made if new. Empty if kMaxFields are taken.
  [[nodiscard]] std::optional<FieldId> intern(std::string_view name);
  [[nodiscard]] std::optional<FieldId> find(std::string_view name) const;
  [[nodiscard]] std::string_view name(FieldId id) const;
  [[nodiscard]] std::size_t size() const;

 private:
  mutable std::shared_mutex mutex_;
  std::deque<std::string> names_;
  TextMap<FieldId> ids_;
};

}  // namespace interdict
