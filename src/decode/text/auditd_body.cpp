#include <algorithm>
#include <array>
#include <charconv>
#include <string>

#include "base/unicode.hpp"
#include "decode/text/auditd.hpp"
#include "decode/text/line_format.hpp"
#include "decode/text/scan.hpp"

namespace interdict::decode {
namespace {

constexpr std::size_t kNone = std::string_view::npos;

/// Fields that auditd writes in hexadecimal when they hold other than plain characters.
constexpr std::array<std::string_view, 14> kEncoded{
    "name", "exe",  "comm", "cmd", "proctitle", "cwd",       "acct",
    "data", "path", "dir",  "key", "grp",       "new_group", "vm"};

int hex_digit(char byte) {
  if (byte >= '0' && byte <= '9') return byte - '0';
  if (byte >= 'A' && byte <= 'F') return byte - 'A' + 10;
  if (byte >= 'a' && byte <= 'f') return byte - 'a' + 10;
  return -1;
}

bool is_hex(std::string_view text) {
  return !text.empty() && text.size() % 2 == 0 &&
         std::ranges::all_of(text, [](char byte) { return hex_digit(byte) >= 0; });
}

unsigned hex_byte(std::string_view text, std::size_t at) {
  return static_cast<unsigned>(hex_digit(text[2 * at]) * 16 + hex_digit(text[2 * at + 1]));
}

/// The bytes that `hex` stands for; zeros, which part arguments, and control characters, which part
/// keys, as blanks.
std::string_view from_hex(std::string_view hex, FieldList& fields) {
  const auto size = hex.size() / 2;
  char* const out = fields.room(size);
  for (std::size_t i = 0; i < size; ++i) {
    const unsigned byte = hex_byte(hex, i);
    out[i] = byte == 0 || byte == 1 ? ' ' : static_cast<char>(byte);
  }
  std::string_view text(out, size);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return is_utf8(text) ? text : fields.keep(to_valid_utf8(text));
}

/// EXECVE's `a0`, `a1`, `a2[0]`: arguments; elsewhere `a0` is a register.
bool is_argument(std::string_view type, std::string_view key) {
  return type == "execve" && key.size() >= 2 && key[0] == 'a' && key[1] >= '0' && key[1] <= '9';
}

bool is_encoded(std::string_view type, std::string_view key) {
  return is_argument(type, key) || std::ranges::find(kEncoded, key) != kEncoded.end();
}

/// Adds the pairs of a body under `type`.
class Body {
 public:
  Body(std::string_view type, FieldList& fields) : type_(type), fields_(fields) {}

  void add(std::string_view text) {
    for (std::size_t at = 0;;) {
      at = skip_all<' ', '\x1d', ','>(text, at);
      // Words without a value (as in `avc:  denied  { read }`) stand before the key.
      const auto start = at;
      at = find_stop<'=', ' ', '\x1d'>(text, at);
      if (at == text.size()) return;
      if (text[at] != '=') continue;
      const auto key = text.substr(start, at - start);
      ++at;
      pair(key, text, at);
    }
  }

 private:
  void pair(std::string_view key, std::string_view text, std::size_t& at) {
    const char first = at < text.size() ? text[at] : ' ';
    if (first == '"') {
      const auto close = std::min(text.find('"', at + 1), text.size());
      put(key, text.substr(at + 1, close - at - 1));
      at = std::min(close + 1, text.size());
    } else if (first == '\'' && key == "msg") {
      const auto close = std::max(text.rfind('\''), at + 1);
      add(text.substr(at + 1, close - at - 1));
      at = std::min(close + 1, text.size());
    } else if (first == '{') {
      const auto close = std::min(text.find('}', at), text.size());
      add(trim(text.substr(at + 1, close - at - 1)));
      at = std::min(close + 1, text.size());
    } else {
      const auto end = find_stop<' ', '\x1d'>(text, at);
      word(key, text.substr(at, end - at));
      at = end;
    }
  }

