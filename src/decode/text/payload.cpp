#include "decode/text/payload.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "decode/text/line_format.hpp"
#include "decode/text/scan.hpp"

namespace interdict::decode {
namespace {

bool is_key_byte(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
         (byte >= '0' && byte <= '9') || byte == '_' || byte == '-' || byte == '.' || byte == '/' ||
         byte == ':' || byte == '@';
}

/// The next unescaped `|` from `at` on.
std::size_t find_bar(std::string_view text, std::size_t at) {
  for (; at < text.size(); ++at) {
    if (text[at] == '\\') {
      ++at;
    } else if (text[at] == '|') {
      return at;
    }
  }
  return std::string_view::npos;
}

/// Takes the header's parts, each up to a `|`. False if there are fewer.
template <std::size_t N>
bool take_parts(std::string_view& rest, const std::array<std::string_view, N>& paths,
                FieldList& fields) {
  for (const auto path : paths) {
    const auto end = find_bar(rest, 0);
    if (end == std::string_view::npos) return false;
    fields.add(path, fields.unescaped(rest.substr(0, end), "|\\"));
    rest.remove_prefix(end + 1);
  }
  return true;
}

/// Where the key before `equals` begins: behind the last blank. A key has no other bytes than
/// is_key_byte and CEF's brackets.
std::size_t key_start(std::string_view text, std::size_t from, std::size_t equals) {
  auto at = equals;
  while (at > from && (is_key_byte(text[at - 1]) || text[at - 1] == '[' || text[at - 1] == ']'))
    --at;
  return at;
}

/// CEF's extension: `key=value key=value`, where a value may hold blanks, and `\=`.
void add_extension(std::string_view text, FieldList& fields) {
  const auto next_equals = [&](std::size_t at) {
    while (true) {
      at = text.find('=', at);
      if (at == std::string_view::npos) return at;
      const auto key = key_start(text, 0, at);
      const bool is_pair = key < at && (key == 0 || text[key - 1] == ' ' || text[key - 1] == '\t');
      if (is_pair && text[at - 1] != '\\') return at;
      ++at;
    }
  };
  for (auto equals = next_equals(0); equals != std::string_view::npos;) {
    const auto key = key_start(text, 0, equals);
    const auto next = next_equals(equals + 1);
    const auto stop =
        next == std::string_view::npos ? text.size() : key_start(text, equals + 1, next);
    const auto value = trim(text.substr(equals + 1, stop - equals - 1));
    fields.add(text.substr(key, equals - key), fields.unescaped(value, "=\\"));
    equals = next;
  }
}

/// LEEF 2.0 names its separator: a character, or `x09`, `0x09`; nothing: a tab.
char leef_separator(std::string_view text) {
  if (text.empty()) return '\t';
  if (text.size() == 1) return text[0];
  const auto digits = text.substr(std::min(text.find('x') + 1, text.size()));
  unsigned value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  return value > 0 && value < 0x80 ? static_cast<char>(value) : '\t';
}

}  // namespace

std::size_t add_pairs(std::string_view text, FieldList& fields) {
  std::size_t pairs = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto equals = text.find('=', at);
    if (equals == std::string_view::npos) break;
    const auto key = key_start(text, at, equals);
    const bool is_apart =
        key == 0 || std::string_view(" \t\n,;([{|\"").find(text[key - 1]) != std::string_view::npos;
    if (key == equals || !is_apart || text.substr(equals).starts_with("==")) {
      at = equals + 1;
      continue;
    }
    auto stop = equals + 1;
    std::string_view value;
    if (stop < text.size() && (text[stop] == '"' || text[stop] == '\'')) {
      const char quote = text[stop];
      const auto start = ++stop;
      while (stop < text.size() && text[stop] != quote) stop += text[stop] == '\\' ? 2 : 1;
      stop = std::min(stop, text.size());
      // Backslashes stay: some writers escape them, some write paths with them.
      value = fields.unescaped(text.substr(start, stop - start), "\"");
      if (stop < text.size()) ++stop;
    } else {
      const auto start = stop;
      stop = find_stop<' ', '\t', '\n', ';'>(text, start);
      // A comma parts pairs only where another pair follows it: it may also stand in a list.
      for (auto comma = text.find(',', start); comma < stop; comma = text.find(',', comma + 1)) {
        auto word = comma + 1;
        while (word < text.size() && is_key_byte(text[word])) ++word;
        if (word == comma + 1 || (word < text.size() && text[word] == '=')) {
          stop = comma;
          break;
        }
      }
      value = text.substr(start, stop - start);
    }
    fields.add(text.substr(key, equals - key), value);
    ++pairs;
    at = std::max(stop, equals + 1);
  }
  return pairs;
}

bool add_cef(std::string_view text, FieldList& fields) {
  if (!text.starts_with("CEF:")) return false;
  text = trim(text.substr(4));  // some senders write a blank behind the colon
  const auto version = find_bar(text, 0);
  if (version == std::string_view::npos) return false;
  text.remove_prefix(version + 1);
  constexpr std::array<std::string_view, 6> kParts{
      "device_vendor", "device_product", "device_version", "signature_id", "name", "severity"};
  if (!take_parts(text, kParts, fields)) return false;
  add_extension(text, fields);
  return true;
}

bool add_leef(std::string_view text, FieldList& fields) {
  if (!text.starts_with("LEEF:")) return false;
  text.remove_prefix(5);
  const bool is_second = text.starts_with('2');
  const auto version = find_bar(text, 0);
  if (version == std::string_view::npos) return false;
  text.remove_prefix(version + 1);
  constexpr std::array<std::string_view, 4> kParts{"device_vendor", "device_product",
                                                   "device_version", "event_id"};
  if (!take_parts(text, kParts, fields)) return false;
  char separator = '\t';
  if (is_second) {
    const auto end = text.find('|');
    if (end <= 6) {
      separator = leef_separator(text.substr(0, end));
      text.remove_prefix(end + 1);
    }
  }
  while (!text.empty()) {
    const auto end = std::min(text.find(separator), text.size());
    const auto pair = trim(text.substr(0, end));
    if (const auto equals = pair.find('='); equals != std::string_view::npos && equals > 0) {
      fields.add(pair.substr(0, equals), pair.substr(equals + 1));
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return true;
}

void add_payload(std::string_view message, FieldList& fields) {
  const auto before = fields.size();
  const auto head = message.substr(0, 64);  // a tag of the sender may stand before it
  if (const auto at = head.find("CEF:"); at != std::string_view::npos) {
    if (add_cef(message.substr(at), fields)) return fields.add("_payload", "cef");
    fields.cut_to(before);
  } else if (const auto leef = head.find("LEEF:"); leef != std::string_view::npos) {
    if (add_leef(message.substr(leef), fields)) return fields.add("_payload", "leef");
    fields.cut_to(before);
  }
  const auto text = trim(message);
  if (text.starts_with('{') && text.ends_with('}') && fields.add_json(text)) {
    return fields.add("_payload", "json");
  }
  if (std::count(text.begin(), text.end(), '=') < static_cast<std::ptrdiff_t>(kPairsMin)) return;
  if (add_pairs(text, fields) >= kPairsMin) return fields.add("_payload", "keyvalue");
  fields.cut_to(before);
}

}  // namespace interdict::decode
