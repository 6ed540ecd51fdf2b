#include <algorithm>
#include <array>

#include "decode/text/formats.hpp"
#include "decode/text/line_format.hpp"
#include "decode/text/time_shape.hpp"

namespace interdict::decode {
namespace {

/// Takes `"…"` at the start of `rest`, with backslash escapes left as they stand, and blanks
/// behind it.
bool take_quoted(std::string_view& rest, std::string_view& value) {
  if (!rest.starts_with('"')) return false;
  std::size_t at = 1;
  while (at < rest.size() && rest[at] != '"') at += rest[at] == '\\' ? 2 : 1;
  if (at >= rest.size()) return false;
  value = rest.substr(1, at - 1);
  rest.remove_prefix(at + 1);
  rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  return true;
}

std::string_view take_word(std::string_view& rest) {
  const auto end = std::min(rest.find(' '), rest.size());
  const auto word = rest.substr(0, end);
  rest.remove_prefix(end);
  rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  return word;
}

bool is_number(std::string_view text) {
  return number_type(text) == RawType::integer;
}

/// `METHOD URI PROTOCOL`; a request that is not that (a TLS handshake, say) stays whole.
void add_request(std::string_view request, FieldList& fields) {
  fields.add_or_null("request", request);
  const auto first = request.find(' ');
  const auto method = request.substr(0, first);
  const bool is_word =
      !method.empty() && method.size() <= 20 && std::ranges::all_of(method, [](char byte) {
        return (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') || byte == '_' ||
               byte == '-';
      });
  if (first == std::string_view::npos || !is_word) return;
  auto uri = request.substr(first + 1);
  std::string_view protocol;
  if (const auto last = uri.rfind(' '); last != std::string_view::npos) {
    const auto word = uri.substr(last + 1);
    if (word.starts_with("HTTP/") || word.starts_with("RTSP/")) {
      protocol = word;
      uri = uri.substr(0, last);
    }
  }
  fields.add("method", method);
  fields.add("uri", uri);
  if (!protocol.empty()) fields.add("protocol", protocol);
}

/// The words before the time: `[vhost] remote ident user`, the user perhaps of several words.
bool add_client(std::string_view client, FieldList& fields) {
  std::array<std::string_view, 4> words{};
  std::size_t count = 0;
  // `192.0.2.1, 198.51.100.1 - -`: what proxies forwarded; the last is the nearest one's word.
  const auto whole = client;
  for (auto rest = client; take_word(rest).ends_with(',') && !rest.empty();) client = rest;
  if (client.size() < whole.size()) {
    fields.add("forwarded_for", whole.substr(0, whole.size() - client.size() + client.find(' ')));
  }
  auto rest = client;
  for (; count + 1 < words.size() && !rest.empty(); ++count) words[count] = take_word(rest);
  if (!rest.empty()) words[count++] = rest;
  if (count == 2 && words[1] == "-") {  // no user at all
    fields.add("remote_addr", words[0]);
    return true;
  }
  if (count < 3) return false;
  // With four words the first is a virtual host if the third, then the ident, is absent as ever;
  // else the user's name has a blank.
  const bool has_host = count == 4 && words[2] == "-";
  const std::size_t at = has_host ? 1 : 0;
  if (has_host) fields.add("vhost", words[0]);
  fields.add("remote_addr", words[at]);
  const auto user = client.substr(static_cast<std::size_t>(words[at + 2].data() - client.data()));
  fields.add_or_null("remote_user", user);
  return true;
}

}  // namespace

bool read_access_log(std::string_view line, FieldList& fields) {
  line = trim(line);
  const auto open = line.find(" [");
  if (open > 512) return false;
  auto rest = line.substr(open + 2);
  const auto time = time_shape(rest);
  if (time.size == 0 || rest.size() < time.size + 2 || rest[time.size] != ']') return false;
  const auto client = line.substr(0, open);
  // Behind syslog's header it is syslog's message.
  if (client.find(": ") != std::string_view::npos && find_time(client) != std::string_view::npos) {
    return false;
  }
  if (!add_client(client, fields)) return false;
  fields.add("time_local", rest.substr(0, time.size));
  rest.remove_prefix(time.size + 1);
  rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  std::string_view request;
  if (!take_quoted(rest, request)) return false;
  add_request(request, fields);
  const auto status = take_word(rest);
  if (status != "-" && (status.size() != 3 || !is_number(status))) return false;
  fields.add_number("status", status);
  const auto bytes = take_word(rest);
  if (bytes.empty()) return true;
  if (bytes != "-" && !is_number(bytes)) return false;
  fields.add_number("bytes", bytes);
  std::string_view value;
  const auto before = rest;
  if (take_quoted(rest, value)) {
    const auto referer = value;
    if (take_quoted(rest, value)) {
      fields.add_or_null("referer", referer);
      fields.add_or_null("user_agent", value);
    } else {
      rest = before;
    }
  }
  if (!rest.empty()) fields.add("extra", rest);
  return true;
}

}  // namespace interdict::decode
