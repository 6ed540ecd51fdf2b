#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "base/hash.hpp"
#include "source/source.hpp"

namespace interdict::source {

/// Leading bytes that archive_format wants to see (a tar says what it is at 257).
inline constexpr std::size_t kMagicBytes = 512;

/// Unpacked bytes below which the ratio is not judged: a small file of zeros is no bomb.
inline constexpr std::uint64_t kRatioFreeBytes = std::uint64_t{64} << 20U;

/// `zip`, `tar`, `gzip`, `bzip2`, `xz`, `zstd` or `7z`, told by the first bytes; else empty. O(1).
[[nodiscard]] std::string_view archive_format(Bytes first);

/// True if `path` would land outside of the folder it is unpacked in: absolute, with a drive
/// letter, or with a `..` part, by the rules of both slashes.
[[nodiscard]] bool leaves_archive(std::string_view path);

/// The packed bytes of one archive: an open file, or memory if `fd` is -1. Borrowed.
struct Packed {
  int fd = -1;
  Bytes memory;
  std::uint64_t size = 0;
};

/// What all archives in one file share, so that nesting does not multiply the limits.
struct Budget {
  std::uint64_t packed = 0;    ///< bytes of the outermost archive
  std::uint64_t unpacked = 0;  ///< bytes of all members so far
  std::uint64_t members = 0;
  std::set<Digest128> names;  ///< of the members so far: each row of the ledger has its own
};

/// Tells `visitor` the archive and then its members, nested archives too. `depth` is 1 for the
/// outermost. False if a limit of the whole file was reached: nothing more may be read from it.
bool read_archive(const std::string& name, std::string_view format, const Packed& packed,
                  const Limits& limits, unsigned depth, Budget& budget, Visitor& visitor);

}  // namespace interdict::source
