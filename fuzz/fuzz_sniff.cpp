// Any bytes: telling what they are stays in bounds, says the same each time, and names only formats
// that there is a decoder for as logs.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "decode/decoder.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const interdict::Bytes bytes(reinterpret_cast<const std::byte*>(data), size);
  const auto told = interdict::decode::sniff(bytes, "fuzz");
  if (interdict::decode::sniff(bytes, "fuzz").format != told.format) std::abort();
  const bool has_decoder = interdict::decode::make_decoder(told.format, {}) != nullptr;
  if (told.is_log && has_decoder == told.format.empty()) std::abort();
  return 0;
}
