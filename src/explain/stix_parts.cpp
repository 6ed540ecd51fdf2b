#include "explain/stix_parts.hpp"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "base/uuid.hpp"
#include "explain/text.hpp"

namespace interdict::explain {
namespace {

constexpr std::size_t kMaxValueBytes = 4096;  ///< of an observable; longer ones are cut

bool is_hex(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  });
}

/// The hash algorithm, by the number of its digits; empty for no hash.
std::string_view hash_name(std::string_view value) {
  if (!is_hex(value)) return {};
  return value.size() == 32   ? "MD5"
         : value.size() == 40 ? "SHA-1"
         : value.size() == 64 ? "SHA-256"
                              : std::string_view{};
}

bool is_ipv6(std::string_view value) {
  return value.find(':') != std::string_view::npos;
}

/// An observable whose id is made of `contributing`, a JSON object in canonical form (RFC 8785: our
/// writer sorts nothing, so callers pass one key, or keys in order).
Observable make(std::string_view type, const std::string& contributing) {
  Observable out;
  out.id = fmt::format("{}--{}", type, uuid5(kUuidStix, contributing));
  json::Writer w(out.json);
  w.begin_object();
  w.key("type").string(type);
  w.key("spec_version").string(kStixVersion);
  w.key("id").string(out.id);
  out.json += ',';
  out.json += std::string_view(contributing).substr(1);  // the object's members and its end
  return out;
}

std::string one_member(std::string_view key, std::string_view value) {
  std::string out;
  json::Writer w(out);
  w.begin_object().key(key).string(value).end_object();
  return out;
}

std::optional<Observable> file_observable(std::string_view value) {
  const std::string_view algorithm = hash_name(value);
  if (!algorithm.empty()) {
    std::string out;
    json::Writer w(out);
    w.begin_object().key("hashes").begin_object().key(algorithm).string(value);
    w.end_object().end_object();
    return make("file", out);
  }
  const std::size_t slash = value.find_last_of("\\/");
  const std::string_view name = slash == std::string_view::npos ? value : value.substr(slash + 1);
  if (name.empty()) return std::nullopt;
  return make("file", one_member("name", name));
}

std::string_view field_text(const finding::Detection& detection, std::string_view name) {
  for (const auto& [key, value] : detection.fields)
    if (key == name) return value.text;
  return {};
}

std::optional<Observable> process_observable(const finding::Detection& detection) {
  std::string_view line = field_text(detection, "CommandLine");
  if (line.empty()) line = field_text(detection, "Image");
  if (line.empty()) return std::nullopt;
  // A process has no properties that make its id (STIX 2.1, 6.13), so the record makes it.
  Observable out;
  out.id = stix_id("process", detection.id);
  json::Writer w(out.json);
  w.begin_object();
  w.key("type").string("process");
  w.key("spec_version").string(kStixVersion);
  w.key("id").string(out.id);
  w.key("command_line").string(shorten(line, kMaxValueBytes));
  w.end_object();
  return out;
}

/// The value of an entity's key: what stands after the host that scopes it.
std::string_view value_of(const EntityRef& entity) {
  const std::string_view key = entity.key;
  if (entity.type != EntityType::file) return key;
  const std::size_t bar = key.find('|');
  return bar == std::string_view::npos ? key : key.substr(bar + 1);
}

std::string_view stix_type(EntityType type) {
  switch (type) {
    case EntityType::ip:
      return "ipv4-addr";
    case EntityType::domain:
      return "domain-name";
    case EntityType::url:
      return "url";
    case EntityType::email:
      return "email-addr";
    case EntityType::file:
      return "file";
    default:
      return {};
  }
}

}  // namespace

std::string stix_id(std::string_view type, std::string_view name) {
  return fmt::format("{}--{}", type, uuid5(kUuidUrl, fmt::format("interdict:{}:{}", type, name)));
}

std::string stix_time(Timestamp time) {
  time.digits = 3;
  return to_rfc3339(time);
}

void begin_domain_object(json::Writer& w, std::string_view type, const std::string& id,
                         const std::string& created) {
  w.begin_object();
  w.key("type").string(type);
  w.key("spec_version").string(kStixVersion);
  w.key("id").string(id);
  if (type != "identity") w.key("created_by_ref").string(tool_identity());
  w.key("created").string(created);
  w.key("modified").string(created);
}

void kill_chain_phase(json::Writer& w, attack::Stage stage) {
  w.key("kill_chain_phases").begin_array().begin_object();
  w.key("kill_chain_name").string(kKillChain);
  w.key("phase_name").string(attack::to_string(stage));
  w.end_object().end_array();
}

std::string tool_identity() {
  return stix_id("identity", "tool");
}

void write_tool_identity(json::Writer& w) {
  begin_domain_object(w, "identity", tool_identity(), std::string(kNoTime));
  w.key("name").string("Interdict");
  w.key("identity_class").string("system");
  w.end_object();
}

std::optional<Observable> observable(std::string_view type, std::string_view value) {
  const std::string cut = shorten(value, kMaxValueBytes);
  if (cut.empty()) return std::nullopt;
  if (type == "file") return file_observable(cut);
  if (type == "ipv4-addr" || type == "ipv6-addr")
    return make(is_ipv6(cut) ? "ipv6-addr" : "ipv4-addr", one_member("value", cut));
  if (type == "domain-name" || type == "url" || type == "email-addr")
    return make(type, one_member("value", cut));
  return std::nullopt;
}

std::vector<Observable> observables(const finding::Detection& detection) {
  std::vector<Observable> out;
  for (const EntityRef& entity : detection.entities) {
    const std::string_view type = stix_type(entity.type);
    if (type.empty()) continue;
    if (auto one = observable(type, value_of(entity))) out.push_back(std::move(*one));
  }
  if (!detection.user.empty())
    out.push_back(make("user-account", one_member("account_login", detection.user)));
  if (auto process = process_observable(detection)) out.push_back(std::move(*process));
  std::ranges::sort(out, {}, &Observable::id);
  const auto repeats = std::unique(out.begin(), out.end(),
                                   [](const auto& a, const auto& b) { return a.id == b.id; });
  out.erase(repeats, out.end());
  return out;
}

std::string stix_pattern(std::string_view type, std::string_view value) {
  std::string quoted;
  for (const char c : value) {
    if (c == '\\' || c == '\'') quoted += '\\';
    quoted += c;
  }
  if (type == "file") {
    const std::string_view algorithm = hash_name(value);
    if (!algorithm.empty()) return fmt::format("[file:hashes.'{}' = '{}']", algorithm, quoted);
    const std::size_t slash = quoted.find_last_of("\\/");
    return fmt::format("[file:name = '{}']",
                       slash == std::string::npos ? quoted : quoted.substr(slash + 1));
  }
  if (type == "ipv4-addr" || type == "ipv6-addr")
    return fmt::format("[{}:value = '{}']", is_ipv6(value) ? "ipv6-addr" : "ipv4-addr", quoted);
  if (type == "domain-name" || type == "url" || type == "email-addr")
    return fmt::format("[{}:value = '{}']", type, quoted);
  return {};
}

}  // namespace interdict::explain
