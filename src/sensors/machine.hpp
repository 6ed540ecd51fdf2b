#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sensors/network.hpp"
#include "sensors/random.hpp"
#include "sensors/record.hpp"

namespace interdict::sensors {

/// The name and the text of one field of a record, in the order in which they are written.
using Fields = std::vector<std::pair<std::string_view, std::string>>;

/// A process as its own events and those of its children name it.
struct Process {
  std::string guid;
  std::uint32_t pid = 0;
  std::string image;
  std::string command_line;
  std::string user;
  std::string logon_id;  ///< of its session; children inherit it
  std::string hash;      ///< SHA-256 of the image; empty: the one that its path stands for
};

/// A Windows computer that writes records. Process numbers rise and are never reused.
class Machine {
 public:
  Machine(std::size_t index, std::string name, std::string address, std::string account,
          std::int64_t boot_ms, std::uint64_t seed);

  [[nodiscard]] const std::string& host() const { return host_; }
  [[nodiscard]] const std::string& address() const { return address_; }
  /// Short name of the person who works here.
  [[nodiscard]] const std::string& account() const { return account_; }
  [[nodiscard]] std::string user() const { return "EXAMPLE\\" + account_; }
  [[nodiscard]] std::string home() const { return "C:\\Users\\" + account_; }
  [[nodiscard]] const Process& explorer() const { return explorer_; }
  [[nodiscard]] const Process& services() const { return services_; }
  [[nodiscard]] const Process& svchost() const { return svchost_; }
  [[nodiscard]] const Process& browser() const { return browser_; }
  [[nodiscard]] const Process& lsass() const { return lsass_; }
  /// The kernel, which is the client of file shares.
  [[nodiscard]] const Process& kernel() const { return kernel_; }
  [[nodiscard]] Random& random() { return random_; }
  [[nodiscard]] std::vector<Record>& records() { return records_; }
  /// How far this computer's clock is ahead; holds for what is written from now on.
  void set_clock_offset(std::int64_t offset_ms) { clock_offset_ms_ = offset_ms; }
  [[nodiscard]] std::int64_t clock_offset() const { return clock_offset_ms_; }
  /// A sensor that sees this computer's connections from now on; it must outlive the computer.
  void set_network(Network& network) { network_ = &network; }

  /// Sysmon 1. Returns the child.
  Process start(std::int64_t time_ms, const Process& parent, std::string image,
                std::string command_line, std::string user, std::size_t step = 0,
                std::string hash = {});
  /// Any other record of Sysmon about `process`; `event_id` as Sysmon numbers it.
  void sysmon(std::int64_t time_ms, int event_id, const Process& process, Fields fields,
              std::size_t step = 0);
  /// Sysmon 3 from this machine, and what the network's sensor sees of it.
  void connect(std::int64_t time_ms, const Process& process, std::string_view address,
               std::uint32_t port, std::string_view name, std::size_t step = 0);
  /// Sysmon 10 from `process` on the credential process.
  void open_lsass(std::int64_t time_ms, const Process& process, std::string_view access,
                  std::size_t step = 0);
  /// A record of the Security log.
  void security(std::int64_t time_ms, int event_id, const Fields& fields, std::size_t step = 0);
  /// A record of any other log; `remove` counts it as `system`.
  void other(std::int64_t time_ms, std::string_view channel, std::string_view source, int event_id,
             const Fields& fields, std::size_t step = 0) {
    write(time_ms, channel, source, event_id, fields, step);
  }
  /// A record of the Service Control Manager in the System log.
  void service_control(std::int64_t time_ms, int event_id, const Fields& fields,
                       std::size_t step = 0);

 private:
  Process make_process(std::int64_t time_ms, std::string image, std::string command_line,
                       std::string user);
  void write(std::int64_t time_ms, std::string_view channel, std::string_view source, int event_id,
             const Fields& fields, std::size_t step);

  std::size_t index_;
  std::string host_;
  std::string address_;
  std::string account_;
  Random random_;
  std::int64_t clock_offset_ms_ = 0;
  Network* network_ = nullptr;  ///< null: nobody looks
  std::uint32_t next_pid_ = 400;
  std::uint32_t serial_ = 0;
  Process services_, lsass_, svchost_, explorer_, browser_, kernel_;
  std::vector<Record> records_;
};

/// `2026-03-03T08:00:00.000Z`, for times from 1970 on.
[[nodiscard]] std::string iso_time(std::int64_t time_ms);

}  // namespace interdict::sensors
