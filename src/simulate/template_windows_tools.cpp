#include "simulate/template_windows.hpp"

namespace interdict::simulate::windows {
namespace {

/// A command as the help text of the tool itself shows it.
struct Tool {
  std::string_view technique;
  std::string_view image;  ///< below System32
  std::string_view line;
};

constexpr std::string_view kShell = "WindowsPowerShell\\v1.0\\powershell.exe";

/// Several rows of one technique are run one after the other. Sorted by technique.
constexpr Tool kTools[] = {
    {"T1005", "cmd.exe", "cmd.exe /c dir /s C:\\Users"},
    {"T1007", "sc.exe", "sc query"},
    {"T1012", "reg.exe", "reg query HKLM\\SOFTWARE\\Placeholder"},
    {"T1016", "ipconfig.exe", "ipconfig /all"},
    {"T1016", "ARP.EXE", "arp -a"},
    {"T1018", "net.exe", "net view /domain"},
    {"T1018", "nltest.exe", "nltest /dclist:example.test"},
    {"T1033", "whoami.exe", "whoami /all"},
    {"T1039", "Robocopy.exe", "robocopy \\\\FS01.example.test\\projects C:\\Users\\Public\\w /s"},
    {"T1049", "NETSTAT.EXE", "netstat -ano"},
    {"T1057", "tasklist.exe", "tasklist /v"},
    {"T1059", "cmd.exe", "cmd.exe /c echo placeholder"},
    {"T1059.001", kShell, "powershell.exe -NoProfile -File C:\\Users\\Public\\placeholder.ps1"},
    {"T1059.003", "cmd.exe", "cmd.exe /c C:\\Users\\Public\\placeholder.bat"},
    {"T1059.005", "wscript.exe", "wscript.exe C:\\Users\\Public\\placeholder.vbs"},
    {"T1059.007", "wscript.exe", "wscript.exe C:\\Users\\Public\\placeholder.js"},
    {"T1069", "net.exe", "net localgroup administrators"},
    {"T1069.002", "net.exe", "net group \"Domain Admins\" /domain"},
    {"T1074", "Robocopy.exe", "robocopy C:\\Users\\Public\\w C:\\ProgramData\\w /mir"},
    {"T1082", "systeminfo.exe", "systeminfo"},
    {"T1083", "cmd.exe", "cmd.exe /c dir /s /b C:\\Users"},
    {"T1087", "net.exe", "net user"},
    {"T1087.002", "net.exe", "net user /domain"},
    {"T1119", "Robocopy.exe", "robocopy C:\\Users C:\\ProgramData\\w *.docx /s"},
    {"T1120", "wbem\\WMIC.exe", "wmic logicaldisk get name"},
    {"T1135", "net.exe", "net view \\\\FS01.example.test"},
    {"T1140", "certutil.exe", "certutil -decode placeholder.txt placeholder.bin"},
    {"T1218", "rundll32.exe", "rundll32.exe C:\\Users\\Public\\placeholder.dll,Entry"},
    {"T1218.010", "regsvr32.exe", "regsvr32.exe /s C:\\Users\\Public\\placeholder.dll"},
    {"T1222", "icacls.exe", "icacls C:\\Users\\Public\\w"},
    {"T1482", "nltest.exe", "nltest /domain_trusts"},
    {"T1489", "net.exe", "net stop placeholder"},
    {"T1490", "vssadmin.exe", "vssadmin list shadows"},
    {"T1497", "wbem\\WMIC.exe", "wmic computersystem get model"},
    {"T1518", "wbem\\WMIC.exe", "wmic product get name"},
    {"T1529", "shutdown.exe", "shutdown /r /t 60"},
    {"T1552", "findstr.exe", "findstr /s /i password C:\\Users\\Public\\*.txt"},
    {"T1553.004", "certutil.exe", "certutil -addstore root placeholder.cer"},
    {"T1555", "cmdkey.exe", "cmdkey /list"},
    {"T1562.004", "netsh.exe", "netsh advfirewall show allprofiles"},
    {"T1569", "sc.exe", "sc start placeholder"},
    {"T1614", "cmd.exe", "cmd.exe /c chcp"},
    {"T1615", "gpresult.exe", "gpresult /r"}};

}  // namespace

void tool(Scene& scene) {
  constexpr std::int64_t kDelay = 2000;
  const auto run_all = [&](std::string_view technique) {
    bool any = false;
    for (const Tool& row : kTools) {
      if (row.technique != technique) continue;
      run(scene, row.image, std::string(row.line), kDelay);
      scene.now_ms += 6000;
      any = true;
    }
    return any;
  };
  if (!run_all(scene.technique)) run_all(scene.technique.substr(0, 5));
}

}  // namespace interdict::simulate::windows
