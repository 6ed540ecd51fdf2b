#pragma once

#include <cstddef>
#include <string_view>

#include "decode/text/fields.hpp"

namespace interdict::decode {

/// Events of one audit log that are open at once: records of different events stand interleaved in
/// the log. The oldest is closed for one more.
inline constexpr std::size_t kMaxOpenAuditEvents = 64;
/// Bytes that all open events hold together; the oldest is closed for more.
inline constexpr std::size_t kMaxOpenAuditBytes = std::size_t{4} << 20U;

/// The parts of `[node=N ]type=T msg=audit(TIME:SERIAL): body`, perhaps with a syslog header before
/// it (audit record format, `linux-audit/audit-documentation`, "specs/fields").
struct AuditLine {
  std::string_view node;
  std::string_view type;
  std::string_view time;
  std::string_view serial;
  std::string_view body;
};

/// False if `line` is none.
[[nodiscard]] bool split_audit(std::string_view line, AuditLine& parts);

/// Adds the body's fields as `type.key`: quoted and hex-encoded texts decoded, those inside of
/// `msg='…'` beside the others, a socket address as `saddr_fam`, `laddr`, `lport` or `path`.
void add_audit_body(const AuditLine& line, FieldList& fields);

}  // namespace interdict::decode
