// Property: whatever the bytes, a walk accounts for each of them once, gives only entries that lie
// in the range asked for, and those a narrower query gives are among those of the widest.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "store/segment.hpp"

namespace {

using namespace interdict;
using namespace interdict::store;

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes bytes(reinterpret_cast<const std::byte*>(data), size);
  std::uint64_t all = 0;
  std::optional<Timestamp> middle;
  const auto walked = walk(bytes, {}, [&](const Entry& entry) {
    ++all;
    require(entry.time <= entry.last && entry.time.digits <= 9);
    require(entry.id.size() + entry.host.size() + entry.body.size() <= size);
    middle = entry.time;
  });
  if (!walked) return 0;
  require(walked->entries == all);
  require(kSegmentHeaderBytes + walked->block_bytes + walked->damaged_bytes + walked->torn_bytes ==
          size);
  const Query narrow{.from = middle, .to = middle, .type = EntryType::detection};
  const auto again = walk(bytes, narrow, [&](const Entry& entry) {
    require(!middle || (entry.time <= *middle && *middle <= entry.last));
    require(entry.type == EntryType::detection);
  });
  require(again && again->entries <= all);
  return 0;
}
