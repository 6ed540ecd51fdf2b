#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace interdict {

/// A number that is an index into one particular table. No arithmetic and no implicit
/// conversion: a RuleId cannot be passed where a FieldId is wanted.
template <class Tag, class Rep = std::uint32_t>
class Id {
 public:
  constexpr Id() = default;
  constexpr explicit Id(Rep value) : value_(value) {}
  [[nodiscard]] constexpr Rep value() const { return value_; }
  friend constexpr auto operator<=>(Id, Id) = default;

 private:
  Rep value_ = 0;
};

}  // namespace interdict

template <class Tag, class Rep>
struct std::hash<interdict::Id<Tag, Rep>> {
  std::size_t operator()(interdict::Id<Tag, Rep> id) const noexcept {
    return std::hash<Rep>{}(id.value());
  }
};
