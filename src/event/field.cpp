#include "event/field.hpp"

#include <cassert>
#include <mutex>

namespace interdict {

std::optional<FieldId> FieldCatalogue::intern(std::string_view name) {
  if (const auto known = find(name)) return known;
  const std::unique_lock lock(mutex_);
  if (const auto it = ids_.find(name); it != ids_.end()) return it->second;
  if (names_.size() >= kMaxFields) return std::nullopt;
  const FieldId id(static_cast<std::uint32_t>(names_.size()));
  names_.emplace_back(name);
  ids_.emplace(std::string(name), id);
  return id;
}

std::optional<FieldId> FieldCatalogue::find(std::string_view name) const {
  const std::shared_lock lock(mutex_);
  const auto it = ids_.find(name);
  if (it == ids_.end()) return std::nullopt;
  return it->second;
}

std::string_view FieldCatalogue::name(FieldId id) const {
  const std::shared_lock lock(mutex_);
  assert(id.value() < names_.size());
  return names_[id.value()];
}

std::size_t FieldCatalogue::size() const {
  const std::shared_lock lock(mutex_);
  return names_.size();
}

}  // namespace interdict