  void word(std::string_view key, std::string_view value) {
    while (value.ends_with(',') || value.ends_with('\'')) value.remove_suffix(1);
    if (value == "(null)" || value == "?" || value == "(none)") {
      fields_.add(path(key), {}, RawType::null);
    } else if (key == "saddr" && is_hex(value)) {
      put(key, value);
      socket_address(value);
    } else if (is_encoded(type_, key) && is_hex(value)) {
      put(key, from_hex(value, fields_));
    } else {
      put(key, value);
    }
  }

  /// `struct sockaddr` as the kernel has it on little-endian machines: family, port, address.
  void socket_address(std::string_view hex) {
    constexpr unsigned kUnix = 1;
    constexpr unsigned kIpv4 = 2;
    constexpr unsigned kIpv6 = 10;
    const auto bytes = hex.size() / 2;
    if (bytes < 3) return;
    const unsigned family = hex_byte(hex, 0) | hex_byte(hex, 1) << 8U;
    if (family == kUnix) {
      put("saddr_fam", "local");
      auto name = hex.substr(4);
      if (name.starts_with("00")) name.remove_prefix(2);  // abstract
      std::size_t size = 0;
      while (size < name.size() / 2 && hex_byte(name, size) != 0) ++size;
      if (size > 0) put("path", from_hex(name.substr(0, 2 * size), fields_));
      return;
    }
    if (family != kIpv4 && family != kIpv6) return;
    if (bytes < (family == kIpv4 ? 8U : 24U)) return;
    std::string address;
    if (family == kIpv4) {
      for (std::size_t i = 4; i < 8; ++i) {
        address += (i > 4 ? "." : "") + std::to_string(hex_byte(hex, i));
      }
    } else {
      for (std::size_t i = 8; i < 24; i += 2) {
        std::array<char, 4> word{};
        const auto [end, error] = std::to_chars(word.data(), word.data() + word.size(),
                                                hex_byte(hex, i) << 8U | hex_byte(hex, i + 1), 16);
        address += (i > 8 ? ":" : "") + std::string(word.data(), end);
      }
    }
    put("saddr_fam", family == kIpv4 ? "inet" : "inet6");
    put("laddr", fields_.keep(address));
    put("lport", fields_.keep(std::to_string(hex_byte(hex, 2) << 8U | hex_byte(hex, 3))));
  }

  std::string_view path(std::string_view key) { return fields_.join(type_, ".", key); }
  void put(std::string_view key, std::string_view value) { fields_.add(path(key), value); }

  std::string_view type_;
  FieldList& fields_;
};

}  // namespace

bool split_audit(std::string_view line, AuditLine& parts) {
  // A syslog header, and the node, are short: no record's text is searched for a second record.
  constexpr std::size_t kFarthest = 256;
  const auto type = line.substr(0, kFarthest).find("type=");
  if (type == kNone || (type > 0 && line[type - 1] != ' ')) return false;
  const auto type_end = line.find(' ', type);
  if (type_end == kNone) return false;
  parts.type = line.substr(type + 5, type_end - type - 5);
  auto rest = line.substr(type_end + 1);
  if (rest.starts_with("msg=")) rest.remove_prefix(4);
  if (!rest.starts_with("audit(")) return false;
  rest.remove_prefix(6);
  const auto close = rest.substr(0, 64).find(')');
  const auto colon = rest.substr(0, close).rfind(':');
  if (close == kNone || colon == kNone || colon == 0) return false;
  parts.time = rest.substr(0, colon);
  parts.serial = rest.substr(colon + 1, close - colon - 1);
  if (number_type(parts.serial) != RawType::integer) return false;
  rest.remove_prefix(close + 1);
  if (rest.starts_with(':')) rest.remove_prefix(1);
  parts.body = trim(rest);
  parts.node = {};
  if (const auto node = line.substr(0, type).find("node="); node != kNone) {
    parts.node = line.substr(node + 5, line.find(' ', node) - node - 5);
  }
  return !parts.type.empty();
}

void add_audit_body(const AuditLine& line, FieldList& fields) {
  char* const lower = fields.room(line.type.size());
  for (std::size_t i = 0; i < line.type.size(); ++i) {
    const char byte = line.type[i];
    lower[i] = byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte + ('a' - 'A')) : byte;
  }
  Body({lower, line.type.size()}, fields).add(line.body);
}

}  // namespace interdict::decode
