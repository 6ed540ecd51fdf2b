#include "match/gram_filter.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <climits>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

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

/// How often logs hold a byte, lower case, on a scale on which adding is multiplying; roughly, and
/// no result depends on it.
unsigned commonness(char byte) {
  constexpr std::string_view kMost = "etaoinsr";
  constexpr std::string_view kOften = " .\\-_/01";
  if (kMost.find(byte) != std::string_view::npos) return 8;
  if (is_word(byte) || kOften.find(byte) != std::string_view::npos) return 6;
  return byte == ':' ? 4 : 2;
}

/// Where in `literal` the `count` neighbouring bytes begin that logs are least likely to hold.
std::size_t rarest_bytes(std::string_view literal, std::size_t count) {
  std::size_t best = 0;
  auto least = UINT_MAX;
  for (std::size_t at = 0; at + count <= literal.size(); ++at) {
    unsigned sum = 0;
    for (const char byte : literal.substr(at, count)) {
      sum += commonness(static_cast<char>(static_cast<unsigned char>(byte) | 0x20U));
    }
    if (sum < least) {
      least = sum;
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
  mark();
}

void GramFilter::mark() {
  struct Mark {
    std::string bytes;
    Watch watch;
  };
  std::vector<Mark> marks;
  for (std::size_t n = 0; n < literals_.size(); ++n) {
    const auto offset = rarest_bytes(literals_[n], kMarkBytes);
    auto& mark = marks.emplace_back();
    for (const char byte : std::string_view(literals_[n]).substr(offset, kMarkBytes)) {
      mark.bytes += static_cast<char>(static_cast<unsigned char>(byte) | 0x20U);
    }
    mark.watch = {0, static_cast<std::uint32_t>(n), static_cast<std::uint32_t>(offset)};
  }
  // Those that look alike share a bit: its sets of half bytes then hold little else.
  std::ranges::sort(marks, {}, &Mark::bytes);
  for (std::size_t n = 0; n < marks.size(); ++n) {
    const auto which = n * marks_.watches.size() / marks.size();
    const auto bit = static_cast<std::uint8_t>(1U << which);
    for (std::size_t i = 0; i < kMarkBytes; ++i) {
      const unsigned byte = static_cast<unsigned char>(marks[n].bytes[i]);
      marks_.low[i][byte & 0xFU] |= bit;
      marks_.high[i][byte >> 4U] |= bit;
    }
    marks_.watches[which].push_back(marks[n].watch);
  }
}

bool GramFilter::stands_at(const Watch& watch, std::string_view text, std::size_t at) const {
  const std::string_view literal = literals_[watch.literal];
  if (at < watch.offset || text.size() - (at - watch.offset) < literal.size()) return false;
  const auto part = text.substr(at - watch.offset, literal.size());
  return std::ranges::equal(part, literal, [](char a, char b) {
    return (static_cast<unsigned char>(a) | 0x20U) == (static_cast<unsigned char>(b) | 0x20U);
  });
}

bool GramFilter::may_hold_reference(std::string_view text) const {
  // Each character takes a byte or more, and folds to one: fewer bytes are fewer characters.
  if (text.size() < shortest_) return false;
  std::uint64_t all = 0;  // of which the high bits say whether a byte is no ASCII
  const auto stands = [&](std::uint32_t gram, std::size_t at) {
    const auto bit = bit_of(gram, kBits);
    if ((table_[bit / 64] >> (bit % 64) & 1U) == 0) return false;
    auto watch = std::ranges::lower_bound(watches_, gram, {}, &Watch::gram);
    for (; watch != watches_.end() && watch->gram == gram; ++watch) {
      if (stands_at(*watch, text, at)) return true;
    }
    return false;
  };
  std::size_t i = 0;
  for (; i + sizeof(all) <= text.size(); i += stride_) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, text.data() + i, sizeof eight);
    all |= eight;
    if (stands(load(text.data() + i), i)) return true;
  }
  for (; i + kGram <= text.size(); i += stride_) {
    if (stands(load(text.data() + i), i)) return true;
  }
  // The last eight may be in no full step; steps are no longer than that, so every byte is in one.
  const auto last = text.substr(text.size() - std::min(text.size(), sizeof all));
  const bool may_fold = (all & 0x8080808080808080U) != 0 || !is_ascii(last);
  return may_fold && folds_to_ascii(text);
}

#if defined(__x86_64__)
namespace {
/// Both halves of a register hold the table.
__attribute__((target("avx2"))) __m256i twice(const std::array<std::uint8_t, 16>& table) {
  return _mm256_broadcastsi128_si256(
      _mm_loadu_si128(reinterpret_cast<const __m128i*>(table.data())));
}
}  // namespace

__attribute__((target("avx2"))) bool GramFilter::may_hold_by_blocks(std::string_view text) const {
  const __m256i low[] = {twice(marks_.low[0]), twice(marks_.low[1]), twice(marks_.low[2])};
  const __m256i high[] = {twice(marks_.high[0]), twice(marks_.high[1]), twice(marks_.high[2])};
  const __m256i lower = _mm256_set1_epi8(0x20);
  const __m256i half = _mm256_set1_epi8(0x0F);
  __m256i all = _mm256_setzero_si256();
  const std::size_t last = text.size() - (kBlockBytes + kMarkBytes - 1);
  for (std::size_t at = 0;; at = std::min(at + kBlockBytes, last)) {
    __m256i may = _mm256_set1_epi8(-1);
    for (std::size_t i = 0; i < kMarkBytes; ++i) {
      const __m256i raw =
          _mm256_loadu_si256(reinterpret_cast<const __m256i*>(text.data() + at + i));
      all = _mm256_or_si256(all, raw);
      const __m256i bytes = _mm256_or_si256(raw, lower);
      const __m256i of_low = _mm256_shuffle_epi8(low[i], _mm256_and_si256(bytes, half));
      const __m256i of_high =
          _mm256_shuffle_epi8(high[i], _mm256_and_si256(_mm256_srli_epi16(bytes, 4), half));
      may = _mm256_and_si256(may, _mm256_and_si256(of_low, of_high));
    }
    if (_mm256_testz_si256(may, may) == 0) {
      alignas(kBlockBytes) std::array<std::uint8_t, kBlockBytes> places;
      _mm256_store_si256(reinterpret_cast<__m256i*>(places.data()), may);
      for (std::size_t i = 0; i < kBlockBytes; ++i) {
        for (unsigned bits = places[i]; bits != 0; bits &= bits - 1) {
          for (const auto& watch : marks_.watches[static_cast<unsigned>(std::countr_zero(bits))]) {
            if (stands_at(watch, text, at + i)) return true;
          }
        }
      }
    }
    if (at == last) break;
  }
  return _mm256_movemask_epi8(all) != 0 && folds_to_ascii(text);
}

bool GramFilter::may_hold(std::string_view text) const {
  static const bool kByBlocks = __builtin_cpu_supports("avx2") != 0;
  if (!kByBlocks || text.size() < kBlockBytes + kMarkBytes) return may_hold_reference(text);
  return may_hold_by_blocks(text);
}
#else
bool GramFilter::may_hold(std::string_view text) const {
  return may_hold_reference(text);
}
#endif

}  // namespace interdict::match
