// Logs of which no more is known than where a record's time stands: web servers' error logs, and
// any text whose lines begin with one.
#include <algorithm>
#include <string_view>

#include "decode/text/formats.hpp"
#include "decode/text/line_format.hpp"
#include "decode/text/payload.hpp"
#include "decode/text/time_shape.hpp"

namespace interdict::decode {
namespace {

constexpr std::size_t kNone = std::string_view::npos;

std::string_view skip_blanks(std::string_view text) {
  return text.substr(std::min(text.find_first_not_of(" \t"), text.size()));
}

/// Takes `[…]` and blanks behind it.
bool take_brackets(std::string_view& rest, std::string_view& inside) {
  if (!rest.starts_with('[')) return false;
  const auto close = rest.find(']');
  if (close > 256) return false;
  inside = rest.substr(1, close - 1);
  rest = skip_blanks(rest.substr(close + 1));
  return true;
}

/// `[Wed Oct 11 14:32:52.123 2000] [core:error] [pid 1:tid 2] [client 192.0.2.1:80] text`; module,
/// pid and client may be absent (Apache 2.2).
bool read_apache(std::string_view rest, FieldList& fields) {
  std::string_view part;
  if (!take_brackets(rest, part) || time_shape(part).size != part.size() || part.size() < 16 ||
      part[0] < 'A') {
    return false;
  }
  const auto time = part;
  if (!take_brackets(rest, part)) return false;
  const auto colon = part.find(':');
  const auto level = colon == kNone ? part : part.substr(colon + 1);
  if (level.empty() || level.find(' ') != kNone) return false;
  fields.add("time", time);
  fields.add("level", level);
  if (colon != kNone && colon > 0) fields.add("module", part.substr(0, colon));
  while (take_brackets(rest, part)) {
    if (part.starts_with("pid ")) {
      fields.add("pid", part.substr(4, std::min(part.find(':'), part.size()) - 4));
    } else if (part.starts_with("client ")) {
      fields.add("client", part.substr(7));
    } else {
      rest = std::string_view(
          part.data() - 1, static_cast<std::size_t>(rest.data() + rest.size() - part.data()) + 1);
      break;
    }
  }
  fields.add("message", rest);
  fields.add("_kind", "apache");
  return true;
}

/// nginx's words behind the message: `, client: 192.0.2.1, server: x, request: "GET / HTTP/1.1"`.
void add_trailing(std::string_view rest, FieldList& fields) {
  while (!rest.empty()) {
    const auto colon = rest.find(": ");
    if (colon == kNone) return;
    const auto key = rest.substr(0, colon);
    rest.remove_prefix(colon + 2);
    std::size_t end = 0;
    if (rest.starts_with('"')) {
      end = rest.find('"', 1);
      if (end == kNone) return;
      fields.add(key, rest.substr(1, end - 1));
      ++end;
    } else {
      end = std::min(rest.find(", "), rest.size());
      fields.add(key, rest.substr(0, end));
    }
    rest.remove_prefix(end);
    if (!rest.starts_with(", ")) return;
    rest.remove_prefix(2);
  }
}

/// `2024/01/02 03:04:05 [error] 12#12: *3 text, client: 192.0.2.1, …`
bool read_nginx(std::string_view rest, FieldList& fields) {
  if (rest.size() < 20 || rest[4] != '/') return false;
  const auto shape = time_shape(rest);
  if (shape.size == 0) return false;
  const auto time = rest.substr(0, shape.size);
  rest = skip_blanks(rest.substr(shape.size));
  std::string_view level;
  if (!take_brackets(rest, level)) return false;
  const auto hash = rest.substr(0, 12).find('#');
  const auto colon = rest.substr(0, 24).find(": ");
  if (hash == kNone || colon == kNone || number_type(rest.substr(0, hash)) != RawType::integer) {
    return false;
  }
  fields.add("time", time);
  fields.add("level", level);
  fields.add("pid", rest.substr(0, hash));
  auto message = rest.substr(colon + 2);
  const auto trailing = message.find(", client: ");
  fields.add("message", message.substr(0, trailing));
  if (trailing != kNone) add_trailing(message.substr(trailing + 2), fields);
  fields.add("_kind", "nginx");
  return true;
}

/// Where the time of a line stands, if near enough to its start to be the record's own; of a time
/// of day without a date, only at its start.
std::size_t stamp_of(std::string_view line) {
  constexpr std::size_t kNear = 96;
  if (const auto at = find_time(line); at != kNone) return at;
  const std::size_t bracket = line.starts_with('[') ? 1 : 0;
  if (clock_shape(line.substr(bracket)) > 0) return bracket;
  for (std::size_t at = 1; at < std::min(kNear, line.size()); ++at) {
    const auto before = std::string_view(" [|(\"'\t<=").find(line[at - 1]);
    if (before == kNone) continue;
    const auto shape = time_shape(line.substr(at));
    if (shape.size > 13) return at;  // no bare number: there it may mean anything
  }
  return kNone;
}

}  // namespace

bool read_error_log(std::string_view record, FieldList& fields) {
  if (record.starts_with('[')) return read_apache(record, fields);
  return read_nginx(record, fields);
}

/// What read_error_log asks of a line's beginning, without reading it.
bool begins_error_log(std::string_view line) {
  constexpr std::size_t kLevelLongest = 64;
  const bool is_apache = line.starts_with('[');
  if (is_apache) line.remove_prefix(1);
  if (line.size() < 20 || (is_apache ? line[0] < 'A' : line[4] != '/')) return false;
  auto rest = line.substr(time_shape(line).size);
  if (rest.size() == line.size() || !rest.starts_with(is_apache ? "] [" : " [")) return false;
  rest.remove_prefix(is_apache ? 3 : 2);
  const auto close = rest.substr(0, kLevelLongest).find(']');
  if (close == kNone || close == 0 || rest.substr(0, close).find(' ') != kNone) return false;
  if (is_apache) return true;
  rest = skip_blanks(rest.substr(close + 1));
  const auto hash = rest.substr(0, 12).find('#');
  return hash != kNone && number_type(rest.substr(0, hash)) == RawType::integer;
}

bool begins_stamped(std::string_view line) {
  return stamp_of(line) != kNone;
}

bool read_stamped(std::string_view record, FieldList& fields) {
  const auto at = stamp_of(record.substr(0, record.find('\n')));
  if (at == kNone) return false;
  const auto stamp = time_shape(record.substr(at)).size;
  const auto size = stamp > 0 ? stamp : clock_shape(record.substr(at));
  fields.add("time", record.substr(at, size));
  auto message = record;
  if (at <= 1) {  // before it nothing but a bracket: the message stands behind it
    message.remove_prefix(at + size);
    if (at == 1 && message.starts_with(']')) message.remove_prefix(1);
    message = skip_blanks(message);
  }
  fields.add("message", message);
  add_payload(message, fields);
  return true;
}

bool read_key_values(std::string_view line, FieldList& fields) {
  line = trim(line);
  if (line.starts_with('<') || find_time(line) != kNone) return false;
  if (const auto clock = clock_shape(line); clock > 0) {
    fields.add("time", line.substr(0, clock));
    line = trim(line.substr(clock));
  }
  // Text with a time before the first pair is more than pairs: `lines` keeps it.
  if (stamp_of(line.substr(0, line.find('='))) != kNone) return false;
  if (std::count(line.begin(), line.end(), '=') < static_cast<std::ptrdiff_t>(kPairsMin))
    return false;
  const auto pairs = add_pairs(line, fields);
  std::size_t covered = pairs;
  for (const auto& field : fields.all()) covered += field.path.size() + field.text.size();
  return pairs >= kPairsMin && covered * 2 >= line.size();
}

bool read_cef(std::string_view line, FieldList& fields) {
  return add_cef(trim(line), fields);
}
bool read_leef(std::string_view line, FieldList& fields) {
  return add_leef(trim(line), fields);
}

}  // namespace interdict::decode
