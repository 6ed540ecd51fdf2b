#include <algorithm>
#include <array>

#include "decode/text/formats.hpp"
#include "decode/text/line_format.hpp"
#include "decode/text/positional.hpp"

namespace interdict::decode {
namespace {

// Field names are those of each vendor's documentation, as words of one kind.

constexpr std::string_view kSnortFast =  // Snort manual, alert_fast; Suricata's fast.log
    R"(<timestamp:t> {[<action>] }[**] [<gid:n>:<sid:n>:<rev:n>] <message> [**])"
    R"({ [Classification: <classification>]}{ [Priority: <priority:n>]}{ \{<protocol:w>\}})"
    R"( <src:e> -> <dst:e>)";
constexpr std::string_view kSquid =  // Squid, logformat squid
    R"(<timestamp:t> <elapsed_ms:n> <client_addr:w> <result_code:w>/<status:n> <bytes:n> <method:w>)"
    R"( <url:w> <user:w> <hierarchy_code:w>/<peer_addr:w> <content_type:w>{ <extra:r>})";
constexpr std::string_view kHaproxy =  // HAProxy configuration manual, HTTP log format
    R"(<client:e> [<accept_date:t>] <frontend_name:w> <backend_name:w>/<server_name:w> <timers:w>)"
    R"( <status_code:n> <bytes_read:n> <captured_request_cookie:w> <captured_response_cookie:w>)"
    R"( <termination_state:w> <connections:w> <queues:w>{ \{<captured_request_headers>\}})"
    R"({ \{<captured_response_headers>\}} <http_request:q>{ <extra:r>})";
constexpr std::string_view kAlb =  // AWS, access logs for Application Load Balancers
    R"(<type:w> <time:t> <elb:w> <client:e> <target:e> <request_processing_time:n>)"
    R"( <target_processing_time:n> <response_processing_time:n> <elb_status_code:n>)"
    R"( <target_status_code:n> <received_bytes:n> <sent_bytes:n> <request:q> <user_agent:q>)"
    R"( <ssl_cipher:w> <ssl_protocol:w>{ <target_group_arn:w> <trace_id:q> <domain_name:q>)"
    R"( <chosen_cert_arn:q> <matched_rule_priority:w> <request_creation_time:w>)"
    R"( <actions_executed:q> <redirect_url:q> <error_reason:q>}{ <extra:r>})";
constexpr std::string_view kS3Access =  // AWS, Amazon S3 server access log format
    R"(<bucket_owner:w> <bucket:w> [<time:t>] <remote_ip:w> <requester:w> <request_id:w>)"
    R"( <operation:w> <key:w> <request_uri:q> <http_status:n> <error_code:w> <bytes_sent:n>)"
    R"( <object_size:n> <total_time:n> <turn_around_time:n> <referer:q> <user_agent:q>)"
    R"({ <version_id:w>}{ <extra:r>})";
constexpr std::string_view kDnsDebug =  // Windows DNS server, debug log's own "message logging key"
    R"(<time:t> <thread_id:w> PACKET <packet_id:w> <protocol:w> <direction:w> <remote_addr:w>)"
    R"( <xid:w>{ <response:w>} <opcode:w> [<flags>] <query_type:w> <query_name:w>)";

/// A record of the debug log may be followed by the packet's details, line by line.
bool begins_dns_debug(std::string_view line) {
  FieldList fields;
  return line.find(" PACKET ") < 64 && read_positional(kDnsDebug, line, fields);
}
/// `(3)www(7)example(3)org(0)` as `www.example.org`; as it stands if it is not so spelled.
std::string_view dotted(std::string_view name, FieldList& fields) {
  char* const start = fields.room(name.size());
  char* to = start;
  for (auto rest = name; !rest.empty();) {
    const auto close = rest.find(')');
    if (!rest.starts_with('(') || close == std::string_view::npos) return name;
    rest.remove_prefix(close + 1);
    const auto label = rest.substr(0, rest.find('('));
    if (!label.empty() && to != start) *to++ = '.';
    to = std::copy(label.begin(), label.end(), to);
    rest.remove_prefix(label.size());
  }
  return {start, static_cast<std::size_t>(to - start)};
}

bool read_dns_debug(std::string_view record, FieldList& fields) {
  const auto end = std::min(record.find('\n'), record.size());
  if (!read_positional(kDnsDebug, record.substr(0, end), fields)) return false;
  fields.add("query", dotted(fields.all().back().text, fields));
  if (end < record.size()) fields.add("details", record.substr(end + 1));
  return true;
}

constexpr std::array kFormats{
    LineFormatRow{"s3-access", nullptr, nullptr, kS3Access},
    LineFormatRow{"access-log", read_access_log},
    LineFormatRow{"alb", nullptr, nullptr, kAlb},
    LineFormatRow{"haproxy", nullptr, nullptr, kHaproxy},
    LineFormatRow{"squid", nullptr, nullptr, kSquid},
    LineFormatRow{"snort-fast", nullptr, nullptr, kSnortFast},
    LineFormatRow{"dns-debug", read_dns_debug, begins_dns_debug, {}, true},
    LineFormatRow{"cef", read_cef},
    LineFormatRow{"leef", read_leef},
    LineFormatRow{"error-log", read_error_log, begins_error_log},
    LineFormatRow{"syslog", read_syslog, begins_syslog},
    LineFormatRow{"keyvalue", read_key_values, nullptr, {}, false, true},
    LineFormatRow{"lines", read_stamped, begins_stamped, {}, true, true},
};

/// Lines by a row of the table.
class RowRules {
 public:
  explicit RowRules(const LineFormatRow& row) : row_(&row) {}

  [[nodiscard]] static bool keeps_blank() { return false; }
  static void header(std::string_view /*line: a heading says nothing*/) {}

  [[nodiscard]] LineKind kind(std::string_view line) {
    if (row_->begins == nullptr) return LineKind::whole;
    const bool begins = row_->begins(line);
    if (begins) heading_ = kMaxHeadingLines;
    if (!begins && row_->has_heading && heading_ < kMaxHeadingLines) {
      ++heading_;
      return LineKind::header;
    }
    return begins ? LineKind::begins : LineKind::continues;
  }

  bool read(std::string_view record, FieldList& fields) const {
    return read_record(*row_, record, fields);
  }

 private:
  const LineFormatRow* row_;
  std::size_t heading_ = 0;  ///< lines of it so far; all it may have once a record was seen
};

}  // namespace

bool read_record(const LineFormatRow& row, std::string_view record, FieldList& fields) {
  return row.read != nullptr ? row.read(record, fields)
                             : read_positional(row.pattern, record, fields);
}

std::span<const LineFormatRow> line_formats() {
  return kFormats;
}

std::unique_ptr<Decoder> make_line_decoder(const LineFormatRow& row) {
  return make_text_decoder(std::make_unique<LineFormat<RowRules>>(row));
}

}  // namespace interdict::decode
