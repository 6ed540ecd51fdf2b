#include "rule/condition.hpp"

#include <algorithm>
#include <utility>

#include "base/flat_map.hpp"
#include "base/limits.hpp"
#include "rule/diagnostic.hpp"

namespace interdict::rule {
namespace {

using Kind = Condition::Kind;

struct Token {
  std::string_view text;  ///< empty at the end
  std::size_t offset = 0;
};

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '*';
}

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

/// `*` stands for any characters; nothing else is special. O(n·m), both are short.
bool glob_match(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

class Parser {
 public:
  Parser(std::string_view text, std::span<const std::string> names) : text_(text), names_(names) {
    for (std::size_t i = 0; i < names.size(); ++i)
      index_.try_emplace(names[i], static_cast<std::uint32_t>(i));
  }

  ParsedCondition run() {
    if (text_.size() > kMaxConditionBytes) {
      fail(kConditionLimit,
           "the condition is longer than " + std::to_string(kMaxConditionBytes) + " bytes", {});
      return std::move(result_);
    }
    advance();
    std::optional<Condition> condition = parse_binary(Kind::disjunction);
    if (condition && !token_.text.empty()) {
      fail(kConditionSyntax, "expected an operator before `" + std::string(token_.text) + "`",
           token_);
    }
    if (!stopped_ && !undefined_) result_.condition = std::move(condition);
    return std::move(result_);
  }

 private:
  void issue(const Code& code, std::string message, const Token& token,
             std::string suggestion = {}) {
    if (result_.issues.size() >= kMaxFaultsShown) return;
    ConditionIssue found;
    found.code = &code;
    found.message = std::move(message);
    found.token = token.text;
    for (std::size_t at = text_.find(token.text);
         !token.text.empty() && at < token.offset && at != std::string_view::npos;
         at = text_.find(token.text, at + 1))
      ++found.occurrence;
    found.suggestion = std::move(suggestion);
    result_.issues.push_back(std::move(found));
  }

  /// Records the first fault that ends the parse.
  void fail(const Code& code, std::string message, const Token& token) {
    if (!stopped_) issue(code, std::move(message), token);
    stopped_ = true;
  }

  [[nodiscard]] Token next_token(std::size_t& position) const {
    while (position < text_.size() && is_space(text_[position])) ++position;
    const std::size_t start = position;
    if (position < text_.size()) {
      if (is_word(text_[position])) {
        while (position < text_.size() && is_word(text_[position])) ++position;
      } else {
        ++position;
        // The rest of a character of several bytes belongs to it.
        while (position < text_.size() &&
               (static_cast<unsigned char>(text_[position]) & 0xc0) == 0x80)
          ++position;
      }
    }
    return {text_.substr(start, position - start), start};
  }
  void advance() { token_ = next_token(position_); }

  [[nodiscard]] std::string_view peek() const {
    std::size_t position = position_;
    return next_token(position).text;
  }

  [[nodiscard]] bool defined(std::string_view name) const { return index_.contains(name); }

  /// True if the next token is that operator. Upper case is accepted with a warning, unless it is
  /// a search identifier's name.
  bool at_operator(std::string_view word) {
    if (token_.text == word) return true;
    if (lower(token_.text) != word || defined(token_.text)) return false;
    issue(kUpperCase, "write the operator `" + std::string(token_.text) + "` in lower case", token_,
          std::string(word));
    return true;
  }

  std::optional<Condition> parse_binary(Kind kind) {
    const bool is_or = kind == Kind::disjunction;
    Condition joined;
    joined.kind = kind;
    while (true) {
      std::optional<Condition> child = is_or ? parse_binary(Kind::conjunction) : parse_not();
      if (!child) return std::nullopt;
      joined.children.push_back(std::move(*child));
      if (!at_operator(is_or ? "or" : "and")) break;
      advance();
    }
    if (joined.children.size() == 1) return std::move(joined.children.front());
    return joined;
  }

  std::optional<Condition> parse_not() {
    if (!at_operator("not")) return parse_term();
    const DepthGuard guard(depth_, kMaxConditionDepth);
    if (guard.exceeded()) return too_deep();
    advance();
    std::optional<Condition> child = parse_not();
    if (!child) return std::nullopt;
    Condition negation;
    negation.kind = Kind::negation;
    negation.children.push_back(std::move(*child));
    return negation;
  }

  std::optional<Condition> parse_term() {
    const DepthGuard guard(depth_, kMaxConditionDepth);
    if (guard.exceeded()) return too_deep();
    if (token_.text == "(") {
      const Token opening = token_;
      advance();
      std::optional<Condition> inner = parse_binary(Kind::disjunction);
      if (!inner) return std::nullopt;
      if (token_.text != ")") {
        fail(kConditionSyntax, "this parenthesis is not closed", opening);
        return std::nullopt;
      }
      advance();
      return inner;
    }
    if (token_.text.empty() || !is_word(token_.text[0])) {
      fail(kConditionSyntax,
           token_.text.empty() ? "the condition ends where a search identifier is expected"
                               : "unexpected `" + std::string(token_.text) + "`",
           token_);
      return std::nullopt;
    }
    if (lower(peek()) == "of") return parse_quantifier();
    return parse_identifier();
  }

  std::optional<Condition> parse_quantifier() {
    const std::string count = lower(token_.text);
    if (count != "1" && count != "any" && count != "all") {
      fail(kConditionSyntax,
           "`" + std::string(token_.text) + " of` is not Sigma: only `1 of` and `all of` are",
           token_);
      return std::nullopt;
    }
    if (count != token_.text)
      issue(kUpperCase, "write the operator `" + std::string(token_.text) + "` in lower case",
            token_, count);
    advance();
    at_operator("of");
    advance();
    if (token_.text.empty() || !is_word(token_.text[0])) {
      fail(kConditionSyntax, "`of` needs `them` or a pattern", token_);
      return std::nullopt;
    }
    Condition quantifier;
    quantifier.kind = count == "all" ? Kind::all_of : Kind::one_of;
    const bool them = at_operator("them");
    const std::string_view pattern = them ? std::string_view("*") : token_.text;
    for (std::size_t i = 0; i < names_.size(); ++i) {
      if (names_[i].starts_with('_') && !pattern.starts_with('_')) continue;
      if (glob_match(pattern, names_[i]))
        quantifier.indices.push_back(static_cast<std::uint32_t>(i));
    }
    quantified_ += names_.size();
    if (quantified_ > kMaxQuantified) {
      fail(kConditionLimit, "the patterns are tried on too many search identifiers", token_);
      return std::nullopt;
    }
    if (quantifier.indices.empty()) {
      undefined_ = true;
      issue(kMatchesNothing, "no search identifier matches `" + std::string(token_.text) + "`",
            token_);
    }
    advance();
    return quantifier;
  }

  std::optional<Condition> parse_identifier() {
    const auto found = index_.find(token_.text);
    Condition identifier;
    if (found == index_.end()) {
      if (token_.text == "and" || token_.text == "or" || token_.text == "of") {
        fail(kConditionSyntax, "`" + std::string(token_.text) + "` has nothing before it", token_);
        return std::nullopt;
      }
      const std::size_t tried = std::min<std::size_t>(names_.size(), kMaxFaultsShown);
      const std::vector<std::string_view> known(
          names_.begin(), names_.begin() + static_cast<std::ptrdiff_t>(tried));
      undefined_ = true;
      issue(kUndefined, "undefined search identifier `" + std::string(token_.text) + "`", token_,
            std::string(nearest(token_.text, known)));
    } else {
      identifier.index = found->second;
    }
    advance();
    return identifier;
  }

  std::optional<Condition> too_deep() {
    fail(kConditionLimit,
         "the condition is nested deeper than " + std::to_string(kMaxConditionDepth) + " levels",
         token_);
    return std::nullopt;
  }

  std::string_view text_;
  std::span<const std::string> names_;
  TextMap<std::uint32_t> index_;  // only asked, never walked
  std::size_t quantified_ = 0;
  std::size_t position_ = 0;
  Token token_;
  std::size_t depth_ = 0;
  bool stopped_ = false;    // a syntax error or limit: nothing more is parsed
  bool undefined_ = false;  // a name did not resolve: parsing goes on to find more
  ParsedCondition result_;
};

void append_joined(std::string& out, const std::vector<std::string>& parts, std::string_view word) {
  if (parts.size() > 1) out += '(';
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) out.append(" ").append(word).append(" ");
    out += parts[i];
  }
  if (parts.size() > 1) out += ')';
}

}  // namespace

ParsedCondition parse_condition(std::string_view text, std::span<const std::string> names) {
  return Parser(text, names).run();
}

std::string to_sigma(const Condition& condition, std::span<const std::string> names) {
  std::vector<std::string> parts;
  for (const Condition& child : condition.children) parts.push_back(to_sigma(child, names));
  for (const std::uint32_t index : condition.indices) parts.push_back(names[index]);
  std::string out;
  switch (condition.kind) {
    case Kind::identifier:
      return names[condition.index];
    case Kind::negation:
      return "not " + parts.front();
    case Kind::conjunction:
    case Kind::all_of:
      append_joined(out, parts, "and");
      break;
    case Kind::disjunction:
    case Kind::one_of:
      append_joined(out, parts, "or");
      break;
  }
  return out;
}

}  // namespace interdict::rule
