#include <algorithm>
#include <optional>
#include <string_view>

#include "assess/stop.hpp"

namespace interdict::assess {
namespace {

char lowered(char effect) {
  return effect == 'S' ? 'P' : 'm';
}

std::optional<char> listed(const Control& control, std::string_view technique) {
  const auto at =
      std::ranges::lower_bound(control.techniques, technique, {},
                               [](const auto& entry) -> std::string_view { return entry.first; });
  if (at == control.techniques.end() || at->first != technique) return std::nullopt;
  return at->second;
}

}  // namespace

std::optional<char> effect_of_control(const Control& control, std::string_view technique) {
  if (const auto effect = listed(control, technique)) return effect;
  const std::size_t dot = technique.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  if (const auto effect = listed(control, technique.substr(0, dot))) return lowered(*effect);
  return std::nullopt;
}

std::string_view stopping_verb(const Control& control) {
  for (const std::string_view verb : {"deny", "disrupt", "contain"})
    if (std::ranges::find(control.coa, verb) != control.coa.end()) return verb;
  return {};
}

}  // namespace interdict::assess
