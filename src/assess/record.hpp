#pragma once

#include <set>
#include <span>
#include <string_view>

#include "finding/detection.hpp"

namespace interdict::assess {

/// The kinds of record that controls act on: the words of `mechanism` in the catalogue.
inline constexpr std::string_view kRecordKinds[] = {"account",
                                                    "antivirus",
                                                    "boot",
                                                    "cloud-audit",
                                                    "container",
                                                    "directory",
                                                    "dns",
                                                    "driver",
                                                    "file",
                                                    "ids",
                                                    "log-change",
                                                    "logon",
                                                    "mail",
                                                    "mailbox",
                                                    "module",
                                                    "network",
                                                    "process",
                                                    "process-access",
                                                    "process-browser",
                                                    "registry",
                                                    "remote-access",
                                                    "removable",
                                                    "script",
                                                    "script-host",
                                                    "service",
                                                    "share",
                                                    "task",
                                                    "web",
                                                    "wmi"};
[[nodiscard]] bool is_record_kind(std::string_view word);

/// What kinds of record a detection stands on: from the log source's kind, refined by the program
/// that a process record names (an interpreter or an office program is a `script-host`, a browser
/// `process-browser`) and by addresses in the record (`network`, `dns`, `web`, `mail`). Views of
/// static text. A log source that is not known gives what its entities say.
[[nodiscard]] std::set<std::string_view> record_kinds(const finding::Detection& detection);

}  // namespace interdict::assess
