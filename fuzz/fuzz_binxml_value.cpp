// Any bytes as a value of binary XML: the first byte is its type. Holds: what stood in the output
// stays; the text is UTF-8 and no longer than its bytes allow; numbers and times read back as what
// was written; an array's elements come from its bytes in order and end.
#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include "base/unicode.hpp"
#include "decode/binxml_value.hpp"
#include "event/timestamp.hpp"

namespace {

using namespace interdict;
using namespace interdict::decode;

void require(bool holds) {
  if (!holds) std::abort();
}

/// `text`, read as a number again, has the bytes `data` (little-endian).
template <class Number>
void require_same_number(std::string_view text, Bytes data) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  Number written;
  std::memcpy(&written, data.data(), sizeof(Number));
  if constexpr (std::is_floating_point_v<Number>) {
    if (std::isnan(written)) return;  // which of the many is not told
  }
  require(error == std::errc{} && end == text.data() + text.size());
  // Bit by bit: a zero keeps its sign.
  require(std::ranges::equal(std::bit_cast<std::array<std::byte, sizeof(Number)>>(value), data));
}

void check_number(BinXmlType type, std::string_view text, Bytes data) {
  if (binxml_element_size(static_cast<std::uint8_t>(type)) != data.size()) return;
  switch (type) {
    case BinXmlType::int8:
      return require_same_number<std::int8_t>(text, data);
    case BinXmlType::uint8:
      return require_same_number<std::uint8_t>(text, data);
    case BinXmlType::int16:
      return require_same_number<std::int16_t>(text, data);
    case BinXmlType::uint16:
      return require_same_number<std::uint16_t>(text, data);
    case BinXmlType::int32:
      return require_same_number<std::int32_t>(text, data);
    case BinXmlType::uint32:
      return require_same_number<std::uint32_t>(text, data);
    case BinXmlType::int64:
      return require_same_number<std::int64_t>(text, data);
    case BinXmlType::uint64:
      return require_same_number<std::uint64_t>(text, data);
    case BinXmlType::real32:
      return require_same_number<float>(text, data);
    case BinXmlType::real64:
      return require_same_number<double>(text, data);
    case BinXmlType::filetime: {
      const auto time = timestamp_from_filetime(*load_le<std::uint64_t>(data, 0));
      if (!time) return;  // outside of what a Timestamp holds
      const auto read = parse_timestamp(text);
      return require(read && *read == *time);
    }
    default:
      return;
  }
}

void check_array(std::uint8_t type, Bytes data) {
  std::string out;
  while (!data.empty()) {
    const Bytes before = data;
    const Bytes element = take_binxml_element(type, data);
    require(element.data() == before.data() && data.size() < before.size());
    require(element.size() + data.size() <= before.size());
    append_binxml_value(type, element, out);
  }
  require(is_utf8(out));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::uint8_t type = data[0];
  const Bytes value(reinterpret_cast<const std::byte*>(data + 1), size - 1);
  constexpr std::string_view kBefore = "before";
  std::string out(kBefore);
  const RawType kind = append_binxml_value(type, value, out);
  require(out.starts_with(kBefore));
  const auto text = std::string_view(out).substr(kBefore.size());
  require(is_utf8(text));
  require(text.size() <= 3 * value.size() + 64);
  require(kind != RawType::null || text.empty());
  check_number(static_cast<BinXmlType>(type), text, value);
  check_array(type, value);
  return 0;
}
