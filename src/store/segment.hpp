#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "event/timestamp.hpp"
#include "finding/detection.hpp"
#include "finding/intrusion.hpp"

namespace interdict::store {

/// What an entry is. The numbers stand in files: never change one.
enum class EntryType : std::uint8_t { detection = 1, intrusion = 2 };

/// One finding as a segment keeps it: what is searched for, and its text, which the store does not
/// look into.
struct Entry {
  EntryType type = EntryType::detection;
  Timestamp time;  ///< of its first event
  Timestamp last;  ///< of its last event; not before `time`
  std::string id;
  std::string host;  ///< as the finding spells it; of an intrusion empty
  std::string body;  ///< the finding as JSON
};

/// The entry of a finding, with the JSON that explain/ wrote of it.
[[nodiscard]] Entry entry_of(const finding::Detection& detection, std::string body);
[[nodiscard]] Entry entry_of(const finding::Intrusion& intrusion, std::string body);

// The format, docs/formats/segment.md. A file is a header and blocks; a block is never changed.
inline constexpr std::uint32_t kSegmentVersion = 1;
inline constexpr std::size_t kSegmentHeaderBytes = 24;
inline constexpr std::size_t kBlockHeaderBytes = 48;
inline constexpr std::size_t kEntryHeaderBytes = 28;
inline constexpr std::size_t kMaxNameBytes = 65'535;                   ///< of an id or a host
inline constexpr std::size_t kMaxBodyBytes = std::size_t{32} << 20U;   ///< of an entry
inline constexpr std::size_t kBlockBytes = std::size_t{1} << 20U;      ///< a block is full at it
inline constexpr std::size_t kMaxBlockBytes = std::size_t{40} << 20U;  ///< a larger one is damage
inline constexpr std::size_t kMaxSegmentBytes = std::size_t{256}
                                                << 20U;  ///< then a new file begins

[[nodiscard]] std::string encode_segment_header();
/// Precondition: not empty; texts within the limits; the block not above kMaxBlockBytes.
[[nodiscard]] std::string encode_block(std::span<const Entry> entries);

/// Which entries are wanted; an absent part asks nothing.
struct Query {
  std::optional<Timestamp> from{};  ///< entries that end before are not wanted
  std::optional<Timestamp> to{};    ///< entries that begin after are not wanted
  std::string host{};               ///< compared without ASCII case; empty: any
  std::optional<EntryType> type{};
};

/// What was met on a walk. bytes = kSegmentHeaderBytes + block bytes + damaged + torn.
struct Walked {
  std::uint64_t blocks = 0;          ///< that were whole, skipped ones included
  std::uint64_t blocks_skipped = 0;  ///< whose time range lies outside of the query
  std::uint64_t entries = 0;         ///< that were wanted
  std::uint64_t block_bytes = 0;     ///< of whole blocks
  std::uint64_t damaged_bytes = 0;  ///< between whole blocks, or in one that does not match its sum
  std::uint64_t torn_bytes = 0;     ///< a block at the end that was not written in full
};

/// Gives the wanted entries of a segment in the order in which they were written. After damage it
/// goes on at the next whole block. Errors: bad_magic, unsupported (another version), truncated (no
/// whole header). Never throws; O(bytes); allocates one entry at a time.
[[nodiscard]] Result<Walked> walk(Bytes segment, const Query& query,
                                  const std::function<void(const Entry&)>& on_entry);

}  // namespace interdict::store
