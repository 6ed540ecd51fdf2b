#include "normalize/usual_time.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace interdict::normalize {
namespace {

/// Best first, folded as below. What a collector adds (when it read the record) comes last.
constexpr std::array<std::string_view, 31> kNames = {
    "eventtime",
    "@timestamp",
    "timestamp",
    "time",
    "ts",
    "eventtimestamp",
    "utctimestamp",
    "eventcreationtime",
    "eventdatetime",
    "activitydatetime",
    "datetime",
    "date",
    "occurredat",
    "occurred",
    "detectedat",
    "detectiontimestamp",
    "createdat",
    "createddatetime",
    "createdtime",
    "creationtime",
    "creationdate",
    "created",
    "published",
    "generateddatetime",
    "effectiveat",
    "firsteventtimestamp",
    "backendtimestamp",
    "starttime",
    "peventtime",
    "ingestiontime",
    "t",
};
/// Of those, the names that mean nothing else wherever they stand.
constexpr std::size_t kPlainNames = 9;
constexpr std::array<std::string_view, 10> kWrappers = {
    "event", "data", "metadata", "new", "result", "detail", "record", "_source", "log", "columns"};
constexpr std::size_t kLongestName = 24;

std::string fold(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '_' || c == '-') continue;
    out += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  }
  return out;
}

/// How usual a path is, the less the better; nothing if it is none.
std::optional<std::size_t> rank_of(std::string_view path) {
  const auto dot = path.rfind('.');
  const auto name = dot == std::string_view::npos ? path : path.substr(dot + 1);
  if (name.size() > kLongestName) return std::nullopt;
  const auto at = std::ranges::find(kNames, fold(name));
  if (at == kNames.end()) return std::nullopt;
  const auto rank = static_cast<std::size_t>(at - kNames.begin());
  if (dot == std::string_view::npos) return rank;
  const auto wrapper = path.substr(0, dot);
  const bool is_plain = rank < kPlainNames;
  if (!is_plain || std::ranges::find(kWrappers, wrapper) == kWrappers.end()) return std::nullopt;
  return kNames.size() + rank;
}

}  // namespace

std::optional<ReadTime> usual_time(std::span<const decode::RawField> fields, ClockReader& clock) {
  std::optional<ReadTime> best;
  auto best_rank = 2 * kNames.size();
  for (const auto& field : fields) {
    if (field.type == decode::RawType::null || field.type == decode::RawType::boolean) continue;
    const auto rank = rank_of(field.path);
    if (!rank || *rank >= best_rank) continue;
    const auto time = clock.read(field.text);
    if (!time || !time->has_year) continue;
    best = time;
    best_rank = *rank;
  }
  if (!best || best->has_clock) return best;
  // A date alone: the time of day may stand beside it.
  for (const auto& field : fields) {
    if (fold(field.path) != "time") continue;
    if (const auto of_day = read_clock(field.text)) {
      best->time.ns += of_day->ns;
      best->time.digits = of_day->digits;
      best->has_clock = true;
    }
  }
  return best;
}

bool has_usual_time(std::span<const decode::RawField> fields) {
  return std::ranges::any_of(fields, [](const decode::RawField& field) {
    return field.type != decode::RawType::null && rank_of(field.path).has_value();
  });
}

}  // namespace interdict::normalize
