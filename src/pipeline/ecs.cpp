#include "pipeline/ecs.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace interdict::pipeline {

namespace {

/// The schema's objects (ECS 9.x, field sets), sorted: a value of such a name would clash with
/// them.
constexpr std::array<std::string_view, 46> kObjects = {
    "agent",      "client",   "cloud",    "container",    "data_stream",  "destination", "device",
    "dll",        "dns",      "ecs",      "email",        "entity",       "error",       "event",
    "faas",       "file",     "gen_ai",   "group",        "host",         "http",        "labels",
    "log",        "network",  "observer", "orchestrator", "organization", "os",          "package",
    "process",    "registry", "related",  "rule",         "server",       "service",     "source",
    "span",       "threat",   "tls",      "trace",        "transaction",  "url",         "user",
    "user_agent", "vlan",     "volume",   "vulnerability"};
static_assert(std::ranges::is_sorted(kObjects));

}  // namespace

Result<EcsNames> EcsNames::parse(std::string_view text) {
  EcsNames out;
  for (std::uint32_t at = 1; !text.empty(); ++at) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.empty() || line.front() == '#') continue;
    const auto first = line.find('\t');
    const auto second = first == std::string_view::npos ? first : line.find('\t', first + 1);
    if (second == std::string_view::npos || second + 1 == line.size()) {
      return fail(Errc::syntax, "not a line of the table of ECS names", {.line = at});
    }
    const auto product = line.substr(0, first);
    std::pair key{std::string(product == "-" ? std::string_view{} : product),
                  std::string(line.substr(first + 1, second - first - 1))};
    if (!out.names_.emplace(std::move(key), line.substr(second + 1)).second) {
      return fail(Errc::syntax, "a field has two ECS names", {.line = at});
    }
  }
  return out;
}

std::string EcsNames::name(std::string_view product, std::string_view field) const {
  for (const auto asked : {product, std::string_view{}}) {
    const auto it = names_.find({std::string(asked), std::string(field)});
    if (it != names_.end()) return it->second;
  }
  // What a shipper has named already (`winlog.channel`, `@timestamp`) keeps its name.
  const bool is_named = field.find('.') != std::string_view::npos || field.starts_with('@');
  if (product == "windows" && !is_named) return "winlog.event_data." + std::string(field);
  if (!is_named && std::ranges::binary_search(kObjects, field)) {
    return std::string(product.empty() ? std::string_view("labels") : product) + "." +
           std::string(field);
  }
  return std::string(field);
}

}  // namespace interdict::pipeline
