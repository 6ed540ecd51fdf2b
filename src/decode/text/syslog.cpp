#include <algorithm>
#include <array>
#include <charconv>

#include "decode/text/formats.hpp"
#include "decode/text/line_format.hpp"
#include "decode/text/payload.hpp"
#include "decode/text/time_shape.hpp"

namespace interdict::decode {
namespace {

/// RFC 5424, 6.2.1: facility * 8 + severity, of which 24 and 8 are defined.
constexpr unsigned kMaxPriority = 191;

constexpr std::array<std::string_view, 24> kFacilities{
    "kern",   "user",   "mail",     "daemon", "auth",   "syslog", "lpr",    "news",
    "uucp",   "cron",   "authpriv", "ftp",    "ntp",    "audit",  "alert",  "clock",
    "local0", "local1", "local2",   "local3", "local4", "local5", "local6", "local7"};
constexpr std::array<std::string_view, 8> kSeverities{
    "emergency", "alert", "critical", "error", "warning", "notice", "informational", "debug"};

bool is_name_byte(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
         (byte >= '0' && byte <= '9') || byte == '_' || byte == '-' || byte == '.';
}

std::string_view take_word(std::string_view& rest) {
  const auto end = std::min(rest.find(' '), rest.size());
  const auto word = rest.substr(0, end);
  rest.remove_prefix(end);
  rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  return word;
}

/// `<PRI>`; the number, or none.
bool take_priority(std::string_view& rest, std::string_view& digits, unsigned& value) {
  const auto end = rest.substr(0, 5).find('>');
  if (!rest.starts_with('<') || end == std::string_view::npos || end < 2) return false;
  digits = rest.substr(1, end - 1);
  const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc{} || stop != digits.data() + digits.size() || value > kMaxPriority) {
    return false;
  }
  rest.remove_prefix(end + 1);
  return true;
}

/// `program[pid]:` or `program:`, with blanks behind it.
struct Tag {
  std::string_view program;
  std::string_view pid;
  std::size_t size = 0;  ///< 0: there is none
};

Tag tag_of(std::string_view rest) {
  constexpr std::size_t kLongest = 64;
  std::size_t at = 0;
  while (at < rest.size() && at < kLongest &&
         (is_name_byte(rest[at]) ||
          std::string_view("/()@+%$#*").find(rest[at]) != std::string_view::npos)) {
    ++at;
  }
  if (at == 0 || at == rest.size()) return {};
  if (rest.starts_with("CEF:") || rest.starts_with("LEEF:")) return {};  // a message without a tag
  Tag tag{rest.substr(0, at), {}, 0};
  if (rest[at] == '[') {
    const auto close = rest.find(']', at);
    if (close == std::string_view::npos || close - at > kLongest) return {};
    tag.pid = rest.substr(at + 1, close - at - 1);
    at = close + 1;
    if (at < rest.size() && rest[at] == ':') ++at;
  } else if (rest[at] == ':' && (at + 1 == rest.size() || rest[at + 1] == ' ')) {
    ++at;
  } else {
    return {};
  }
  while (at < rest.size() && rest[at] == ' ') ++at;
  tag.size = at;
  return tag;
}

/// A word that can be a host: a name or an address. A level is none.
bool is_host(std::string_view word) {
  if (word.empty() || word.size() > 255) return false;
  constexpr std::array<std::string_view, 12> kLevels{"INFO",     "WARN",  "WARNING", "ERROR",
                                                     "DEBUG",    "FATAL", "TRACE",   "NOTICE",
                                                     "CRITICAL", "info",  "error",   "warn"};
  if (std::ranges::find(kLevels, word) != kLevels.end()) return false;
  return std::ranges::all_of(word, [](char byte) {
    return is_name_byte(byte) || byte == ':' || byte == '/' || byte == '%' || byte == '@' ||
           byte == '~';
  });
}

/// Of a line whose time is a plain date, as many other logs' are: a host that no word of theirs
/// looks like (with a digit, a dot or a hyphen), or one before a program with its pid.
bool is_plain_header(std::string_view host, const Tag& tag) {
  if (host.empty() || tag.size == 0 || number_type(host) != RawType::string) return false;
  if (host.find_first_of("/%@~") != std::string_view::npos || std::ranges::count(host, ':') == 1) {
    return false;
  }
  return !tag.pid.empty() || host.find_first_of("0123456789.-") != std::string_view::npos;
}

/// `id` as one segment of a path: its dots (of an enterprise number) as `_`.
std::string_view as_segment(std::string_view id, FieldList& fields) {
  if (id.find('.') == std::string_view::npos) return id;
  char* const out = fields.room(id.size());
  std::ranges::replace_copy(id, out, '.', '_');
  return {out, id.size()};
}

/// RFC 5424, 6.3: `[id name="value" …]…` or `-`. False if it is none.
bool take_structured_data(std::string_view& rest, FieldList& fields) {
  if (rest.starts_with('-')) {
    rest.remove_prefix(1);
    return rest.empty() || rest.starts_with(' ');
  }
  while (rest.starts_with('[')) {
    rest.remove_prefix(1);
    const auto id = rest.substr(0, rest.find_first_of(" ]"));
    if (id.empty() || id.size() == rest.size() || id.find_first_of("\"=") != id.npos) return false;
    rest.remove_prefix(id.size());
    const auto segment = as_segment(id, fields);
    while (!rest.starts_with(']')) {
      rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
      const auto equals = rest.find("=\"");
      if (equals == std::string_view::npos) return false;
      const auto name = rest.substr(0, equals);
      std::size_t at = equals + 2;
      while (at < rest.size() && rest[at] != '"') at += rest[at] == '\\' ? 2 : 1;
      if (at >= rest.size()) return false;
      const auto value = rest.substr(equals + 2, at - equals - 2);
      fields.add(fields.join(fields.join("sd.", segment, "."), name),
                 fields.unescaped(value, "\"\\]"));
      rest.remove_prefix(at + 1);
      if (rest.empty()) return false;
    }
    rest.remove_prefix(1);
  }
  return true;
}

/// The seven parts behind `<PRI>1 ` (RFC 5424, 6.2).
bool read_5424(std::string_view rest, FieldList& fields) {
  constexpr std::array<std::string_view, 5> kPaths{"timestamp", "host", "program", "pid", "msgid"};
  for (const auto path : kPaths) fields.add_or_null(path, take_word(rest));
  const auto size = fields.size();
  const auto whole = rest;
  if (!take_structured_data(rest, fields)) {  // Check Point's `[action:"Drop"; …]`
    fields.cut_to(size);
    rest = whole;
  }
  rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  if (rest.starts_with("\xef\xbb\xbf")) rest.remove_prefix(3);
  fields.add("message", rest);
  add_payload(rest, fields);
  return true;
}

bool is_weekday(std::string_view text) {
  constexpr std::array<std::string_view, 7> kDays{"Mon ", "Tue ", "Wed ", "Thu ",
                                                  "Fri ", "Sat ", "Sun "};
  return std::ranges::find(kDays, text.substr(0, 4)) != kDays.end();
}

/// Where the parts of a line of RFC 3164 or one of its variants stand.
struct Header {
  std::string_view priority;
  unsigned priority_value = 0;
  bool has_priority = false;
  bool is_5424 = false;
  std::string_view time;
  std::string_view host;
  std::string_view rest;  ///< from the tag, or the message, on
};

/// Bytes of ` UTC` in Cisco's ` UTC: %ASA-…` behind a time.
std::size_t cisco_zone(std::string_view rest) {
  const auto end = rest.find(": %");
  const auto zone = rest.substr(0, end);
  const bool is_zone = end >= 4 && end <= 5 && zone[0] == ' ' &&
                       std::all_of(zone.begin() + 1, zone.end(),
                                   [](char byte) { return byte >= 'A' && byte <= 'Z'; });
  return is_zone ? end : 0;
}

/// `2024-01-02T03:04:05Z` alone is also how many other logs begin: then host and tag must follow.
bool read_header(std::string_view line, Header& header) {
  auto rest = line;
  header.has_priority = take_priority(rest, header.priority, header.priority_value);
  if (header.has_priority && rest.starts_with("1 ")) {
    header.is_5424 = rest.starts_with("1 -") || time_shape(rest.substr(2)).size > 0;
    if (header.is_5424) {
      header.rest = rest.substr(2);
      return true;
    }
  }
  const auto sequence = rest.find(": ");  // Cisco's `<189>45: ` before the time
  if (header.has_priority && sequence < 12 &&
      number_type(rest.substr(0, sequence)) == RawType::integer) {
    rest.remove_prefix(sequence + 2);
  }
  if (header.has_priority &&
      (rest.starts_with('*') || rest.starts_with('.') || rest.starts_with(':'))) {
    rest.remove_prefix(1);
  }
  auto shape = time_shape(rest);
  if (shape.size == 0 && is_weekday(rest)) {  // `Fri 2024-03-01 …`, journalctl's short-full
    const auto behind = time_shape(rest.substr(4));
    if (behind.size > 0) shape = {behind.size + 4, true, behind.has_year, false};
  }
  const auto named = rest.find(": ");  // Cisco's `<189>45: name: ` before the time
  if (header.has_priority && shape.size == 0 && named < 64 && is_host(rest.substr(0, named))) {
    auto behind = rest.substr(named + 2);
    if (behind.starts_with('*') || behind.starts_with('.')) behind.remove_prefix(1);
    if (const auto late = time_shape(behind); late.size > 0) {
      header.host = rest.substr(0, named);
      rest = behind;
      shape = late;
    }
  }
  if (shape.size == 0) {
    header.rest = rest;
    return header.has_priority;
  }
  // With the day of the week, a time is ctime's, which many other logs begin with.
  const bool has_day = is_weekday(rest);
  const bool is_bsd =
      !shape.is_iso && !has_day && line.size() > shape.size && (rest[0] < '0' || rest[0] > '9');
  const bool is_plain = !is_bsd && !shape.is_iso;
  const bool may_be_plain = has_day || rest.substr(0, 5).find('-') == 4 || rest.find('.') == 10;
  if (!header.has_priority && is_plain && !may_be_plain) return false;
  if (header.has_priority && is_bsd) shape.size += cisco_zone(rest.substr(shape.size));
  header.time = rest.substr(0, shape.size);
  rest.remove_prefix(shape.size);
  if (rest.starts_with(':')) {                          // Cisco: no host
    if (!is_bsd && !header.has_priority) return false;  // any program's own line
    rest.remove_prefix(1);
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    header.rest = rest;
    return true;
  }
  if (!rest.starts_with(' ')) return false;
  rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  const bool is_tag = tag_of(rest).size > 0 && rest.substr(0, rest.find(' ')).ends_with(':');
  if (!is_tag) {
    auto behind = rest;
    const auto word = take_word(behind);
    if (is_host(word)) {
      header.host = word;
      rest = behind;
      auto again = behind;  // some devices name themselves twice
      if (take_word(again) == word && tag_of(again).size > 0) rest = again;
    } else if (!header.has_priority) {
      return false;
    }
  }
  if (rest.starts_with(": ")) rest.remove_prefix(2);
  header.rest = rest;
  if (header.has_priority || is_bsd) return true;
  const auto tag = tag_of(rest);
  if (is_plain) return is_plain_header(header.host, tag);
  return !header.host.empty() && tag.size > 0;
}

void add_priority(const Header& header, FieldList& fields) {
  fields.add("pri", header.priority, RawType::integer);
  fields.add("facility", kFacilities[header.priority_value / 8]);
  fields.add("severity", kSeverities[header.priority_value % 8]);
}

}  // namespace

bool begins_syslog(std::string_view line) {
  Header header;
  return read_header(line, header);
}

bool read_syslog(std::string_view record, FieldList& fields) {
  Header header;
  const auto first_line = record.substr(0, record.find('\n'));
  if (!read_header(first_line, header)) return false;
  if (header.has_priority) add_priority(header, fields);
  // The parts found in the first line go on to the record's end.
  auto rest = record.substr(static_cast<std::size_t>(header.rest.data() - record.data()));
  if (header.is_5424) return read_5424(rest, fields);
  if (!header.time.empty()) fields.add("timestamp", header.time);
  if (!header.host.empty()) fields.add("host", header.host);
  if (const auto tag = tag_of(rest); tag.size > 0) {
    fields.add("program", tag.program);
    if (!tag.pid.empty()) fields.add("pid", tag.pid);
    rest.remove_prefix(tag.size);
  }
  fields.add("message", rest);
  add_payload(rest, fields);
  return true;
}

}  // namespace interdict::decode
