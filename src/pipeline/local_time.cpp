#include "pipeline/local_time.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <fstream>
#include <sstream>

namespace interdict::pipeline {

namespace {

constexpr std::string_view kDatabase = "/usr/share/zoneinfo/";
constexpr std::size_t kHeadBytes = 4096;

Result<normalize::Zone> load_zone(const std::string& name) {
  if (auto zone = normalize::Zone::fixed(name)) return *std::move(zone);
  const bool plain = !name.empty() && name.front() != '/' && name.find("..") == std::string::npos;
  std::ostringstream text;
  if (plain) {
    const std::ifstream file(std::string(kDatabase) + name, std::ios::binary);
    if (file) text << file.rdbuf();
  }
  if (text.str().empty()) {
    return fail(Errc::io,
                "no time zone `" + name +
                    "`: an offset (`+02:00`) or a name of the system's "
                    "database (`Europe/Berlin`) is one",
                {.file = "--timezone"});
  }
  auto zone = normalize::Zone::from_tzif(as_byte_span(text.str()));
  if (!zone)
    return fail(zone.error().code, "`" + name + "`: " + zone.error().message,
                {.file = "--timezone"});
  return zone;
}

bool names(std::string_view option, std::string_view path) {
  if (path == option || path.ends_with("/" + std::string(option))) return true;
  if (!path.starts_with(option) || path.size() == option.size()) return false;
  return option.ends_with('/') || path[option.size()] == '/' || path[option.size()] == '!';
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

Result<TimeZones> TimeZones::parse(const std::vector<std::string>& options) {
  TimeZones out;
  for (const auto& option : options) {
    const auto mark = option.rfind('=');
    const auto name = mark == std::string::npos ? option : option.substr(mark + 1);
    INTERDICT_TRY(auto zone, load_zone(name));
    out.zones_.emplace_back(mark == std::string::npos ? std::string() : option.substr(0, mark),
                            std::move(zone));
  }
  return out;
}

const normalize::Zone* TimeZones::of(std::string_view path, std::string_view on_disk) const {
  const normalize::Zone* any = nullptr;
  for (auto at = zones_.rbegin(); at != zones_.rend(); ++at) {
    if (at->first.empty()) {
      if (any == nullptr) any = &at->second;
    } else if (names(at->first, path) || names(at->first, on_disk)) {
      return &at->second;
    }
  }
  return any;
}

std::optional<std::int64_t> first_day(std::string_view text) {
  for (auto at = text.find("20"); at != std::string_view::npos; at = text.find("20", at + 1)) {
    if (at > 0 && is_digit(text[at - 1])) continue;
    const auto month = first_month(text.substr(at, 10));
    if (!month) continue;
    const bool marked = text.size() > at + 9 && text[at + 4] == text[at + 7];
    const auto digits = text.substr(at + (marked ? 8 : 6), 2);
    if (digits.size() < 2 || !is_digit(digits[0]) || !is_digit(digits[1])) continue;
    const auto day = static_cast<unsigned>((digits[0] - '0') * 10 + (digits[1] - '0'));
    const std::chrono::year_month_day date{std::chrono::year{month->year},
                                           std::chrono::month{static_cast<unsigned>(month->month)},
                                           std::chrono::day{day}};
    if (date.ok()) return std::chrono::sys_days{date}.time_since_epoch().count();
  }
  return std::nullopt;
}

std::optional<Month> first_month(std::string_view text) {
  for (auto at = text.find("20"); at != std::string_view::npos; at = text.find("20", at + 1)) {
    if (at > 0 && is_digit(text[at - 1])) continue;
    const auto rest = text.substr(at);
    std::size_t digits = 0;
    while (digits < rest.size() && is_digit(rest[digits])) ++digits;
    const bool marked = digits == 4 && rest.size() > 6 && (rest[4] == '-' || rest[4] == '/') &&
                        is_digit(rest[5]) && is_digit(rest[6]);
    if (!marked && digits != 8) continue;
    const auto month = rest.substr(marked ? 5 : 4, 2);
    const Month found{2000 + (rest[2] - '0') * 10 + (rest[3] - '0'),
                      (month[0] - '0') * 10 + (month[1] - '0')};
    if (found.month >= 1 && found.month <= 12) return found;
  }
  return std::nullopt;
}

std::optional<Month> YearHint::of(std::string_view name, std::string_view head) const {
  const auto file = name.substr(name.find_last_of("/!") + 1);
  if (const auto month = first_month(file)) return month;
  if (const auto month = first_month(head.substr(0, kHeadBytes))) return month;
  if (const auto month = of_other_inputs()) return month;
  return from_;
}

std::optional<Month> YearHint::of_other_inputs() const {
  std::call_once(once_, [&] {
    std::array<char, kHeadBytes> head{};
    for (const auto& input : *inputs_) {
      std::ifstream file(input.path, std::ios::binary);
      if (input.path == "-" || !file) continue;
      file.read(head.data(), head.size());
      const auto month = first_month(
          {head.data(), static_cast<std::size_t>(std::max<std::streamsize>(0, file.gcount()))});
      if (month) others_ = std::max(others_.value_or(Month{}), *month);
    }
  });
  return others_;
}

}  // namespace interdict::pipeline
