#include <string>

#include "simulate/background.hpp"

namespace interdict::simulate {
namespace {

constexpr std::string_view kBrowser = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Firefox/128.0";
constexpr std::string_view kPages[] = {"/",          "/index.html", "/news",     "/products",
                                       "/style.css", "/logo.png",   "/contact",  "/search?q=offer",
                                       "/login",     "/api/items",  "/help.html"};

std::string visitor(Random& random) {
  return "198.51.100." + std::to_string(random.between(100, 250));
}

/// Cron: what runs every hour and every night.
void job(LinuxHost& host, std::int64_t now) {
  const Shell shell = host.exec(now, host.system(), "/usr/bin/dash",
                                {"/bin/sh", "-c", "run-parts /etc/cron.hourly"});
  host.syslog(now + 5, "CRON", shell.pid, "(root) CMD (run-parts /etc/cron.hourly)");
  host.exec(now + 40, shell, "/usr/bin/run-parts", {"run-parts", "/etc/cron.hourly"});
}

/// An administrator who looks after a service.
void care(Site& site, LinuxHost& host, std::int64_t now) {
  const std::string from = site.at("admin").address;
  site.network->tcp(now - 300, {from, 50122}, {host.address(), 22}, "");
  const Shell shell = host.sign_in(now, "o.admin", from, true, true);
  host.syslog(now + 9000, "sudo", shell.pid,
              "o.admin : TTY=pts/0 ; PWD=/home/o.admin ; USER=root ; COMMAND=/usr/bin/systemctl "
              "status nginx");
  const Shell root =
      host.exec(now + 9000, shell, "/usr/bin/sudo", {"sudo", "systemctl", "status", "nginx"});
  host.exec(now + 9100, root, "/usr/bin/systemctl", {"systemctl", "status", "nginx"});
  host.exec(now + 30000, shell, "/usr/bin/df", {"df", "-h"});
  host.exec(now + 45000, shell, "/usr/bin/tail", {"tail", "-n", "50", "/var/log/syslog"});
}

void linux_day(Site& site, LinuxHost& host, std::int64_t day, std::size_t records) {
  Random& random = host.random();
  for (int hour = 0; hour < 24; ++hour) job(host, day + hour * kHourMs + 17 * kMinuteMs);
  care(site, host, day + 9 * kHourMs + random.between(0, 300) * kMinuteMs);
  if (random.below(3) == 0) {
    host.sign_in(day + random.between(480, 1000) * kMinuteMs, "o.admin", site.at("admin").address,
                 false, false);
  }
  host.exec(day + 5 * kHourMs, host.system(), "/usr/bin/apt-get", {"apt-get", "-qq", "update"});
  for (std::size_t i = 0; i < records / 4; ++i) {
    host.syslog(day + random.between(0, 1439) * kMinuteMs + random.between(0, 59999), "systemd", 1,
                random.below(2) == 0 ? "Started session-1.scope - Session 1 of User o.admin."
                                     : "logrotate.service: Deactivated successfully.");
  }
}

void web_day(Site& site, LinuxHost& host, std::int64_t day, std::size_t records) {
  Random& random = host.random();
  for (std::size_t i = 0; i < records; ++i) {
    const std::int64_t now = day + random.between(0, kDayMs - 1);
    const std::string from = visitor(random);
    const bool missing = random.below(40) == 0;
    const std::string page = missing ? "/old/page" + std::to_string(random.between(1, 30)) + ".html"
                                     : std::string(random.pick(kPages));
    host.access(now, from, "GET " + page + " HTTP/1.1", missing ? 404 : 200,
                random.between(300, 20000), kBrowser);
    if (random.below(3) == 0) {
      site.network->tcp(now - 20, {from, static_cast<std::uint32_t>(random.between(30000, 65000))},
                        {host.address(), 443}, "");
    }
  }
  const std::string crawler = "198.51.100.99";  // reads the whole site once a day
  for (int i = 0; i < 30; ++i) {
    host.access(day + 2 * kHourMs + std::int64_t{i} * 4000, crawler,
                "GET /page/" + std::to_string(i) + " HTTP/1.1", i % 5 == 0 ? 404 : 200, 4000,
                "Mozilla/5.0 (compatible; ExampleBot/1.0; +https://search.example/bot)");
  }
}

void cloud_day(Site& site, std::int64_t day, std::size_t records) {
  Cloud& cloud = *site.cloud;
  Random& random = cloud.random();
  const Caller application{"i-0example", "shop-application", "ASIAEXAMPLEAPP", "198.51.100.70",
                           "aws-sdk-java/2.20"};
  const Caller admin{"o.admin", "", "AKIAEXAMPLEADMIN", "198.51.100.20"};
  const Caller pipeline{"deploy", "deployment", "ASIAEXAMPLEDEPLOY", "198.51.100.71"};
  for (std::size_t i = 0; i < records; ++i) {
    const std::int64_t now = day + random.between(0, kDayMs - 1);
    const bool reads = random.below(3) != 0;
    cloud.call(now, application,
               {"s3.amazonaws.com", reads ? "GetObject" : "PutObject", reads, "shop-pictures"});
  }
  std::int64_t now = day + 9 * kHourMs + random.between(0, 60) * kMinuteMs;
  Caller console = admin;
  console.key.clear();
  console.agent = kBrowser;
  cloud.call(now, console, {"signin.amazonaws.com", "ConsoleLogin", false});
  for (const std::string_view name :
       {"DescribeInstances", "DescribeVolumes", "DescribeSecurityGroups"}) {
    cloud.call(now += 20 * kSecondMs, admin, {"ec2.amazonaws.com", name});
  }
  cloud.call(now + kMinuteMs, admin, {"iam.amazonaws.com", "ListUsers"});
  now = day + 14 * kHourMs + random.between(0, 90) * kMinuteMs;
  cloud.call(now, pipeline, {"sts.amazonaws.com", "GetCallerIdentity"});
  cloud.call(now + 4000, pipeline, {"ecs.amazonaws.com", "UpdateService", false, "shop"});
  cloud.call(now + 9000, pipeline, {"s3.amazonaws.com", "PutObject", false, "shop-releases"});
}

}  // namespace

void add_server_background(Site& site, std::size_t records_per_day) {
  if (records_per_day == 0) return;
  for (std::int64_t day = site.begin_ms; day < site.end_ms; day += kDayMs) {
    for (Host& host : site.hosts) {
      if (!host.linux_host) continue;
      linux_day(site, *host.linux_host, day, records_per_day);
      if (host.role == "web-server") web_day(site, *host.linux_host, day, records_per_day);
    }
    if (site.cloud) cloud_day(site, day, records_per_day);
  }
}

}  // namespace interdict::simulate
