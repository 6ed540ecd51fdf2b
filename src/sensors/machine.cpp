#include "sensors/machine.hpp"

#include <chrono>

#include "json/writer.hpp"
#include "sensors/version_info.hpp"

namespace interdict::sensors {
namespace {

constexpr std::string_view kSystem = "NT AUTHORITY\\SYSTEM";

std::string padded(std::uint64_t value, std::size_t width) {
  std::string text = std::to_string(value);
  return text.size() < width ? std::string(width - text.size(), '0') + text : text;
}

std::string hex(std::uint64_t value, std::size_t width) {
  std::string text(width, '0');
  for (std::size_t i = width; i-- > 0; value >>= 4U) text[i] = "0123456789abcdef"[value & 0xFU];
  return text;
}

/// As Sysmon writes times inside of a record: a space for the T, no zone.
std::string sysmon_time(std::int64_t time_ms) {
  std::string text = iso_time(time_ms);
  text[10] = ' ';
  text.pop_back();
  return text;
}

}  // namespace

std::string iso_time(std::int64_t time_ms) {
  namespace chr = std::chrono;
  const chr::sys_time<chr::milliseconds> instant{chr::milliseconds{time_ms}};
  const auto day = chr::floor<chr::days>(instant);
  const chr::year_month_day date{day};
  const chr::hh_mm_ss clock{instant - day};
  return padded(static_cast<std::uint64_t>(static_cast<int>(date.year())), 4) + '-' +
         padded(static_cast<unsigned>(date.month()), 2) + '-' +
         padded(static_cast<unsigned>(date.day()), 2) + 'T' +
         padded(static_cast<std::uint64_t>(clock.hours().count()), 2) + ':' +
         padded(static_cast<std::uint64_t>(clock.minutes().count()), 2) + ':' +
         padded(static_cast<std::uint64_t>(clock.seconds().count()), 2) + '.' +
         padded(static_cast<std::uint64_t>(clock.subseconds().count()), 3) + 'Z';
}

Machine::Machine(std::size_t index, std::string name, std::string address, std::string account,
                 std::int64_t boot_ms, std::uint64_t seed)
    : index_(index),
      host_(std::move(name) + ".example.test"),
      address_(std::move(address)),
      account_(std::move(account)),
      random_(seed) {
  const std::string system(kSystem);
  const std::string folder = "C:\\Windows\\System32\\";
  services_ =
      make_process(boot_ms, folder + "services.exe", "C:\\Windows\\system32\\services.exe", system);
  lsass_ = make_process(boot_ms, folder + "lsass.exe", "C:\\Windows\\system32\\lsass.exe", system);
  svchost_ = make_process(boot_ms, folder + "svchost.exe",
                          "C:\\Windows\\system32\\svchost.exe -k netsvcs -p", system);
  explorer_ =
      make_process(boot_ms, "C:\\Windows\\explorer.exe", "C:\\Windows\\Explorer.EXE", user());
  kernel_ = services_;
  kernel_.guid.replace(kernel_.guid.size() - 18, 4, "0000");
  kernel_.pid = 4;
  kernel_.image = "System";
  kernel_.command_line.clear();
  const std::string chrome = "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe";
  browser_ = make_process(boot_ms, chrome, '"' + chrome + '"', user());
}

Process Machine::make_process(std::int64_t time_ms, std::string image, std::string command_line,
                              std::string user) {
  next_pid_ += static_cast<std::uint32_t>(4 * random_.between(1, 9));
  ++serial_;
  const std::string second = hex(static_cast<std::uint64_t>(time_ms / 1000), 8);
  Process process;
  process.guid = "{7a5e" + hex(index_, 4) + '-' + second.substr(4) + '-' + second.substr(0, 4) +
                 '-' + hex(serial_, 4) + "-000000001000}";
  process.pid = next_pid_;
  process.image = std::move(image);
  process.command_line = std::move(command_line);
  process.user = std::move(user);
  // The system's own session has a fixed number; everybody else gets one at sign-in.
  process.logon_id = process.user == kSystem ? "0x3e7" : "0x" + hex(0x4a300 + index_, 5);
  return process;
}

Process Machine::start(std::int64_t time_ms, const Process& parent, std::string image,
                       std::string command_line, std::string user, std::size_t step,
                       std::string hash) {
  Process child = make_process(time_ms, std::move(image), std::move(command_line), std::move(user));
  if (child.user == parent.user) child.logon_id = parent.logon_id;
  child.hash = std::move(hash);
  const bool is_system = child.user == kSystem;
  const auto version = version_info(child.image);
  const auto sha256 = child.hash.empty() ? file_hash(child.image) : child.hash;
  Fields fields = {{"FileVersion", version.file_version},
                   {"Description", version.description},
                   {"Product", version.product},
                   {"Company", version.company},
                   {"OriginalFileName", version.original_file_name},
                   {"CommandLine", child.command_line},
                   {"CurrentDirectory", is_system ? "C:\\Windows\\system32\\" : home() + "\\"},
                   {"LogonId", child.logon_id},
                   {"TerminalSessionId", is_system ? "0" : "1"},
                   {"IntegrityLevel", is_system ? "System" : "Medium"},
                   {"Hashes", "SHA256=" + sha256},
                   {"ParentProcessGuid", parent.guid},
                   {"ParentProcessId", std::to_string(parent.pid)},
                   {"ParentImage", parent.image},
                   {"ParentCommandLine", parent.command_line},
                   {"ParentUser", parent.user}};
  sysmon(time_ms, 1, child, std::move(fields), step);
  return child;
}

void Machine::sysmon(std::int64_t time_ms, int event_id, const Process& process, Fields fields,
                     std::size_t step) {
  Fields all = {{"RuleName", "-"},
                {"UtcTime", sysmon_time(time_ms + clock_offset_ms_)},
                {"ProcessGuid", process.guid},
                {"ProcessId", std::to_string(process.pid)},
                {"Image", process.image},
                {"User", process.user}};
  all.insert(all.end(), fields.begin(), fields.end());
  write(time_ms, "Microsoft-Windows-Sysmon/Operational", "Microsoft-Windows-Sysmon", event_id, all,
        step);
}

void Machine::connect(std::int64_t time_ms, const Process& process, std::string_view address,
                      std::uint32_t port, std::string_view name, std::size_t step) {
  const std::int64_t source_port = random_.between(49152, 65535);
  sysmon(time_ms, 3, process,
         {{"Protocol", "tcp"},
          {"Initiated", "true"},
          {"SourceIsIpv6", "false"},
          {"SourceIp", address_},
          {"SourceHostname", host_},
          {"SourcePort", std::to_string(source_port)},
          {"DestinationIsIpv6", "false"},
          {"DestinationIp", std::string(address)},
          {"DestinationHostname", name.empty() ? std::string("-") : std::string(name)},
          {"DestinationPort", std::to_string(port)}},
         step);
  if (network_ == nullptr) return;
  network_->tcp(time_ms, {address_, static_cast<std::uint32_t>(source_port)},
                {std::string(address), port}, name, step);
}

void Machine::open_lsass(std::int64_t time_ms, const Process& process, std::string_view access,
                         std::size_t step) {
  write(time_ms, "Microsoft-Windows-Sysmon/Operational", "Microsoft-Windows-Sysmon", 10,
        {{"RuleName", "-"},
         {"UtcTime", sysmon_time(time_ms + clock_offset_ms_)},
         {"SourceProcessGUID", process.guid},
         {"SourceProcessId", std::to_string(process.pid)},
         {"SourceImage", process.image},
         {"TargetProcessGUID", lsass_.guid},
         {"TargetProcessId", std::to_string(lsass_.pid)},
         {"TargetImage", "C:\\Windows\\system32\\lsass.exe"},
         {"GrantedAccess", std::string(access)},
         {"CallTrace",
          "C:\\Windows\\SYSTEM32\\ntdll.dll+9d4e4|C:\\Windows\\System32\\KERNELBASE.dll+2c13e|" +
              process.image + "+1a2c0"},
         {"SourceUser", process.user},
         {"TargetUser", std::string(kSystem)}},
        step);
}

void Machine::security(std::int64_t time_ms, int event_id, const Fields& fields, std::size_t step) {
  write(time_ms, "Security", "Microsoft-Windows-Security-Auditing", event_id, fields, step);
}

void Machine::service_control(std::int64_t time_ms, int event_id, const Fields& fields,
                              std::size_t step) {
  write(time_ms, "System", "Service Control Manager", event_id, fields, step);
}

void Machine::write(std::int64_t time_ms, std::string_view channel, std::string_view source,
                    int event_id, const Fields& fields, std::size_t step) {
  Record record;
  record.time_ms = time_ms + clock_offset_ms_;
  record.step = step;
  record.source = channel == "Security"                               ? Source::security
                  : channel == "Microsoft-Windows-Sysmon/Operational" ? Source::sysmon
                                                                      : Source::system;
  json::Writer json(record.text);
  json.begin_object();
  json.key("@timestamp").string(iso_time(record.time_ms));
  json.key("Hostname").string(host_);
  json.key("Channel").string(channel);
  json.key("SourceName").string(source);
  json.key("EventID").integer(event_id);
  for (const auto& [name, text] : fields) json.key(name).string(text);
  json.end_object();
  records_.push_back(std::move(record));
}

}  // namespace interdict::sensors
