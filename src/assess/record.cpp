#include "assess/record.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <string>
#include <utility>

namespace interdict::assess {
namespace {

struct Range {
  std::uint32_t first;
  std::uint32_t last;
  std::string_view kind;
};

// Sysmon event ids (Microsoft Sysinternals, Sysmon documentation, "Events").
constexpr std::array kSysmon = {Range{1, 1, "process"},
                                Range{2, 2, "file"},
                                Range{3, 3, "network"},
                                Range{5, 5, "process"},
                                Range{6, 6, "driver"},
                                Range{7, 7, "module"},
                                Range{8, 8, "process-access"},
                                Range{9, 9, "file"},
                                Range{10, 10, "process-access"},
                                Range{11, 11, "file"},
                                Range{12, 14, "registry"},
                                Range{15, 15, "file"},
                                Range{19, 21, "wmi"},
                                Range{22, 22, "dns"},
                                Range{23, 23, "file"},
                                Range{25, 25, "process-access"},
                                Range{26, 29, "file"}};

// Windows security auditing (Microsoft Learn, "Advanced security audit policy settings").
constexpr std::array kSecurity = {
    Range{1102, 1102, "log-change"}, Range{4624, 4625, "logon"},     Range{4634, 4634, "logon"},
    Range{4647, 4649, "logon"},      Range{4656, 4656, "file"},      Range{4657, 4657, "registry"},
    Range{4660, 4660, "file"},       Range{4661, 4662, "directory"}, Range{4663, 4663, "file"},
    Range{4670, 4670, "file"},       Range{4672, 4672, "logon"},     Range{4673, 4674, "process"},
    Range{4688, 4689, "process"},    Range{4697, 4697, "service"},   Range{4698, 4702, "task"},
    Range{4719, 4719, "log-change"}, Range{4720, 4767, "account"},   Range{4768, 4773, "directory"},
    Range{4776, 4777, "logon"},      Range{4778, 4779, "logon"},     Range{4781, 4781, "account"},
    Range{4798, 4799, "account"},    Range{4886, 4899, "directory"}, Range{5136, 5141, "directory"},
    Range{5140, 5140, "share"},      Range{5142, 5145, "share"},     Range{5152, 5159, "network"},
    Range{6416, 6416, "removable"}};

constexpr std::array kSystem = {Range{104, 104, "log-change"}, Range{7034, 7036, "service"},
                                Range{7040, 7040, "service"}, Range{7045, 7045, "service"}};

template <std::size_t N>
void add_range(const std::array<Range, N>& ranges, std::uint32_t id,
               std::set<std::string_view>& out) {
  for (const Range& range : ranges)
    if (id >= range.first && id <= range.last) out.insert(range.kind);
}

struct Prefix {
  std::string_view kind;  ///< the log source's kind starts so
  std::string_view record;
};

constexpr std::array kPrefixes = {
    Prefix{"windows/powershell", "script"},
    Prefix{"windows/windefend", "antivirus"},
    Prefix{"windows/windefend", "file"},
    Prefix{"windows/applocker", "process"},
    Prefix{"windows/codeintegrity", "module"},
    Prefix{"windows/taskscheduler", "task"},
    Prefix{"windows/wmi", "wmi"},
    Prefix{"windows/bits", "web"},
    Prefix{"windows/bits", "network"},
    Prefix{"windows/terminalservices", "logon"},
    Prefix{"windows/dns", "dns"},
    Prefix{"windows/driver", "driver"},
    Prefix{"windows/smbclient", "share"},
    Prefix{"windows/ntlm", "logon"},
    Prefix{"linux/auditd/execve", "process"},
    Prefix{"linux/auditd/syscall", "process"},
    Prefix{"linux/auditd/proctitle", "process"},
    Prefix{"linux/auditd/path", "file"},
    Prefix{"linux/auditd/user", "logon"},
    Prefix{"linux/auditd/cred", "logon"},
    Prefix{"linux/auditd/add_user", "account"},
    Prefix{"linux/auditd/config_change", "log-change"},
    Prefix{"linux/sshd", "logon"},
    Prefix{"linux/auth", "logon"},
    Prefix{"linux/sudo", "process"},
    Prefix{"linux/cron", "task"},
    Prefix{"linux/sysmon", "process"},
    Prefix{"linux/file_event", "file"},
    Prefix{"zeek/conn", "network"},
    Prefix{"zeek/dns", "dns"},
    Prefix{"zeek/http", "web"},
    Prefix{"zeek/ssl", "network"},
    Prefix{"zeek/x509", "network"},
    Prefix{"zeek/ssh", "network"},
    Prefix{"zeek/ssh", "logon"},
    Prefix{"zeek/rdp", "network"},
    Prefix{"zeek/rdp", "logon"},
    Prefix{"zeek/smb", "share"},
    Prefix{"zeek/dce_rpc", "network"},
    Prefix{"zeek/kerberos", "directory"},
    Prefix{"zeek/ntlm", "logon"},
    Prefix{"zeek/smtp", "mail"},
    Prefix{"zeek/files", "file"},
    Prefix{"zeek/notice", "ids"},
    Prefix{"suricata/", "ids"},
    Prefix{"suricata/eve/dns", "dns"},
    Prefix{"suricata/eve/http", "web"},
    Prefix{"suricata/eve/flow", "network"},
    Prefix{"suricata/eve/tls", "network"},
    Prefix{"suricata/eve/alert", "network"},
    Prefix{"suricata/eve/smtp", "mail"},
    Prefix{"firewall", "network"},
    Prefix{"proxy", "web"},
    Prefix{"webserver", "web"},
    Prefix{"apache", "web"},
    Prefix{"nginx", "web"},
    Prefix{"windows/iis", "web"},
    Prefix{"antivirus", "antivirus"},
    Prefix{"aws/", "cloud-audit"},
    Prefix{"azure/", "cloud-audit"},
    Prefix{"azure/signinlogs", "logon"},
    Prefix{"gcp/", "cloud-audit"},
    Prefix{"okta/", "cloud-audit"},
    Prefix{"okta/", "logon"},
    Prefix{"m365/", "cloud-audit"},
    Prefix{"m365/exchange", "mailbox"},
    Prefix{"github/", "cloud-audit"},
    Prefix{"kubernetes/", "container"},
};

std::string lower_base_name(std::string_view path) {
  const std::size_t cut = path.find_last_of("\\/");
  if (cut != std::string_view::npos) path.remove_prefix(cut + 1);
  std::string out;
  for (const char c : path) out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

// Programs that exist to run what a user or a document hands them.
constexpr std::string_view kScriptHosts[] = {
    "powershell.exe", "powershell_ise.exe", "pwsh.exe",    "wscript.exe",  "cscript.exe",
    "mshta.exe",      "winword.exe",        "excel.exe",   "powerpnt.exe", "outlook.exe",
    "msaccess.exe",   "mspub.exe",          "onenote.exe", "eqnedt32.exe"};
constexpr std::string_view kBrowsers[] = {"chrome.exe", "msedge.exe", "firefox.exe", "iexplore.exe",
                                          "opera.exe",  "brave.exe",  "chrome",      "firefox"};

void refine_process(const finding::Detection& detection, std::set<std::string_view>& out) {
  for (const auto& [name, value] : detection.fields) {
    if (name != "Image" && name != "ParentImage" && name != "NewProcessName" &&
        name != "ParentProcessName" && name != "exe")
      continue;
    const std::string base = lower_base_name(value.text);
    if (std::ranges::find(kScriptHosts, base) != std::end(kScriptHosts)) out.insert("script-host");
    if (std::ranges::find(kBrowsers, base) != std::end(kBrowsers)) out.insert("process-browser");
  }
}

void add_entities(const finding::Detection& detection, std::set<std::string_view>& out) {
  const bool nothing_known = out.empty();
  for (const EntityRef& entity : detection.entities) {
    switch (entity.type) {
      case EntityType::flow:
        out.insert("network");
        break;
      case EntityType::url:
        out.insert("web");
        break;
      case EntityType::domain:
        out.insert("dns");
        break;
      case EntityType::email:
        out.insert("mail");
        break;
      case EntityType::service:
        out.insert("service");
        break;
      case EntityType::task:
        out.insert("task");
        break;
      case EntityType::process:
        if (nothing_known) out.insert("process");
        break;
      case EntityType::file:
        if (nothing_known) out.insert("file");
        break;
      case EntityType::ip:
        if (nothing_known) out.insert("network");
        break;
      case EntityType::registry:
        if (nothing_known) out.insert("registry");
        break;
      case EntityType::host:
      case EntityType::user:
      case EntityType::session:
      case EntityType::image:
      case EntityType::resource:
        break;
    }
  }
}

}  // namespace

bool is_record_kind(std::string_view word) {
  return std::ranges::find(kRecordKinds, word) != std::end(kRecordKinds);
}

std::set<std::string_view> record_kinds(const finding::Detection& detection) {
  std::set<std::string_view> out;
  const std::string_view kind = detection.evidence.log_source;
  const std::size_t slash = kind.rfind('/');
  std::uint32_t id = 0;
  if (slash != std::string_view::npos) {
    const std::string_view tail = kind.substr(slash + 1);
    std::from_chars(tail.data(), tail.data() + tail.size(), id);
    if (kind.starts_with("windows/sysmon/")) add_range(kSysmon, id, out);
    if (kind.starts_with("windows/security/")) add_range(kSecurity, id, out);
    if (kind.starts_with("windows/system/")) add_range(kSystem, id, out);
  }
  for (const Prefix& prefix : kPrefixes)
    if (kind.starts_with(prefix.kind)) out.insert(prefix.record);
  add_entities(detection, out);
  if (out.contains("process") || out.contains("network") || out.contains("module") ||
      out.contains("file"))
    refine_process(detection, out);
  return out;
}

}  // namespace interdict::assess
