#include "match/literals.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <map>

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
  // How many literals hold a gram, by length of gram.
  std::map<std::uint64_t, std::uint32_t> holders;
  const auto length_of = [](std::string_view text) { return std::min(text.size(), kGram); };
  for (const auto& literal : literals_) {
    const auto length = length_of(literal.text);
    for (std::size_t i = 0; i + length <= literal.text.size(); ++i) {
      ++holders[key_of(length, load(literal.text.data() + i, length))];
    }
  }
  std::map<std::uint64_t, std::vector<std::uint32_t>> watched;
  for (const auto& literal : literals_) {
    const auto length = length_of(literal.text);
    std::uint64_t best = 0;
    std::uint32_t fewest = UINT32_MAX;
    for (std::size_t i = 0; i + length <= literal.text.size(); ++i) {
      const auto key = key_of(length, load(literal.text.data() + i, length));
      if (holders[key] < fewest) {
        fewest = holders[key];
        best = key;
      }
    }
    watched[best].push_back(literal.id);
  }
  literals_.clear();
  literals_.shrink_to_fit();

  entries_.assign(watched.empty() ? 0 : std::bit_ceil(watched.size() * 2), {});
  for (auto& [key, ids] : watched) {
    const auto length = static_cast<std::size_t>(key >> 32U);
    const auto gram = static_cast<std::uint32_t>(key);
    auto& table = tables_[length];
    table.resize((std::size_t{1} << kTableBits) / 64);
    const auto bit = bit_of(gram, kTableBits);
    table[bit / 64] |= std::uint64_t{1} << (bit % 64);
    std::size_t place = place_of(key) & (entries_.size() - 1);
    while (entries_[place].key != 0) place = (place + 1) & (entries_.size() - 1);
    entries_[place] = {key, static_cast<std::uint32_t>(ids_.size()),
                       static_cast<std::uint32_t>(ids.size())};
    ids_.insert(ids_.end(), ids.begin(), ids.end());
  }
}

bool LiteralIndex::may_hold(std::size_t length, std::uint32_t gram) const {
  const auto bit = bit_of(gram, kTableBits);
  return (tables_[length][bit / 64] >> (bit % 64) & 1U) != 0;
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
  const bool has_long = !tables_[kGram].empty();
  const auto try_length = [&](std::size_t length, std::uint32_t gram) {
    if (!tables_[length].empty() && may_hold(length, gram)) meet(length, gram, seen, out);
  };
  std::size_t i = 0;
  for (; i + kGram <= text.size(); ++i) {
    const auto gram = load(text.data() + i, kGram);
    if (has_long && may_hold(kGram, gram)) meet(kGram, gram, seen, out);
    if constexpr (kShort) {
      try_length(3, gram & 0xFFFFFFU);
      try_length(2, gram & 0xFFFFU);
      try_length(1, gram & 0xFFU);
    }
  }
  if constexpr (kShort) {
    for (; i < text.size(); ++i) {
      for (std::size_t length = std::min(text.size() - i, kGram - 1); length > 0; --length) {
        try_length(length, load(text.data() + i, length));
      }
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
  const bool has_short = !tables_[1].empty() || !tables_[2].empty() || !tables_[3].empty();
  if (has_short) {
    scan<true>(text, seen, out);
  } else {
    scan<false>(text, seen, out);
  }
}

}  // namespace interdict::match
