#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace interdict {

/// Kinds of entity (correlation design, entity table). Spelled in output by to_string.
enum class EntityType : std::uint8_t {
  host,
  user,
  session,
  process,
  image,
  file,
  registry,
  service,
  task,
  flow,
  ip,
  domain,
  url,
  email,
  resource,
};

/// An entity by its natural key, e.g. {process, "ws05.shire.com|{guid}"}: what an event mentions
/// and a detection is about. Keys are lower-case where the system compares without case.
struct EntityRef {
  EntityType type = EntityType::host;
  std::string key;
  friend auto operator<=>(const EntityRef&, const EntityRef&) = default;
};

[[nodiscard]] constexpr std::string_view to_string(EntityType type) {
  switch (type) {
    case EntityType::host:
      return "host";
    case EntityType::user:
      return "user";
    case EntityType::session:
      return "session";
    case EntityType::process:
      return "process";
    case EntityType::image:
      return "image";
    case EntityType::file:
      return "file";
    case EntityType::registry:
      return "registry";
    case EntityType::service:
      return "service";
    case EntityType::task:
      return "task";
    case EntityType::flow:
      return "flow";
    case EntityType::ip:
      return "ip";
    case EntityType::domain:
      return "domain";
    case EntityType::url:
      return "url";
    case EntityType::email:
      return "email";
    case EntityType::resource:
      return "resource";
  }
  return "";
}

}  // namespace interdict
