#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.hpp"

namespace interdict::match {

/// An IP address. IPv4 is kept in its v4-mapped IPv6 form (RFC 4291, 2.5.5.2).
struct IpAddress {
  std::array<std::uint8_t, 16> bytes{};
  bool is_v4 = false;  ///< written as IPv4, or v4-mapped
  friend bool operator==(const IpAddress&, const IpAddress&) = default;
};

/// Reads an address as logs write it: IPv4, IPv6, with a zone id (`fe80::1%12`), in brackets, with
/// a port (`10.0.0.1:445`, `[::1]:445`). Nothing if it is anything else. No allocation.
[[nodiscard]] std::optional<IpAddress> parse_ip(std::string_view text);

/// A network in CIDR notation (RFC 4632, RFC 4291). A plain value.
class Cidr {
 public:
  /// Errors: syntax (no network, prefix out of range, host bits set).
  [[nodiscard]] static Result<Cidr> parse(std::string_view text, const Where& where);

  /// An IPv4 network contains v4-mapped IPv6 addresses too; `::/0` contains no IPv4 address.
  [[nodiscard]] bool contains(const IpAddress& address) const;
  /// False for text that is no address.
  [[nodiscard]] bool contains(std::string_view text) const {
    const auto address = parse_ip(text);
    return address && contains(*address);
  }

 private:
  IpAddress network_{};
  unsigned prefix_ = 0;  ///< bits of the 128; an IPv4 prefix + 96
};

}  // namespace interdict::match
