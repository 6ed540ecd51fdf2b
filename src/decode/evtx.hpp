#pragma once

#include <cstddef>
#include <memory>

#include "decode/decoder.hpp"

namespace interdict::decode {

/// Sizes of the Windows XML event log (libevtx format documentation, sections 2 to 4).
struct EvtxLayout {
  static constexpr std::size_t kFileHeaderBytes = 4096;
  static constexpr std::size_t kChunkBytes = 65536;
  static constexpr std::size_t kChunkHeaderBytes = 512;  ///< with its string and template tables
  /// Magic, size, number, FILETIME; then the binary XML; then the size again.
  static constexpr std::size_t kRecordHeadBytes = 24;
  static constexpr std::size_t kMinRecordBytes = kRecordHeadBytes + 4;
  static constexpr std::size_t kMaxRecordBytes = kChunkBytes - kChunkHeaderBytes;
};

/// Decoder of EVTX files. RawRecord::number is the record's own id; paths are those of
/// BinXmlReader (`Event.System.EventID`, `Event.EventData.<Name>`).
///
/// What the headers claim about counts is not used, but to tell space that never held a chunk
/// (`slack`) from a chunk that lost its magic (`bad_chunk_magic`). Of a chunk, the records up to
/// its free-space offset are read, and those right behind it whose ids go on (the header of a log
/// that was not closed is stale); what else lies there is slack. What cannot be read is
/// `bad_chunk_checksum` in a chunk whose checksum is wrong, else `bad_record`; a record beyond
/// BinXmlLimits is `limit`. A file may also begin with its first chunk (a carved-out one). Memory:
/// one chunk and BinXmlLimits::kMaxOutputBytes, twice.
[[nodiscard]] std::unique_ptr<Decoder> make_evtx_decoder(const Options& options);

}  // namespace interdict::decode
