#include <algorithm>
#include <array>

#include "decode/json_look.hpp"
#include "decode/text/formats.hpp"
#include "decode/text/line_format.hpp"
#include "decode/text/positional.hpp"
#include "decode/text/time_shape.hpp"

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
constexpr std::string_view kElb =  // AWS, access logs for Classic Load Balancers
    R"(<time:t> <elb:w> <client:e> <backend:e> <request_processing_time:n>)"
    R"( <backend_processing_time:n> <response_processing_time:n> <elb_status_code:n>)"
    R"( <backend_status_code:n> <received_bytes:n> <sent_bytes:n> <request:q>)"
    R"({ <user_agent:q> <ssl_cipher:w> <ssl_protocol:w>}{ <extra:r>})";
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

/// containerd's and CRI-O's files of a container's output (Kubernetes, "CRI logging format"):
/// `2024-01-02T03:04:05.123456789Z stdout F text`; `P` marks a part of a longer line.
bool read_cri(std::string_view line, FieldList& fields) {
  const auto shape = time_shape(line);
  if (!shape.is_iso || shape.size < 20) return false;
  auto rest = line.substr(shape.size);
  const bool is_out = rest.starts_with(" stdout ");
  if (!is_out && !rest.starts_with(" stderr ")) return false;
  rest.remove_prefix(8);
  if (rest.size() < 2 || (rest[0] != 'F' && rest[0] != 'P') || rest[1] != ' ') return false;
  fields.add("time", line.substr(0, shape.size));
  fields.add("stream", is_out ? "stdout" : "stderr");
  fields.add("tag", rest.substr(0, 1));
  fields.add("log", rest.substr(2));
  return true;
}

constexpr std::array kFormats{
    LineFormatRow{"ossec-alerts", read_ossec_alert, begins_ossec_alert, {}, false, true},
    LineFormatRow{"cri", read_cri},
    LineFormatRow{"s3-access", nullptr, nullptr, kS3Access},
    LineFormatRow{"access-log", read_access_log},
    LineFormatRow{"alb", nullptr, nullptr, kAlb},
    LineFormatRow{"elb", nullptr, nullptr, kElb},
    LineFormatRow{"haproxy", nullptr, nullptr, kHaproxy},
    LineFormatRow{"squid", nullptr, nullptr, kSquid},
    LineFormatRow{"snort-fast", nullptr, nullptr, kSnortFast},
    LineFormatRow{"dns-debug", read_dns_debug, begins_dns_debug, {}, true, true},
    LineFormatRow{"cef", read_cef},
    LineFormatRow{"leef", read_leef},
    LineFormatRow{"error-log", read_error_log, begins_error_log},
    LineFormatRow{"syslog", read_syslog, begins_syslog},
    LineFormatRow{"keyvalue", read_key_values, nullptr, {}, false, false, true},
    LineFormatRow{"lines", read_stamped, begins_stamped, {}, true, false, true},
};

/// Lines by a row of the table.
class RowRules {
 public:
  explicit RowRules(const LineFormatRow& row) : row_(&row) {}

  [[nodiscard]] static bool keeps_blank() { return false; }
  static void header(std::string_view /*line: a heading says nothing*/) {}

  [[nodiscard]] LineKind kind(std::string_view line) {
    if (row_->begins == nullptr) return LineKind::whole;
    if (is_journal_remark(line)) return LineKind::header;
    if (!row_->quotes_others && is_in_braces(line) && json_bears_time(trim(line))) {
      return LineKind::whole;
    }
    const bool begins = row_->begins(line);
    if (!begins && !row_->quotes_others && is_stray(line)) return LineKind::whole;
    if (begins) heading_ = kMaxHeadingLines;
    if (!begins && row_->has_heading && heading_ < kMaxHeadingLines) {
      ++heading_;
      return LineKind::header;
    }
    return begins ? LineKind::begins : LineKind::continues;
  }

  bool read(std::string_view record, FieldList& fields) const {
    const bool is_json = is_in_braces(record) && record.find('\n') == std::string_view::npos;
    if (is_json && read_stray(record, row_, fields)) return true;
    if (read_record(*row_, record, fields)) return true;
    return !is_json && record.find('\n') == std::string_view::npos &&
           read_stray(record, row_, fields);
  }

 private:
  /// `-- Logs begin at …`, `-- Reboot --` of journalctl.
  [[nodiscard]] static bool is_journal_remark(std::string_view line) {
    return line.starts_with("-- ") &&
           (line.ends_with(" --") || line.starts_with("-- Journal begins at "));
  }

  /// Whether a line that might continue the record before is a record of another format. What
  /// continues a record is mostly indented, and has no time.
  [[nodiscard]] bool is_stray(std::string_view line) {
    if (line.empty() || line.front() == ' ' || line.front() == '\t') return false;
    constexpr std::size_t kNear = 256;
    const bool may_be = find_time(line) != std::string_view::npos || line.starts_with("CEF:") ||
                        line.starts_with("LEEF:") ||
                        line.substr(0, kNear).find('[') != std::string_view::npos;
    if (!may_be) return false;
    stray_.clear();
    return read_stray(line, row_, stray_);
  }

  FieldList stray_;  ///< room to try a line in
  const LineFormatRow* row_;
  std::size_t heading_ = 0;  ///< lines of it so far; all it may have once a record was seen
};

}  // namespace

bool read_record(const LineFormatRow& row, std::string_view record, FieldList& fields) {
  return row.read != nullptr ? row.read(record, fields)
                             : read_positional(row.pattern, record, fields);
}

bool is_in_braces(std::string_view line) {
  line = trim(line);
  return line.size() > 2 && line.front() == '{' && line.back() == '}';
}

bool read_stray(std::string_view line, const LineFormatRow* but, FieldList& fields) {
  fields.clear();
  if (is_in_braces(line)) {
    if (!fields.add_json(trim(line))) return false;
    fields.set_format("ndjson");
    return true;
  }
  for (const auto& row : kFormats) {
    if (&row == but || row.quotes_others) continue;
    const bool is_lines = row.read == read_stamped;
    if (is_lines && find_time(line) == std::string_view::npos) continue;
    // Pairs in a format whose records go on are more likely to go on with one.
    if (row.is_general && !is_lines && but != nullptr && but->begins != nullptr) continue;
    fields.clear();
    if (!read_record(row, line, fields)) continue;
    fields.set_format(row.name);
    return true;
  }
  return false;
}

std::span<const LineFormatRow> line_formats() {
  return kFormats;
}

std::unique_ptr<Decoder> make_line_decoder(const LineFormatRow& row) {
  return make_text_decoder(std::make_unique<LineFormat<RowRules>>(row));
}

}  // namespace interdict::decode
