#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace interdict::match {

/// Tells which of many literals may stand somewhere in a text: every one that does is named, and
/// few that do not. The caller compares in full. Immutable once built; any number of threads may
/// search, each with its own Seen.
///
/// Each literal is watched for by one gram of up to four of its bytes: the one that the fewest
/// other literals hold, so that what rules like to say (`.exe`) wakes none. At each place of the
/// text a bit table answers for the grams of each length that occurs, and only where it says yes a
/// hash table is asked. O(n + candidates) for n bytes of text.
class LiteralIndex {
 public:
  /// Which grams a search has met already. Grows to the index it is used with.
  struct Seen {
    std::vector<std::uint32_t> stamps;
    std::uint32_t now = 0;
  };

  /// `id` is what `search` names. Precondition: `literal` is not empty, `build` was not called.
  void add(std::string_view literal, std::uint32_t id) {
    spans_lines_ = spans_lines_ || literal.find('\n') != std::string_view::npos;
    literals_.push_back({std::string(literal), id});
  }
  void build();
  [[nodiscard]] bool empty() const { return entries_.empty(); }
  /// True if a literal holds a line feed: then what `search` names for a text is not what it names
  /// for the text's lines together.
  [[nodiscard]] bool spans_lines() const { return spans_lines_; }

  /// Appends the ids of all literals that may stand in `text`, each once, in no order.
  void search(std::string_view text, Seen& seen, std::vector<std::uint32_t>& out) const;

 private:
  static constexpr std::size_t kGram = 4;
  static constexpr unsigned kMinTableBits = 12;
  static constexpr unsigned kMaxTableBits = 18;  ///< 32 KiB
  static constexpr unsigned kSpareBits = 5;      ///< one place in 32 is taken

  struct Literal {
    std::string text;
    std::uint32_t id;
  };
  struct Entry {
    std::uint64_t key = 0;  ///< length and gram; 0: free
    std::uint32_t first = 0;
    std::uint32_t count = 0;
  };

  void meet(std::size_t length, std::uint32_t gram, Seen& seen,
            std::vector<std::uint32_t>& out) const;
  template <bool kShort>
  void scan(std::string_view text, Seen& seen, std::vector<std::uint32_t>& out) const;

  std::vector<Literal> literals_;           ///< only until build
  std::vector<std::uint64_t> long_table_;   ///< bits: by hash of a gram of four; empty: none
  unsigned long_bits_ = 0;                  ///< the table has 2^that many
  std::vector<std::uint64_t> short_table_;  ///< bits: by the first two bytes of shorter grams
  std::array<bool, kGram + 1> has_length_{};
  std::vector<Entry> entries_;  ///< open addressing
  std::vector<std::uint32_t> ids_;
  bool spans_lines_ = false;
};

}  // namespace interdict::match
