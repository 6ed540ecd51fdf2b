#include "serve/api.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string_view>

#include "base/tsv.hpp"
#include "json/writer.hpp"

namespace interdict::serve {

namespace {

constexpr std::string_view kJson = "application/json";

/// The report's own policy lets it have styles and nothing else; data have nothing at all.
constexpr std::string_view kPagePolicy =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action "
    "'none'; frame-ancestors 'none'";
constexpr std::string_view kDataPolicy = "default-src 'none'; frame-ancestors 'none'";

Response make(unsigned status, std::string_view type, Text body) {
  Response out;
  out.status = status;
  out.content_type = type;
  out.body = std::move(body);
  const bool is_page = type.starts_with("text/html");
  out.headers = {{"Content-Security-Policy", std::string(is_page ? kPagePolicy : kDataPolicy)},
                 {"X-Content-Type-Options", "nosniff"},
                 {"X-Frame-Options", "DENY"},
                 {"Referrer-Policy", "no-referrer"},
                 {"Cross-Origin-Resource-Policy", "same-origin"},
                 {"Cross-Origin-Opener-Policy", "same-origin"},
                 {"Cache-Control", "no-store"}};
  return out;
}

Response json_answer(std::string body) {
  return make(200, kJson, std::make_shared<const std::string>(std::move(body)));
}

std::string_view title_of(unsigned status) {
  switch (status) {
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 421:
      return "Misdirected Request";
    case 431:
      return "Request Header Fields Too Large";
    default:
      return "Error";
  }
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

bool is_ipv4(std::string_view text) {
  int parts = 0;
  while (!text.empty() || parts == 0) {
    const auto part = take_part(text, '.');
    const auto number = parse_number(part);
    if (!number || *number > 255 || part.size() > 3) return false;
    ++parts;
  }
  return parts == 4;
}

/// The name or address of a Host header, without its port, in lower case; nothing if malformed.
std::optional<std::string> host_of(std::string_view header) {
  std::string_view port;
  std::string_view name = header;
  if (header.starts_with('[')) {
    const auto close = header.find(']');
    if (close == std::string_view::npos) return std::nullopt;
    name = header.substr(0, close + 1);
    port = header.substr(close + 1);
  } else if (const auto colon = header.find(':'); colon != std::string_view::npos) {
    name = header.substr(0, colon);
    port = header.substr(colon);
  }
  if (!port.empty()) {
    const auto number = parse_number(port.substr(1));
    if (port.front() != ':' || !number || *number > 65'535) return std::nullopt;
  }
  if (name.empty()) return std::nullopt;
  return lower(name);
}

bool is_ours(const Access& access, const std::string& host) {
  // An address cannot be pointed elsewhere: only names can.
  if (host == "localhost" || host.starts_with('[') || is_ipv4(host)) return true;
  return std::ranges::any_of(access.host_names,
                             [&](const auto& name) { return lower(name) == host; });
}

/// RFC 4648, section 4; nothing if malformed.
std::optional<std::string> from_base64(std::string_view text) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  while (text.ends_with('=')) text.remove_suffix(1);
  std::string out;
  std::uint32_t bits = 0;
  unsigned have = 0;
  for (const char c : text) {
    const auto digit = kDigits.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    bits = (bits << 6U | static_cast<std::uint32_t>(digit)) & 0xFFFFU;
    have += 6;
    if (have < 8) continue;
    have -= 8;
    out += static_cast<char>(bits >> have & 0xFFU);
  }
  return out;
}

/// Takes as long wherever the texts differ, so that time tells nothing of the token.
bool same_secret(std::string_view given, std::string_view secret) {
  unsigned difference = given.size() == secret.size() ? 0 : 1;
  for (std::size_t i = 0; i < given.size(); ++i) {
    difference |= static_cast<unsigned char>(given[i]) ^
                  static_cast<unsigned char>(secret[i % secret.size()]);
  }
  return difference == 0;
}

/// `Bearer TOKEN`, or `Basic` with the token as password, which a browser can ask a person for.
bool may_enter(const Access& access, std::string_view authorization) {
  if (access.token.empty()) return true;
  const auto scheme = lower(take_part(authorization, ' '));
  if (scheme == "bearer") return same_secret(authorization, access.token);
  if (scheme != "basic") return false;
  const auto decoded = from_base64(authorization);
  if (!decoded) return false;
  const auto colon = decoded->find(':');
  return colon != std::string::npos &&
         same_secret(std::string_view(*decoded).substr(colon + 1), access.token);
}

std::optional<std::string> decode_percent(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i] == '+' ? ' ' : text[i];
      continue;
    }
    unsigned value = 0;
    for (std::size_t k = 1; k <= 2; ++k) {
      if (i + k >= text.size()) return std::nullopt;
      const char c = text[i + k];
      const bool digit = c >= '0' && c <= '9';
      const auto folded = static_cast<char>(c | 0x20);
      if (!digit && (folded < 'a' || folded > 'f')) return std::nullopt;
      value = value * 16 + static_cast<unsigned>(digit ? c - '0' : folded - 'a' + 10);
    }
    out += static_cast<char>(value);
    i += 2;
  }
  return out;
}

/// What /api/v1/detections asks for. `fault` says what of it is not understood.
struct Wanted {
  std::optional<Timestamp> from;
  std::optional<Timestamp> to;
  std::string host;  ///< lower case
  std::optional<std::string> rule;
  std::optional<std::string> intrusion;
  std::optional<std::string> level;
  std::optional<std::string> source;
  std::size_t limit = kDefaultPage;
  std::size_t cursor = 0;  ///< index of the first row to look at
  std::string fault;
};

