#include "simulate/compose.hpp"

#include <algorithm>

#include "simulate/technique.hpp"
#include "simulate/truth.hpp"

namespace interdict::simulate {

using sensors::Record;
namespace {

constexpr std::string_view kLures[] = {"parcel-notice", "payroll-update", "meeting-recording",
                                       "invoice-viewer", "survey-form"};
constexpr std::string_view kImplants[] = {"SyncHelper", "AudioTray", "PanelHost", "NoteAgent",
                                          "FontCache"};
constexpr std::string_view kDomains[] = {"cdn-static", "files-sync", "login-portal", "update-check",
                                         "stats-api"};

std::string draw_hash(Random& random) {
  std::string out;
  for (int i = 0; i < 64; ++i) out += "0123456789abcdef"[random.below(16)];
  return out;
}

/// The n-th intrusion's own address and name, so that two never share one by chance.
Cast draw_cast(Random& random, std::size_t n) {
  Cast cast;
  cast.lure = std::string(random.pick(kLures)) + ".exe";
  cast.implant = std::string(random.pick(kImplants)) + std::to_string(n + 1);
  cast.hash = draw_hash(random);
  cast.server =
      "203.0.113." + std::to_string(static_cast<std::int64_t>(n) * 40 + random.between(20, 50));
  cast.domain = std::string(random.pick(kDomains)) + std::to_string(n + 1) + ".example";
  cast.account = n == 0 ? "adm-files" : "adm-site" + std::to_string(n);
  return cast;
}

bool is_early(attack::Stage stage) {
  return stage != attack::Stage::actions_on_objectives && stage != attack::Stage::reconnaissance;
}

/// When each step happens. Getting in takes minutes, and so does a burst of commands; the rest of
/// the dwell lies between the bursts.
std::vector<std::int64_t> draw_times(const ScenarioIntrusion& intrusion,
                                     const std::vector<PlayedStep>& steps, std::int64_t begin,
                                     Random& random) {
  std::vector<std::int64_t> gaps;
  std::vector<std::size_t> wide;
  std::int64_t tight = 0;
  for (std::size_t i = 1; i < steps.size(); ++i) {
    const bool entering = is_early(steps[i].stage) && steps[i - 1].host == steps[i].host;
    const bool burst = !entering && random.below(3) == 0;
    const std::int64_t gap = entering ? random.between(20 * kSecondMs, 8 * kMinuteMs)
                                      : random.between(5 * kSecondMs, 3 * kMinuteMs);
    gaps.push_back(gap);
    tight += entering || burst ? gap : 0;
    if (!entering && !burst) wide.push_back(i - 1);
  }
  if (wide.empty() && !gaps.empty()) {
    wide.push_back(gaps.size() - 1);
    tight -= gaps.back();
  }
  std::int64_t total = 0;
  for (const std::size_t i : wide) total += gaps[i] = random.between(1, 10);
  const std::int64_t rest = std::max(intrusion.dwell_ms - tight, kMinuteMs);
  for (const std::size_t i : wide) gaps[i] = std::max<std::int64_t>(rest * gaps[i] / total, 1000);
  std::vector<std::int64_t> times = {begin + intrusion.start_ms};
  for (const std::int64_t gap : gaps) times.push_back(times.back() + gap);
  return times;
}

/// Which step opened the foothold on a host, and which one made it last; 0: none yet.
struct Hold {
  std::size_t opened = 0;
  std::size_t kept = 0;
};

/// What a step rests on beside its cause in the story: the foothold it runs in, the one it comes
/// from, and the autostart that brought the former back. `before` is the foothold as it was.
void note_hold(PlayedStep& played, const Foothold& before, const Foothold& after, std::size_t from,
               std::map<std::size_t, Hold>& holds, std::size_t number) {
  Hold& hold = holds[played.host];
  for (const std::size_t opened : {hold.opened, holds[from].opened}) {
    if (opened != 0) played.rests_on.insert(opened);
  }
  if (after.restarted_ms != before.restarted_ms && hold.kept != 0) {
    played.rests_on.insert(hold.kept);
  }
  if (after.process.guid != before.process.guid || after.shell.pid != before.shell.pid ||
      after.user != before.user) {
    hold.opened = number;
  }
  if (after.persistence != before.persistence) hold.kept = number;
}

PlayedIntrusion play(const ScenarioIntrusion& intrusion, Site& site, Cast cast, Random& random,
                     std::size_t first_number) {
  PlayedIntrusion out;
  out.intrusion = &intrusion;
  out.cast = std::move(cast);
  for (const ScenarioStep& step : intrusion.steps) {
    const TechniqueRow* row = find_technique(step.technique);
    PlayedStep played;
    played.step = &step;
    played.host = *site.find(step.host);
    played.stage = step.stage       ? *step.stage
                   : row != nullptr ? row->stage
                                    : attack::Stage::actions_on_objectives;
    out.steps.push_back(std::move(played));
  }
  const auto times = draw_times(intrusion, out.steps, site.begin_ms, random);
  out.cast.end_ms = std::min(times.back() + 10 * kMinuteMs, site.end_ms);
  std::map<std::size_t, Hold> holds;
  for (std::size_t i = 0; i < out.steps.size(); ++i) {
    PlayedStep& played = out.steps[i];
    const ScenarioStep& step = *played.step;
    played.time_ms = times[i];
    const Template render = find_template(step.technique, site.hosts[played.host].platform);
    if (render == nullptr || (step.blocked && !shows_blocked(render))) continue;
    std::size_t from = played.host;
    if (!step.from.empty()) {
      from = *site.find(step.from);
    } else if (step.cause != 0) {
      from = out.steps[step.cause - 1].host;
    }
    Scene scene{site, out.cast,       random,           step.technique, played.host,
                from, played.time_ms, first_number + i, step.blocked};
    const Foothold before = scene.foothold();
    render(scene);
    note_hold(played, before, scene.foothold(), from, holds, i + 1);
    played.rendered = true;
    played.user = scene.user;
  }
  return out;
}

/// What becomes of records between the host and the analyst.
struct Filter {
  const Knobs& knobs;
  Random random;

