#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/hash.hpp"
#include "decode/decoder.hpp"

/// What the fuzz targets of text decoders hold a decoder to.
namespace interdict::fuzz {

/// A hash of all that a decoder tells, and the sum of the bytes that it accounts for.
struct Digest final : decode::Sink {
  std::uint64_t bytes = 0;
  std::uint64_t hash = 0;

  void add(std::string_view text) { hash = hash64(text, hash); }
  void record(const decode::RawRecord& record) override {
    bytes += record.bytes.size();
    add("record " + std::to_string(record.number) + " " + std::to_string(record.offset));
    add(as_text(record.bytes));
    for (const auto& field : record.fields) {
      add(field.path);
      add(field.text);
    }
  }
  void structure(std::uint64_t count) override {
    bytes += count;
    add("structure " + std::to_string(count));
  }
  void skipped(decode::SkipReason reason, std::uint64_t records, std::uint64_t count,
               std::uint64_t offset) override {
    bytes += count;
    add(decode::to_string(reason));
    add(std::to_string(records) + " " + std::to_string(count) + " " + std::to_string(offset));
  }
};

/// The hash over `bytes` in pieces of `piece`; aborts if a byte is not accounted for, or twice.
inline std::uint64_t digest_of(std::string_view format, Bytes bytes, std::size_t piece) {
  Digest digest;
  const auto decoder = decode::make_decoder(format, {});
  for (auto rest = bytes; !rest.empty();) {
    const auto size = piece < rest.size() ? piece : rest.size();
    decoder->feed(rest.first(size), digest);
    rest = rest.subspan(size);
  }
  decoder->finish(digest);
  if (digest.bytes != bytes.size()) std::abort();
  return digest.hash;
}

/// Aborts if how the bytes are cut into pieces changes anything that is told.
inline void check_decoder(std::string_view format, Bytes bytes) {
  const auto whole = digest_of(format, bytes, bytes.size() + 1);
  if (digest_of(format, bytes, 1) != whole || digest_of(format, bytes, 5) != whole) std::abort();
}

}  // namespace interdict::fuzz
