#include "sensors/version_info.hpp"

#include "base/hash.hpp"

namespace interdict::sensors {
namespace {

/// Programs whose original name is not just the file's (their version resources).
struct OriginalName {
  std::string_view file;  ///< lower-case
  std::string_view original;
};
constexpr OriginalName kOriginalNames[] = {
    {"cmd.exe", "Cmd.Exe"},           {"powershell.exe", "PowerShell.EXE"},
    {"rundll32.exe", "RUNDLL32.EXE"}, {"regsvr32.exe", "REGSVR32.EXE"},
    {"certutil.exe", "CertUtil.exe"}, {"mshta.exe", "MSHTA.EXE"},
    {"nltest.exe", "nltestrk.exe"},   {"systeminfo.exe", "sysinfo.exe"},
    {"arp.exe", "arp.exe"},           {"netstat.exe", "netstat.exe"},
    {"vssadmin.exe", "VSSADMIN.EXE"}, {"wbadmin.exe", "WBADMIN.EXE"},
    {"gpresult.exe", "gprslt.exe"},   {"findstr.exe", "FINDSTR.EXE"},
    {"icacls.exe", "iCACLS.EXE"},     {"explorer.exe", "EXPLORER.EXE"},
    {"conhost.exe", "CONHOST.EXE"},   {"winword.exe", "WinWord.exe"},
    {"excel.exe", "Excel.exe"},       {"outlook.exe", "Outlook.exe"},
    {"wmiprvse.exe", "Wmiprvse.exe"}, {"robocopy.exe", "robocopy.exe"},
    {"shutdown.exe", "SHUTDOWN.EXE"},
};

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::string original_name(std::string_view file) {
  auto name = lower(file);
  for (const auto& row : kOriginalNames) {
    if (row.file == name) return std::string(row.original);
  }
  return name;
}

}  // namespace

VersionInfo version_info(std::string_view image) {
  const auto path = lower(image);
  const auto slash = image.rfind('\\');
  const auto file = slash == std::string_view::npos ? image : image.substr(slash + 1);
  if (path.starts_with("c:\\windows\\system32\\") || path.starts_with("c:\\windows\\syswow64\\") ||
      path == "c:\\windows\\explorer.exe") {
    return {"10.0.19041.1 (WinBuild.160101.0800)", std::string(file),
            "Microsoft\u00ae Windows\u00ae Operating System", "Microsoft Corporation",
            original_name(file)};
  }
  constexpr std::string_view kPrograms = "c:\\program files";
  if (path.starts_with(kPrograms)) {
    // `C:\Program Files\Vendor\…`: the folder's name stands for the vendor.
    const auto begin = path.find('\\', kPrograms.size());
    const auto end = path.find('\\', begin + 1);
    const std::string vendor(image.substr(begin + 1, end - begin - 1));
    return {"1.0.0.0", std::string(file), vendor, vendor, original_name(file)};
  }
  return {"-", "-", "-", "-", "-"};
}

std::string file_hash(std::string_view image) {
  constexpr std::string_view kUsers = "c:\\users\\";
  auto path = lower(image);
  if (path.starts_with(kUsers)) path.erase(0, path.find('\\', kUsers.size()));
  std::string out;
  for (std::uint64_t part = 0; part < 4; ++part) {
    out += hex64(hash64(path + std::to_string(part)));
  }
  return out;
}

}  // namespace interdict::sensors
