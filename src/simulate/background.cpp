#include "simulate/background.hpp"

namespace interdict::simulate {

namespace {

constexpr std::string_view kSystem = "NT AUTHORITY\\SYSTEM";
constexpr std::string_view kSites[] = {"news.example",    "mail.example", "search.example",
                                       "weather.example", "shop.example", "office.example",
                                       "video.example",   "wiki.example"};
constexpr std::string_view kDocuments[] = {"report", "offer", "minutes", "budget", "plan", "notes"};

std::string site_address(Random& random) {
  return "198.51.100." + std::to_string(random.between(10, 60));
}

/// A neighbour of the machine: its address with another last number.
std::string neighbour(const Machine& machine, std::string_view last) {
  return machine.address().substr(0, machine.address().rfind('.') + 1) + std::string(last);
}

void browse(Machine& machine, std::int64_t now) {
  Random& random = machine.random();
  const std::string site = "www." + std::string(random.pick(kSites));
  const std::string address = site_address(random);
  machine.sysmon(now, 22, machine.browser(),
                 {{"QueryName", site}, {"QueryStatus", "0"}, {"QueryResults", address + ";"}});
  machine.connect(now + 40, machine.browser(), address, 443, site);
  machine.sysmon(
      now + 300, 11, machine.browser(),
      {{"TargetFilename", machine.home() +
                              "\\AppData\\Local\\Google\\Chrome\\User Data\\Default\\Cache\\" +
                              "f_" + std::to_string(random.between(100000, 999999))}});
}

void document(Machine& machine, std::int64_t now) {
  Random& random = machine.random();
  const std::string name =
      std::string(random.pick(kDocuments)) + '-' + std::to_string(random.between(1, 400)) + ".docx";
  const std::string word = "C:\\Program Files\\Microsoft Office\\root\\Office16\\WINWORD.EXE";
  const std::string path = machine.home() + "\\Documents\\" + name;
  const Process editor = machine.start(now, machine.explorer(), word,
                                       '"' + word + "\" /n \"" + path + '"', machine.user());
  machine.sysmon(now + 60000, 11, editor, {{"TargetFilename", path}});
  machine.sysmon(now + 180000, 5, editor, {});
}

void update(Machine& machine, std::int64_t now) {
  Random& random = machine.random();
  const std::string updater = "C:\\Program Files (x86)\\Google\\Update\\GoogleUpdate.exe";
  const Process process =
      machine.start(now, machine.svchost(), updater,
                    '"' + updater + "\" /ua /installsource scheduler", std::string(kSystem));
  machine.connect(now + 900, process, site_address(random), 443, "update.example");
  machine.sysmon(now + 5000, 5, process, {});
}

void registry(Machine& machine, std::int64_t now) {
  machine.sysmon(
      now, 13, machine.svchost(),
      {{"EventType", "SetValue"},
       {"TargetObject",
        "HKLM\\System\\CurrentControlSet\\Services\\W32Time\\Config\\LastKnownGoodTime"},
       {"Details", "QWORD (0x01dcaa10-" +
                       std::to_string(machine.random().between(10000000, 99999999)) + ")"}});
}

void logon(Machine& machine, std::int64_t now) {
  Random& random = machine.random();
  const bool service = random.below(2) == 0;
  const std::string id = "0x" + std::to_string(random.between(200000, 899999));
  machine.security(now, 4624,
                   {{"SubjectUserName", machine.host().substr(0, 4) + "$"},
                    {"TargetUserName", service ? std::string("SYSTEM") : machine.account()},
                    {"TargetDomainName", service ? "NT AUTHORITY" : "EXAMPLE"},
                    {"TargetLogonId", id},
                    {"LogonType", service ? "5" : "3"},
                    {"IpAddress", service ? "-" : neighbour(machine, "10")},
                    {"WorkstationName", "-"},
                    {"AuthenticationPackageName", service ? "Negotiate" : "Kerberos"}});
  machine.security(now + 30000, 4634,
                   {{"TargetUserName", service ? std::string("SYSTEM") : machine.account()},
                    {"TargetLogonId", id},
                    {"LogonType", service ? "5" : "3"}});
}

void mistyped_password(Machine& machine, std::int64_t now) {
  machine.security(now, 4625,
                   {{"TargetUserName", machine.account()},
                    {"TargetDomainName", "EXAMPLE"},
                    {"Status", "0xc000006d"},
                    {"SubStatus", "0xc000006a"},
                    {"LogonType", "2"},
                    {"IpAddress", "127.0.0.1"}});
}

void protection(Machine& machine, std::int64_t now) {
  Process scanner = machine.svchost();
  scanner.image = "C:\\Program Files\\Windows Defender\\MsMpEng.exe";
  machine.open_lsass(now, scanner, machine.random().below(4) == 0 ? "0x1410" : "0x1000");
}

void administration(Machine& machine, std::int64_t now) {
  const std::string shell = "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe";
  const Process script =
      machine.start(now, machine.svchost(), shell,
                    "powershell.exe -NoProfile -File \\\\FS01.example.test\\scripts\\inventory.ps1",
                    std::string(kSystem));
  machine.start(now + 1500, script, "C:\\Windows\\System32\\whoami.exe", "whoami",
                std::string(kSystem));
  machine.start(now + 2500, script, "C:\\Windows\\System32\\schtasks.exe",
                "schtasks /query /fo csv", std::string(kSystem));
  machine.connect(now + 4000, machine.kernel(), neighbour(machine, "11"), 445, "FS01.example.test");
  machine.sysmon(now + 9000, 5, script, {});
}

void installer(Machine& machine, std::int64_t now) {
  Random& random = machine.random();
  const std::string path = machine.home() + "\\Downloads\\viewer-" +
                           std::to_string(random.between(1, 9)) + ".2-setup.exe";
  machine.sysmon(now, 11, machine.browser(), {{"TargetFilename", path}});
  machine.sysmon(
      now + 100, 15, machine.browser(),
      {{"TargetFilename", path + ":Zone.Identifier"},
       {"Contents", "[ZoneTransfer]  ZoneId=3  HostUrl=https://www.office.example/viewer"}});
  const Process setup =
      machine.start(now + 20000, machine.explorer(), path, '"' + path + '"', machine.user());
  machine.sysmon(now + 25000, 11, setup,
                 {{"TargetFilename", "C:\\Program Files\\Viewer\\viewer.exe"}});
  machine.sysmon(now + 40000, 5, setup, {});
}

}  // namespace

void add_background(Machine& machine, std::int64_t begin_ms, std::int64_t end_ms,
                    std::size_t events) {
  const std::size_t goal = machine.records().size() + events;
  while (machine.records().size() < goal) {
    const std::int64_t now = machine.random().between(begin_ms, end_ms);
    const std::uint64_t kind = machine.random().below(1000);
    if (kind < 420) {
      browse(machine, now);
    } else if (kind < 520) {
      document(machine, now);
    } else if (kind < 600) {
      update(machine, now);
    } else if (kind < 760) {
      registry(machine, now);
    } else if (kind < 900) {
      logon(machine, now);
    } else if (kind < 920) {
      mistyped_password(machine, now);
    } else if (kind < 970) {
      protection(machine, now);
    } else if (kind < 997) {
      administration(machine, now);
    } else {
      installer(machine, now);
    }
  }
}

}  // namespace interdict::simulate
