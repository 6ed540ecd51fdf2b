#include "match/cidr.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <string>

#include <arpa/inet.h>

namespace interdict::match {
namespace {

constexpr unsigned kV4Offset = 96;  // bits before an IPv4 address in its mapped form

bool is_port(std::string_view text) {
  return !text.empty() && text.size() <= 5 &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// Takes brackets, zone id and port away; leaves anything else as it is.
std::string_view bare_address(std::string_view text) {
  if (text.starts_with('[')) {
    const auto close = text.find(']');
    if (close == std::string_view::npos) return text;
    const auto rest = text.substr(close + 1);
    if (!rest.empty() && !(rest.front() == ':' && is_port(rest.substr(1)))) return text;
    text = text.substr(1, close - 1);
    if (text.find(':') == std::string_view::npos) return {};  // [10.0.0.1] is no address
  } else if (const auto colon = text.find(':'); colon != std::string_view::npos &&
                                                text.find('.') < colon &&
                                                is_port(text.substr(colon + 1))) {
    return text.substr(0, colon);
  }
  const auto zone = text.find('%');
  if (zone != std::string_view::npos && zone + 1 < text.size() &&
      text.find(':') < zone) {  // only IPv6 has zones (RFC 4007, 11)
    return text.substr(0, zone);
  }
  return text;
}

/// The address alone, without brackets, zone or port.
std::optional<IpAddress> parse_bare(std::string_view text) {
  std::array<char, INET6_ADDRSTRLEN> buffer{};
  if (text.empty() || text.size() >= buffer.size()) return std::nullopt;
  std::memcpy(buffer.data(), text.data(), text.size());
  if (std::memchr(buffer.data(), '\0', text.size()) != nullptr) return std::nullopt;
  IpAddress address;
  if (text.find(':') == std::string_view::npos) {
    address.bytes[10] = 0xff;
    address.bytes[11] = 0xff;
    address.is_v4 = true;
    if (inet_pton(AF_INET, buffer.data(), &address.bytes[12]) != 1) return std::nullopt;
    return address;
  }
  if (inet_pton(AF_INET6, buffer.data(), address.bytes.data()) != 1) return std::nullopt;
  address.is_v4 = std::all_of(address.bytes.begin(), address.bytes.begin() + 10,
                              [](std::uint8_t byte) { return byte == 0; }) &&
                  address.bytes[10] == 0xff && address.bytes[11] == 0xff;
  return address;
}

/// True if `a` and `b` agree in their first `bits` bits.
bool same_prefix(const std::array<std::uint8_t, 16>& a, const std::array<std::uint8_t, 16>& b,
                 unsigned bits) {
  const auto whole = static_cast<std::ptrdiff_t>(bits / 8);
  if (!std::equal(a.begin(), a.begin() + whole, b.begin())) return false;
  if (bits % 8 == 0) return true;
  const auto difference = static_cast<unsigned>(a[bits / 8] ^ b[bits / 8]);
  return difference >> (8U - bits % 8) == 0;
}

/// `bytes` with every bit after the first `bits` cleared.
std::array<std::uint8_t, 16> masked(std::array<std::uint8_t, 16> bytes, unsigned bits) {
  for (unsigned i = 0; i < bytes.size(); ++i) {
    if (bits >= (i + 1) * 8) continue;
    const unsigned keep = bits > i * 8 ? bits - i * 8 : 0;
    bytes[i] = static_cast<std::uint8_t>(bytes[i] & (0xff00U >> keep));
  }
  return bytes;
}

}  // namespace

std::optional<IpAddress> parse_ip(std::string_view text) {
  return parse_bare(bare_address(text));
}

Result<Cidr> Cidr::parse(std::string_view text, const Where& where) {
  const auto quoted = "`" + std::string(text) + "`";
  const auto slash = text.find('/');
  const auto address = parse_bare(text.substr(0, slash));
  if (!address || slash == std::string_view::npos) {
    return fail(Errc::syntax, quoted + " is no network in CIDR notation", where);
  }
  const bool written_v4 = text.substr(0, slash).find(':') == std::string_view::npos;
  const unsigned most = written_v4 ? 32 : 128;
  unsigned prefix = 0;
  const char* end = text.data() + text.size();
  const auto [stop, fault] = std::from_chars(text.data() + slash + 1, end, prefix);
  if (fault != std::errc{} || stop != end || prefix > most) {
    return fail(Errc::syntax, quoted + " has no valid prefix length", where);
  }
  Cidr result;
  result.network_ = *address;
  result.prefix_ = written_v4 ? prefix + kV4Offset : prefix;
  if (masked(address->bytes, result.prefix_) != address->bytes) {
    return fail(Errc::syntax, quoted + " has host bits set", where);
  }
  return result;
}

bool Cidr::contains(const IpAddress& address) const {
  if (address.is_v4 && !network_.is_v4) return false;
  return same_prefix(network_.bytes, address.bytes, prefix_);
}

}  // namespace interdict::match
