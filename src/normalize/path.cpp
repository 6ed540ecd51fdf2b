#include "normalize/path.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
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

std::optional<Timestamp> read_epoch(std::string_view text) {
  const auto point = text.find('.');
  const auto whole = text.substr(0, point);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(whole.data(), whole.data() + whole.size(), number);
  if (error != std::errc{} || end != whole.data() + whole.size() || number < 0) return std::nullopt;
  const auto scaled = [number](std::int64_t factor,
                               std::uint8_t digits) -> std::optional<Timestamp> {
    std::int64_t ns = 0;
    if (__builtin_mul_overflow(number, factor, &ns)) return std::nullopt;
    return Timestamp{ns, digits};
  };
  if (point == std::string_view::npos) {
    switch (whole.size()) {
      case 9:
      case 10:
        return scaled(kNsPerSecond, 0);
      case 13:
        return scaled(1'000'000, 3);
      case 16:
        return scaled(1'000, 6);
      case 19:
        return scaled(1, 9);
      default:
        return std::nullopt;
    }
  }
  if (whole.size() != 9 && whole.size() != 10) return std::nullopt;
  auto fraction = text.substr(point + 1);
  if (fraction.empty()) return std::nullopt;
  fraction = fraction.substr(0, 9);
  std::int64_t part = 0;
  for (std::size_t i = 0; i < 9; ++i) {
    const char digit = i < fraction.size() ? fraction[i] : '0';
    if (digit < '0' || digit > '9') return std::nullopt;
    part = part * 10 + (digit - '0');
  }
  auto time = scaled(kNsPerSecond, static_cast<std::uint8_t>(fraction.size()));
  if (!time || __builtin_add_overflow(time->ns, part, &time->ns)) return std::nullopt;
  return time;
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
    for (const auto& prefix : map.prefixes) {
      taken = fit(prefix, segments);
      data = prefix.data;
      if (taken) break;
    }
    if (taken) {
      for (std::size_t i = *taken; i < segments.size(); ++i) {
        append_segment(result.name, segments[i], '_');
      }
      result.name = without_spaces(result.name);
      result.unnamed = data && result.name == "Data";
    } else {
      result.name = plain;
    }
  }
  if (!map.product.empty() && is_reserved(result.name)) {
    // The record's own parts come from `locate` alone: a Data of that name must not pose as one.
    result.name = located ? std::string() : "EventData_" + result.name;
  }
  cut(result.name, kMaxNameBytes);
  return result;
}

std::optional<Timestamp> read_time(std::string_view text) {
  if (text.size() < 4) return std::nullopt;
  if (text.starts_with("/Date(") && text.ends_with(")/")) {
    return read_epoch(text.substr(6, text.size() - 8));
  }
  const bool number =
      std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
  return number ? read_epoch(text) : parse_timestamp(text);
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
