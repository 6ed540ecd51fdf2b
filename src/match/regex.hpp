#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "match/literals.hpp"

namespace re2 {
class FilteredRE2;
class RE2;
}  // namespace re2

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
  friend class RegexFilter;
  /// `.{N,}` alone: some N characters in a row.
  struct Run {
    std::size_t characters = 0;  ///< 0: the expression is another
    bool across_lines = false;   ///< `s`
  };
  Regex(std::unique_ptr<re2::RE2> program, Run run);
  [[nodiscard]] static Run read_run(std::string_view pattern, RegexFlags flags);

  std::unique_ptr<re2::RE2> program_;
  Run run_;
};

/// Says which of many regular expressions may match a text, by the literals that each needs: no
/// match is left out, few others are named. Immutable once built; any number of threads may ask,
/// each with its own Work.
class RegexFilter {
 public:
  struct Work {
    LiteralIndex::Seen seen;
    std::vector<std::uint32_t> literals;
    std::vector<int> found;
    std::vector<int> passed;
  };

  RegexFilter();
  ~RegexFilter();
  RegexFilter(RegexFilter&&) noexcept;
  RegexFilter& operator=(RegexFilter&&) noexcept;
  RegexFilter(const RegexFilter&) = delete;
  RegexFilter& operator=(const RegexFilter&) = delete;

  /// `id` is what `candidates` names. Compiles the expression a second time.
  void add(const Regex& regex, std::uint32_t id);
  void build();

  /// Appends the ids of those that may match, each once. `lowered` is the text in ASCII lower case;
  /// only for texts of ASCII (elsewhere the library and we might fold differently).
  void candidates(std::string_view lowered, Work& work, std::vector<std::uint32_t>& out) const;

  /// The same in two steps: which literals may stand in a text, or in each of its lines unless
  /// `spans_lines`; and which expressions may match a text with these, each given once.
  void literals_in(std::string_view lowered, Work& work, std::vector<std::uint32_t>& out) const;
  void candidates(const std::vector<std::uint32_t>& literals, Work& work,
                  std::vector<std::uint32_t>& out) const;
  [[nodiscard]] bool spans_lines() const { return literals_.spans_lines(); }

 private:
  static constexpr int kMinLiteral = 3;

  std::unique_ptr<re2::FilteredRE2> filter_;
  std::vector<std::uint32_t> ids_;
  std::vector<std::uint32_t> unfilterable_;  ///< that need no literal
  LiteralIndex literals_;
};

}  // namespace interdict::match
