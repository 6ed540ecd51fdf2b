#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sensors/record.hpp"

namespace interdict::simulate {

using sensors::LogFile;

/// Synthetic logs and what really happened in them.
///
/// `truth` is JSON: `seed`, `hosts`, and `intrusions`, each with `root` (number of its first step)
/// and `steps`: `step` (1-based, in the order of time), `stage`, `technique`, `host`, `time`,
/// `what`, `caused_by` (a step, or null for the root) and `records`, each a `file` and a 1-based
/// `line`.
struct DemoLogs {
  std::vector<LogFile> logs;  ///< one a host, by name; lines in the order of time
  std::string truth;
};

/// An invented intrusion on Windows hosts from the lure to the theft of data, over about four
/// hours, on a background of several thousand records of ordinary work (Sysmon, Security and System
/// logs). The same seed gives the same bytes on every machine. O(records · log records), about 5
/// MB.
///
/// It writes records only: nothing in it runs, and nothing in it is a working tool.
[[nodiscard]] DemoLogs make_demo(std::uint64_t seed);

}  // namespace interdict::simulate
