#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "simulate/site.hpp"

namespace interdict::simulate {

/// What an intruder holds on one host.
struct Foothold {
  Process process;          ///< on Windows: what runs the next command
  std::string persistence;  ///< "", `run`, `task` or `service`
  Shell shell;              ///< the same on Linux
  std::int64_t last_ms = 0;
  std::string user;               ///< under whose name
  std::int64_t restarted_ms = 0;  ///< when its persistence last started it again
};

/// What one intruder uses, drawn once so that all steps agree. Intrusions of one campaign share
/// server, domain and implant.
struct Cast {
  std::string lure;     ///< file name of what is delivered
  std::string implant;  ///< name of the installed copy, its autostart, its service
  std::string hash;     ///< of the implant
  std::string server;   ///< address of the control server
  std::string domain;   ///< its name
  std::string account;  ///< of an administrator whose password is stolen
  std::map<std::size_t, Foothold> footholds;                 ///< by host of the site
  std::set<std::pair<std::string, std::string>> indicators;  ///< STIX type, value
  std::int64_t end_ms = 0;  ///< of the intrusion: beacons stop there
};

/// One step as a template sees it.
struct Scene {
  Site& site;
  Cast& cast;
  Random& random;
  std::string_view technique;
  std::size_t host;  ///< of the site
  std::size_t from;  ///< the same for a step within one host
  std::int64_t now_ms;
  std::size_t step;  ///< written into each record
  bool blocked;
  std::string user{};  ///< the template says under whose name it happened

  [[nodiscard]] Machine& machine() const { return *site.hosts[host].windows; }
  [[nodiscard]] LinuxHost& linux_host() const { return *site.hosts[host].linux_host; }
  [[nodiscard]] Foothold& foothold() const { return cast.footholds[host]; }
};

/// Writes the records that a step leaves. Never called for a host of another platform.
using Template = void (*)(Scene&);

}  // namespace interdict::simulate
