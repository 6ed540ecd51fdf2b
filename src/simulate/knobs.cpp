#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

#include "sensors/record.hpp"
#include "simulate/scenario.hpp"

namespace interdict::simulate {

using sensors::kSourceNames;
namespace {

using Done = Result<std::monostate>;

std::optional<std::int64_t> parse_int(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<bool> parse_flag(std::string_view text) {
  if (text == "true") return true;
  if (text == "false") return false;
  return std::nullopt;
}

/// `2026-03-03` as the milliseconds of its midnight in UTC.
std::optional<std::int64_t> parse_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = parse_int(text.substr(0, 4));
  const auto month = parse_int(text.substr(5, 2));
  const auto day = parse_int(text.substr(8, 2));
  if (!year || !month || !day || *month < 0 || *day < 0) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok() || *year < 1970) return std::nullopt;
  return std::chrono::sys_days(date).time_since_epoch().count() * kDayMs;
}

/// `2`, `2%` or `0.5%` as thousandths.
std::optional<std::uint32_t> parse_permille(std::string_view text) {
  if (!text.ends_with('%')) return std::nullopt;
  text.remove_suffix(1);
  const std::size_t point = text.find('.');
  const auto whole = parse_int(text.substr(0, point));
  std::int64_t tenth = 0;
  if (point != std::string_view::npos) {
    const auto digit = parse_int(text.substr(point + 1));
    if (!digit || *digit < 0 || *digit > 9) return std::nullopt;
    tenth = *digit;
  }
  if (!whole || *whole < 0 || *whole > 99) return std::nullopt;
  return static_cast<std::uint32_t>(*whole * 10 + tenth);
}

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    const std::size_t end = text.find(',');
    out.push_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return out;
}

bool is_source(std::string_view word) {
  return std::ranges::any_of(kSourceNames, [&](std::string_view name) { return name == word; });
}

/// `192.0.2`: three numbers of a byte.
bool is_network(std::string_view text) {
  std::size_t parts = 0;
  while (!text.empty()) {
    const std::size_t end = text.find('.');
    const auto value = parse_int(text.substr(0, end));
    if (!value || *value < 0 || *value > 255) return false;
    ++parts;
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return parts == 3;
}

/// Sets `out` to a number within its limits.
template <class T>
Done set_number(T& out, std::string_view name, std::string_view value, std::int64_t low,
                std::int64_t high, const Where& where) {
  const auto number = parse_int(value);
  if (!number) return fail(Errc::syntax, "`" + std::string(name) + "` is a number", where);
  if (*number < low || *number > high) {
    return fail(Errc::limit,
                "`" + std::string(name) + "` is from " + std::to_string(low) + " to " +
                    std::to_string(high),
                where);
  }
  out = static_cast<T>(*number);
  return std::monostate{};
}

Done set_flag(bool& out, std::string_view name, std::string_view value, const Where& where) {
  const auto flag = parse_flag(value);
  if (!flag) return fail(Errc::syntax, "`" + std::string(name) + "` is true or false", where);
  out = *flag;
  return std::monostate{};
}

Done set_dwell(Knobs& knobs, std::string_view value, const Where& where) {
  const auto dwell = parse_duration(value);
  if (!dwell) return fail(Errc::syntax, "`dwell` is a duration such as `4h`", where);
  if (*dwell < kHourMs || *dwell > 180 * kDayMs) {
    return fail(Errc::limit, "`dwell` is from 1h to 180d", where);
  }
  knobs.dwell_ms = *dwell;
  return std::monostate{};
}

Done set_skew(Knobs& knobs, std::string_view value, const Where& where) {
  for (const std::string_view part : split(value)) {
    const std::size_t equals = part.find('=');
    const auto skew =
        equals == std::string_view::npos ? std::nullopt : parse_duration(part.substr(equals + 1));
    if (!skew || *skew < -kDayMs || *skew > kDayMs) {
      return fail(Errc::syntax, "`skew` is a list such as `ws1=5m,all=-19h`, a day at most", where);
    }
    knobs.skew_ms[std::string(part.substr(0, equals))] = *skew;
  }
  return std::monostate{};
}

Done set_removed(Knobs& knobs, std::string_view value, const Where& where) {
  for (const std::string_view part : split(value)) {
    if (!is_source(part.substr(0, part.find('@')))) {
      return fail(Errc::syntax, "no such source `" + std::string(part) + "`", where);
    }
    knobs.removed.insert(std::string(part));
  }
  return std::monostate{};
}

/// The story without its loud steps: what they caused takes their own cause.
void leave_out_loud(ScenarioIntrusion& intrusion) {
  std::vector<std::size_t> place(intrusion.steps.size() + 1, 0);
  std::vector<ScenarioStep> kept;
  for (std::size_t i = 0; i < intrusion.steps.size(); ++i) {
    ScenarioStep& step = intrusion.steps[i];
    const std::size_t cause = place[step.cause];
    if (step.loud) {
      place[i + 1] = cause;
      continue;
    }
    step.cause = kept.empty() ? 0 : std::max<std::size_t>(cause, 1);
    kept.push_back(std::move(step));
    place[i + 1] = kept.size();
  }
  intrusion.steps = std::move(kept);
}

/// `ws2` moved on by `by` workstations; other hosts are shared.
std::string other_desk(const std::string& word, std::size_t by, std::size_t workstations) {
  const auto number =
      word.starts_with("ws") ? parse_int(std::string_view(word).substr(2)) : std::nullopt;
  if (!number || *number < 1 || workstations == 0) return word;
  return "ws" + std::to_string((static_cast<std::size_t>(*number) - 1 + by) % workstations + 1);
}

/// Copies of the written intrusions until there are `count`, each on other desks and a little
/// later, without a campaign in common.
Done multiply(Scenario& scenario, std::size_t count) {
  const std::size_t written = scenario.intrusions.size();
  if (written == 0) return std::monostate{};
  scenario.intrusions.resize(std::min(written, count));
  std::size_t desks = 1;
  for (const ScenarioIntrusion& one : scenario.intrusions) {
    std::set<std::string> used;
    for (const ScenarioStep& step : one.steps) {
      if (step.host.starts_with("ws") && step.host != "wsus") used.insert(step.host);
    }
    desks = std::max(desks, used.size());
  }
  if (desks * count > scenario.workstations) {
    return fail(Errc::limit,
                "so many intrusions need " + std::to_string(desks * count) + " workstations");
  }
  for (std::size_t i = written; i < count; ++i) {
    ScenarioIntrusion copy = scenario.intrusions[i % written];
    copy.name += "-" + std::to_string(i + 1);
    copy.campaign.clear();
    copy.start_ms += static_cast<std::int64_t>(i) * 17 * kMinuteMs;
    for (ScenarioStep& step : copy.steps) {
      step.host = other_desk(step.host, i * desks, scenario.workstations);
      step.from = other_desk(step.from, i * desks, scenario.workstations);
    }
    scenario.intrusions.push_back(std::move(copy));
  }
  return std::monostate{};
}

}  // namespace

