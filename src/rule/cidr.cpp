#include "rule/cidr.hpp"

#include <array>
#include <charconv>
#include <cstddef>

#include <arpa/inet.h>

namespace interdict::rule {

CidrCheck check_cidr(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::string address(text.substr(0, slash));
  std::array<unsigned char, 16> bytes{};
  std::size_t bits = 0;
  // inet_pton() stops at a NUL, which no address has.
  if (address.find('\0') != std::string::npos) return {{}, "is not an address"};
  if (inet_pton(AF_INET, address.c_str(), bytes.data()) == 1)
    bits = 32;
  else if (inet_pton(AF_INET6, address.c_str(), bytes.data()) == 1)
    bits = 128;
  else
    return {{}, "is not an address"};

  std::size_t prefix = bits;
  if (slash != std::string_view::npos) {
    const std::string_view digits = text.substr(slash + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), prefix);
    if (error != std::errc{} || end != digits.data() + digits.size() || prefix > bits)
      return {{}, "has a prefix length that is not 0 to " + std::to_string(bits)};
  }
  for (std::size_t bit = prefix; bit < bits; ++bit)
    if ((bytes[bit / 8] >> (7 - bit % 8) & 1) != 0) return {{}, "has host bits set"};
  return {address + "/" + std::to_string(prefix), {}};
}

}  // namespace interdict::rule
