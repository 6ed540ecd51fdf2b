#include "simulate/template_windows.hpp"

#include <algorithm>

namespace interdict::simulate::windows {
namespace {

constexpr std::string_view kSystem = "NT AUTHORITY\\SYSTEM";

std::string implant_path(const Scene& scene) {
  const std::string& name = scene.cast.implant;
  return scene.machine().home() + "\\AppData\\Roaming\\" + name + '\\' + name + ".exe";
}

std::string zone(const Scene& scene, std::string_view url_path) {
  return "[ZoneTransfer]  ZoneId=3  HostUrl=http://" + scene.cast.domain + std::string(url_path);
}

std::string lure_path(const Scene& scene) {
  return scene.machine().home() + "\\Downloads\\" + scene.cast.lure;
}

void know_server(Scene& scene) {
  scene.cast.indicators.insert({"ipv4-addr", scene.cast.server});
  scene.cast.indicators.insert({"domain-name", scene.cast.domain});
}

/// A name that is asked for, and the answer.
void look_up(Scene& scene, std::int64_t now, const Process& process) {
  scene.machine().sysmon(now, 22, process,
                         {{"QueryName", scene.cast.domain},
                          {"QueryStatus", scene.blocked ? "9003" : "0"},  // no such name
                          {"QueryResults", scene.blocked ? "-" : scene.cast.server + ";"}},
                         scene.step);
}

void hold(Scene& scene, Process process) {
  Foothold& foothold = scene.foothold();
  foothold.user = process.user;
  foothold.process = std::move(process);
  foothold.last_ms = scene.now_ms;
  scene.user = foothold.user;
}

void download(Scene& scene, std::string_view url_path) {
  Machine& machine = scene.machine();
  know_server(scene);
  scene.user = machine.user();
  look_up(scene, scene.now_ms, machine.browser());
  if (scene.blocked) return;
  machine.connect(scene.now_ms + 200, machine.browser(), scene.cast.server, 80, scene.cast.domain,
                  scene.step);
  machine.sysmon(scene.now_ms + 900, 11, machine.browser(), {{"TargetFilename", lure_path(scene)}},
                 scene.step);
  machine.sysmon(scene.now_ms + 1000, 15, machine.browser(),
                 {{"TargetFilename", lure_path(scene) + ":Zone.Identifier"},
                  {"Contents", zone(scene, url_path)}},
                 scene.step);
}

}  // namespace

Process hands(Scene& scene) {
  Machine& machine = scene.machine();
  Foothold& foothold = scene.foothold();
  if (foothold.process.guid.empty()) {
    foothold.process = machine.explorer();
    foothold.user = machine.user();
  } else if (!foothold.persistence.empty() && scene.now_ms - foothold.last_ms > 12 * kHourMs) {
    const bool by_user = foothold.persistence == "run";
    const Process& parent = by_user                          ? machine.explorer()
                            : foothold.persistence == "task" ? machine.svchost()
                                                             : machine.services();
    const std::string path = implant_path(scene);
    foothold.process =
        machine.start(scene.now_ms - kMinuteMs, parent, path, '"' + path + '"',
                      by_user ? machine.user() : foothold.user, scene.step, scene.cast.hash);
    machine.connect(scene.now_ms - kMinuteMs + 3000, foothold.process, scene.cast.server, 443,
                    scene.cast.domain, scene.step);
    foothold.restarted_ms = scene.now_ms;
  }
  foothold.last_ms = scene.now_ms;
  scene.user = foothold.user;
  return foothold.process;
}

Process run(Scene& scene, std::string_view image, std::string line, std::int64_t delay_ms) {
  const Process parent = hands(scene);
  const bool whole = image.find(':') != std::string_view::npos;
  const std::string path = (whole ? "" : "C:\\Windows\\System32\\") + std::string(image);
  Process shell = parent;
  if (parent.image.find("cmd.exe") == std::string::npos) {
    shell = scene.machine().start(scene.now_ms, parent, "C:\\Windows\\System32\\cmd.exe",
                                  "cmd.exe /c " + line, parent.user, scene.step);
  }
  return scene.machine().start(scene.now_ms + delay_ms, shell, path, std::move(line), shell.user,
                               scene.step);
}

void lure_by_link(Scene& scene) {
  download(scene, "/files/" + scene.cast.lure);
}

void lure_by_attachment(Scene& scene) {
  Machine& machine = scene.machine();
  scene.user = machine.user();
  const std::string outlook = "C:\\Program Files\\Microsoft Office\\root\\Office16\\OUTLOOK.EXE";
  const Process mail = machine.start(scene.now_ms - 20 * kMinuteMs, machine.explorer(), outlook,
                                     '"' + outlook + '"', machine.user());
  machine.sysmon(scene.now_ms, 11, mail, {{"TargetFilename", lure_path(scene)}}, scene.step);
  machine.sysmon(scene.now_ms + 200, 15, mail,
                 {{"TargetFilename", lure_path(scene) + ":Zone.Identifier"},
                  {"Contents", "[ZoneTransfer]  ZoneId=3"}},
                 scene.step);
}

void drive_by(Scene& scene) {
  download(scene, "/player/update");
}

void removable_media(Scene& scene) {
  Machine& machine = scene.machine();
  scene.user = machine.user();
  machine.security(scene.now_ms, 6416,
                   {{"SubjectUserName", machine.host().substr(0, 4) + "$"},
                    {"DeviceId", "USBSTOR\\Disk&Ven_Example&Prod_Stick"},
                    {"ClassName", "DiskDrive"}},
                   scene.step);
  const std::string path = "E:\\" + scene.cast.lure;
  hold(scene, machine.start(scene.now_ms + 40 * kSecondMs, machine.explorer(), path,
                            '"' + path + '"', machine.user(), scene.step, scene.cast.hash));
  scene.cast.indicators.insert({"file", scene.cast.hash});
}

void supply_chain(Scene& scene) {
  Machine& machine = scene.machine();
  const std::string updater = "C:\\Program Files\\Planner\\updater.exe";
  const Process process =
      machine.start(scene.now_ms, machine.services(), updater, '"' + updater + "\" /silent",
                    std::string(kSystem), scene.step);
  machine.connect(scene.now_ms + 800, process, "198.51.100.80", 443, "updates.planner.example",
                  scene.step);
  const std::string path = "C:\\Program Files\\Planner\\planner-core.exe";
  machine.sysmon(scene.now_ms + 4000, 11, process, {{"TargetFilename", path}}, scene.step);
  hold(scene, machine.start(scene.now_ms + 9000, process, path, '"' + path + '"',
                            std::string(kSystem), scene.step, scene.cast.hash));
  scene.cast.indicators.insert({"file", scene.cast.hash});
}

void exposed_service(Scene& scene) {
  Machine& machine = scene.machine();
  const std::string worker = "C:\\Windows\\System32\\inetsrv\\w3wp.exe";
  const Process service =
      machine.start(scene.now_ms - 10 * kMinuteMs, machine.svchost(), worker,
                    "w3wp.exe -ap \"PortalAppPool\"", "IIS APPPOOL\\PortalAppPool");
  hold(scene, machine.start(scene.now_ms + 300, service, "C:\\Windows\\System32\\cmd.exe",
                            "cmd.exe /c echo placeholder", service.user, scene.step));
  scene.cast.indicators.insert({"ipv4-addr", scene.cast.server});
}

void valid_account(Scene& scene) {
  Machine& machine = scene.machine();
  scene.user = machine.user();
  const std::string id = "0x" + std::to_string(scene.random.between(1'000'000, 9'999'999));
  machine.security(scene.now_ms, scene.blocked ? 4625 : 4624,
                   {{"SubjectUserName", machine.host().substr(0, 4) + "$"},
                    {"TargetUserName", machine.account()},
                    {"TargetDomainName", "EXAMPLE"},
                    {"TargetLogonId", id},
                    {"LogonType", "10"},
                    {"IpAddress", scene.cast.server},
                    {"WorkstationName", "-"},
                    {"AuthenticationPackageName", "Negotiate"}},
                   scene.step);
  scene.cast.indicators.insert({"ipv4-addr", scene.cast.server});
  if (scene.blocked) return;
  Process shell = machine.explorer();
  shell.logon_id = id;
  hold(scene, machine.start(scene.now_ms + 25 * kSecondMs, shell, "C:\\Windows\\System32\\cmd.exe",
                            "cmd.exe", machine.user(), scene.step));
}

void guess_passwords(Scene& scene) {
  Machine& machine = scene.machine();
  const bool inside = scene.from != scene.host;
  const std::string source = inside ? scene.site.hosts[scene.from].address : scene.cast.server;
  if (!inside) scene.cast.indicators.insert({"ipv4-addr", source});
  for (int i = 0; i < 40; ++i) {
    machine.security(scene.now_ms + std::int64_t{i} * 700, 4625,
                     {{"TargetUserName", i % 2 == 0 ? machine.account() : "administrator"},
                      {"TargetDomainName", "EXAMPLE"},
                      {"Status", "0xc000006d"},
                      {"SubStatus", "0xc000006a"},
                      {"LogonType", "3"},
                      {"IpAddress", source}},
                     scene.step);
  }
}

void user_execution(Scene& scene) {
  Machine& machine = scene.machine();
  scene.user = machine.user();
  const std::string path = lure_path(scene);
  if (scene.blocked) {
    machine.other(scene.now_ms, "Microsoft-Windows-AppLocker/EXE and DLL",
                  "Microsoft-Windows-AppLocker", 8004,
                  {{"PolicyName", "EXE"}, {"TargetUser", machine.user()}, {"FilePath", path}},
                  scene.step);
    return;
  }
  hold(scene, machine.start(scene.now_ms, machine.explorer(), path, '"' + path + '"',
                            machine.user(), scene.step, scene.cast.hash));
  scene.cast.indicators.insert({"file", scene.cast.hash});
}

void beacon(Scene& scene) {
  Machine& machine = scene.machine();
  const Process process = hands(scene);
  know_server(scene);
  look_up(scene, scene.now_ms, process);
  if (scene.blocked) return;
  machine.connect(scene.now_ms + 300, process, scene.cast.server, 443, scene.cast.domain,
                  scene.step);
  constexpr std::int64_t kMost = 300;  // beacons of one step
  const std::int64_t pause = std::max(2 * kMinuteMs, (scene.cast.end_ms - scene.now_ms) / kMost);
  for (std::int64_t now = scene.now_ms + pause; now < scene.cast.end_ms;
       now += pause + scene.random.between(-6000, 6000)) {
    machine.connect(now, process, scene.cast.server, 443, scene.cast.domain, scene.step);
  }
}

void fetch_tool(Scene& scene) {
  Machine& machine = scene.machine();
  const Process process = hands(scene);
  know_server(scene);
  machine.connect(scene.now_ms, process, scene.cast.server, 443, scene.cast.domain, scene.step);
  machine.sysmon(scene.now_ms + 2000, 11, process,
                 {{"TargetFilename", machine.home() + "\\AppData\\Local\\Temp\\tool-" +
                                         std::to_string(scene.random.between(1, 99)) + ".bin"}},
                 scene.step);
}

void run_key(Scene& scene) {
  Machine& machine = scene.machine();
  const Process process = hands(scene);
  const std::string path = implant_path(scene);
  machine.sysmon(scene.now_ms, 11, process, {{"TargetFilename", path}}, scene.step);
  machine.sysmon(scene.now_ms + 400, 13, process,
                 {{"EventType", "SetValue"},
                  {"TargetObject",
                   "HKU\\S-1-5-21-1000-2000-3000-1107\\Software\\Microsoft\\Windows\\"
                   "CurrentVersion\\Run\\" +
                       scene.cast.implant},
                  {"Details", path}},
                 scene.step);
  scene.foothold().persistence = "run";
}

void scheduled_task(Scene& scene) {
  Machine& machine = scene.machine();
  const std::string path = implant_path(scene);
  run(scene, "schtasks.exe",
      "schtasks /create /sc minute /mo 30 /tn " + scene.cast.implant + " /tr " + path);
  machine.security(scene.now_ms + 2500, 4698,
                   {{"SubjectUserName", machine.account()},
                    {"SubjectDomainName", "EXAMPLE"},
                    {"SubjectLogonId", scene.foothold().process.logon_id},
                    {"TaskName", "\\" + scene.cast.implant},
                    {"TaskContent", "<Exec><Command>" + path + "</Command></Exec>"}},
                   scene.step);
  scene.foothold().persistence = "task";
}

void service(Scene& scene) {
  const std::string path = implant_path(scene);
  run(scene, "sc.exe", "sc create " + scene.cast.implant + " binPath= " + path);
  scene.machine().service_control(scene.now_ms + 2500, 7045,
                                  {{"ServiceName", scene.cast.implant},
                                   {"ImagePath", path},
                                   {"ServiceType", "user mode service"},
                                   {"StartType", "auto start"},
                                   {"AccountName", "LocalSystem"}},
                                  scene.step);
  scene.foothold().persistence = "service";
}

void web_shell(Scene& scene) {
  const Process process = hands(scene);
  scene.machine().sysmon(scene.now_ms, 11, process,
                         {{"TargetFilename", "C:\\inetpub\\wwwroot\\portal\\placeholder.aspx"}},
                         scene.step);
}

void inject(Scene& scene) {
  Machine& machine = scene.machine();
  const Process process = hands(scene);
  machine.sysmon(scene.now_ms, 8, process,
                 {{"SourceProcessGuid", process.guid},
                  {"SourceProcessId", std::to_string(process.pid)},
                  {"SourceImage", process.image},
                  {"TargetProcessGuid", machine.explorer().guid},
                  {"TargetProcessId", std::to_string(machine.explorer().pid)},
                  {"TargetImage", machine.explorer().image},
                  {"StartAddress", "0x00000000001A0000"},
                  {"StartModule", "-"}},
                 scene.step);
  hold(scene, machine.explorer());
}

void registry_value(Scene& scene) {
  const Process process = hands(scene);
  scene.machine().sysmon(scene.now_ms, 13, process,
                         {{"EventType", "SetValue"},
                          {"TargetObject", "HKLM\\SOFTWARE\\" + scene.cast.implant + "\\Settings"},
                          {"Details", "DWORD (0x00000001)"}},
                         scene.step);
}

void disable_protection(Scene& scene) {
  const Process process = hands(scene);
  scene.machine().sysmon(
      scene.now_ms, 13, process,
      {{"EventType", "SetValue"},
       {"TargetObject",
        "HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows Defender\\DisableAntiSpyware"},
       {"Details", "DWORD (0x00000001)"}},
      scene.step);
}

void clear_log(Scene& scene) {
  const Process process = hands(scene);
  scene.machine().security(scene.now_ms, 1102,
                           {{"SubjectUserName", process.user.substr(process.user.find('\\') + 1)},
                            {"SubjectDomainName", "EXAMPLE"},
                            {"SubjectLogonId", process.logon_id}},
                           scene.step);
}

void delete_file(Scene& scene) {
  const Process process = hands(scene);
  scene.machine().sysmon(scene.now_ms, 23, process,
                         {{"TargetFilename", lure_path(scene)}, {"IsExecutable", "true"}},
                         scene.step);
}

void create_account(Scene& scene) {
  run(scene, "net.exe", "net user placeholder /add");
  scene.machine().security(scene.now_ms + 2500, 4720,
                           {{"TargetUserName", "placeholder"},
                            {"TargetDomainName", "EXAMPLE"},
                            {"SubjectUserName", scene.machine().account()},
                            {"SubjectLogonId", scene.foothold().process.logon_id}},
                           scene.step);
}

void change_group(Scene& scene) {
  run(scene, "net.exe", "net localgroup administrators placeholder /add");
  scene.machine().security(scene.now_ms + 2500, 4732,
                           {{"MemberName", "placeholder"},
                            {"TargetUserName", "Administrators"},
                            {"TargetDomainName", "Builtin"},
                            {"SubjectUserName", scene.machine().account()},
                            {"SubjectLogonId", scene.foothold().process.logon_id}},
                           scene.step);
}

void remote_access_tool(Scene& scene) {
  Machine& machine = scene.machine();
  const Process parent = hands(scene);
  const std::string path = machine.home() + "\\Downloads\\remote-help.exe";
  machine.sysmon(scene.now_ms, 11, parent, {{"TargetFilename", path}}, scene.step);
  const Process agent = machine.start(scene.now_ms + 5000, parent, path, '"' + path + "\" --start",
                                      parent.user, scene.step);
  machine.connect(scene.now_ms + 7000, agent, "198.51.100.90", 443, "relay.remote-help.example",
                  scene.step);
}

}  // namespace interdict::simulate::windows