Wanted wanted_of(std::string_view query) {
  Wanted out;
  std::map<std::string, bool> seen;
  while (!query.empty() && out.fault.empty()) {
    auto part = take_part(query, '&');
    const std::string name(take_part(part, '='));
    const auto value = decode_percent(part);
    if (!value || value->empty() || seen[name]) {
      out.fault = "`" + name + "` needs one value";
      break;
    }
    seen[name] = true;
    const auto number = parse_number(*value);
    if (name == "from" || name == "to") {
      auto& time = name == "from" ? out.from : out.to;
      time = parse_timestamp(*value);
      if (!time) out.fault = "`" + name + "` is no RFC 3339 time";
    } else if (name == "host") {
      out.host = lower(*value);
    } else if (name == "rule") {
      out.rule = *value;
    } else if (name == "intrusion") {
      out.intrusion = *value;
    } else if (name == "level") {
      out.level = *value;
    } else if (name == "source") {
      out.source = *value;
    } else if (name == "limit") {
      if (!number || *number == 0 || *number > kMaxPage) {
        out.fault = "`limit` is a number from 1 to " + std::to_string(kMaxPage);
      } else {
        out.limit = *number;
      }
    } else if (name == "cursor") {
      if (!number) out.fault = "`cursor` is what `next` of the answer before was";
      if (number) out.cursor = *number;
    } else {
      out.fault = "no such parameter: `" + name + "`";
    }
  }
  return out;
}

bool is_wanted(const Wanted& wanted, const DetectionRow& row) {
  return (!wanted.from || row.last >= *wanted.from) && (!wanted.to || row.time <= *wanted.to) &&
         (wanted.host.empty() || lower(row.host) == wanted.host) &&
         (!wanted.rule || row.rule == *wanted.rule) &&
         (!wanted.intrusion || row.intrusion == *wanted.intrusion) &&
         (!wanted.level || finding::to_string(row.level) == *wanted.level) &&
         (!wanted.source || finding::to_string(row.source) == *wanted.source);
}

Response detections(const Hunted& hunted, std::string_view query) {
  const auto wanted = wanted_of(query);
  if (!wanted.fault.empty()) return problem(400, wanted.fault);
  std::string body;
  json::Writer w(body);
  w.begin_object().key("schema").string("interdict.detections/1");
  w.key("detections").begin_array();
  std::size_t total = 0;
  std::size_t given = 0;
  std::optional<std::size_t> next;
  for (std::size_t i = 0; i < hunted.detections.size(); ++i) {
    if (!is_wanted(wanted, hunted.detections[i])) continue;
    ++total;
    if (i < wanted.cursor) continue;
    if (given == wanted.limit) {
      if (!next) next = i;
      continue;
    }
    w.raw(hunted.detections[i].json);
    ++given;
  }
  w.end_array();
  w.key("total").unsigned_integer(total);
  w.key("next");
  if (next) {
    w.string(std::to_string(*next));
  } else {
    w.null();
  }
  w.end_object();
  return json_answer(std::move(body));
}

}  // namespace

Response problem(unsigned status, const std::string& detail) {
  std::string body;
  json::Writer w(body);
  w.begin_object().key("type").string("about:blank").key("title").string(title_of(status));
  w.key("status").unsigned_integer(status).key("detail").string(detail).end_object();
  auto out = make(status, "application/problem+json",
                  std::make_shared<const std::string>(std::move(body)));
  if (status == 405) out.headers.emplace_back("Allow", "GET, HEAD");
  if (status == 401) out.headers.emplace_back("WWW-Authenticate", "Basic realm=\"interdict\"");
  return out;
}

bool is_loopback(const std::string& address) {
  return address == "::1" || (address.starts_with("127.") && is_ipv4(address));
}

Response answer(const Hunted& hunted, const Access& access, const Request& request) {
  const auto host = host_of(request.host);
  if (!host) return problem(400, "needs one Host header with a name or an address");
  if (!is_ours(access, *host)) {
    return problem(421, "this is not `" + *host + "`; --allow-host adds a name");
  }
  if (request.target.size() > kMaxTarget) return problem(414, "the address is too long");
  std::string_view query = request.target;
  const auto path = take_part(query, '?');
  if (path != "/healthz" && !may_enter(access, request.authorization)) {
    return problem(401, "needs the token, as Bearer or as password");
  }
  if (request.method != "GET" && request.method != "HEAD") {
    return problem(405, "this server is read only");
  }
  if (path == "/healthz") return json_answer("{\"status\":\"ok\"}");
  if (path == "/api/v1/detections") return detections(hunted, query);
  if (!query.empty()) return problem(400, "takes no parameters");
  if (path == "/") return make(200, "text/html; charset=utf-8", hunted.page);
  if (path == "/api/v1/intrusions") return make(200, kJson, hunted.intrusions);
  if (path == "/api/v1/ledger") return make(200, kJson, hunted.ledger);
  constexpr std::string_view kOne = "/api/v1/intrusions/";
  if (path.starts_with(kOne)) {
    const auto it = hunted.intrusion.find(std::string(path.substr(kOne.size())));
    if (it != hunted.intrusion.end()) return make(200, kJson, it->second);
  }
  return problem(404, "nothing is served there; docs/serve.md names what is");
}

}  // namespace interdict::serve
