#include "decode/evtx.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <string_view>
#include <vector>

#include "decode/binxml.hpp"
#include "decode/evtx_crc32.hpp"

namespace interdict::decode {
namespace {

using Layout = EvtxLayout;
using namespace std::string_view_literals;

constexpr std::string_view kFileMagic = "ElfFile\0"sv;
constexpr std::string_view kChunkMagic = "ElfChnk\0"sv;
constexpr std::string_view kRecordMagic = "\x2a\x2a\0\0"sv;

// Offsets in the file header (libevtx format documentation, section 2).
constexpr std::size_t kLastChunkOffset = 16;
constexpr std::size_t kChunkCountOffset = 42;
constexpr std::size_t kFileChecksumOffset = 124;
constexpr std::size_t kFileChecksumPart = 120;

// Offsets in a chunk's header (libevtx format documentation, section 3.1).
constexpr std::size_t kFreeSpaceOffset = 48;
constexpr std::size_t kDataChecksumOffset = 52;
constexpr std::size_t kHeaderChecksumOffset = 124;
constexpr std::size_t kHeaderChecksumGap = 128;  // the header's checksum skips 120 to 128
constexpr std::size_t kHeaderChecksumPart = 120;

std::size_t size_without_trailing_zeros(Bytes bytes) {
  constexpr std::size_t kBlock = 64;
  static constexpr std::array<std::byte, kBlock> kZeros{};
  std::size_t size = bytes.size();
  while (size >= kBlock &&
         std::memcmp(bytes.data() + (size - kBlock), kZeros.data(), kBlock) == 0) {
    size -= kBlock;
  }
  while (size > 0 && bytes[size - 1] == std::byte{0}) --size;
  return size;
}

bool has_magic(Bytes bytes, std::size_t offset, std::string_view magic) {
  const auto part = slice(bytes, offset, magic.size());
  return part && as_text(*part) == magic;
}

struct RecordHead {
  std::uint32_t size = 0;
  std::uint64_t id = 0;
};

/// The record at `offset`, if its magic is right and both its sizes agree within `chunk`.
std::optional<RecordHead> record_at(Bytes chunk, std::size_t offset) {
  if (!has_magic(chunk, offset, kRecordMagic)) return std::nullopt;
  const auto size = load_le<std::uint32_t>(chunk, offset + 4);
  const auto id = load_le<std::uint64_t>(chunk, offset + 8);
  if (!size || !id || *size < Layout::kMinRecordBytes) return std::nullopt;
  const auto copy = load_le<std::uint32_t>(chunk, std::uint64_t{offset} + *size - 4);
  if (!copy || *copy != *size) return std::nullopt;
  return RecordHead{*size, *id};
}

/// Offset of the first whole record in [from, end), or `end`.
std::size_t find_record(Bytes chunk, std::size_t from, std::size_t end) {
  const std::string_view text = as_text(chunk.first(end));
  for (std::size_t at = text.find(kRecordMagic, from); at != std::string_view::npos;
       at = text.find(kRecordMagic, at + 1)) {
    if (record_at(chunk, at)) return at;
  }
  return end;
}

/// How many chunks the file header says are in use; all that a file can hold if the header does not
/// match its own checksum. Of a wrapped log the last chunk written lies before others in use.
std::uint64_t chunks_claimed(Bytes header) {
  const auto stored = load_le<std::uint32_t>(header, kFileChecksumOffset);
  const auto last = load_le<std::uint64_t>(header, kLastChunkOffset);
  const auto count = load_le<std::uint16_t>(header, kChunkCountOffset);
  constexpr auto kAll = ~std::uint64_t{0};
  if (!stored || !last || !count || *last == kAll) return kAll;
  if (evtx_crc32(header.first(kFileChecksumPart)) != *stored) return kAll;
  return std::max<std::uint64_t>(*last + 1, *count);
}

/// True if a checksum that is not zero (zero: the writer made none) is wrong.
bool has_wrong_checksum(Bytes chunk) {
  const auto wrong = [&](std::uint32_t actual, std::size_t offset) {
    const auto stored = load_le<std::uint32_t>(chunk, offset);
    return stored && *stored != 0 && *stored != actual;
  };
  if (chunk.size() < Layout::kChunkHeaderBytes) return false;
  const std::uint32_t header =
      evtx_crc32(chunk.subspan(kHeaderChecksumGap, Layout::kChunkHeaderBytes - kHeaderChecksumGap),
                 evtx_crc32(chunk.first(kHeaderChecksumPart)));
  if (wrong(header, kHeaderChecksumOffset)) return true;
  const auto free_space = load_le<std::uint32_t>(chunk, kFreeSpaceOffset);
  if (*free_space < Layout::kChunkHeaderBytes) return true;
  if (*free_space > chunk.size()) return chunk.size() == Layout::kChunkBytes;  // else: truncated
  const Bytes data =
      chunk.subspan(Layout::kChunkHeaderBytes, *free_space - Layout::kChunkHeaderBytes);
  return wrong(evtx_crc32(data), kDataChecksumOffset);
}

class EvtxDecoder final : public Decoder {
 public:
  explicit EvtxDecoder(const Options& options) : options_(options) {}