std::optional<std::int64_t> parse_duration(std::string_view text) {
  if (text.empty()) return std::nullopt;
  std::int64_t unit = 0;
  switch (text.back()) {
    case 's':
      unit = kSecondMs;
      break;
    case 'm':
      unit = kMinuteMs;
      break;
    case 'h':
      unit = kHourMs;
      break;
    case 'd':
      unit = kDayMs;
      break;
    default:
      return std::nullopt;
  }
  const auto number = parse_int(text.substr(0, text.size() - 1));
  constexpr std::int64_t kMost = 1'000'000;  // of any unit: no product overflows
  if (!number || *number > kMost || *number < -kMost) return std::nullopt;
  return *number * unit;
}

Done set_knob(Scenario& scenario, std::string_view name, std::string_view value,
              const Where& where) {
  Knobs& knobs = scenario.knobs;
  if (name == "dwell") return set_dwell(knobs, value, where);
  if (name == "skew") return set_skew(knobs, value, where);
  if (name == "remove") return set_removed(knobs, value, where);
  if (name == "quiet") return set_flag(knobs.quiet, name, value, where);
  if (name == "twin") return set_flag(knobs.twin, name, value, where);
  if (name == "web") return set_flag(scenario.web, name, value, where);
  if (name == "cloud") return set_flag(scenario.cloud, name, value, where);
  if (name == "intrusions") {
    return set_number(knobs.intrusions, name, value, 1, std::int64_t{kMaxIntrusions}, where);
  }
  if (name == "storm") {
    return set_number(knobs.storm, name, value, 0, std::int64_t{kMaxStorm}, where);
  }
  if (name == "days") return set_number(scenario.days, name, value, 1, kMaxDays, where);
  if (name == "records") return set_number(scenario.records, name, value, 0, 100'000, where);
  if (name == "workstations") {
    return set_number(scenario.workstations, name, value, 1, std::int64_t{kMaxHosts}, where);
  }
  if (name == "linux") return set_number(scenario.linux_hosts, name, value, 0, 29, where);
  if (name == "loss") {
    const auto loss = parse_permille(value);
    if (!loss) return fail(Errc::syntax, "`loss` is a share such as `10%`, below 100%", where);
    knobs.loss_permille = *loss;
    return std::monostate{};
  }
  if (name == "begin") {
    const auto begin = parse_date(value);
    if (!begin) return fail(Errc::syntax, "`begin` is a date such as 2026-03-03", where);
    scenario.begin_ms = *begin;
    return std::monostate{};
  }
  if (name == "network") {
    if (!is_network(value)) return fail(Errc::syntax, "`network` is such as `192.0.2`", where);
    scenario.network = value;
    return std::monostate{};
  }
  return fail(Errc::syntax, "no such knob `" + std::string(name) + "`", where);
}

Done settle(Scenario& scenario) {
  for (ScenarioIntrusion& one : scenario.intrusions) {
    if (scenario.knobs.dwell_ms) one.dwell_ms = *scenario.knobs.dwell_ms;
    if (scenario.knobs.quiet) leave_out_loud(one);
  }
  std::erase_if(scenario.intrusions, [](const auto& one) { return one.steps.empty(); });
  if (scenario.knobs.intrusions == 0) return std::monostate{};
  return multiply(scenario, scenario.knobs.intrusions);
}

}  // namespace interdict::simulate
