#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace interdict::match {

/// One part of a pattern: text to find as it stands, any run of characters, or one character.
struct PatternPart {
  enum class Kind : std::uint8_t { literal, any, one };
  Kind kind = Kind::literal;
  std::string text{};  ///< of a literal; empty otherwise
  friend bool operator==(const PatternPart&, const PatternPart&) = default;
};

/// How text is written before it is compared. Pattern and text must be in the same form.
struct TextForm {
  bool folded = false;  ///< simple case folding (base/unicode.hpp)
  bool dashes = false;  ///< the five dashes of Sigma's `windash` are one: see fold_dashes
  friend bool operator==(TextForm, TextForm) = default;

  static constexpr std::size_t kCount = 4;
  /// 0–3; 0 is the text as it stands.
  [[nodiscard]] constexpr std::size_t index() const {
    return (folded ? 1U : 0U) + (dashes ? 2U : 0U);
  }
};

/// `text` with `-`, `/`, en dash, em dash and horizontal bar all written `-`: one character stays
/// one character, so wildcards count the same before and after. O(n).
[[nodiscard]] std::string fold_dashes(std::string_view text);

/// `text` in `form`. O(n).
[[nodiscard]] std::string to_form(std::string_view text, TextForm form);
/// The same into `out`, whose memory is used again. `text` is no part of it.
void to_form(std::string_view text, TextForm form, std::string& out);

/// A pattern with wildcards, ready to be compared with whole texts. Immutable; any number of
/// threads may match.
///
/// The parts between two `any` form a segment; each is taken at its first place after the one
/// before, which is always enough because nothing but `any` stands between them: no backtracking.
/// O(n) without `one`, at worst O(n·m) with it (n text, m pattern).
class Pattern {
 public:
  /// `parts` in any mixture; literals are brought into `form` here, texts by the caller.
  Pattern(std::span<const PatternPart> parts, TextForm form);

  /// True if the pattern covers the whole of `text_in_form`.
  [[nodiscard]] bool matches(std::string_view text_in_form) const;
  [[nodiscard]] TextForm form() const { return form_; }
  /// True if the text's start or end is fixed: cheap to refute.
  [[nodiscard]] bool anchored() const { return !open_start_ || !open_end_; }

  /// What stands between two `any`: literals and ones only, literals merged and in the form.
  using Segment = std::vector<PatternPart>;
  /// None is empty. No segment and not open: the empty text.
  [[nodiscard]] std::span<const Segment> segments() const { return segments_; }
  [[nodiscard]] bool open_start() const { return open_start_; }
  [[nodiscard]] bool open_end() const { return open_end_; }

 private:
  std::vector<Segment> segments_;
  TextForm form_;
  bool open_start_ = false;  ///< begins with `any`
  bool open_end_ = false;    ///< ends with `any`
};

/// `parts` with `any` before (`start`) and after (`end`) unless it stands there already: how
/// Sigma's contains (both), endswith (start) and startswith (end) are written.
[[nodiscard]] std::vector<PatternPart> widen(std::vector<PatternPart> parts, bool start, bool end);

}  // namespace interdict::match
