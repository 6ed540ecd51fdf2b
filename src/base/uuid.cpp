#include "base/uuid.hpp"

#include <array>
#include <cassert>
#include <cstddef>

#include <openssl/evp.h>

namespace interdict {
namespace {

unsigned digit_of(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  return static_cast<unsigned>((c | 0x20) - 'a') + 10U;
}

}  // namespace

std::string uuid5(std::string_view space, std::string_view name) {
  constexpr char kHex[] = "0123456789abcdef";
  std::string bytes;
  for (std::size_t i = 0; i + 1 < space.size(); ++i) {
    if (space[i] == '-') continue;
    bytes += static_cast<char>((digit_of(space[i]) << 4U) | digit_of(space[i + 1]));
    ++i;
  }
  assert(bytes.size() == 16);
  bytes += name;
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha1(), nullptr);
  digest[6] = static_cast<unsigned char>((digest[6] & 0x0fU) | 0x50U);
  digest[8] = static_cast<unsigned char>((digest[8] & 0x3fU) | 0x80U);
  std::string out;
  for (std::size_t i = 0; i < 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) out += '-';
    out += kHex[digest[i] >> 4U];
    out += kHex[digest[i] & 0x0fU];
  }
  return out;
}

}  // namespace interdict
