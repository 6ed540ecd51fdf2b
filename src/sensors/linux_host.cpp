#include "sensors/linux_host.hpp"

#include "sensors/machine.hpp"

namespace interdict::sensors {
namespace {

std::string quoted(std::string_view text) {
  return '"' + std::string(text) + '"';
}

std::string_view base_name(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

std::uint32_t uid_of(std::string_view user) {
  if (user == "root") return 0;
  if (user == "www-data") return 33;
  return 1000 + static_cast<std::uint32_t>(user.size());
}

/// What a SYSCALL record says about who did it.
std::string identity(const Shell& shell) {
  const std::string uid = std::to_string(shell.uid);
  return " auid=" + std::to_string(shell.login_uid) + " uid=" + uid + " gid=" + uid +
         " euid=" + uid + " suid=" + uid + " fsuid=" + uid + " egid=" + uid + " sgid=" + uid +
         " fsgid=" + uid + " tty=" + (shell.login_uid == LinuxHost::kNoLogin ? "(none)" : "pts0") +
         " ses=" + std::to_string(shell.session);
}

}  // namespace

LinuxHost::LinuxHost(std::string name, std::string address, std::uint64_t seed)
    : host_(std::move(name) + ".example.test"), address_(std::move(address)), random_(seed) {
  audit_.name = host_ + "-audit.log";
  system_.name = host_ + "-syslog.log";
  access_.name = host_ + "-access.log";
}

std::uint32_t LinuxHost::next_pid() {
  pid_ += static_cast<std::uint32_t>(random_.between(1, 7));
  return pid_;
}

/// `audit(1772524800.123:456):` with the next serial number.
std::string LinuxHost::stamp(std::int64_t time_ms) {
  const std::int64_t own = time_ms + clock_offset_ms_;
  std::string part = std::to_string(own % 1000);
  part.insert(0, 3 - part.size(), '0');
  return "msg=audit(" + std::to_string(own / 1000) + '.' + part + ':' + std::to_string(++serial_) +
         "):";
}

Shell LinuxHost::exec(std::int64_t time_ms, const Shell& parent, std::string_view executable,
                      const std::vector<std::string>& arguments, std::size_t step) {
  Shell child = parent;
  child.pid = next_pid();
  const std::string node = "node=" + host_ + " type=";
  const std::string id = stamp(time_ms);
  const std::string path(executable);
  std::string text = node + "SYSCALL " + id +
                     " arch=c000003e syscall=59 success=yes exit=0 a0=55d0 a1=55d8 a2=55e0 a3=8 "
                     "items=1 ppid=" +
                     std::to_string(parent.pid) + " pid=" + std::to_string(child.pid) +
                     identity(child) + " comm=" + quoted(base_name(executable)) +
                     " exe=" + quoted(path) + " subj=unconfined key=\"exec\"";
  text += '\n' + node + "EXECVE " + id + " argc=" + std::to_string(arguments.size());
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    text += " a" + std::to_string(i) + '=' + quoted(arguments[i]);
  }
  text += '\n' + node + "CWD " + id + " cwd=\"/\"";
  text += '\n' + node + "PATH " + id + " item=0 name=" + quoted(path) +
          " inode=1048 dev=08:01 mode=0100755 ouid=0 ogid=0 rdev=00:00 nametype=NORMAL";
  audit_.records.push_back({time_ms + clock_offset_ms_, std::move(text), step, Source::auditd});
  return child;
}

void LinuxHost::create_file(std::int64_t time_ms, const Shell& process, std::string_view executable,
                            std::string_view path, std::size_t step) {
  const std::string node = "node=" + host_ + " type=";
  const std::string id = stamp(time_ms);
  std::string text = node + "SYSCALL " + id +
                     " arch=c000003e syscall=257 success=yes exit=3 a0=ffffff9c a1=7ffd a2=241 "
                     "a3=1b6 items=1 ppid=1 pid=" +
                     std::to_string(process.pid) + identity(process) +
                     " comm=" + quoted(base_name(executable)) + " exe=" + quoted(executable) +
                     " subj=unconfined key=\"write\"";
  text += '\n' + node + "CWD " + id + " cwd=\"/\"";
  text += '\n' + node + "PATH " + id + " item=0 name=" + quoted(path) +
          " inode=2050 dev=08:01 mode=0100644 ouid=0 ogid=0 rdev=00:00 nametype=CREATE";
  audit_.records.push_back({time_ms + clock_offset_ms_, std::move(text), step, Source::auditd});
}

Shell LinuxHost::sign_in(std::int64_t time_ms, std::string_view user, std::string_view from,
                         bool accepted, bool by_key, std::size_t step) {
  const std::uint32_t daemon = next_pid();
  const std::string name(user);
  syslog(time_ms, "sshd", daemon,
         std::string(accepted ? "Accepted " : "Failed ") + (by_key ? "publickey" : "password") +
             " for " + name + " from " + std::string(from) + " port " +
             std::to_string(random_.between(40000, 65000)) + " ssh2",
         step);
  Shell shell;
  shell.uid = uid_of(user);
  shell.user = name;
  const std::uint32_t session = accepted ? ++session_ : kNoLogin;
  std::string text =
      "node=" + host_ + " type=USER_LOGIN " + stamp(time_ms + 30) +
      " pid=" + std::to_string(daemon) +
      " uid=0 auid=" + std::to_string(accepted ? shell.uid : kNoLogin) +
      " ses=" + std::to_string(session) + " subj=unconfined msg='op=login acct=" + quoted(user) +
      " exe=\"/usr/sbin/sshd\" hostname=" + std::string(from) + " addr=" + std::string(from) +
      " terminal=ssh res=" + (accepted ? "success'" : "failed'");
  audit_.records.push_back(
      {time_ms + 30 + clock_offset_ms_, std::move(text), step, Source::auditd});
  if (!accepted) return shell;
  shell.session = session;
  shell.login_uid = shell.uid;
  shell.pid = daemon;
  return exec(time_ms + 400, shell, "/usr/bin/bash", {"-bash"}, step);
}

void LinuxHost::syslog(std::int64_t time_ms, std::string_view program, std::uint32_t pid,
                       std::string_view message, std::size_t step) {
  std::string time = iso_time(time_ms + clock_offset_ms_);
  time.replace(time.size() - 1, 1, "000+00:00");
  system_.records.push_back({time_ms + clock_offset_ms_,
                             time + ' ' + host_ + ' ' + std::string(program) + '[' +
                                 std::to_string(pid) + "]: " + std::string(message),
                             step, Source::syslog});
}

void LinuxHost::access(std::int64_t time_ms, std::string_view client, std::string_view request,
                       int status, std::int64_t bytes, std::string_view agent, std::size_t step) {
  constexpr std::string_view kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::int64_t own = time_ms + clock_offset_ms_;
  const std::string iso = iso_time(own);
  const auto month = static_cast<std::size_t>((iso[5] - '0') * 10 + (iso[6] - '0') - 1);
  access_.records.push_back(
      {own - own % 1000,  // the format has whole seconds
       std::string(client) + " - - [" + iso.substr(8, 2) + '/' + std::string(kMonths[month]) + '/' +
           iso.substr(0, 4) + ':' + iso.substr(11, 8) + " +0000] " + quoted(request) + ' ' +
           std::to_string(status) + ' ' + std::to_string(bytes) + " \"-\" " + quoted(agent),
       step, Source::web});
}

}  // namespace interdict::sensors
