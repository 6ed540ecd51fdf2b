#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "decode/decoder.hpp"
#include "decode/text/fields.hpp"

/// The text formats. What each gives as paths: docs/formats/text.md.
namespace interdict::decode {

/// A format whose records say themselves what they are, each in one line or in lines of which the
/// first is told by its looks. All such formats are rows of one table: `line_formats()`.
struct LineFormatRow {
  std::string_view name;
  /// Reads one record (well-formed UTF-8); false: it is none of this format. What it added to the
  /// list before it found out is then not used. Null: by `pattern`.
  bool (*read)(std::string_view record, FieldList& fields) = nullptr;
  /// True for a record's first line; any other line continues the record before. Null: each line
  /// is a record of its own.
  bool (*begins)(std::string_view line) = nullptr;
  std::string_view pattern{};  ///< where the values stand (positional.hpp)
  bool has_heading = false;    ///< words to people may stand before its first record
  bool quotes_others = false;  ///< lines of other logs stand in its records
  bool is_general = false;     ///< so loose that an input is asked first whether it is a table
};

/// Most specific first: of two formats that can read equally many lines of an input, the earlier
/// one is meant.
[[nodiscard]] std::span<const LineFormatRow> line_formats();

/// Reads a record by its row.
[[nodiscard]] bool read_record(const LineFormatRow& row, std::string_view record,
                               FieldList& fields);

/// Reads a line that is none of its input's format `but` (null: that has no row) as what it is: a
/// JSON object, or a record of a row, a general one only if it begins with its time or is nothing
/// but pairs. Sets the list's format; false: it is nothing of these. O(line · rows).
[[nodiscard]] bool read_stray(std::string_view line, const LineFormatRow* but, FieldList& fields);
/// Whether the line may be a JSON object: all of it stands in braces.
[[nodiscard]] bool is_in_braces(std::string_view line);

/// The decoder of a row of that table. Lines before the first record of a format with a heading are
/// structure, at most kMaxHeadingLines of them.
inline constexpr std::size_t kMaxHeadingLines = 64;
[[nodiscard]] std::unique_ptr<Decoder> make_line_decoder(const LineFormatRow& row);

// The readers of the table.
[[nodiscard]] bool read_access_log(std::string_view line, FieldList& fields);
[[nodiscard]] bool read_syslog(std::string_view record, FieldList& fields);
[[nodiscard]] bool begins_syslog(std::string_view line);
[[nodiscard]] bool read_ossec_alert(std::string_view record, FieldList& fields);
[[nodiscard]] bool begins_ossec_alert(std::string_view line);
[[nodiscard]] bool read_error_log(std::string_view record, FieldList& fields);
[[nodiscard]] bool begins_error_log(std::string_view line);
[[nodiscard]] bool read_cef(std::string_view line, FieldList& fields);
[[nodiscard]] bool read_leef(std::string_view line, FieldList& fields);
/// At least three pairs that make half of the line, which begins with no time.
[[nodiscard]] bool read_key_values(std::string_view line, FieldList& fields);
/// Any text that bears a time near its start.
[[nodiscard]] bool read_stamped(std::string_view record, FieldList& fields);
[[nodiscard]] bool begins_stamped(std::string_view line);

// Formats with a state of their own: a header that says what the columns are, quoted line breaks.

/// Zeek's tab-separated logs. A row is read by the last `#fields` before it; a row without one, or
/// with another number of values, is a `bad-record`.
[[nodiscard]] std::unique_ptr<Decoder> make_zeek_decoder(const Options& options);

/// RFC 4180 with `,` `;` tab or `|`: told from the first lines, as is whether they have a header.
[[nodiscard]] std::unique_ptr<Decoder> make_csv_decoder(const Options& options);

/// Blanks part the values, `#Fields:` names them: IIS, Windows firewall, W3C extended.
[[nodiscard]] std::unique_ptr<Decoder> make_w3c_decoder(const Options& options);

/// AWS flow logs: AWS' default columns, or those that a header line names.
[[nodiscard]] std::unique_ptr<Decoder> make_vpcflow_decoder(const Options& options);
[[nodiscard]] bool is_vpcflow_header(std::string_view line);
[[nodiscard]] bool is_vpcflow_row(std::string_view line);  ///< of the default columns

/// Linux audit records, joined to events (auditd.hpp). A record's number is the event's serial, its
/// bytes are the event's lines one after another, its offset that of the first.
[[nodiscard]] std::unique_ptr<Decoder> make_auditd_decoder(const Options& options);
[[nodiscard]] bool is_audit_line(std::string_view line);

/// Windows events as XML: `<Event>` elements, whatever stands around them.
[[nodiscard]] std::unique_ptr<Decoder> make_windows_xml_decoder(const Options& options);
[[nodiscard]] bool has_windows_event(std::string_view head);

/// The DHCP audit log of Windows: a table below a heading.
[[nodiscard]] std::unique_ptr<Decoder> make_dhcp_decoder(const Options& options);
inline constexpr std::string_view kDhcpHeader = "ID,Date,Time,";

/// systemd's journal in its export format: an entry a record.
[[nodiscard]] std::unique_ptr<Decoder> make_journal_decoder(const Options& options);

/// Messages (`.eml`) and boxes of them (mbox): a message's headers are its record, its body is
/// structure, but for the names of attached files.
[[nodiscard]] std::unique_ptr<Decoder> make_mail_decoder(const Options& options);
[[nodiscard]] bool is_mail(std::span<const std::string_view> lines);

/// PowerShell transcripts: a command with its output is a record.
[[nodiscard]] std::unique_ptr<Decoder> make_transcript_decoder(const Options& options);
[[nodiscard]] bool is_transcript(std::span<const std::string_view> lines);

/// Whether `head`, an input's first bytes, is a table whose rows bear a time; `none`: no table.
enum class TableKind : std::uint8_t { none, log, other };
[[nodiscard]] TableKind table_kind(std::string_view head, bool is_whole);

}  // namespace interdict::decode
