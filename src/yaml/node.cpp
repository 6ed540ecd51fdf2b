#include "yaml/node.hpp"

#include <charconv>
#include <limits>

namespace interdict::yaml {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::size_t skip_digits(std::string_view text, std::size_t at) {
  while (at < text.size() && is_digit(text[at])) ++at;
  return at;
}

std::size_t skip_sign(std::string_view text) {
  return !text.empty() && (text[0] == '-' || text[0] == '+') ? 1 : 0;
}

/// `[-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`
bool is_decimal(std::string_view text) {
  const std::size_t start = skip_sign(text);
  std::size_t at = skip_digits(text, start);
  std::size_t digits = at - start;
  if (at < text.size() && text[at] == '.') {
    const std::size_t fraction = skip_digits(text, at + 1);
    if (digits == 0) digits = fraction - at - 1;
    at = fraction;
  }
  if (digits == 0) return false;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
    const std::size_t end = skip_digits(text, at);
    if (end == at) return false;
    at = end;
  }
  return at == text.size();
}

bool is_radix(std::string_view text, std::string_view prefix, std::string_view digits) {
  return text.size() > prefix.size() && text.starts_with(prefix) &&
         text.find_first_not_of(digits, prefix.size()) == std::string_view::npos;
}

bool is_special_float(std::string_view text) {
  if (text == ".nan" || text == ".NaN" || text == ".NAN") return true;
  text.remove_prefix(skip_sign(text));
  return text == ".inf" || text == ".Inf" || text == ".INF";
}

}  // namespace

ScalarType resolve_plain(std::string_view text) {
  if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL")
    return ScalarType::null;
  if (text == "true" || text == "True" || text == "TRUE" || text == "false" || text == "False" ||
      text == "FALSE")
    return ScalarType::boolean;
  const std::size_t start = skip_sign(text);
  if (start < text.size() && skip_digits(text, start) == text.size()) return ScalarType::integer;
  if (is_radix(text, "0x", "0123456789abcdefABCDEF") || is_radix(text, "0o", "01234567"))
    return ScalarType::integer;
  if (is_decimal(text) || is_special_float(text)) return ScalarType::floating;
  return ScalarType::string;
}

Node Node::scalar(std::string text, ScalarType type, bool plain, std::uint32_t line,
                  std::uint32_t column) {
  Node node(Kind::scalar, line, column);
  node.text_ = std::move(text);
  node.type_ = type;
  node.plain_ = plain;
  return node;
}

std::optional<bool> Node::as_bool() const {
  if (!is_scalar() || type_ != ScalarType::boolean) return std::nullopt;
  return text_[0] == 't' || text_[0] == 'T';
}

std::optional<std::int64_t> Node::as_int() const {
  if (!is_scalar() || type_ != ScalarType::integer) return std::nullopt;
  std::string_view text = text_;
  int base = 10;
  if (text.starts_with("0x") || text.starts_with("0o")) {
    base = text[1] == 'x' ? 16 : 8;
    text.remove_prefix(2);
  } else if (text[0] == '+') {
    text.remove_prefix(1);
  }
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<double> Node::as_double() const {
  if (!is_scalar()) return std::nullopt;
  if (const auto integer = as_int()) return static_cast<double>(*integer);
  if (type_ != ScalarType::floating && type_ != ScalarType::integer) return std::nullopt;
  if (is_special_float(text_)) {
    if (text_[1] == 'n' || text_[1] == 'N') return std::numeric_limits<double>::quiet_NaN();
    const double infinity = std::numeric_limits<double>::infinity();
    return text_[0] == '-' ? -infinity : infinity;
  }
  std::string_view text = text_;
  if (!text.empty() && text[0] == '+') text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

const Node* Node::find(std::string_view key) const {
  for (const Entry& entry : entries_)
    if (entry.first.text() == key) return &entry.second;
  return nullptr;
}

void Node::add_entry(Node key, Node value) {
  entries_.emplace_back(std::move(key), std::move(value));
}

}  // namespace interdict::yaml
