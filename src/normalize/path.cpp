#include "normalize/path.hpp"

#include <algorithm>
#include <vector>

namespace interdict::normalize {
namespace {

std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> result;
  while (true) {
    const auto dot = path.find('.');
    result.push_back(path.substr(0, dot));
    if (dot == std::string_view::npos) return result;
    path.remove_prefix(dot + 1);
  }
}

/// `name[3]` → `name`.
std::string_view without_index(std::string_view segment) {
  if (segment.empty() || segment.back() != ']') return segment;
  const auto open = segment.rfind('[');
  if (open == std::string_view::npos || open == 0) return segment;
  const auto digits = segment.substr(open + 1, segment.size() - open - 2);
  const bool index =
      !digits.empty() && std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; });
  return index ? segment.substr(0, open) : segment;
}

void append_segment(std::string& path, std::string_view segment, char joint) {
  if (!path.empty()) path += joint;
  path += segment;
}

/// How many segments `prefix` takes off `segments`; nothing if it does not fit or would leave none.
std::optional<std::size_t> fit(const Prefix& prefix,
                               const std::vector<std::string_view>& segments) {
  if (segments.size() <= prefix.segments.size()) return std::nullopt;
  for (std::size_t i = 0; i < prefix.segments.size(); ++i) {
    if (prefix.segments[i] != "*" && prefix.segments[i] != segments[i]) return std::nullopt;
  }
  return prefix.segments.size();
}

/// Names of Data may hold spaces (`Threat Name`); Sigma's do not.
std::string without_spaces(std::string_view name) {
  std::string result(name);
  std::erase(result, ' ');
  return result;
}

bool is_reserved(std::string_view name) {
  for (std::size_t i = 0; i < kParts; ++i) {
    if (!name.empty() && field_of(static_cast<Part>(i)) == name) return true;
  }
  return false;
}

/// A cut inside a character would leave ill-formed text.
void cut(std::string& text, std::size_t max) {
  if (text.size() <= max) return;
  while (max > 0 && (static_cast<unsigned char>(text[max]) & 0xC0U) == 0x80U) --max;
  text.resize(max);
}

}  // namespace

std::string plain_path(const FieldMap& map, std::string_view path) {
  constexpr std::string_view kAttributes = "_attributes";
  std::string result;
  bool first = true;
  for (auto segment : split(path)) {
    if (segment == "#attributes" || segment == "#text") continue;
    segment = without_index(segment);
    if (segment.size() > kAttributes.size() && segment.ends_with(kAttributes)) {
      segment.remove_suffix(kAttributes.size());
    }
    const bool wrapper = first && std::ranges::find(map.unwrap, segment) != map.unwrap.end() &&
                         segment.size() < path.size();
    first = false;
    if (!wrapper) append_segment(result, segment, '.');
  }
  return result;
}

PathMeaning read_path(const FieldMap& map, std::string_view path) {
  PathMeaning result;
  const auto plain = plain_path(map, path);
  result.nested = std::ranges::find(map.nested, plain) != map.nested.end();
  bool located = false;
  for (std::size_t part = 0; part < kParts; ++part) {
    const auto& list = map.locate[part];
    const auto at = std::ranges::find(list, plain);
    result.rank[part] =
        at == list.end() ? kNotLocated : static_cast<std::uint16_t>(at - list.begin());
    located = located || at != list.end();
  }

  if (const auto renamed = map.rename.find(plain); renamed != map.rename.end()) {
    result.name = renamed->second;
  } else {
    const auto segments = split(plain);
    std::optional<std::size_t> taken;
    bool data = false;
    bool capital = false;
    for (const auto& prefix : map.prefixes) {
      taken = fit(prefix, segments);
      data = prefix.data;
      capital = prefix.capital;
      if (taken) break;
    }
    if (taken) {
      for (std::size_t i = *taken; i < segments.size(); ++i) {
        append_segment(result.name, segments[i], '_');
      }
      result.name = without_spaces(result.name);
      if (capital && result.name.front() >= 'a' && result.name.front() <= 'z') {
        result.name.front() = static_cast<char>(result.name.front() - 'a' + 'A');
      }
      result.unnamed = data && result.name == "Data";
    } else {
      result.name = plain;
    }
  }
  if (map.is_event_log() && is_reserved(result.name)) {
    // The record's own parts come from `locate` alone: a Data of that name must not pose as one.
    result.name = located ? std::string() : "EventData_" + result.name;
  }
  cut(result.name, kMaxNameBytes);
  return result;
}

std::string slug(std::string_view channel) {
  std::string result;
  for (const char c : channel) {
    if (result.size() >= kMaxSlugBytes) break;
    const bool upper = c >= 'A' && c <= 'Z';
    const bool kept =
        upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_';
    if (kept) {
      result += upper ? static_cast<char>(c - 'A' + 'a') : c;
    } else if (!result.empty() && result.back() != '-') {
      result += '-';
    }
  }
  while (!result.empty() && result.back() == '-') result.pop_back();
  return result.empty() ? "unknown" : result;
}

}  // namespace interdict::normalize
