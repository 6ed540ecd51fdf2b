#pragma once

#include <string>
#include <string_view>

namespace interdict::rule {

struct CidrCheck {
  std::string canonical;  ///< address, `/`, prefix length
  std::string fault;      ///< empty if it is a network: `has host bits set`, …
};

/// Checks a network in CIDR notation, IPv4 or IPv6. A bare address is a network of one.
[[nodiscard]] CidrCheck check_cidr(std::string_view text);

}  // namespace interdict::rule
