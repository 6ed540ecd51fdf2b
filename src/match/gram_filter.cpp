#include "match/gram_filter.hpp"

#include <algorithm>
#include <cstring>

#include "base/unicode.hpp"

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

/// The only characters that fold to ASCII without being it: I with dot (U+0130), long s (U+017F)
/// and Kelvin (U+212A).
bool folds_to_ascii(std::string_view text) {
  return text.find("\xc4\xb0") != std::string_view::npos ||
         text.find("\xc5\xbf") != std::string_view::npos ||
         text.find("\xe2\x84\xaa") != std::string_view::npos;
}

bool is_word(char c) {
  const auto lower = static_cast<unsigned char>(c) | 0x20U;
  return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9');
}

/// Where in `literal` the `count` neighbouring grams begin that logs are least likely to hold:
/// those of which the most have a character that is neither letter nor digit.
std::size_t rarest_window(std::string_view literal, std::size_t count) {
  std::size_t best = 0;
  std::ptrdiff_t most = -1;
  for (std::size_t at = 0; at + count + kGram - 1 <= literal.size(); ++at) {
    std::ptrdiff_t rare = 0;
    for (std::size_t i = at; i < at + count; ++i) {
      rare += std::ranges::all_of(literal.substr(i, kGram), is_word) ? 0 : 1;
    }
    if (rare > most) {
      most = rare;
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
  literals_.assign(literals.begin(), literals.end());
  for (std::size_t n = 0; n < literals_.size(); ++n) {
    const auto& literal = literals_[n];
    // Of `stride_` neighbouring grams, one stands at a place that is looked at.
    const auto start = rarest_window(literal, stride_);
    for (std::size_t i = start; i < start + stride_; ++i) {
      const auto gram = load(literal.data() + i);
      const auto bit = bit_of(gram, kBits);
      table_[bit / 64] |= std::uint64_t{1} << (bit % 64);
      watches_.push_back({gram, static_cast<std::uint32_t>(n), static_cast<std::uint32_t>(i)});
    }
  }
  std::ranges::sort(watches_);
}

bool GramFilter::stands_at(const Watch& watch, std::string_view text, std::size_t at) const {
  const std::string_view literal = literals_[watch.literal];
  if (at < watch.offset || text.size() - (at - watch.offset) < literal.size()) return false;
  const auto part = text.substr(at - watch.offset, literal.size());
  return std::ranges::equal(part, literal, [](char a, char b) {
    return (static_cast<unsigned char>(a) | 0x20U) == (static_cast<unsigned char>(b) | 0x20U);
  });
}

bool GramFilter::may_hold(std::string_view text) const {
  // A folded character may be shorter than it stands in the text, so length decides only of ASCII.
  if (!is_ascii(text) && folds_to_ascii(text)) return true;
  if (text.size() < shortest_) return false;
  for (std::size_t i = 0; i + kGram <= text.size(); i += stride_) {
    const auto gram = load(text.data() + i);
    const auto bit = bit_of(gram, kBits);
    if ((table_[bit / 64] >> (bit % 64) & 1U) == 0) continue;
    auto watch = std::ranges::lower_bound(watches_, gram, {}, &Watch::gram);
    for (; watch != watches_.end() && watch->gram == gram; ++watch) {
      if (stands_at(*watch, text, i)) return true;
    }
  }
  return false;
}

}  // namespace interdict::match
