#include "decode/text/positional.hpp"

#include <algorithm>
#include <array>

#include "decode/text/line_format.hpp"
#include "decode/text/time_shape.hpp"

namespace interdict::decode {
namespace {

constexpr std::size_t kNone = std::string_view::npos;

/// The `}` that closes the group opened before `at`.
std::size_t group_end(std::string_view pattern, std::size_t at) {
  for (std::size_t depth = 1; at < pattern.size(); ++at) {
    if (pattern[at] == '\\') {
      ++at;
    } else if (pattern[at] == '{') {
      ++depth;
    } else if (pattern[at] == '}' && --depth == 0) {
      return at;
    }
  }
  return pattern.size();
}

/// The literal text that `pattern` begins with, up to a capture or a group; at most eight bytes of
/// it matter to find where a free text ends.
std::string_view literal(std::string_view pattern, std::array<char, 8>& out) {
  std::size_t size = 0;
  for (std::size_t i = 0; i < pattern.size() && size < out.size(); ++i) {
    if (pattern[i] == '<' || pattern[i] == '{' || pattern[i] == '}') break;
    if (pattern[i] == '\\') ++i;
    out[size++] = pattern[i];
  }
  return {out.data(), size};
}

void add_endpoint(std::string_view name, std::string_view text, FieldList& fields) {
  auto address = text;
  std::string_view port;
  const auto colon = text.rfind(':');
  const bool is_bracketed = text.starts_with('[');
  if (colon != kNone && (is_bracketed ? text[colon - 1] == ']' : true) &&
      number_type(text.substr(colon + 1)) == RawType::integer) {
    const bool is_bare_v6 =
        !is_bracketed && text.find("::") != kNone && std::count(text.begin(), text.end(), ':') < 3;
    if (!is_bare_v6) {
      address = text.substr(0, colon);
      port = text.substr(colon + 1);
    }
  }
  if (address.starts_with('[') && address.ends_with(']')) {
    address = address.substr(1, address.size() - 2);
  }
  fields.add_or_null(fields.join(name, "_addr"), address);
  if (!port.empty()) fields.add(fields.join(name, "_port"), port, RawType::integer);
}

class Matcher {
 public:
  Matcher(std::string_view line, FieldList& fields) : line_(line), fields_(fields) {}

  /// `after`: what stands in the pattern behind this part, which a free text ends at; empty: the
  /// line must end here too.
  bool match(std::string_view pattern, std::string_view after) {
    for (std::size_t i = 0; i < pattern.size(); ++i) {
      const char byte = pattern[i];
      if (byte == '<') {
        const auto close = pattern.find('>', i);
        if (!capture(pattern.substr(i + 1, close - i - 1), pattern.substr(close + 1), after)) {
          return false;
        }
        i = close;
      } else if (byte == '{') {
        const auto close = group_end(pattern, i + 1);
        const auto group = pattern.substr(i + 1, close - i - 1);
        const auto rest = pattern.substr(std::min(close + 1, pattern.size()));
        const auto at = at_;
        const auto size = fields_.size();
        if (match(group, rest) && match(rest, after)) return true;
        at_ = at;
        fields_.cut_to(size);
        return match(rest, after);
      } else if (byte == ' ') {
        if (at_ == line_.size() || line_[at_] != ' ') return false;
        while (at_ < line_.size() && line_[at_] == ' ') ++at_;
      } else {
        if (byte == '\\') ++i;
        if (at_ == line_.size() || line_[at_] != pattern[i]) return false;
        ++at_;
      }
    }
    return !after.empty() || at_ == line_.size();
  }

 private:
  bool capture(std::string_view what, std::string_view rest, std::string_view after) {
    const auto colon = what.find(':');
    const auto name = what.substr(0, colon);
    const char type = colon == kNone ? ' ' : what[colon + 1];
    const auto text = line_.substr(at_);
    std::size_t size = 0;
    switch (type) {
      case 't':
        size = time_shape(text).size;
        break;
      case 'q':
        return quoted(name, text);
      case 'r':
        size = text.size();
        break;
      case ' ': {
        std::array<char, 8> room{};
        const auto stop = literal(rest.empty() ? after : rest, room);
        size = stop.empty() ? text.size() : text.find(stop);
        if (size == kNone) return false;
        break;
      }
      default:
        size = std::min(word_end(text, rest), text.size());
    }
    if (size == 0 && type == ' ' && !text.empty()) {
      fields_.add(name, {}, RawType::null);
      return true;
    }
    if (size == 0) return false;
    const auto value = text.substr(0, size);
    at_ += size;
    if (type == 'e') {
      add_endpoint(name, value, fields_);
      return true;
    }
    if (type == 'n') {
      const auto number = number_type(value);
      if (number == RawType::string && value != "-") return false;
      fields_.add_or_null(name, value, number);
      return true;
    }
    fields_.add_or_null(name, value);
    return true;
  }

  /// A word ends at a blank, or at the byte that must follow it.
  static std::size_t word_end(std::string_view text, std::string_view rest) {
    std::array<char, 8> room{};
    const auto stop = literal(rest, room);
    const auto blank = text.find(' ');
    return stop.empty() || stop[0] == ' ' ? blank : std::min(blank, text.find(stop[0]));
  }

  bool quoted(std::string_view name, std::string_view text) {
    if (text.starts_with('-')) {  // not quoted where there is none
      fields_.add(name, {}, RawType::null);
      ++at_;
      return true;
    }
    if (!text.starts_with('"')) return false;
    std::size_t at = 1;
    while (at < text.size() && text[at] != '"') at += text[at] == '\\' ? 2 : 1;
    if (at >= text.size()) return false;
    fields_.add_or_null(name, text.substr(1, at - 1));
    at_ += at + 1;
    return true;
  }

  std::string_view line_;
  FieldList& fields_;
  std::size_t at_ = 0;
};

}  // namespace

bool read_positional(std::string_view pattern, std::string_view line, FieldList& fields) {
  Matcher matcher(trim(line), fields);
  return matcher.match(pattern, {});
}

}  // namespace interdict::decode
