#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace interdict::source {

/// Bounds on what archives may unfold to; reaching one is reported, never silent.
struct Limits {
  std::uint64_t member_bytes_max = std::uint64_t{8} << 30U;  ///< one unpacked member
  /// All members of one file, nested ones too.
  std::uint64_t archive_bytes_max = std::uint64_t{64} << 30U;
  std::uint64_t ratio_max = 1000;  ///< unpacked : packed, judged once past 64 MiB unpacked
  /// An archive inside an archive (held in memory).
  std::uint64_t nested_bytes_max = std::uint64_t{1} << 30U;
  unsigned depth_max = 4;
  std::uint64_t members_max = 100'000;
};

/// One file to read: where it is, and the name that every output uses for it.
struct Input {
  std::string path;  ///< on disk; `-` is standard input
  std::string name;  ///< relative to the INPUT as given; led by it where two would be equal
};

/// Why an input (or the rest of it) could not be read. The words are the ledger's.
enum class Trouble : std::uint8_t { unreadable, encrypted, truncated, limit, path_outside_archive };

/// Takes the bytes. For each file: open(file) … close(file), with piece() between; for an archive
/// its members come nested inside it, one after another.
class Visitor {
 public:
  Visitor() = default;
  Visitor(const Visitor&) = delete;
  Visitor& operator=(const Visitor&) = delete;
  Visitor(Visitor&&) = delete;
  Visitor& operator=(Visitor&&) = delete;
  virtual ~Visitor() = default;

  virtual void begin(const std::string& name) = 0;  ///< a file or member that is no archive
  virtual void piece(Bytes bytes) = 0;              ///< in order; valid during the call only
  virtual void end() = 0;
  /// An archive: its own bytes (all structure), with their SHA-256 and format (`zip`, `gzip`, …).
  virtual void archive(const std::string& name, const std::string& format, std::uint64_t bytes,
                       const std::string& sha256) = 0;
  /// `name` (a file, or a member) could not be read from `offset` on; `bytes` is what is known to
  /// be lost (packed size where the unpacked one is unknown). Comes instead of, or inside, begin …
  /// end.
  virtual void trouble(const std::string& name, Trouble what, std::uint64_t bytes,
                       std::uint64_t offset, const std::string& why) = 0;
};

/// The files under the INPUTs, in order of name. A path that is not there, or a folder without a
/// single file, is an error if it is all there is; beside others it comes as an Input that fails
/// when read. Links to folders are not followed. Names are relative to the INPUT (a file's is its
/// base name).
[[nodiscard]] Result<std::vector<Input>> list_inputs(const std::vector<std::string>& paths);

/// Reads one input through to its end. Archives (zip, tar, gz, bz2, xz, zst, 7z, nested) are told
/// by content and unpacked in a stream, members named `archive.zip!inner.json`; of members with one
/// name the second is `archive.zip!inner.json#2`. Never throws.
void read_input(const Input& input, const Limits& limits, Visitor& visitor);

}  // namespace interdict::source
