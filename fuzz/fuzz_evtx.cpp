// Property: whatever the bytes, the decoder accounts for each of them once, stays inside the input,
// and tells the same if it is fed in pieces. The first byte chooses options and the cut.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string_view>

#include "decode/binxml.hpp"
#include "decode/evtx.hpp"

namespace {

using namespace interdict;
using namespace interdict::decode;

void require(bool holds) {
  if (!holds) std::abort();
}

/// Adds up what it is told. The checksum depends on the order and on every text.
class Balance final : public Sink {
 public:
  explicit Balance(std::size_t size) : size_(size) {}

  void record(const RawRecord& record) override {
    require(record.offset == at_);
    require(!record.bytes.empty());
    require(record.fields.size() <= BinXmlLimits::kMaxFields);
    account(record.bytes.size());
    for (const RawField& field : record.fields) {
      mix(field.path);
      mix(field.text);
      mix(static_cast<std::uint64_t>(field.type));
    }
  }
  void structure(std::uint64_t bytes) override { account(bytes); }
  void skipped(SkipReason reason, std::uint64_t records, std::uint64_t bytes,
               std::uint64_t offset) override {
    require(offset == at_);
    mix(static_cast<std::uint64_t>(reason) + 16 * records);
    account(bytes);
  }

  [[nodiscard]] std::uint64_t accounted() const { return at_; }
  [[nodiscard]] std::uint64_t checksum() const { return checksum_; }

 private:
  void account(std::uint64_t bytes) {
    at_ += bytes;
    require(at_ <= size_);
    mix(bytes);
  }
  void mix(std::uint64_t value) { checksum_ = (checksum_ ^ value) * 0x100000001b3U; }
  void mix(std::string_view text) {
    for (const char c : text) mix(static_cast<std::uint64_t>(static_cast<unsigned char>(c)));
  }

  std::size_t size_;
  std::uint64_t at_ = 0;
  std::uint64_t checksum_ = 0xcbf29ce484222325U;
};

std::uint64_t run(Bytes input, std::size_t piece, const Options& options) {
  Balance balance(input.size());
  const std::unique_ptr<Decoder> decoder = make_evtx_decoder(options);
  for (Bytes rest = input; !rest.empty();) {
    const std::size_t size = rest.size() < piece ? rest.size() : piece;
    decoder->feed(rest.first(size), balance);
    rest = rest.subspan(size);
  }
  decoder->finish(balance);
  require(balance.accounted() == input.size());
  return balance.checksum();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const Bytes input(reinterpret_cast<const std::byte*>(data + 1), size - 1);
  const Options options{.carve = (data[0] & 1U) != 0};
  const std::size_t piece = 1 + std::size_t{data[0]} * 37;
  require(run(input, piece, options) == run(input, input.size() + 1, options));
  return 0;
}
