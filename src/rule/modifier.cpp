#include "rule/modifier.hpp"

#include <array>
#include <utility>

namespace interdict::rule {
namespace {

constexpr auto kModifiers = std::to_array<std::pair<std::string_view, Modifier>>({
    {"contains", Modifier::contains},
    {"startswith", Modifier::startswith},
    {"endswith", Modifier::endswith},
    {"all", Modifier::all},
    {"exists", Modifier::exists},
    {"cased", Modifier::cased},
    {"neq", Modifier::neq},
    {"re", Modifier::re},
    {"i", Modifier::re_ignore_case},
    {"ignorecase", Modifier::re_ignore_case},
    {"m", Modifier::re_multi_line},
    {"multiline", Modifier::re_multi_line},
    {"s", Modifier::re_dot_all},
    {"dotall", Modifier::re_dot_all},
    {"base64", Modifier::base64},
    {"base64offset", Modifier::base64offset},
    {"utf16le", Modifier::utf16le},
    {"wide", Modifier::utf16le},
    {"utf16be", Modifier::utf16be},
    {"utf16", Modifier::utf16},
    {"windash", Modifier::windash},
    {"cidr", Modifier::cidr},
    {"lt", Modifier::lt},
    {"lte", Modifier::lte},
    {"gt", Modifier::gt},
    {"gte", Modifier::gte},
    {"minute", Modifier::minute},
    {"hour", Modifier::hour},
    {"day", Modifier::day},
    {"week", Modifier::week},
    {"month", Modifier::month},
    {"year", Modifier::year},
    {"fieldref", Modifier::fieldref},
    {"equalsfield", Modifier::fieldref},
    {"endswithfield", Modifier::endswithfield},
    {"expand", Modifier::expand},
});

constexpr auto kNames = [] {
  std::array<std::string_view, kModifiers.size()> names{};
  for (std::size_t i = 0; i < names.size(); ++i) names[i] = kModifiers[i].first;
  return names;
}();

}  // namespace

std::optional<Modifier> find_modifier(std::string_view name) {
  for (const auto& [known, modifier] : kModifiers)
    if (known == name) return modifier;
  return std::nullopt;
}

std::span<const std::string_view> modifier_names() {
  return kNames;
}

}  // namespace interdict::rule
