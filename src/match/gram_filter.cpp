#include "match/gram_filter.hpp"

#include <algorithm>
#include <cstring>

namespace interdict::match {
namespace {

constexpr std::size_t kGram = 4;

/// Four bytes, of which letters of either case look the same. Only ever compared with itself, so
/// the machine's order of bytes does not matter.
std::uint32_t load(const char* bytes) {
  std::uint32_t word = 0;
  std::memcpy(&word, bytes, kGram);
  return word | 0x20202020U;
}

std::uint32_t bit_of(std::uint32_t gram, unsigned bits) {
  return (gram * 0x9E3779B1U) >> (32U - bits);
}

/// Whether some byte is not ASCII.
bool has_high_byte(std::string_view text) {
  std::uint64_t all = 0;
  std::size_t i = 0;
  for (; i + 8 <= text.size(); i += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + i, 8);
    all |= word;
  }
  for (; i < text.size(); ++i) all |= static_cast<unsigned char>(text[i]);
  return (all & 0x8080808080808080U) != 0;
}

/// The only characters that fold to ASCII without being it: I with dot (U+0130), long s (U+017F)
/// and Kelvin (U+212A).
bool folds_to_ascii(std::string_view text) {
  return text.find("\xc4\xb0") != std::string_view::npos ||
         text.find("\xc5\xbf") != std::string_view::npos ||
         text.find("\xe2\x84\xaa") != std::string_view::npos;
}

/// Where in `literal` the `size` bytes begin that logs are least likely to hold: those with the
/// most characters that are neither letter nor digit.
std::size_t rarest_window(std::string_view literal, std::size_t size) {
  std::size_t best = 0;
  std::ptrdiff_t most = -1;
  for (std::size_t at = 0; at + size <= literal.size(); ++at) {
    const auto count = std::ranges::count_if(literal.substr(at, size), [](char c) {
      const auto lower = static_cast<unsigned char>(c) | 0x20U;
      return !(lower >= 'a' && lower <= 'z') && !(c >= '0' && c <= '9');
    });
    if (count > most) {
      most = count;
      best = at;
    }
  }
  return best;
}

}  // namespace

GramFilter::GramFilter(std::span<const std::string> literals) {
  if (literals.empty()) return;
  shortest_ = std::ranges::min(literals, {}, &std::string::size).size();
  if (shortest_ < kMinLiteral) return;
  stride_ = std::min(shortest_ - kGram + 1, kMaxStride);
  table_.assign((std::size_t{1} << kBits) / 64, 0);
  for (const auto& literal : literals) {
    // Of `stride_` neighbouring grams, one stands at a place that is looked at.
    const auto start = rarest_window(literal, stride_ + kGram - 1);
    for (std::size_t i = start; i < start + stride_; ++i) {
      const auto gram = load(literal.data() + i);
      const auto bit = bit_of(gram, kBits);
      table_[bit / 64] |= std::uint64_t{1} << (bit % 64);
      grams_.push_back(gram);
    }
  }
  std::ranges::sort(grams_);
}

bool GramFilter::may_hold(std::string_view text) const {
  // A folded character may be shorter than it stands in the text, so length decides only of ASCII.
  if (has_high_byte(text) && folds_to_ascii(text)) return true;
  if (text.size() < shortest_) return false;
  for (std::size_t i = 0; i + kGram <= text.size(); i += stride_) {
    const auto gram = load(text.data() + i);
    const auto bit = bit_of(gram, kBits);
    if ((table_[bit / 64] >> (bit % 64) & 1U) != 0 && std::ranges::binary_search(grams_, gram)) {
      return true;
    }
  }
  return false;
}

}  // namespace interdict::match
