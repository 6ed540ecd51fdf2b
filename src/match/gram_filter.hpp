#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace interdict::match {

/// Says of a text that none of a few literals stands in it, letter case aside: no false `no`, few
/// false `perhaps`. Looks at every k-th byte only, k as the shortest literal allows: made for the
/// question that is asked of everything and nearly always answered no. Immutable.
class GramFilter {
 public:
  /// Shorter literals cannot be filtered: `usable` is then false.
  static constexpr std::size_t kMinLiteral = 4;

  GramFilter() = default;
  /// Literals of ASCII only; any case.
  explicit GramFilter(std::span<const std::string> literals);

  [[nodiscard]] bool usable() const { return stride_ > 0; }
  /// False: no literal stands in `text`, in any letter case (simple folding, of
  /// non-ASCII characters too). O(n / k). Precondition: usable().
  [[nodiscard]] bool may_hold(std::string_view text) const;
  /// The same, a gram at a time: what `may_hold` does for short texts and on processors without
  /// AVX2.
  [[nodiscard]] bool may_hold_reference(std::string_view text) const;

 private:
  static constexpr std::size_t kMaxStride = 8;
  static constexpr unsigned kBits = 16;

  /// A gram, and where in which literal it stands.
  struct Watch {
    std::uint32_t gram = 0;
    std::uint32_t literal = 0;
    std::uint32_t offset = 0;
    friend auto operator<=>(const Watch&, const Watch&) = default;
  };
  /// Three neighbouring bytes of each literal, as sets of their half bytes: whether they may stand
  /// at a place is told for 32 places at once (the literals are dealt out to the eight bits). The
  /// bytes are those that logs hold least often.
  static constexpr std::size_t kMarkBytes = 3;
  static constexpr std::size_t kBlockBytes = 32;
  struct Marks {
    std::array<std::array<std::uint8_t, 16>, kMarkBytes> low{};
    std::array<std::array<std::uint8_t, 16>, kMarkBytes> high{};
    std::array<std::vector<Watch>, 8> watches;
  };

  [[nodiscard]] bool stands_at(const Watch& watch, std::string_view text, std::size_t at) const;
  void mark();
  [[nodiscard]] bool may_hold_by_blocks(std::string_view text) const;

  std::size_t stride_ = 0;
  std::size_t shortest_ = 0;
  std::vector<std::uint64_t> table_;
  std::vector<std::string> literals_;
  std::vector<Watch> watches_;  ///< by gram; asked where the table says yes
  Marks marks_;
};

}  // namespace interdict::match
