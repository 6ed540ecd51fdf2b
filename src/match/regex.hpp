#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "base/result.hpp"

namespace re2 {
class RE2;
}

namespace interdict::match {

struct RegexFlags {
  bool ignore_case = false;  ///< `i`
  bool multi_line = false;   ///< `m`: ^ and $ also at line ends
  bool dot_all = false;      ///< `s`: `.` also matches a line feed
};

/// A regular expression (RE2 syntax: no look-around, no back-references; linear time). Immutable;
/// any number of threads may search. `$` without `m` is the very end of the text.
class Regex {
 public:
  static constexpr std::size_t kMaxPatternBytes = 16384;
  /// Of the compiled program and its automaton, per expression.
  static constexpr std::int64_t kMaxMemoryBytes = std::int64_t{8} << 20U;

  /// Errors: unsupported (look-around, back-reference, unknown escape), syntax (everything else
  /// that does not parse), limit (pattern or program too large).
  [[nodiscard]] static Result<Regex> compile(std::string_view pattern, RegexFlags flags,
                                             const Where& where);

  ~Regex();
  Regex(Regex&&) noexcept;
  Regex& operator=(Regex&&) noexcept;
  Regex(const Regex&) = delete;
  Regex& operator=(const Regex&) = delete;

  /// True if some part of `text` matches. O(n).
  [[nodiscard]] bool search(std::string_view text) const;

 private:
  explicit Regex(std::unique_ptr<re2::RE2> program);
  std::unique_ptr<re2::RE2> program_;
};

}  // namespace interdict::match
