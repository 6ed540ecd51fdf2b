#include "sensors/cloud.hpp"

#include "json/writer.hpp"
#include "sensors/machine.hpp"

namespace interdict::sensors {
namespace {

void write_identity(json::Writer& json, const Caller& caller) {
  const std::string account(Cloud::kAccount);
  const bool role = !caller.role.empty();
  json.key("userIdentity").begin_object();
  json.key("type").string(role ? "AssumedRole" : "IAMUser");
  json.key("principalId").string(role ? "AROAEXAMPLE:" + caller.user : "AIDAEXAMPLE" + caller.user);
  json.key("arn").string(role ? "arn:aws:sts::" + account + ":assumed-role/" + caller.role + '/' +
                                    caller.user
                              : "arn:aws:iam::" + account + ":user/" + caller.user);
  json.key("accountId").string(account);
  if (!caller.key.empty()) json.key("accessKeyId").string(caller.key);
  if (!role) json.key("userName").string(caller.user);
  json.end_object();
}

}  // namespace

std::string Cloud::uuid() {
  std::string out;
  for (const int part : {8, 4, 4, 4, 12}) {
    if (!out.empty()) out += '-';
    for (int i = 0; i < part; ++i) out += "0123456789abcdef"[random_.below(16)];
  }
  return out;
}

void Cloud::call(std::int64_t time_ms, const Caller& caller, const Call& call, std::size_t step) {
  time_ms -= time_ms % 1000;  // the format has whole seconds
  std::string time = iso_time(time_ms);
  time.erase(19, 4);
  Record record{time_ms, {}, step, Source::cloudtrail};
  json::Writer json(record.text);
  json.begin_object().key("eventVersion").string("1.08");
  write_identity(json, caller);
  json.key("eventTime").string(time);
  json.key("eventSource").string(call.service);
  json.key("eventName").string(call.name);
  json.key("awsRegion").string("eu-central-1");
  json.key("sourceIPAddress").string(caller.address);
  json.key("userAgent").string(caller.agent);
  if (!call.error.empty()) json.key("errorCode").string(call.error);
  json.key("requestParameters");
  if (call.resource.empty()) {
    json.null();
  } else {
    const bool bucket = call.service == "s3.amazonaws.com";
    json.begin_object().key(bucket ? "bucketName" : "name").string(call.resource).end_object();
  }
  json.key("responseElements");
  if (call.name == "ConsoleLogin") {
    json.begin_object().key("ConsoleLogin").string(call.error.empty() ? "Success" : "Failure");
    json.end_object();
  } else {
    json.null();
  }
  json.key("requestID").string(uuid());
  json.key("eventID").string(uuid());
  json.key("readOnly").boolean(call.reads);
  json.key("eventType").string(call.name == "ConsoleLogin" ? "AwsConsoleSignIn" : "AwsApiCall");
  json.key("managementEvent").boolean(call.name != "GetObject");
  json.key("recipientAccountId").string(kAccount);
  json.end_object();
  log_.records.push_back(std::move(record));
}

}  // namespace interdict::sensors
