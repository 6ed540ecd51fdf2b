#include "simulate/site.hpp"

#include <algorithm>

namespace interdict::simulate {

using sensors::iso_time;
using sensors::Record;
using sensors::Source;
namespace {

constexpr std::string_view kPeople[] = {"a.keller", "b.ortiz", "c.lindh",  "d.mori",  "e.novak",
                                        "f.silva",  "g.haas",  "h.tanaka", "i.berg",  "j.costa",
                                        "k.maier",  "l.rossi", "m.dubois", "n.larsen"};

/// A person for the n-th desk; the first name of the list gets a number from the second round on.
std::string person(std::size_t n) {
  const std::size_t round = n / std::size(kPeople);
  return std::string(kPeople[n % std::size(kPeople)]) + (round == 0 ? "" : std::to_string(round));
}

std::string two_digits(std::size_t n) {
  return (n < 10 ? "0" : "") + std::to_string(n);
}

void add_windows(Site& site, const Scenario& scenario, Random& random, std::string word,
                 const std::string& name, std::size_t last_octet, std::string account,
                 std::string role) {
  Host host;
  host.word = std::move(word);
  host.address = scenario.network + '.' + std::to_string(last_octet);
  host.role = std::move(role);
  host.windows =
      std::make_unique<Machine>(site.hosts.size(), name, host.address, std::move(account),
                                scenario.begin_ms - 30 * kMinuteMs, random.next());
  host.name = host.windows->host();
  site.hosts.push_back(std::move(host));
}

void add_linux(Site& site, const Scenario& scenario, Random& random, std::string word,
               const std::string& name, std::size_t last_octet, std::string role) {
  Host host;
  host.word = std::move(word);
  host.address = scenario.network + '.' + std::to_string(last_octet);
  host.role = std::move(role);
  host.platform = Platform::posix;
  host.linux_host = std::make_unique<LinuxHost>(name, host.address, random.next());
  host.name = host.linux_host->host();
  site.hosts.push_back(std::move(host));
}

Result<std::monostate> set_clocks(Site& site, const Knobs& knobs) {
  const auto all = knobs.skew_ms.find("all");
  if (all != knobs.skew_ms.end()) {
    for (Host& host : site.hosts) host.clock_offset_ms = all->second;
  }
  for (const auto& [word, skew] : knobs.skew_ms) {
    if (word == "all") continue;
    const auto host = site.find(word);
    if (!host) return fail(Errc::syntax, "`skew` names no host of the site: `" + word + "`");
    site.hosts[*host].clock_offset_ms = skew;
  }
  for (Host& host : site.hosts) {
    if (host.windows) host.windows->set_clock_offset(host.clock_offset_ms);
    if (host.linux_host) host.linux_host->set_clock_offset(host.clock_offset_ms);
    if (host.platform == Platform::cloud)
      host.clock_offset_ms = 0;  // the provider's clock is right
  }
  return std::monostate{};
}

Result<std::monostate> check_hosts(const Site& site, const Scenario& scenario) {
  for (const ScenarioIntrusion& one : scenario.intrusions) {
    for (const ScenarioStep& step : one.steps) {
      for (const std::string& word : {step.host, step.from}) {
        if (!word.empty() && !site.find(word)) {
          return fail(Errc::syntax, "no such host `" + word + "` in intrusion `" + one.name + "`");
        }
      }
    }
  }
  for (const std::string& source : scenario.knobs.removed) {
    const std::size_t at = source.find('@');
    if (at != std::string::npos && !site.find(source.substr(at + 1))) {
      return fail(Errc::syntax, "`remove` names no host of the site: `" + source + "`");
    }
  }
  return std::monostate{};
}

}  // namespace

std::optional<std::size_t> Site::find(std::string_view word) const {
  for (std::size_t i = 0; i < hosts.size(); ++i) {
    if (hosts[i].word == word) return i;
  }
  return std::nullopt;
}

Host& Site::at(std::string_view word) {
  return hosts[*find(word)];
}

void Site::alert(std::int64_t time_ms, std::string_view name, const Host& host,
                 std::string_view source_address, std::string_view severity, std::size_t step) {
  Record record;
  record.time_ms = time_ms;
  record.step = step;
  record.source = Source::alerts;
  record.text = iso_time(time_ms) + ',' + std::string(name) + ',' + host.name + ',' +
                std::string(source_address) + ',' + host.address + ',' + std::string(severity) +
                ",sensor";
  alerts.records.push_back(std::move(record));
}

void add_storm(Site& site, std::size_t count, Random& random) {
  const std::int64_t begin = site.begin_ms + 11 * kHourMs;
  for (std::size_t i = 0; i < count; ++i) {
    site.alert(begin + random.between(0, 6 * kHourMs), "Repeated policy violation", site.at("ws1"),
               site.at("ws1").address, "medium");
  }
}

Result<Site> build_site(const Scenario& scenario, Random& random) {
  if (scenario.workstations > kMaxHosts) return fail(Errc::limit, "more than 200 workstations");
  Site site;
  site.alerts.name = "alerts.csv";
  site.alerts.head = "time,name,host,src_ip,dst_ip,severity,tool\n";
  site.begin_ms = scenario.begin_ms;
  site.end_ms = scenario.begin_ms + scenario.days * kDayMs;
  for (const ScenarioIntrusion& one : scenario.intrusions) {
    site.end_ms = std::max(site.end_ms, scenario.begin_ms + one.start_ms + one.dwell_ms + kHourMs);
  }
  constexpr std::size_t kFirstLinux = 21;  // to 49
  constexpr std::size_t kFirstDesk = 50;   // to 249
  add_windows(site, scenario, random, "dc", "DC01", 10, "adm-domain", "domain-controller");
  add_windows(site, scenario, random, "fs", "FS01", 11, "adm-files", "file-server");
  add_windows(site, scenario, random, "wsus", "UPD01", 12, "adm-update", "update-server");
  add_windows(site, scenario, random, "backup", "BAK01", 13, "svc-backup", "backup-server");
  add_windows(site, scenario, random, "admin", "ADM01", 14, "o.admin", "admin-workstation");
  add_windows(site, scenario, random, "scanner", "SCAN01", 15, "svc-scan", "scanner");
  for (std::size_t i = 0; i < scenario.workstations; ++i) {
    add_windows(site, scenario, random, "ws" + std::to_string(i + 1), "WS" + two_digits(i + 1),
                kFirstDesk + i, person(i), "workstation");
  }
  if (scenario.web) add_linux(site, scenario, random, "web", "WEB01", 20, "web-server");
  for (std::size_t i = 0; i < scenario.linux_hosts; ++i) {
    add_linux(site, scenario, random, "linux" + std::to_string(i + 1), "LNX" + two_digits(i + 1),
              kFirstLinux + i, "linux-server");
  }
  if (scenario.cloud) {
    Host account;
    account.word = "cloud";
    account.name = Cloud::kAccount;
    account.role = "cloud-account";
    account.platform = Platform::cloud;
    site.hosts.push_back(std::move(account));
    site.cloud = std::make_unique<Cloud>(random.next());
  }
  site.network = std::make_unique<Network>(random.next());
  site.network->set_resolver(site.at("dc").address);
  for (Host& host : site.hosts) {
    if (host.windows) host.windows->set_network(*site.network);
  }
  INTERDICT_TRY([[maybe_unused]] const auto clocks, set_clocks(site, scenario.knobs));
  INTERDICT_TRY([[maybe_unused]] const auto hosts, check_hosts(site, scenario));
  return site;
}

}  // namespace interdict::simulate
