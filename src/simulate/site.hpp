#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sensors/cloud.hpp"
#include "sensors/linux_host.hpp"
#include "sensors/machine.hpp"
#include "sensors/network.hpp"
#include "simulate/scenario.hpp"

namespace interdict::simulate {

using sensors::Call;
using sensors::Caller;
using sensors::Cloud;
using sensors::LinuxHost;
using sensors::Log;
using sensors::Machine;
using sensors::Network;
using sensors::Process;
using sensors::Random;
using sensors::Shell;

/// `posix` stands for Linux: `linux` is a macro of the compiler.
enum class Platform : std::uint8_t { windows, posix, cloud };

/// A computer, or the account in the cloud, under the word by which scenarios name it.
struct Host {
  std::string word;  ///< `ws1`, `dc` …
  std::string name;  ///< as its logs write it
  std::string address;
  std::string role;
  Platform platform = Platform::windows;
  std::int64_t clock_offset_ms = 0;
  std::unique_ptr<Machine> windows;       ///< if it is one
  std::unique_ptr<LinuxHost> linux_host;  ///< if it is one
};

/// All that writes logs, with one source of chance for each.
struct Site {
  std::vector<Host> hosts;
  std::unique_ptr<Network> network;  ///< sees what crosses the switch
  std::unique_ptr<Cloud> cloud;      ///< null: there is none
  Log alerts;                        ///< of a sensor: the generic table that every tool can write
  std::int64_t begin_ms = 0;
  std::int64_t end_ms = 0;

  [[nodiscard]] std::optional<std::size_t> find(std::string_view word) const;
  /// Precondition: there is such a host.
  [[nodiscard]] Host& at(std::string_view word);
  /// A line of the alert table. `severity` is one of Sigma's levels; no field holds a comma.
  void alert(std::int64_t time_ms, std::string_view name, const Host& host,
             std::string_view source_address, std::string_view severity, std::size_t step = 0);
};

/// The hosts that the scenario asks for, clocks set by its knobs. Errors: a knob or a step names a
/// host that is not there (syntax), more hosts than an address range holds (limit).
[[nodiscard]] Result<Site> build_site(const Scenario& scenario, Random& random);

/// Ordinary work of the whole site from its begin to its end: office users, and the hubs that every
/// intrusion has to be told from (sign-ins at the domain controller, shares, updates, the nightly
/// backup, administrators' scripts, a vulnerability scanner).
void add_site_background(Site& site, std::size_t records_per_day);

/// `count` alerts of one harmless rule about one workstation, over six hours of the first day.
void add_storm(Site& site, std::size_t count, Random& random);

}  // namespace interdict::simulate
