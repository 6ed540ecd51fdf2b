#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace interdict {

/// Where an event comes from, in Sigma's words (taxonomy appendix), and the record's own kind.
struct LogSource {
  std::string product;  ///< `windows`, `linux`, …; empty if unknown
  std::string service;  ///< `sysmon`, `security`, …; empty if none
  std::vector<std::string>
      categories;    ///< all that hold, e.g. registry_set and registry_event; sorted
  std::string kind;  ///< `windows/sysmon/13`: the schema's name in every output

  [[nodiscard]] bool has_category(std::string_view category) const {
    return std::ranges::find(categories, category) != categories.end();
  }
  friend bool operator==(const LogSource&, const LogSource&) = default;
};

}  // namespace interdict
