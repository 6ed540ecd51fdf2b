#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"

namespace interdict::decode {

enum class RawType : std::uint8_t { null, string, integer, real, boolean };

/// One leaf of a record: its dotted path (`Event.EventData.Image`, `winlog.event_id`) and value.
struct RawField {
  std::string_view path;
  std::string_view text;
  RawType type = RawType::string;
};

/// One decoded record. All views live until the sink's `record` returns.
struct RawRecord {
  std::uint64_t number = 0;          ///< the format's own record number, or the line (1-based)
  std::uint64_t offset = 0;          ///< bytes from the start of the input
  Bytes bytes;                       ///< the record as it stands in the input
  std::span<const RawField> fields;  ///< in the record's order; a repeated path is a repeated field
  bool carved = false;               ///< from slack, only with Options::carve
  /// What the record is, where that is another format than its input's: inputs are put together.
  std::string_view format{};
};

/// Why bytes are no event. Spelled as in the contract by to_string.
enum class SkipReason : std::uint8_t {
  unknown_format,
  unreadable,
  encrypted,
  truncated,
  bad_chunk_magic,
  bad_chunk_checksum,
  bad_record,
  bad_time,
  limit,
  path_outside_archive,
  not_a_log,
  duplicate,
  slack,
  outside_time_range,
};
[[nodiscard]] std::string_view to_string(SkipReason reason);
/// False for the reasons that are no loss: not_a_log, duplicate, slack, outside_time_range.
[[nodiscard]] bool is_loss(SkipReason reason);

/// Takes what a decoder finds. Between them the three calls account for every byte fed, once each.
class Sink {
 public:
  Sink() = default;
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;
  Sink(Sink&&) = delete;
  Sink& operator=(Sink&&) = delete;
  virtual ~Sink() = default;

  virtual void record(const RawRecord& record) = 0;  ///< accounts for record.bytes.size() bytes
  virtual void structure(std::uint64_t bytes) = 0;   ///< headers, padding, separators
  virtual void skipped(SkipReason reason, std::uint64_t records, std::uint64_t bytes,
                       std::uint64_t offset) = 0;
};

struct Options {
  bool carve = false;  ///< read records from slack, marked; else slack is counted
};

/// One input's decoder. `feed` takes the bytes in order, in pieces of any size: how they are cut
/// never changes the result. `finish` must be called once, at the end. Never opens a file, never
/// throws; memory is bounded by the format's largest unit (EVTX: one chunk; NDJSON: kMaxLineBytes).
class Decoder {
 public:
  Decoder() = default;
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;
  Decoder(Decoder&&) = delete;
  Decoder& operator=(Decoder&&) = delete;
  virtual ~Decoder() = default;

  virtual void feed(Bytes bytes, Sink& sink) = 0;
  virtual void finish(Sink& sink) = 0;
};

/// What an input is, told from its first bytes.
struct Sniffed {
  std::string_view format;  ///< `evtx`, `ndjson`, …; empty: unknown
  bool is_log = true;       ///< false: known, but no log (an image, a document, a rule)
};

/// How many leading bytes `sniff` wants to see (fewer is fine at the end of a short input).
inline constexpr std::size_t kSniffBytes = std::size_t{64} * 1024;

/// Decides by content; `name` only breaks ties. O(first.size()).
[[nodiscard]] Sniffed sniff(Bytes first, std::string_view name);

/// The names of all formats that there is a decoder for.
[[nodiscard]] std::vector<std::string_view> formats();

/// The decoder of `format`, or null if there is none. See the table in registry.cpp.
[[nodiscard]] std::unique_ptr<Decoder> make_decoder(std::string_view format,
                                                    const Options& options);

}  // namespace interdict::decode
