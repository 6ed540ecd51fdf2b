#include "store/segment.hpp"

#include <algorithm>
#include <cassert>
#include <vector>

#include "base/hash.hpp"

namespace interdict::store {

namespace {

constexpr std::string_view kSegmentMagic = "INTRDSEG";
constexpr std::uint32_t kBlockMagic = 0x4B4C4249;  // "IBLK"

template <class T>
void put(std::string& out, T value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

std::uint64_t sum_of(Bytes bytes) {
  return hash64(as_text(bytes));
}

struct BlockHeader {
  std::uint32_t entries = 0;
  std::uint32_t bytes = 0;  ///< of the entries
  std::int64_t first_ns = 0;
  std::int64_t last_ns = 0;
  std::uint64_t sum = 0;  ///< of the entries' bytes
};

/// Nothing unless a whole and unharmed block header stands at `at`.
std::optional<BlockHeader> block_header(Bytes segment, std::uint64_t at) {
  const auto bytes = slice(segment, at, kBlockHeaderBytes);
  if (!bytes || load_le<std::uint32_t>(*bytes, 0) != kBlockMagic ||
      load_le<std::uint64_t>(*bytes, 40) != sum_of(bytes->first(40))) {
    return std::nullopt;
  }
  BlockHeader out{.entries = *load_le<std::uint32_t>(*bytes, 4),
                  .bytes = *load_le<std::uint32_t>(*bytes, 8),
                  .first_ns = *load_le<std::int64_t>(*bytes, 16),
                  .last_ns = *load_le<std::int64_t>(*bytes, 24),
                  .sum = *load_le<std::uint64_t>(*bytes, 32)};
  if (out.bytes > kMaxBlockBytes) return std::nullopt;
  return out;
}

/// The next place at or after `at` where a block header stands; the segment's end if there is none.
std::uint64_t next_block(Bytes segment, std::uint64_t at) {
  const auto text = as_text(segment);
  const auto magic = std::string_view(reinterpret_cast<const char*>(&kBlockMagic), 4);
  for (auto found = text.find(magic, at); found != std::string_view::npos;
       found = text.find(magic, found + 1)) {
    if (block_header(segment, found)) return found;
  }
  return segment.size();
}

/// Takes one entry off `rest`; nothing if it does not fit.
std::optional<Entry> take_entry(Bytes& rest) {
  if (rest.size() < kEntryHeaderBytes) return std::nullopt;
  const auto type = *load_le<std::uint8_t>(rest, 0);
  const auto digits = *load_le<std::uint8_t>(rest, 1);
  const auto last_digits = *load_le<std::uint8_t>(rest, 2);
  const std::uint64_t id = *load_le<std::uint16_t>(rest, 4);
  const std::uint64_t host = *load_le<std::uint16_t>(rest, 6);
  const std::uint64_t body = *load_le<std::uint32_t>(rest, 8);
  Entry out;
  out.time = {*load_le<std::int64_t>(rest, 12), digits};
  out.last = {*load_le<std::int64_t>(rest, 20), last_digits};
  const bool is_known = type == 1 || type == 2;
  if (!is_known || digits > 9 || last_digits > 9 || out.last < out.time) return std::nullopt;
  const auto texts = slice(rest, kEntryHeaderBytes, id + host + body);
  if (!texts) return std::nullopt;
  out.type = static_cast<EntryType>(type);
  const auto text = as_text(*texts);
  out.id = text.substr(0, id);
  out.host = text.substr(id, host);
  out.body = text.substr(id + host);
  rest = rest.subspan(kEntryHeaderBytes + texts->size());
  return out;
}

bool same_name(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::ranges::equal(a, b, {}, lower, lower);
}

bool in_range(const Query& query, std::int64_t first_ns, std::int64_t last_ns) {
  return (!query.from || last_ns >= query.from->ns) && (!query.to || first_ns <= query.to->ns);
}

bool is_wanted(const Query& query, const Entry& entry) {
  return in_range(query, entry.time.ns, entry.last.ns) &&
         (!query.type || *query.type == entry.type) &&
         (query.host.empty() || same_name(query.host, entry.host));
}

/// Whether the block's entries fill it exactly, as many as its header says.
bool is_well_formed(Bytes block, std::uint32_t entries) {
  for (; entries > 0; --entries) {
    if (!take_entry(block)) return false;
  }
  return block.empty();
}

}  // namespace

Entry entry_of(const finding::Detection& detection, std::string body) {
  return {EntryType::detection, detection.time, std::max(detection.time, detection.last),
          detection.id,         detection.host, std::move(body)};
}

Entry entry_of(const finding::Intrusion& intrusion, std::string body) {
  return {EntryType::intrusion,
          intrusion.first_seen,
          std::max(intrusion.first_seen, intrusion.last_seen),
          intrusion.id,
          {},
          std::move(body)};
}

std::string encode_segment_header() {
  std::string out(kSegmentMagic);
  put(out, kSegmentVersion);
  put(out, std::uint32_t{0});
  put(out, hash64(out));
  return out;
}

std::string encode_block(std::span<const Entry> entries) {
  assert(!entries.empty());
  std::string body;
  auto first = entries.front().time.ns;
  auto last = entries.front().last.ns;
  for (const Entry& entry : entries) {
    first = std::min(first, entry.time.ns);
    last = std::max(last, entry.last.ns);
    put(body, static_cast<std::uint8_t>(entry.type));
    put(body, entry.time.digits);
    put(body, entry.last.digits);
    put(body, std::uint8_t{0});
    put(body, static_cast<std::uint16_t>(entry.id.size()));
    put(body, static_cast<std::uint16_t>(entry.host.size()));
    put(body, static_cast<std::uint32_t>(entry.body.size()));
    put(body, entry.time.ns);
    put(body, entry.last.ns);
    body += entry.id;
    body += entry.host;
    body += entry.body;
  }
  std::string out;
  put(out, kBlockMagic);
  put(out, static_cast<std::uint32_t>(entries.size()));
  put(out, static_cast<std::uint32_t>(body.size()));
  put(out, std::uint32_t{0});
  put(out, first);
  put(out, last);
  put(out, hash64(body));
  put(out, hash64(out));
  return out + body;
}

Result<Walked> walk(Bytes segment, const Query& query,
                    const std::function<void(const Entry&)>& on_entry) {
  if (segment.size() < kSegmentHeaderBytes) return fail(Errc::truncated, "no whole header");
  if (as_text(segment.first(8)) != kSegmentMagic) return fail(Errc::bad_magic, "is no segment");
  if (load_le<std::uint64_t>(segment, 16) != sum_of(segment.first(16))) {
    return fail(Errc::bad_magic, "its header does not match its checksum");
  }
  const auto version = *load_le<std::uint32_t>(segment, 8);
  if (version != kSegmentVersion) {
    return fail(Errc::unsupported, "a segment of version " + std::to_string(version));
  }
  Walked out;
  std::uint64_t at = kSegmentHeaderBytes;
  while (at < segment.size()) {
    const auto header = block_header(segment, at);
    if (!header) {
      // With no whole block behind it this is the end of a write that was cut short.
      const auto next = next_block(segment, at + 1);
      (next == segment.size() ? out.torn_bytes : out.damaged_bytes) += next - at;
      at = next;
      continue;
    }
    const std::uint64_t size = kBlockHeaderBytes + header->bytes;
    const auto body = slice(segment, at + kBlockHeaderBytes, header->bytes);
    if (!body) {
      const auto next = next_block(segment, at + 1);
      (next == segment.size() ? out.torn_bytes : out.damaged_bytes) += next - at;
      at = next;
      continue;
    }
    at += size;
    if (!in_range(query, header->first_ns, header->last_ns)) {
      ++out.blocks;
      ++out.blocks_skipped;
      out.block_bytes += size;
      continue;
    }
    if (sum_of(*body) != header->sum || !is_well_formed(*body, header->entries)) {
      out.damaged_bytes += size;
      continue;
    }
    ++out.blocks;
    out.block_bytes += size;
    Bytes rest = *body;
    while (auto entry = take_entry(rest)) {
      if (!is_wanted(query, *entry)) continue;
      ++out.entries;
      on_entry(*entry);
    }
  }
  return out;
}

}  // namespace interdict::store
