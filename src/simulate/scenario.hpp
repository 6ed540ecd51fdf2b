#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "attack/stage.hpp"
#include "base/result.hpp"

namespace interdict::simulate {

inline constexpr std::size_t kMaxHosts = 200;  ///< they must fit into one /24
inline constexpr std::size_t kMaxIntrusions = 5;
inline constexpr std::size_t kMaxSteps = 400;  ///< of one intrusion
inline constexpr std::size_t kMaxStorm = 1'000'000;
inline constexpr std::int64_t kMaxDays = 200;
/// Of all logs together; a scenario that asks for more is refused with `limit`.
inline constexpr std::size_t kMaxRecords = 4'000'000;

inline constexpr std::int64_t kSecondMs = 1000;
inline constexpr std::int64_t kMinuteMs = 60 * kSecondMs;
inline constexpr std::int64_t kHourMs = 60 * kMinuteMs;
inline constexpr std::int64_t kDayMs = 24 * kHourMs;

/// One action of an intrusion. Hosts go by what they are in every site: `ws1` … `wsN`, `dc`, `fs`,
/// `wsus`, `backup`, `admin`, `scanner`, `web`, `linux1` …, `cloud`.
struct ScenarioStep {
  std::string technique;               ///< ATT&CK id; empty: an action without one
  std::string host;                    ///< where it shows
  std::string from;                    ///< where it comes from, for a step to another host
  std::optional<attack::Stage> stage;  ///< what the table says, unless given
  std::size_t cause = 0;               ///< number of an earlier step; 0 = the root
  bool loud = false;                   ///< left out by the knob `quiet`
  bool blocked = false;                ///< attempted, and stopped by a control
  std::string what;                    ///< words for the truth
  std::vector<std::string> cut_by;     ///< controls that would have cut it, ids of the catalogue
};

struct ScenarioIntrusion {
  std::string name;
  std::string campaign;       ///< shared name: same infrastructure and tooling
  std::string entry;          ///< a word of the contract's list
  std::int64_t start_ms = 0;  ///< after the scenario's begin
  std::int64_t dwell_ms = 0;  ///< from the first step to the last
  std::vector<ScenarioStep> steps;
};

/// What is set from outside without touching the story. See docs/simulate.md for the words.
struct Knobs {
  std::optional<std::int64_t> dwell_ms;  ///< of every intrusion
  std::size_t intrusions = 0;  ///< so many at once (copies with other casts); 0: as written
  std::size_t storm = 0;       ///< benign alerts of one rule on one host
  std::map<std::string, std::int64_t> skew_ms;  ///< host → how far its clock is ahead; `all`
  std::uint32_t loss_permille = 0;              ///< of all records
  std::set<std::string> removed;                ///< sources, `sysmon` or `sysmon@ws1`
  bool quiet = false;                           ///< without the loud steps
  bool twin = false;                            ///< the same input without the attack's records
};

/// A site, its background, and what happens there.
struct Scenario {
  std::string name;
  std::string description;
  std::int64_t begin_ms = 1'772'496'000'000;  ///< 2026-03-03T00:00:00Z, a Tuesday
  std::int64_t days = 1;                      ///< of background, at least
  std::size_t workstations = 4;
  std::size_t linux_hosts = 0;      ///< beside the web server
  bool web = false;                 ///< a web server that the outside reaches
  bool cloud = false;               ///< an account with an audit log
  std::size_t records = 200;        ///< of background a host and day
  std::string network = "192.0.2";  ///< first three octets of the site's addresses
  std::vector<ScenarioIntrusion> intrusions;
  Knobs knobs;
};

/// Reads a scenario of docs/simulate.md. Errors: syntax with line, limit; the first fault ends it.
[[nodiscard]] Result<Scenario> parse_scenario(std::string_view yaml, const std::string& path);

/// Reads an Attack Flow (`attack::read_flow`) as a scenario of one intrusion: hosts are chosen by
/// what each technique needs, the next one after each lateral movement. `stages` is the text of the
/// stage map; it only places what our own table does not know. Errors: those of read_flow, limit.
[[nodiscard]] Result<Scenario> parse_flow(std::string_view text, std::string_view stages,
                                          const std::string& path);

/// Sets one knob, or one number of the site, by its name in docs/simulate.md. Errors: syntax,
/// limit.
[[nodiscard]] Result<std::monostate> set_knob(Scenario& scenario, std::string_view name,
                                              std::string_view value, const Where& where);

/// `90s`, `15m`, `4h`, `180d`, with an optional minus. Nothing if it is none.
[[nodiscard]] std::optional<std::int64_t> parse_duration(std::string_view text);

/// Applies what changes the story: dwell, quiet, the number of intrusions. Errors: limit.
[[nodiscard]] Result<std::monostate> settle(Scenario& scenario);

/// Which entry of the contract's list a technique stands for; `unknown` if none.
[[nodiscard]] std::string_view entry_of(std::string_view technique);

}  // namespace interdict::simulate
