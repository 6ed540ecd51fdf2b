#include "match/literals.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "base/flat_map.hpp"

namespace interdict::match {
namespace {

/// Up to four bytes as a number, the first lowest, on every machine.
std::uint32_t load(const char* bytes, std::size_t length) {
  std::uint32_t word = 0;
  if (length == 4 && std::endian::native == std::endian::little) {
    std::memcpy(&word, bytes, 4);
    return word;
  }
  for (std::size_t i = length; i-- > 0;) word = word << 8U | static_cast<unsigned char>(bytes[i]);
  return word;
}

std::uint32_t bit_of(std::uint32_t gram, unsigned bits) {
  return (gram * 0x9E3779B1U) >> (32U - bits);
}

std::uint64_t key_of(std::size_t length, std::uint32_t gram) {
  return std::uint64_t{length} << 32U | gram;
}

std::size_t place_of(std::uint64_t key) {
  return static_cast<std::size_t>((key * 0x9E3779B97F4A7C15U) >> 32U);
}

}  // namespace

void LiteralIndex::build() {
  FlatMap<std::uint64_t, std::uint32_t> holders;  // of a gram; only asked, never gone through
  const auto for_each_gram = [](std::string_view text, auto use) {
    const auto length = std::min(text.size(), kGram);
    for (std::size_t i = 0; i + length <= text.size(); ++i) {
      use(key_of(length, load(text.data() + i, length)));
    }
  };
  for (const auto& literal : literals_) {
    for_each_gram(literal.text, [&](std::uint64_t key) { ++holders[key]; });
  }
  std::vector<std::pair<std::uint64_t, std::uint32_t>> watched;  // gram, id
  watched.reserve(literals_.size());
  for (const auto& literal : literals_) {
    std::uint64_t best = 0;
    std::uint32_t fewest = UINT32_MAX;
    for_each_gram(literal.text, [&](std::uint64_t key) {
      const auto count = holders.find(key)->second;
      if (count >= fewest) return;
      fewest = count;
      best = key;
    });
    watched.emplace_back(best, literal.id);
  }
  std::ranges::sort(watched);
  literals_.clear();
  literals_.shrink_to_fit();

  entries_.assign(watched.empty() ? 0 : std::bit_ceil(watched.size() * 2), {});
  const auto wanted = static_cast<unsigned>(std::bit_width(watched.size())) + kSpareBits;
  long_bits_ = std::clamp(wanted, kMinTableBits, kMaxTableBits);
  const auto set = [](std::vector<std::uint64_t>& table, std::size_t bits, std::uint32_t bit) {
    table.resize(std::max<std::size_t>(1, bits / 64));
    table[bit / 64] |= std::uint64_t{1} << (bit % 64);
  };
  for (const auto& [key, id] : watched) {
    ids_.push_back(id);
    std::size_t place = place_of(key) & (entries_.size() - 1);
    while (entries_[place].key != 0 && entries_[place].key != key) {
      place = (place + 1) & (entries_.size() - 1);
    }
    auto& entry = entries_[place];
    if (entry.key == 0) entry = {key, static_cast<std::uint32_t>(ids_.size() - 1), 0};
    if (++entry.count > 1) continue;
    const auto length = static_cast<std::size_t>(key >> 32U);
    const auto gram = static_cast<std::uint32_t>(key);
    has_length_[length] = true;
    if (length == kGram) {
      set(long_table_, std::size_t{1} << long_bits_, bit_of(gram, long_bits_));
    } else if (length > 1) {
      set(short_table_, std::size_t{1} << 16U, gram & 0xFFFFU);
    } else {
      for (std::uint32_t next = 0; next < 256; ++next) {
        set(short_table_, std::size_t{1} << 16U, next << 8U | gram);
      }
    }
  }
}

void LiteralIndex::meet(std::size_t length, std::uint32_t gram, Seen& seen,
                        std::vector<std::uint32_t>& out) const {
  const auto key = key_of(length, gram);
  std::size_t place = place_of(key) & (entries_.size() - 1);
  while (entries_[place].key != key) {
    if (entries_[place].key == 0) return;
    place = (place + 1) & (entries_.size() - 1);
  }
  if (seen.stamps[place] == seen.now) return;
  seen.stamps[place] = seen.now;
  const auto& entry = entries_[place];
  out.insert(out.end(), ids_.begin() + entry.first, ids_.begin() + entry.first + entry.count);
}

template <bool kShort>
void LiteralIndex::scan(std::string_view text, Seen& seen, std::vector<std::uint32_t>& out) const {
  const auto* const longs = long_table_.data();
  const auto* const shorts = short_table_.data();
  const bool has_long = has_length_[kGram];
  const auto is_set = [](const std::uint64_t* table, std::uint32_t bit) {
    return (table[bit / 64] >> (bit % 64) & 1U) != 0;
  };
  const auto meet_short = [&](std::uint32_t gram, std::size_t longest) {
    for (std::size_t length = 1; length <= longest; ++length) {
      if (!has_length_[length]) continue;
      const std::uint64_t mask = (std::uint64_t{1} << (8U * length)) - 1U;  // `length` < 8
      meet(length, gram & static_cast<std::uint32_t>(mask), seen, out);
    }
  };
  std::size_t i = 0;
  for (; i + kGram <= text.size(); ++i) {
    const auto gram = load(text.data() + i, kGram);
    if (has_long && is_set(longs, bit_of(gram, long_bits_))) meet(kGram, gram, seen, out);
    if constexpr (kShort) {
      if (is_set(shorts, gram & 0xFFFFU)) meet_short(gram, kGram - 1);
    }
  }
  if constexpr (kShort) {
    for (; i < text.size(); ++i) {
      const auto left = std::min(text.size() - i, kGram - 1);
      meet_short(load(text.data() + i, left), left);
    }
  }
}

void LiteralIndex::search(std::string_view text, Seen& seen,
                          std::vector<std::uint32_t>& out) const {
  if (entries_.empty()) return;
  if (seen.stamps.size() < entries_.size()) seen.stamps.resize(entries_.size());
  if (++seen.now == 0) {  // wrapped around
    std::ranges::fill(seen.stamps, 0U);
    seen.now = 1;
  }
  if (!short_table_.empty()) {
    scan<true>(text, seen, out);
  } else {
    scan<false>(text, seen, out);
  }
}

}  // namespace interdict::match
