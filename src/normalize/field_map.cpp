#include "normalize/field_map.hpp"

#include <algorithm>

namespace interdict::normalize {

bool Scope::fits(std::string_view of_service, std::uint32_t id) const {
  if (!service.empty() && service != of_service) return false;
  return ids.empty() || std::ranges::find(ids, id) != ids.end();
}

bool FieldMap::takes(std::string_view format) const {
  return std::ranges::find(formats, format) != formats.end();
}

bool FieldMap::always_takes(std::string_view format) const {
  return std::ranges::find(always, format) != always.end();
}

}  // namespace interdict::normalize
