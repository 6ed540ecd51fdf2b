// Rules and events made from the input's bytes: the fast engine finds what the reference finds.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "detect_cases.hpp"

namespace {

/// The input as decisions; past its end, a sequence that the input decides.
struct Bytes {
  const std::uint8_t* data;
  std::size_t size;
  std::size_t at = 0;
  std::uint64_t state = 1;

  std::uint32_t pick(std::uint32_t n) {
    if (n == 0) return 0;
    if (at < size) {
      state = state * 31 + data[at];
      if (n <= 256) return data[at++] % n;
      const auto low = data[at++];
      const auto high = at < size ? data[at++] : std::uint8_t{0};
      return (low | static_cast<std::uint32_t>(high) << 8U) % n;
    }
    state = state * 6364136223846793005U + 1442695040888963407U;
    return static_cast<std::uint32_t>(state >> 33U) % n;
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Bytes source{data, size};
  if (!interdict::detect_cases::compare_engines(source, 6, 3, 12).agree) std::abort();
  return 0;
}