  void feed(Bytes bytes, Sink& sink) override;
  void finish(Sink& sink) override;

 private:
  /// Bytes of the unit (file header or chunk) that begins with `first`; 0: more bytes are needed.
  [[nodiscard]] std::size_t unit_bytes(Bytes first) const;
  void read_unit(Bytes unit, Sink& sink);
  void read_file_header(Bytes unit, Sink& sink);
  void read_chunk(Bytes chunk, Sink& sink);
  [[nodiscard]] std::size_t read_live_records(Bytes chunk, Sink& sink);
  [[nodiscard]] std::size_t skip_damage(Bytes chunk, std::size_t from, std::size_t end, Sink& sink);
  void read_record(Bytes chunk, std::size_t offset, const RecordHead& head, Sink& sink);
  void read_slack(Bytes chunk, std::size_t from, SkipReason reason, Sink& sink);
  void skip(SkipReason reason, std::uint64_t records, std::size_t from, std::size_t end,
            Sink& sink) const;
  [[nodiscard]] SkipReason damage(Bytes chunk);
  [[nodiscard]] bool is_unused(Bytes chunk) const;

  Options options_;
  std::vector<std::byte> pending_;  ///< the begun unit
  std::uint64_t offset_ = 0;        ///< of the unit, in the input
  bool header_seen_ = false;
  std::uint64_t chunks_claimed_ = ~std::uint64_t{0};  ///< by the file header
  std::optional<bool> wrong_checksum_;                ///< of the current chunk, if computed
  BinXmlReader reader_;
};

std::size_t EvtxDecoder::unit_bytes(Bytes first) const {
  if (header_seen_) return Layout::kChunkBytes;
  if (first.size() < kChunkMagic.size()) return 0;
  return has_magic(first, 0, kChunkMagic) ? Layout::kChunkBytes : Layout::kFileHeaderBytes;
}

void EvtxDecoder::feed(Bytes bytes, Sink& sink) {
  while (!bytes.empty()) {
    const std::size_t size = unit_bytes(pending_.empty() ? bytes : Bytes(pending_));
    if (pending_.empty() && size != 0 && bytes.size() >= size) {  // in place, without a copy
      read_unit(bytes.first(size), sink);
      bytes = bytes.subspan(size);
      continue;
    }
    const std::size_t wanted = size == 0 ? kChunkMagic.size() : size;
    const std::size_t taken = std::min(wanted - pending_.size(), bytes.size());
    pending_.insert(pending_.end(), bytes.begin(),
                    bytes.begin() + static_cast<std::ptrdiff_t>(taken));
    bytes = bytes.subspan(taken);
    if (size != 0 && pending_.size() == size) {
      read_unit(pending_, sink);
      pending_.clear();
    }
  }
}

void EvtxDecoder::finish(Sink& sink) {
  if (!pending_.empty()) read_unit(pending_, sink);
  pending_.clear();
}

void EvtxDecoder::read_unit(Bytes unit, Sink& sink) {
  if (header_seen_ || has_magic(unit, 0, kChunkMagic)) {
    read_chunk(unit, sink);
  } else {
    read_file_header(unit, sink);
  }
  header_seen_ = true;
  offset_ += unit.size();
}

void EvtxDecoder::read_file_header(Bytes unit, Sink& sink) {
  if (!has_magic(unit, 0, kFileMagic)) {
    // Its chunks may be whole all the same: they are read.
    skip(unit.size() < kFileMagic.size() ? SkipReason::truncated : SkipReason::bad_chunk_magic, 0,
         0, unit.size(), sink);
  } else if (unit.size() < Layout::kFileHeaderBytes) {
    skip(SkipReason::truncated, 0, 0, unit.size(), sink);
  } else {
    chunks_claimed_ = chunks_claimed(unit);
    sink.structure(unit.size());
  }
}

void EvtxDecoder::skip(SkipReason reason, std::uint64_t records, std::size_t from, std::size_t end,
                       Sink& sink) const {
  sink.skipped(reason, records, end - from, offset_ + from);
}

SkipReason EvtxDecoder::damage(Bytes chunk) {
  if (!wrong_checksum_) wrong_checksum_ = has_wrong_checksum(chunk);
  return *wrong_checksum_ ? SkipReason::bad_chunk_checksum : SkipReason::bad_record;
}

/// Space of the file that never held a chunk: behind those in use by the header, and no record in
/// it. A chunk that lost its magic only, or a stale header, leaves records to be found.
bool EvtxDecoder::is_unused(Bytes chunk) const {
  if (offset_ < Layout::kFileHeaderBytes) return false;
  const std::uint64_t index = (offset_ - Layout::kFileHeaderBytes) / Layout::kChunkBytes;
  return index >= chunks_claimed_ && find_record(chunk, 0, chunk.size()) == chunk.size();
}

void EvtxDecoder::read_chunk(Bytes chunk, Sink& sink) {
  wrong_checksum_.reset();
  const bool truncated = chunk.size() < Layout::kChunkBytes;
  if (size_without_trailing_zeros(chunk) == 0) {  // allocated, never used
    sink.structure(chunk.size());
    return;
  }
  if (truncated && (chunk.size() < Layout::kChunkHeaderBytes)) {
    skip(SkipReason::truncated, 0, 0, chunk.size(), sink);
    return;
  }
  reader_.open_chunk(chunk);
  if (!has_magic(chunk, 0, kChunkMagic)) {
    if (is_unused(chunk)) {
      read_slack(chunk, 0, SkipReason::slack, sink);
    } else if (options_.carve) {
      read_slack(chunk, 0, SkipReason::bad_chunk_magic, sink);
    } else {
      skip(SkipReason::bad_chunk_magic, 0, 0, chunk.size(), sink);
    }
    return;
  }
  sink.structure(Layout::kChunkHeaderBytes);
  const std::size_t end = read_live_records(chunk, sink);
  read_slack(chunk, end, SkipReason::slack, sink);
}

/// Returns where the live records end.
std::size_t EvtxDecoder::read_live_records(Bytes chunk, Sink& sink) {
  const std::size_t claimed = *load_le<std::uint32_t>(chunk, kFreeSpaceOffset);
  const bool plausible = claimed >= Layout::kChunkHeaderBytes && claimed <= Layout::kChunkBytes;
  const std::size_t free_space = plausible ? claimed : Layout::kChunkBytes;
  const std::size_t end = std::min(free_space, chunk.size());
  std::optional<std::uint64_t> last_id;
  std::size_t at = Layout::kChunkHeaderBytes;
  for (;;) {
    const auto head = record_at(chunk, at);
    if (head && (at < end || (last_id && head->id == *last_id + 1))) {
      read_record(chunk, at, *head, sink);
      last_id = head->id;
      at += head->size;
      continue;
    }
    if (at >= end) break;
    if (free_space > chunk.size() && find_record(chunk, at, end) == end) {
      const auto size = load_le<std::uint32_t>(chunk, at + 4);
      const bool cut =
          plausible || (has_magic(chunk, at, kRecordMagic) && size && *size > chunk.size() - at);
      if (cut) {  // the file ends within this chunk's records
        skip(SkipReason::truncated, 1, at, chunk.size(), sink);
        return chunk.size();
      }
    }
    at = skip_damage(chunk, at, end, sink);
  }
  if (plausible && at == chunk.size() && free_space > at) {  // cut between two records
    skip(SkipReason::truncated, 0, at, at, sink);
  }
  return at;
}

/// Skips from a place where no record stands to the next that does, or to the end of the region.
std::size_t EvtxDecoder::skip_damage(Bytes chunk, std::size_t from, std::size_t end, Sink& sink) {
  const std::size_t next = find_record(chunk, from, end);
  const std::size_t used = from + size_without_trailing_zeros(chunk.subspan(from, next - from));
  if (used > from) skip(damage(chunk), 1, from, used, sink);
  if (next > used) sink.structure(next - used);
  return next;
}

void EvtxDecoder::read_record(Bytes chunk, std::size_t offset, const RecordHead& head, Sink& sink) {
  const BinXmlStatus status =
      reader_.read(offset + Layout::kRecordHeadBytes, offset + head.size - 4);
  if (status != BinXmlStatus::ok) {
    skip(status == BinXmlStatus::limit ? SkipReason::limit : damage(chunk), 1, offset,
         offset + head.size, sink);
    return;
  }
  RawRecord record;
  record.number = head.id;
  record.offset = offset_ + offset;
  record.bytes = chunk.subspan(offset, head.size);
  record.fields = reader_.fields();
  sink.record(record);
}

/// What lies behind the live records: zeros are padding, the rest is `reason` but for the records
/// that are carved.
void EvtxDecoder::read_slack(Bytes chunk, std::size_t from, SkipReason reason, Sink& sink) {
  const std::size_t end = from + size_without_trailing_zeros(chunk.subspan(from));
  std::size_t at = from;
  std::size_t kept = from;  // everything before is accounted for
  while (options_.carve && at < end) {
    at = find_record(chunk, at, end);
    const auto head = at < end ? record_at(chunk, at) : std::nullopt;
    if (!head) break;
    if (reader_.read(at + Layout::kRecordHeadBytes, at + head->size - 4) != BinXmlStatus::ok) {
      ++at;
      continue;
    }
    if (at > kept) skip(reason, 0, kept, at, sink);
    RawRecord record;
    record.number = head->id;
    record.offset = offset_ + at;
    record.bytes = chunk.subspan(at, head->size);
    record.fields = reader_.fields();
    record.carved = true;
    sink.record(record);
    at += head->size;
    kept = at;
  }
  if (end > kept) skip(reason, 0, kept, end, sink);
  const std::size_t padding = std::max(end, kept);
  if (chunk.size() > padding) sink.structure(chunk.size() - padding);
}

}  // namespace

std::unique_ptr<Decoder> make_evtx_decoder(const Options& options) {
  return std::make_unique<EvtxDecoder>(options);
}

}  // namespace interdict::decode
