#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sensors/random.hpp"
#include "sensors/record.hpp"

namespace interdict::sensors {

/// A process on Linux, with the session that it belongs to.
struct Shell {
  std::uint32_t pid = 0;
  std::uint32_t uid = 0;
  std::uint32_t session = 0;    ///< of the audit system
  std::uint32_t login_uid = 0;  ///< `auid`; kNoLogin: nobody signed in
  std::string user;
};

/// A Linux computer that writes the audit log, the system log (with rsyslog's RFC 3339 times), and,
/// where it serves pages, an access log in the combined format.
///
/// Formats: linux-audit documentation ("audit event fields", auditd.conf `name_format`), OpenSSH
/// and sudo as they log by default, Apache httpd's mod_log_config.
class LinuxHost {
 public:
  static constexpr std::uint32_t kNoLogin = 4294967295U;

  LinuxHost(std::string name, std::string address, std::uint64_t seed);

  [[nodiscard]] const std::string& host() const { return host_; }
  [[nodiscard]] const std::string& address() const { return address_; }
  [[nodiscard]] Random& random() { return random_; }
  /// How far this computer's clock is ahead; holds for what is written from now on.
  void set_clock_offset(std::int64_t offset_ms) { clock_offset_ms_ = offset_ms; }
  /// What serves pages, and what runs the jobs.
  [[nodiscard]] Shell web_server() const { return {811, 33, kNoLogin, kNoLogin, "www-data"}; }
  [[nodiscard]] Shell system() const { return {1, 0, kNoLogin, kNoLogin, "root"}; }

  /// SYSCALL execve with EXECVE, CWD and PATH. Returns the child.
  Shell exec(std::int64_t time_ms, const Shell& parent, std::string_view executable,
             const std::vector<std::string>& arguments, std::size_t step = 0);
  /// SYSCALL openat that makes a file.
  void create_file(std::int64_t time_ms, const Shell& process, std::string_view executable,
                   std::string_view path, std::size_t step = 0);
  /// sshd's line and USER_LOGIN. Returns the shell, or one of pid 0 where it failed.
  Shell sign_in(std::int64_t time_ms, std::string_view user, std::string_view from, bool accepted,
                bool by_key, std::size_t step = 0);
  void syslog(std::int64_t time_ms, std::string_view program, std::uint32_t pid,
              std::string_view message, std::size_t step = 0);
  void access(std::int64_t time_ms, std::string_view client, std::string_view request, int status,
              std::int64_t bytes, std::string_view agent, std::size_t step = 0);

  [[nodiscard]] Log& audit_log() { return audit_; }
  [[nodiscard]] Log& system_log() { return system_; }
  [[nodiscard]] Log& access_log() { return access_; }

 private:
  std::string stamp(std::int64_t time_ms);
  std::uint32_t next_pid();

  std::string host_;
  std::string address_;
  Random random_;
  std::int64_t clock_offset_ms_ = 0;
  std::uint32_t pid_ = 1200;
  std::uint32_t session_ = 3;
  std::uint32_t serial_ = 100;
  Log audit_, system_, access_;
};

}  // namespace interdict::sensors
