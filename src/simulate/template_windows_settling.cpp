#include "simulate/template_windows.hpp"

namespace interdict::simulate::windows {

void client_exploit(Scene& scene) {
  Machine& machine = scene.machine();
  const std::string word = "C:\\Program Files\\Microsoft Office\\root\\Office16\\WINWORD.EXE";
  const Process reader = machine.start(
      scene.now_ms - 30 * kSecondMs, machine.explorer(), word,
      '"' + word + "\" /n \"" + machine.home() + "\\Downloads\\placeholder.docx\"", machine.user());
  const Process shell = machine.start(scene.now_ms, reader, "C:\\Windows\\System32\\cmd.exe",
                                      "cmd.exe /c echo placeholder", machine.user(), scene.step);
  scene.user = machine.user();
  scene.foothold() = {shell, {}, {}, scene.now_ms, scene.user};
}

void masquerade(Scene& scene) {
  const Process process = hands(scene);
  const std::string path = "C:\\Users\\Public\\svchost.exe";
  scene.machine().sysmon(scene.now_ms, 11, process, {{"TargetFilename", path}}, scene.step);
  scene.machine().start(scene.now_ms + 3000, process, path, path, process.user, scene.step,
                        scene.cast.hash);
}

void side_load(Scene& scene) {
  const Process process = hands(scene);
  const std::string folder = "C:\\ProgramData\\" + scene.cast.implant + '\\';
  scene.machine().sysmon(scene.now_ms, 11, process, {{"TargetFilename", folder + "version.dll"}},
                         scene.step);
  const Process host =
      scene.machine().start(scene.now_ms + 4000, process, folder + "viewer.exe",
                            '"' + folder + "viewer.exe\"", process.user, scene.step);
  scene.machine().sysmon(scene.now_ms + 4100, 7, host,
                         {{"ImageLoaded", folder + "version.dll"},
                          {"Hashes", "SHA256=" + scene.cast.hash},
                          {"Signed", "false"},
                          {"SignatureStatus", "Unavailable"}},
                         scene.step);
  scene.cast.indicators.insert({"file", scene.cast.hash});
}

void new_credentials(Scene& scene) {
  const Process process = hands(scene);
  scene.machine().security(
      scene.now_ms, 4624,
      {{"SubjectUserName", process.user.substr(process.user.find('\\') + 1)},
       {"TargetUserName", process.user.substr(process.user.find('\\') + 1)},
       {"TargetOutboundUserName", scene.cast.account},
       {"TargetLogonId", "0x" + std::to_string(scene.random.between(1'000'000, 9'999'999))},
       {"LogonType", "9"},
       {"LogonProcessName", "seclogo"},
       {"AuthenticationPackageName", "Negotiate"},
       {"IpAddress", "::1"}},
      scene.step);
}

void change_policy(Scene& scene) {
  Machine& dc = *scene.site.at("dc").windows;
  const std::string id = sign_in_at_controller(scene);
  dc.security(scene.now_ms, 5136,
              {{"SubjectUserName", scene.cast.account},
               {"SubjectDomainName", "EXAMPLE"},
               {"SubjectLogonId", id},
               {"ObjectDN", "CN={placeholder},CN=Policies,CN=System,DC=example,DC=test"},
               {"ObjectClass", "groupPolicyContainer"},
               {"AttributeLDAPDisplayName", "versionNumber"},
               {"AttributeValue", "7"},
               {"OperationType", "%%14674"}},  // value added
              scene.step);
}

void deface(Scene& scene) {
  scene.machine().sysmon(scene.now_ms, 11, hands(scene),
                         {{"TargetFilename", "C:\\inetpub\\wwwroot\\index.html"}}, scene.step);
}

}  // namespace interdict::simulate::windows
