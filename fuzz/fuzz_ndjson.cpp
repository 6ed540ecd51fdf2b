// Any bytes as NDJSON: nothing is read out of bounds, every byte is accounted for once, and how the
// bytes are cut into pieces changes nothing that is told.
#include <cstddef>
#include <cstdint>

#include "decode_digest.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const interdict::Bytes bytes(reinterpret_cast<const std::byte*>(data), size);
  (void)interdict::decode::sniff(bytes, "fuzz");
  interdict::fuzz::check_decoder("ndjson", bytes);
  return 0;
}
