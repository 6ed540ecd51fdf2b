#include "json/writer.hpp"

#include <array>
#include <cassert>
#include <charconv>
#include <cmath>

#include "base/unicode.hpp"

namespace interdict::json {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";

void append_escaped(std::string_view text, std::string& out) {
  std::size_t plain = 0;  // start of the run that needs no escape
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte >= 0x20 && byte != '"' && byte != '\\') continue;
    out.append(text.substr(plain, i - plain));
    plain = i + 1;
    switch (text[i]) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        out += "\\u00";
        out += kHexDigits[byte >> 4U];
        out += kHexDigits[byte & 0xFU];
    }
  }
  out.append(text.substr(plain));
}

template <class Integer>
void append_integer(Integer value, std::string& out) {
  std::array<char, 24> digits{};  // 20 digits and a sign at most
  const auto done = std::to_chars(digits.data(), digits.data() + digits.size(), value);
  out.append(digits.data(), done.ptr);
}

}  // namespace

void append_quoted(std::string_view text, std::string& out) {
  out += '"';
  if (is_utf8(text)) {
    append_escaped(text, out);
  } else {
    append_escaped(to_valid_utf8(text), out);
  }
  out += '"';
}

Writer& Writer::begin(char bracket, bool object) {
  before_value();
  out_ += bracket;
  levels_.push_back({object, true});
  return *this;
}

Writer& Writer::end(char bracket) {
  assert(!levels_.empty() && levels_.back().object == (bracket == '}') && !after_key_);
  const bool empty = levels_.back().empty;
  levels_.pop_back();
  if (!empty) line_break();
  out_ += bracket;
  return *this;
}

Writer& Writer::key(std::string_view name) {
  assert(!levels_.empty() && levels_.back().object && !after_key_);
  separate();
  append_quoted(name, out_);
  out_ += pretty_ ? ": " : ":";
  after_key_ = true;
  return *this;
}

Writer& Writer::string(std::string_view text) {
  before_value();
  append_quoted(text, out_);
  return *this;
}

Writer& Writer::integer(std::int64_t value) {
  before_value();
  append_integer(value, out_);
  return *this;
}

Writer& Writer::unsigned_integer(std::uint64_t value) {
  before_value();
  append_integer(value, out_);
  return *this;
}

Writer& Writer::real(double value) {
  if (!std::isfinite(value)) return null();
  before_value();
  const double size = std::fabs(value);
  const bool plain = size >= 1e-6 && size < 1e21;
  if (size == 0.0) {
    out_ += '0';  // also for -0, which some readers turn into another type
    return *this;
  }
  std::array<char, 64> digits{};
  const auto done = std::to_chars(digits.data(), digits.data() + digits.size(), value,
                                  plain ? std::chars_format::fixed : std::chars_format::scientific);
  out_.append(digits.data(), done.ptr);
  return *this;
}

Writer& Writer::boolean(bool value) {
  return raw(value ? "true" : "false");
}

Writer& Writer::null() {
  return raw("null");
}

Writer& Writer::raw(std::string_view json) {
  before_value();
  out_ += json;
  return *this;
}

void Writer::before_value() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (levels_.empty()) return;
  assert(!levels_.back().object);
  separate();
}

void Writer::separate() {
  if (!levels_.back().empty) out_ += ',';
  levels_.back().empty = false;
  line_break();
}

void Writer::line_break() {
  if (!pretty_) return;
  out_ += '\n';
  out_.append(levels_.size() * 2, ' ');
}

}  // namespace interdict::json
