#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sensors/random.hpp"
#include "sensors/record.hpp"

namespace interdict::sensors {

/// Who calls, and from where.
struct Caller {
  std::string user;  ///< of IAM, or the session of a role
  std::string role;  ///< empty: the user himself
  std::string key;   ///< access key id; empty: the console
  std::string address;
  std::string agent = "aws-cli/2.15.0";
};

struct Call {
  std::string_view service;  ///< `s3.amazonaws.com`
  std::string_view name;     ///< `GetObject`
  bool reads = true;
  std::string resource{};  ///< name of what it is about; may be empty
  std::string error{};     ///< `errorCode`; empty: it succeeded
};

/// An AWS account's audit log: CloudTrail records, one JSON object a line (CloudTrail user guide,
/// "CloudTrail record contents", event version 1.08). The account number is that of AWS's own
/// documentation.
class Cloud {
 public:
  static constexpr std::string_view kAccount = "123456789012";

  explicit Cloud(std::uint64_t seed) : random_(seed) { log_.name = "cloudtrail.jsonl"; }

  void call(std::int64_t time_ms, const Caller& caller, const Call& call, std::size_t step = 0);

  [[nodiscard]] Random& random() { return random_; }
  [[nodiscard]] Log& log() { return log_; }

 private:
  std::string uuid();

  Random random_;
  Log log_;
};

}  // namespace interdict::sensors
