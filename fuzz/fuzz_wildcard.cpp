// A pattern (`*` any run, `?` one character), a line break, a text; the first byte is the form.
// Holds: the compiled pattern says what the definition says, worked out as a table.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "base/unicode.hpp"
#include "match/wildcard.hpp"

namespace {

using namespace interdict;
using namespace interdict::match;

constexpr std::size_t kPatternBytesMax = 64;
constexpr std::size_t kTextBytesMax = 256;

std::vector<PatternPart> parts_of(std::string_view pattern) {
  std::vector<PatternPart> out;
  for (const char c : pattern) {
    if (c == '*') {
      out.push_back({PatternPart::Kind::any});
    } else if (c == '?') {
      out.push_back({PatternPart::Kind::one});
    } else if (!out.empty() && out.back().kind == PatternPart::Kind::literal) {
      out.back().text += c;
    } else {
      out.push_back({PatternPart::Kind::literal, {c}});
    }
  }
  return out;
}

std::vector<char32_t> characters(std::string_view text) {
  std::vector<char32_t> out;
  for (std::size_t at = 0; at < text.size();) out.push_back(next_code_point(text, at));
  return out;
}

/// reach[i]: the parts so far can cover the first i characters.
bool defined(const std::vector<PatternPart>& parts, TextForm form, std::string_view text_in_form) {
  const auto text = characters(text_in_form);
  std::vector<bool> reach(text.size() + 1, false);
  reach[0] = true;
  for (const PatternPart& part : parts) {
    std::vector<bool> next(text.size() + 1, false);
    if (part.kind == PatternPart::Kind::any) {
      bool seen = false;
      for (std::size_t i = 0; i <= text.size(); ++i) next[i] = seen = seen || reach[i];
    } else if (part.kind == PatternPart::Kind::one) {
      for (std::size_t i = 0; i < text.size(); ++i) next[i + 1] = reach[i];
    } else {
      const auto literal = characters(to_form(part.text, form));
      for (std::size_t i = 0; i + literal.size() <= text.size(); ++i) {
        bool same = reach[i];
        for (std::size_t k = 0; same && k < literal.size(); ++k) same = text[i + k] == literal[k];
        if (same) next[i + literal.size()] = true;
      }
    }
    reach = next;
  }
  return reach.back();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const TextForm form{.folded = (data[0] & 1U) != 0, .dashes = (data[0] & 2U) != 0};
  const std::string_view input(reinterpret_cast<const char*>(data + 1), size - 1);
  const std::size_t cut = input.find('\n');
  if (cut > kPatternBytesMax) return 0;  // or there is none
  // Rules and events hold UTF-8 only; literals are cut out of UTF-8 at ASCII characters.
  const std::string pattern = to_valid_utf8(input.substr(0, cut));
  const std::string text = to_form(to_valid_utf8(input.substr(cut + 1, kTextBytesMax)), form);
  const auto parts = parts_of(pattern);
  if (Pattern(parts, form).matches(text) != defined(parts, form, text)) std::abort();
  return 0;
}
