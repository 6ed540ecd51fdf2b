#include <algorithm>
#include <array>

#include "attack/flow.hpp"
#include "simulate/scenario.hpp"
#include "simulate/technique.hpp"

namespace interdict::simulate {
namespace {

constexpr std::string_view kNextHosts[] = {"fs", "ws2", "dc", "ws3", "admin", "ws4", "wsus", "ws5"};
constexpr std::string_view kLateral[] = {"T1021", "T1047", "T1072", "T1080", "T1210",
                                         "T1534", "T1550", "T1563", "T1570"};

bool is_lateral(std::string_view technique) {
  return std::ranges::any_of(kLateral,
                             [&](std::string_view id) { return technique.starts_with(id); });
}

Platform platform_of(std::string_view host) {
  if (host == "cloud") return Platform::cloud;
  return host == "web" || host.starts_with("linux") ? Platform::posix : Platform::windows;
}

/// Where the first step happens.
std::string entry_host(std::string_view technique) {
  if (technique == "T1078.004") return "cloud";
  if (technique.starts_with("T1190") || technique.starts_with("T1595")) return "web";
  return "ws1";
}

/// The host where the technique leaves something: the one at hand, else one of another platform.
std::string able_host(std::string_view technique, const std::string& host) {
  if (find_template(technique, platform_of(host)) != nullptr) return host;
  for (const std::string_view other : {"ws1", "web", "cloud"}) {
    if (find_template(technique, platform_of(other)) != nullptr) return std::string(other);
  }
  return host;
}

}  // namespace

Result<Scenario> parse_flow(std::string_view text, std::string_view stages,
                            const std::string& path) {
  INTERDICT_TRY(const auto map, attack::StageMap::parse(stages));
  INTERDICT_TRY(const auto flow, attack::read_flow(text, map, path));
  if (flow.steps.empty()) return fail(Errc::unsupported, "a flow without actions", {.file = path});
  if (flow.steps.size() > kMaxSteps) {
    return fail(Errc::limit, "more than 400 actions", {.file = path});
  }
  Scenario out;
  out.name = flow.name.empty() ? "flow" : flow.name;
  out.workstations = 6;
  out.linux_hosts = 1;
  out.web = true;
  out.cloud = true;
  ScenarioIntrusion intrusion;
  intrusion.name = out.name;
  intrusion.start_ms = 9 * kHourMs;
  intrusion.dwell_ms = 2 * kDayMs;
  intrusion.entry = "unknown";
  std::size_t moves = 0;
  for (const attack::FlowStep& action : flow.steps) {
    ScenarioStep step;
    step.what = action.name;
    if (!action.techniques.empty()) step.technique = action.techniques.front();
    if (find_technique(step.technique) == nullptr) step.stage = action.stage;
    if (intrusion.entry == "unknown" && action.parents.empty()) {
      intrusion.entry = entry_of(step.technique);
    }
    if (!action.parents.empty()) step.cause = action.parents.front() + 1;
    const std::string before =
        step.cause == 0 ? entry_host(step.technique) : intrusion.steps[step.cause - 1].host;
    if (step.cause != 0 && is_lateral(step.technique)) {
      step.from = before;
      step.host =
          step.technique == "T1021.004" ? "linux1" : kNextHosts[moves++ % std::size(kNextHosts)];
    } else {
      step.host = able_host(step.technique, before);
    }
    intrusion.steps.push_back(std::move(step));
  }
  out.intrusions.push_back(std::move(intrusion));
  return out;
}

}  // namespace interdict::simulate
