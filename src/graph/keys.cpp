#include "graph/keys.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

namespace interdict::graph {

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::string decimal_pid(std::string_view text) {
  int radix = 10;
  if (text.starts_with("0x") || text.starts_with("0X")) {
    text.remove_prefix(2);
    radix = 16;
  }
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, radix);
  if (error != std::errc{} || end != text.data() + text.size() || value == 0) return {};
  return std::to_string(value);
}

bool null_logon(std::string_view lowered) {
  constexpr std::array<std::string_view, 10> kNull = {
      "", "-", "0", "0x0", "0x3e4", "0x3e5", "0x3e7", "999", "0x3e3", "4294967295"};
  return std::ranges::find(kNull, lowered) != kNull.end();
}

bool well_known_user(std::string_view lowered) {
  const std::size_t slash = lowered.rfind('\\');
  const std::string_view domain = slash == std::string_view::npos ? "" : lowered.substr(0, slash);
  const std::string_view name =
      slash == std::string_view::npos ? lowered : lowered.substr(slash + 1);
  if (domain == "nt authority" || domain == "window manager" || domain == "font driver host") {
    return true;
  }
  constexpr std::array<std::string_view, 8> kNames = {
      "",   "-", "system", "local service", "network service", "anonymous logon", "localsystem",
      "n/a"};
  if (std::ranges::find(kNames, name) != kNames.end() || name.ends_with('$')) return true;
  return name == "s-1-5-18" || name == "s-1-5-19" || name == "s-1-5-20" || name == "s-1-0-0";
}

bool unix_system_user(std::string_view lowered) {
  constexpr std::array<std::string_view, 22> kNames = {
      "root",   "nobody", "daemon", "bin",    "sys",    "adm",   "mail",     "www-data",
      "www",    "apache", "httpd",  "nginx",  "tomcat", "mysql", "postgres", "redis",
      "syslog", "sshd",   "_apt",   "backup", "uid=0",  "unset",
  };
  if (std::ranges::find(kNames, lowered) != kNames.end()) return true;
  if (lowered.starts_with("systemd-")) return true;
  // A bare uid means something on its own machine alone; -1 is auditd's "nobody logged on".
  return lowered.find_first_not_of("0123456789-") == std::string_view::npos;
}

bool is_private(std::string_view address) {
  if (address.starts_with("::ffff:")) address.remove_prefix(7);
  constexpr std::array<std::string_view, 9> kPrefixes = {"10.", "192.168.", "169.254.", "fc", "fd",
                                                         "fe8", "fe9",      "fea",      "feb"};
  if (std::ranges::any_of(kPrefixes, [&](auto p) { return address.starts_with(p); })) return true;
  const std::size_t dot = address.find('.');
  if (dot != 3) return false;
  const std::string_view first = address.substr(0, dot);
  const std::string_view rest = address.substr(dot + 1);
  unsigned second = 0;
  const auto end = std::from_chars(rest.data(), rest.data() + rest.size(), second).ptr;
  if (end == rest.data()) return false;
  return (first == "172" && second >= 16 && second <= 31) ||
         (first == "100" && second >= 64 && second <= 127);
}

bool is_address(std::string_view text) {
  if (text.empty() || text.size() > 45) return false;
  const bool v6 = text.find(':') != std::string_view::npos;
  if (v6) {
    return std::ranges::count(text, ':') >= 2 &&
           text.find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos;
  }
  int parts = 0;
  while (true) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const auto used = static_cast<std::size_t>(end - text.data());
    if (error != std::errc{} || used == 0 || used > 3 || value > 255) return false;
    ++parts;
    if (used == text.size()) break;
    if (text[used] != '.' || parts == 4) return false;
    text.remove_prefix(used + 1);
  }
  return parts == 4;
}

bool null_address(std::string_view address) {
  if (!is_address(address)) return true;
  constexpr std::array<std::string_view, 7> kPrefixes = {"127.", "0.",          "224.", "239.",
                                                         "255.", "::ffff:127.", "ff0"};
  if (std::ranges::any_of(kPrefixes, [&](auto p) { return address.starts_with(p); })) return true;
  return address == "::1" || address == "::" || address == "0:0:0:0:0:0:0:1" ||
         address == "0:0:0:0:0:0:0:0";
}

std::string_view url_host(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return {};
  url.remove_prefix(scheme + 3);
  url = url.substr(0, url.find_first_of("/?#"));
  if (const std::size_t at = url.rfind('@'); at != std::string_view::npos)
    url.remove_prefix(at + 1);
  if (url.starts_with('[')) return url.substr(1, url.find(']') - 1);
  return url.substr(0, url.find(':'));
}

std::string_view without_stream(std::string_view path) {
  const std::size_t slash = path.find_last_of("\\/");
  const std::size_t start = slash == std::string_view::npos ? 2 : slash;
  if (start >= path.size()) return path;
  const std::size_t colon = path.find(':', start);
  return colon == std::string_view::npos ? path : path.substr(0, colon);
}

}  // namespace interdict::graph
