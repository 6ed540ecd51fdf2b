#include "simulate/template_cloud.hpp"

namespace interdict::simulate::cloud {
namespace {

struct CallRow {
  std::string_view technique;
  std::string_view service;  ///< before `.amazonaws.com`
  std::string_view name;
  bool reads;
  std::string_view resource;
  int times;
};

constexpr CallRow kCalls[] = {{"T1069", "iam", "ListGroups", true, "", 1},
                              {"T1078", "sts", "GetCallerIdentity", true, "", 1},
                              {"T1087", "iam", "ListUsers", true, "", 1},
                              {"T1087", "iam", "ListRoles", true, "", 1},
                              {"T1098", "iam", "CreateAccessKey", false, "placeholder", 1},
                              {"T1098.003", "iam", "AttachUserPolicy", false, "placeholder", 1},
                              {"T1136", "iam", "CreateUser", false, "placeholder", 1},
                              {"T1485", "s3", "DeleteObject", false, "customer-data", 40},
                              {"T1496", "ec2", "RunInstances", false, "placeholder", 5},
                              {"T1526", "ec2", "DescribeRegions", true, "", 1},
                              {"T1530", "s3", "GetObject", true, "customer-data", 60},
                              {"T1537", "ec2", "ModifySnapshotAttribute", false, "placeholder", 1},
                              {"T1552", "secretsmanager", "GetSecretValue", true, "placeholder", 3},
                              {"T1562", "cloudtrail", "StopLogging", false, "trail-placeholder", 1},
                              {"T1578", "ec2", "CreateSnapshot", false, "placeholder", 1},
                              {"T1580", "ec2", "DescribeInstances", true, "", 1},
                              {"T1619", "s3", "ListBuckets", true, "", 1},
                              {"T1619", "s3", "ListObjects", true, "customer-data", 1}};

/// Who calls: the account in the intruder's hands, from his address.
Caller caller(Scene& scene) {
  Foothold& foothold = scene.foothold();
  if (foothold.user.empty()) foothold.user = "d.mori";
  foothold.last_ms = scene.now_ms;
  Caller out;
  const std::size_t slash = foothold.user.find('/');
  if (slash == std::string::npos) {
    out.user = foothold.user;
    out.key = "AKIAEXAMPLEMORI";
  } else {  // role/session
    out.role = foothold.user.substr(0, slash);
    out.user = foothold.user.substr(slash + 1);
    out.key = "ASIAEXAMPLEROLE";
  }
  out.address = scene.cast.server;
  scene.cast.indicators.insert({"ipv4-addr", scene.cast.server});
  const std::string account(Cloud::kAccount);
  scene.user = out.role.empty()
                   ? "arn:aws:iam::" + account + ":user/" + out.user
                   : "arn:aws:sts::" + account + ":assumed-role/" + out.role + '/' + out.user;
  return out;
}

void login(Scene& scene, std::int64_t now, bool succeeds) {
  Caller who = caller(scene);
  who.key.clear();
  who.agent = "Mozilla/5.0";
  Call call{"signin.amazonaws.com", "ConsoleLogin", false};
  if (!succeeds) call.error = "Failed authentication";
  scene.site.cloud->call(now, who, call, scene.step);
}

}  // namespace

void console_login(Scene& scene) {
  login(scene, scene.now_ms, !scene.blocked);
}

void guess_passwords(Scene& scene) {
  for (int i = 0; i < 30; ++i) login(scene, scene.now_ms + std::int64_t{i} * 2000, false);
}

void assume_role(Scene& scene) {
  scene.site.cloud->call(scene.now_ms, caller(scene),
                         {"sts.amazonaws.com", "AssumeRole", true, "maintenance"}, scene.step);
  if (!scene.blocked) scene.foothold().user = "maintenance/session1";
}

void calls(Scene& scene) {
  const auto make = [&](std::string_view technique) {
    bool any = false;
    std::int64_t now = scene.now_ms;
    for (const CallRow& row : kCalls) {
      if (row.technique != technique) continue;
      const std::string service = std::string(row.service) + ".amazonaws.com";
      for (int i = 0; i < row.times; ++i) {
        Call call{service, row.name, row.reads, std::string(row.resource)};
        if (scene.blocked) call.error = "AccessDenied";
        scene.site.cloud->call(now, caller(scene), call, scene.step);
        now += 1000;
      }
      any = true;
    }
    return any;
  };
  if (!make(scene.technique)) make(scene.technique.substr(0, 5));
}

}  // namespace interdict::simulate::cloud