  bool keeps(const Record& record, std::string_view word) {
    const std::string source(to_string(record.source));
    if (knobs.twin && record.step != 0) return false;
    if (knobs.removed.contains(source)) return false;
    if (knobs.removed.contains(source + '@' + std::string(word))) return false;
    return knobs.loss_permille == 0 || random.below(1000) >= knobs.loss_permille;
  }
};

struct Assembly {
  std::vector<LogFile> logs;
  std::vector<PlayedStep*> steps;  ///< by number - 1
};

void assemble(Log log, std::string_view word, Filter& filter, Assembly& out) {
  std::ranges::stable_sort(log.records, {}, &Record::time_ms);
  LogFile file{std::move(log.name), log.head};
  std::size_t line = static_cast<std::size_t>(std::ranges::count(log.head, '\n'));
  for (const Record& record : log.records) {
    if (record.step != 0) ++out.steps[record.step - 1]->written;
    if (!filter.keeps(record, word)) continue;
    if (record.step != 0) {
      out.steps[record.step - 1]->places.push_back(
          {out.logs.size(), line + 1, file.content.size(), record.time_ms});
    }
    file.content += record.text;
    file.content += '\n';
    line += 1 + static_cast<std::size_t>(std::ranges::count(record.text, '\n'));
  }
  if (file.content.size() > log.head.size()) out.logs.push_back(std::move(file));
}

}  // namespace

Result<Composition> compose(Scenario scenario, std::uint64_t seed) {
  INTERDICT_TRY([[maybe_unused]] const auto settled, settle(scenario));
  Random random(seed);
  INTERDICT_TRY(auto site, build_site(scenario, random));
  const auto days = static_cast<std::size_t>((site.end_ms - site.begin_ms) / kDayMs + 1);
  constexpr std::size_t kHubRecords = 60;  // a host and day, at most
  if ((scenario.records + kHubRecords) * days * site.hosts.size() > kMaxRecords) {
    return fail(Errc::limit,
                "that would be more than 4000000 records: fewer days, hosts or `records`");
  }
  add_site_background(site, scenario.records);
  Random storm(random.next());  // its own chance: a storm leaves all else as it is
  add_storm(site, scenario.knobs.storm, storm);

  std::map<std::string, Cast> campaigns;
  std::vector<PlayedIntrusion> played;
  std::size_t number = 1;
  for (std::size_t i = 0; i < scenario.intrusions.size(); ++i) {
    const ScenarioIntrusion& one = scenario.intrusions[i];
    Random own(random.next());
    Cast cast = draw_cast(own, i);
    if (!one.campaign.empty()) cast = campaigns.try_emplace(one.campaign, cast).first->second;
    played.push_back(play(one, site, std::move(cast), own, number));
    number += one.steps.size();
  }

  Assembly assembly;
  for (PlayedIntrusion& one : played) {
    for (PlayedStep& step : one.steps) assembly.steps.push_back(&step);
  }
  Filter filter{scenario.knobs, Random(random.next())};
  for (Host& host : site.hosts) {
    if (host.windows) {
      assemble({host.name + ".jsonl", {}, std::move(host.windows->records())}, host.word, filter,
               assembly);
    }
    if (!host.linux_host) continue;
    assemble(std::move(host.linux_host->audit_log()), host.word, filter, assembly);
    assemble(std::move(host.linux_host->system_log()), host.word, filter, assembly);
    assemble(std::move(host.linux_host->access_log()), host.word, filter, assembly);
  }
  if (site.cloud) assemble(std::move(site.cloud->log()), "cloud", filter, assembly);
  for (Log* log : {&site.network->conn(), &site.network->dns(), &site.network->http()}) {
    assemble(std::move(*log), {}, filter, assembly);
  }
  assemble(std::move(site.alerts), {}, filter, assembly);
  Composition out;
  if (scenario.knobs.twin) played.clear();
  out.truth = write_truth(scenario, seed, site, assembly.logs, played);
  out.logs = std::move(assembly.logs);
  return out;
}

}  // namespace interdict::simulate
