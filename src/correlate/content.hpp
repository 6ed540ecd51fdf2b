#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "attack/stage.hpp"
#include "base/result.hpp"
#include "correlate/fixed.hpp"

namespace interdict::correlate {

/// Roles of processes and ports (content/analytics/hubs.tsv).
struct Roles {
  struct Role {
    Millibits bits = 0;
    bool browser = false;
    bool mail = false;
  };
  std::map<std::string, Role, std::less<>> images;  ///< by lower-case base name
  std::vector<std::uint16_t> service_ports;         ///< sorted
  std::vector<std::pair<attack::Stage, std::string>> sees;

  /// Role of an image path; a null role if it has none. O(log n).
  [[nodiscard]] Role role(std::string_view image) const;
  [[nodiscard]] bool service_port(std::uint16_t port) const;
};

/// Benign rates and the reference for expected coincidences (content/priors/rules.tsv).
struct Priors {
  std::map<std::string, std::pair<std::uint64_t, std::uint64_t>, std::less<>> rules;
  std::uint64_t reference_hours = 2000;
  Millibits reference_max = 2500;
  std::uint64_t floor_hours = 8;
};

[[nodiscard]] Result<Roles> parse_roles(std::string_view text);
[[nodiscard]] Result<Priors> parse_priors(std::string_view text);

}  // namespace interdict::correlate
