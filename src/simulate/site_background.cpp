#include <string>

#include "simulate/background.hpp"
#include "simulate/site.hpp"

namespace interdict::simulate {
namespace {

constexpr std::string_view kSystem = "NT AUTHORITY\\SYSTEM";
constexpr std::string_view kPowershell =
    "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe";

/// A sign-in over the network from `from` at `to`, and its end.
void sign_in(Machine& to, std::int64_t now, const Machine& from, const std::string& account,
             std::int64_t length_ms) {
  const std::string id = "0x" + std::to_string(to.random().between(1'000'000, 9'999'999));
  to.security(now, 4624,
              {{"SubjectUserName", "-"},
               {"TargetUserName", account},
               {"TargetDomainName", "EXAMPLE"},
               {"TargetLogonId", id},
               {"LogonType", "3"},
               {"IpAddress", from.address()},
               {"WorkstationName", "-"},
               {"AuthenticationPackageName", "Kerberos"}});
  to.security(now + length_ms, 4634,
              {{"TargetUserName", account}, {"TargetLogonId", id}, {"LogonType", "3"}});
}

/// A ticket from the domain controller; `service` is what it is for.
void ticket(Machine& dc, std::int64_t now, const Machine& from, const std::string& account,
            const std::string& service) {
  const bool first = service == "krbtgt";
  dc.security(now, first ? 4768 : 4769,
              {{"TargetUserName", first ? account : account + "@EXAMPLE.TEST"},
               {"TargetDomainName", "EXAMPLE"},
               {"ServiceName", service},
               {"TicketEncryptionType", "0x12"},
               {"Status", "0x0"},
               {"IpAddress", "::ffff:" + from.address()}});
}

/// One user's day with the hubs: a sign-in in the morning, files from the share, updates.
void desk_day(Site& site, Machine& desk, std::int64_t day) {
  Machine& dc = *site.at("dc").windows;
  Machine& share = *site.at("fs").windows;
  Random& random = desk.random();
  const std::int64_t morning = day + 8 * kHourMs + random.between(0, 90) * kMinuteMs;
  ticket(dc, morning, desk, desk.account(), "krbtgt");
  sign_in(dc, morning + 800, desk, desk.account(), 20 * kSecondMs);
  for (std::int64_t visit = random.between(2, 6); visit > 0; --visit) {
    const std::int64_t now = morning + random.between(1, 480) * kMinuteMs;
    ticket(dc, now, desk, desk.account(), "FS01$");
    sign_in(share, now + 300, desk, desk.account(), random.between(1, 30) * kMinuteMs);
    share.security(now + 700, 5140,
                   {{"SubjectUserName", desk.account()},
                    {"SubjectDomainName", "EXAMPLE"},
                    {"ShareName", "\\\\*\\projects"},
                    {"IpAddress", desk.address()},
                    {"AccessMask", "0x1"}});
    desk.connect(now, desk.kernel(), share.address(), 445, share.host());
  }
  desk.connect(day + random.between(60, 1400) * kMinuteMs, desk.svchost(), site.at("wsus").address,
               8530, site.at("wsus").name);
}

/// The backup's account visits every server at night and packs what it finds.
void backup_night(Site& site, std::int64_t day) {
  Machine& backup = *site.at("backup").windows;
  std::int64_t now = day + kHourMs + backup.random().between(0, 20) * kMinuteMs;
  const Process job =
      backup.start(now, backup.services(), "C:\\Program Files\\Backup\\agent.exe",
                   "\"C:\\Program Files\\Backup\\agent.exe\" --nightly", "EXAMPLE\\svc-backup");
  for (const std::string_view word : {"dc", "fs", "wsus", "admin"}) {
    Machine& server = *site.at(word).windows;
    now += 4 * kMinuteMs;
    sign_in(server, now, backup, "svc-backup", 3 * kMinuteMs);
    backup.connect(now, backup.kernel(), server.address(), 445, server.host());
    backup.sysmon(now + 2 * kMinuteMs, 11, job,
                  {{"TargetFilename", "D:\\Backup\\" + server.host() + ".bak"}});
  }
  backup.sysmon(now + 5 * kMinuteMs, 5, job, {});
}

/// An administrator's round: a remote session on each server, a script, a service that he restarts.
void admin_round(Site& site, std::int64_t day) {
  Machine& desk = *site.at("admin").windows;
  std::int64_t now = day + 10 * kHourMs + desk.random().between(0, 120) * kMinuteMs;
  for (const std::string_view word : {"fs", "wsus", "dc"}) {
    Machine& server = *site.at(word).windows;
    const std::string id = "0x" + std::to_string(server.random().between(1'000'000, 9'999'999));
    const std::string client = "C:\\Windows\\System32\\mstsc.exe";
    const Process viewer = desk.start(now - 4000, desk.explorer(), client,
                                      '"' + client + "\" /v:" + server.host(), desk.user());
    desk.connect(now, viewer, server.address(), 3389, server.host());
    server.security(now + 2000, 4624,
                    {{"SubjectUserName", server.host().substr(0, 5) + "$"},
                     {"TargetUserName", "o.admin"},
                     {"TargetDomainName", "EXAMPLE"},
                     {"TargetLogonId", id},
                     {"LogonType", "10"},
                     {"IpAddress", desk.address()},
                     {"WorkstationName", server.host().substr(0, 5)},
                     {"AuthenticationPackageName", "Negotiate"}});
    server.security(now + 2000, 4672,
                    {{"SubjectUserName", "o.admin"},
                     {"SubjectDomainName", "EXAMPLE"},
                     {"SubjectLogonId", id},
                     {"PrivilegeList", "SeBackupPrivilege SeDebugPrivilege"}});
    const Process shell =
        server.start(now + 30 * kSecondMs, server.explorer(), std::string(kPowershell),
                     "powershell.exe", "EXAMPLE\\o.admin");
    server.start(now + 50 * kSecondMs, shell, "C:\\Windows\\System32\\sc.exe", "sc query spooler",
                 "EXAMPLE\\o.admin");
    server.start(now + 70 * kSecondMs, shell, "C:\\Windows\\System32\\ipconfig.exe",
                 "ipconfig /all", "EXAMPLE\\o.admin");
    server.start(now + 90 * kSecondMs, shell, "C:\\Windows\\System32\\net.exe", "net session",
                 "EXAMPLE\\o.admin");
    server.security(now + 15 * kMinuteMs, 4634,
                    {{"TargetUserName", "o.admin"}, {"TargetLogonId", id}, {"LogonType", "10"}});
    now += 25 * kMinuteMs;
  }
}

/// The vulnerability scanner: every host, many ports, default passwords that fail.
void scan_week(Site& site, std::int64_t day) {
  Machine& scanner = *site.at("scanner").windows;
  std::int64_t now = day + 3 * kHourMs;
  const Process tool =
      scanner.start(now, scanner.services(), "C:\\Program Files\\Scanner\\engine.exe",
                    "\"C:\\Program Files\\Scanner\\engine.exe\" --weekly", std::string(kSystem));
  for (Host& host : site.hosts) {
    if (!host.windows || host.word == "scanner") continue;
    for (const std::uint32_t port : {22U, 80U, 135U, 443U, 445U, 3389U}) {
      scanner.connect(now, tool, host.address, port, "");
      now += 400;
    }
    for (const std::string_view account : {"administrator", "guest", "test"}) {
      host.windows->security(now, 4625,
                             {{"TargetUserName", std::string(account)},
                              {"TargetDomainName", "-"},
                              {"Status", "0xc000006d"},
                              {"SubStatus", "0xc0000064"},
                              {"LogonType", "3"},
                              {"IpAddress", scanner.address()}});
      now += 300;
    }
  }
}

/// Servers install updates in the night of the second day of each week.
void update_night(Site& site, std::int64_t day) {
  for (Host& host : site.hosts) {
    if (!host.windows) continue;
    Machine& machine = *host.windows;
    const std::int64_t now = day + 4 * kHourMs + machine.random().between(0, 50) * kMinuteMs;
    const Process installer =
        machine.start(now, machine.svchost(), "C:\\Windows\\servicing\\TrustedInstaller.exe",
                      "C:\\Windows\\servicing\\TrustedInstaller.exe", std::string(kSystem));
    machine.sysmon(
        now + 9000, 11, installer,
        {{"TargetFilename", "C:\\Windows\\WinSxS\\pending\\package-" +
                                std::to_string(machine.random().between(1000, 9999)) + ".cat"}});
    machine.service_control(now + 60 * kSecondMs, 7036,
                            {{"param1", "Windows Modules Installer"}, {"param2", "stopped"}});
  }
}

}  // namespace

void add_site_background(Site& site, std::size_t records_per_day) {
  add_server_background(site, records_per_day);
  const std::int64_t span = site.end_ms - site.begin_ms;
  for (Host& host : site.hosts) {
    if (!host.windows || records_per_day == 0) continue;
    const auto records =
        static_cast<std::size_t>(static_cast<std::int64_t>(records_per_day) * span / kDayMs);
    add_background(*host.windows, site.begin_ms, site.end_ms, records);
  }
  if (records_per_day == 0) return;
  std::int64_t number = 0;
  for (std::int64_t day = site.begin_ms; day < site.end_ms; day += kDayMs, ++number) {
    for (Host& host : site.hosts) {
      if (host.role == "workstation") desk_day(site, *host.windows, day);
    }
    backup_night(site, day);
    admin_round(site, day);
    if (number % 7 == 0) scan_week(site, day);
    if (number % 7 == 1) update_night(site, day);
  }
}

}  // namespace interdict::simulate
