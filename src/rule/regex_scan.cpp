#include "rule/regex_scan.hpp"

namespace interdict::rule {
namespace {

bool is_quantifier(char c) {
  return c == '*' || c == '+' || c == '?';
}

RegexFault unsupported(std::string_view token, std::string what) {
  return {true, std::string(token), std::move(what)};
}

/// Position after the `]` that ends the class that starts at `at`, or npos.
std::size_t skip_class(std::string_view regex, std::size_t at) {
  ++at;
  if (at < regex.size() && regex[at] == '^') ++at;
  if (at < regex.size() && regex[at] == ']') ++at;  // literal where it stands first
  while (at < regex.size() && regex[at] != ']') {
    if (regex[at] == '\\') {
      ++at;
    } else if (regex[at] == '[' && at + 1 < regex.size() && regex[at + 1] == ':') {
      const std::size_t end = regex.find(":]", at + 2);
      if (end != std::string_view::npos) at = end + 1;
    }
    ++at;
  }
  return at < regex.size() ? at + 1 : std::string_view::npos;
}

std::optional<RegexFault> check_group(std::string_view rest) {
  for (const std::string_view around : {"(?=", "(?!", "(?<=", "(?<!"})
    if (rest.starts_with(around)) return unsupported(around, "look-around");
  if (rest.starts_with("(?>")) return unsupported("(?>", "an atomic group");
  if (rest.starts_with("(?(")) return unsupported("(?(", "a conditional");
  if (rest.starts_with("(?P=")) return unsupported("(?P=", "a back-reference");
  if (rest.starts_with("(?R") || rest.starts_with("(?&") || rest.starts_with("(?P>"))
    return unsupported(rest.substr(0, 3), "recursion");
  if (rest.starts_with("(?#")) return unsupported("(?#", "a comment");
  return std::nullopt;
}

std::optional<RegexFault> check_escape(std::string_view rest) {
  if (rest.size() < 2) return RegexFault{false, "\\", "a backslash at the end"};
  const char next = rest[1];
  if ((next >= '1' && next <= '9') || next == 'k' || next == 'g')
    return unsupported(rest.substr(0, 2), "a back-reference");
  if (next == 'G' || next == 'K' || next == 'R' || next == 'X')
    return unsupported(rest.substr(0, 2), "a construct of backtracking engines");
  return std::nullopt;
}

}  // namespace

std::optional<RegexFault> scan_regex(std::string_view regex) {
  std::size_t open = 0;
  bool after_quantifier = false;
  for (std::size_t i = 0; i < regex.size();) {
    const char c = regex[i];
    if (c == '\\') {
      if (regex.substr(i).starts_with("\\Q")) {
        const std::size_t end = regex.find("\\E", i);
        i = end == std::string_view::npos ? regex.size() : end + 2;
        after_quantifier = false;
        continue;
      }
      if (auto fault = check_escape(regex.substr(i))) return fault;
      i += 2;
      after_quantifier = false;
      continue;
    }
    if (c == '[') {
      i = skip_class(regex, i);
      if (i == std::string_view::npos) return RegexFault{false, "[", "an unclosed class"};
      after_quantifier = false;
      continue;
    }
    if (c == '(') {
      if (auto fault = check_group(regex.substr(i))) return fault;
      ++open;
      // `(?` is no quantifier.
      i += regex.substr(i).starts_with("(?") ? 2 : 1;
      after_quantifier = false;
      continue;
    }
    if (c == ')') {
      if (open == 0) return RegexFault{false, ")", "a `)` without its `(`"};
      --open;
    }
    if (c == '+' && after_quantifier)
      return unsupported(regex.substr(i - 1, 2), "a possessive quantifier");
    after_quantifier = is_quantifier(c) && !(c == '?' && after_quantifier);
    ++i;
  }
  if (open > 0) return RegexFault{false, "(", "an unclosed group"};
  return std::nullopt;
}

}  // namespace interdict::rule
