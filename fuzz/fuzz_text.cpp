// The first line names a format (or its first byte chooses one), the rest are its bytes: nothing is
// read out of bounds, every byte is accounted for once, and how the bytes are cut into pieces
// changes nothing that is told.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "decode_digest.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const interdict::Bytes input(reinterpret_cast<const std::byte*>(data), size);
  const auto text = interdict::as_text(input);
  const auto end = text.find('\n');
  if (end == std::string_view::npos) return 0;
  const auto formats = interdict::decode::formats();
  auto format = text.substr(0, end);
  if (interdict::decode::make_decoder(format, {}) == nullptr)
    format = formats[data[0] % formats.size()];
  interdict::fuzz::check_decoder(format, input.subspan(end + 1));
  return 0;
}
