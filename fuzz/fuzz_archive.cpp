// Any bytes as an archive, with small limits. Holds: no crash; files are told one after another and
// closed; no two rows of the ledger get the same name; no name leads out of the archive unless it
// is told as trouble; no more bytes come out than the limits allow; the same is told twice.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>

#include "base/hash.hpp"
#include "source/archive.hpp"

namespace {

using namespace interdict;
using namespace interdict::source;

constexpr Limits kLimits{.member_bytes_max = std::uint64_t{1} << 20U,
                         .archive_bytes_max = std::uint64_t{2} << 20U,
                         .ratio_max = 1000,
                         .nested_bytes_max = std::uint64_t{1} << 20U,
                         .depth_max = 3,
                         .members_max = 64};

void require(bool holds) {
  if (!holds) std::abort();
}

struct Checker final : Visitor {
  std::set<std::string> names;
  std::string open;
  bool is_open = false;
  std::uint64_t member_bytes = 0;
  std::uint64_t bytes = 0;
  std::uint64_t digest = 0;

  void begin(const std::string& name) override {
    require(!is_open && names.insert(name).second);
    require(!leaves_archive(std::string_view(name).substr(name.find('!') + 1)));
    is_open = true;
    open = name;
    member_bytes = 0;
    add(name);
  }
  void piece(Bytes piece) override {
    require(is_open && !piece.empty());
    member_bytes += piece.size();
    bytes += piece.size();
    require(member_bytes <= kLimits.member_bytes_max && bytes <= kLimits.archive_bytes_max);
    add(as_text(piece));
  }
  void end() override {
    require(is_open);
    is_open = false;
  }
  void archive(const std::string& name, const std::string& format, std::uint64_t /*bytes*/,
               const std::string& sha256) override {
    require(!is_open && names.insert(name).second);
    add(name + format + sha256);
  }
  void trouble(const std::string& name, Trouble what, std::uint64_t lost, std::uint64_t offset,
               const std::string& /*why*/) override {
    require(!is_open || name == open);
    add(name + std::to_string(static_cast<unsigned>(what)) + " " + std::to_string(lost) + " " +
        std::to_string(offset));
  }

 private:
  void add(std::string_view text) { digest = hash64(text, digest); }
};

std::uint64_t read(Bytes bytes, std::string_view format) {
  Checker checker;
  Budget budget;
  read_archive("in", format, {-1, bytes, bytes.size()}, kLimits, 1, budget, checker);
  require(!checker.is_open);
  return checker.digest;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes bytes(reinterpret_cast<const std::byte*>(data), size);
  const auto format = archive_format(bytes.first(size < kMagicBytes ? size : kMagicBytes));
  if (format.empty()) return 0;
  require(read(bytes, format) == read(bytes, format));
  return 0;
}
