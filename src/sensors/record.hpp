#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace interdict::sensors {

/// Which log a record stands in; what the knob `remove` names.
enum class Source : std::uint8_t {
  sysmon,
  security,
  system,
  zeek,
  web,
  auditd,
  syslog,
  cloudtrail,
  alerts
};

inline constexpr std::string_view kSourceNames[] = {
    "sysmon", "security", "system", "zeek", "web", "auditd", "syslog", "cloudtrail", "alerts"};

[[nodiscard]] constexpr std::string_view to_string(Source source) {
  return kSourceNames[static_cast<std::size_t>(source)];
}

/// One record of a log before it is put in order.
struct Record {
  std::int64_t time_ms = 0;  ///< since 1970-01-01T00:00:00Z, by the clock of the host that wrote it
  std::string text;          ///< without the last line feed; an auditd event has several lines
  std::size_t step = 0;      ///< 1-based number of the step of the truth; 0 = benign
  Source source = Source::sysmon;
};

/// A log under construction.
struct Log {
  std::string name;  ///< of the file, below the folder of the logs
  std::string head;  ///< what stands before the first record, whole lines
  std::vector<Record> records;
};

/// One log in memory: a file name below the folder of the logs, and its text.
struct LogFile {
  std::string name;
  std::string content;
};

}  // namespace interdict::sensors
