#include "rule/aggregation.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <utility>

namespace interdict::rule {
namespace {

constexpr auto kComparisons = std::to_array<std::pair<std::string_view, Comparison>>({
    {">=", Comparison::gte},
    {"<=", Comparison::lte},
    {"==", Comparison::eq},
    {"!=", Comparison::neq},
    {">", Comparison::gt},
    {"<", Comparison::lt},
    {"=", Comparison::eq},
});

std::string_view trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t start = text.find_first_not_of(kSpace);
  if (start == std::string_view::npos) return {};
  return text.substr(start, text.find_last_not_of(kSpace) - start + 1);
}

std::string quote(std::string_view text) {
  return "`" + std::string(text) + "`";
}

std::vector<std::string> split_names(std::string_view text) {
  std::vector<std::string> names;
  while (true) {
    const std::size_t comma = text.find(',');
    const std::string_view name = trim(text.substr(0, comma));
    if (!name.empty()) names.emplace_back(name);
    if (comma == std::string_view::npos) return names;
    text.remove_prefix(comma + 1);
  }
}

}  // namespace

std::variant<Aggregation, std::string> parse_aggregation(std::string_view text) {
  text = trim(text);
  const std::size_t open = text.find('(');
  const std::string_view function = trim(text.substr(0, std::min(open, text.find(' '))));
  if (function != "count" && function != "sum" && function != "avg")
    return quote(function) + " has no equal among Sigma's correlations";
  const std::size_t close = text.find(')', open);
  if (open == std::string_view::npos || close == std::string_view::npos)
    return quote(function) + " needs parentheses";
  Aggregation out;
  out.values = split_names(text.substr(open + 1, close - open - 1));
  if (function == "count" && !out.values.empty()) out.type = CorrelationType::value_count;
  if (function == "sum") out.type = CorrelationType::value_sum;
  if (function == "avg") out.type = CorrelationType::value_avg;
  if (function != "count" && out.values.size() != 1) return quote(function) + " needs one field";

  std::string_view rest = trim(text.substr(close + 1));
  const std::size_t at = rest.find_first_of("<>=!");
  if (at == std::string_view::npos) return std::string("a comparison with a number is missing");
  std::string_view group = trim(rest.substr(0, at));
  if (!group.empty()) {
    if (!group.starts_with("by ")) return "expected `by` before " + quote(group);
    out.group_by = split_names(group.substr(3));
  }
  rest.remove_prefix(at);
  const auto found = std::ranges::find_if(
      kComparisons, [&](const auto& entry) { return rest.starts_with(entry.first); });
  if (found == kComparisons.end()) return "unknown comparison " + quote(rest);
  out.bound.compare = found->second;
  rest = trim(rest.substr(found->first.size()));
  const auto [end, error] =
      std::from_chars(rest.data(), rest.data() + rest.size(), out.bound.number);
  if (error != std::errc{} || end != rest.data() + rest.size())
    return quote(rest) + " is not a number";
  return out;
}

}  // namespace interdict::rule
