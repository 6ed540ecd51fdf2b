// The first line names a format (or its first byte chooses one), the rest are its bytes: nothing is
// read out of bounds, every byte is accounted for once, and how the bytes are cut into pieces
// changes nothing that is told.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/hash.hpp"
#include "decode/decoder.hpp"

namespace {

using interdict::Bytes;
using interdict::hash64;

struct Digest final : interdict::decode::Sink {
  std::uint64_t bytes = 0;
  std::uint64_t hash = 0;

  void add(std::string_view text) { hash = hash64(text, hash); }
  void record(const interdict::decode::RawRecord& record) override {
    bytes += record.bytes.size();
    add("record " + std::to_string(record.number) + " " + std::to_string(record.offset));
    add(interdict::as_text(record.bytes));
    for (const auto& field : record.fields) {
      add(field.path);
      add(field.text);
    }
  }
  void structure(std::uint64_t count) override {
    bytes += count;
    add("structure " + std::to_string(count));
  }
  void skipped(interdict::decode::SkipReason reason, std::uint64_t records, std::uint64_t count,
               std::uint64_t offset) override {
    bytes += count;
    add(interdict::decode::to_string(reason));
    add(std::to_string(records) + " " + std::to_string(count) + " " + std::to_string(offset));
  }
};

std::uint64_t decode(std::string_view format, Bytes bytes, std::size_t piece) {
  Digest digest;
  const auto decoder = interdict::decode::make_decoder(format, {});
  for (auto rest = bytes; !rest.empty();) {
    const auto size = piece < rest.size() ? piece : rest.size();
    decoder->feed(rest.first(size), digest);
    rest = rest.subspan(size);
  }
  decoder->finish(digest);
  if (digest.bytes != bytes.size()) std::abort();
  return digest.hash;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes input(reinterpret_cast<const std::byte*>(data), size);
  const auto text = interdict::as_text(input);
  const auto end = text.find('\n');
  if (end == std::string_view::npos) return 0;
  const auto formats = interdict::decode::formats();
  auto format = text.substr(0, end);
  if (interdict::decode::make_decoder(format, {}) == nullptr)
    format = formats[data[0] % formats.size()];
  const auto bytes = input.subspan(end + 1);
  const auto whole = decode(format, bytes, size);
  if (decode(format, bytes, 1) != whole || decode(format, bytes, 5) != whole) std::abort();
  return 0;
}
