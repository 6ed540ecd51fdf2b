#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace interdict::pipeline {

/// Bytes put aside until they are wanted again: the first in memory, those past a budget in a
/// temporary file that has no name and goes with the process. Where there is no room for such a
/// file, everything stays in memory: nothing is lost. One thread.
class Spool {
 public:
  /// Where something was put.
  struct Place {
    std::uint64_t at = 0;
    std::uint32_t size = 0;
  };

  /// `memory_max`: bytes kept in memory. `folder` is where the file goes.
  explicit Spool(std::size_t memory_max, std::string folder = temporary_folder());
  ~Spool();
  Spool(Spool&&) noexcept;
  Spool& operator=(Spool&&) noexcept;
  Spool(const Spool&) = delete;
  Spool& operator=(const Spool&) = delete;

  /// Amortised O(size). `bytes` are fewer than 2^32.
  Place put(std::string_view bytes);

  /// What was put there, into `out`. False if the file cannot be read back. O(size), and a read of
  /// at most kBlockBytes around it if it is neither in memory nor near what was read before.
  [[nodiscard]] bool get(const Place& place, std::string& out);

  [[nodiscard]] std::size_t bytes_in_memory() const;
  /// True if the budget was passed and a file could not be had or filled.
  [[nodiscard]] bool lacks_file() const { return lacks_file_; }

  /// `TMPDIR`, else `/tmp`.
  [[nodiscard]] static std::string temporary_folder();

  static constexpr std::size_t kChunkBytes = std::size_t{1} << 20U;
  static constexpr std::size_t kBlockBytes = std::size_t{8} << 10U;

 private:
  using Memory = std::unique_ptr<char[]>;
  /// kChunkBytes of all that was put, the last one being filled.
  struct Chunk {
    Memory memory;              ///< null: in the file
    std::uint64_t file_at = 0;  ///< then: where
  };
  /// A part of the file that was read.
  struct Block {
    Memory memory;
    std::uint64_t file_at = UINT64_MAX;
  };

  void next_chunk();
  bool write_out(Chunk& chunk);
  [[nodiscard]] const char* block_at(std::uint64_t file_at);

  std::size_t memory_max_;
  std::string folder_;
  std::vector<Chunk> chunks_;
  std::size_t in_memory_ = 0;  ///< chunks
  std::uint64_t end_ = 0;      ///< of all that was put
  int file_ = -1;
  std::uint64_t file_end_ = 0;
  bool lacks_file_ = false;
  std::array<Block, 256> blocks_;  ///< by number of the block, those that share one in turns
};

}  // namespace interdict::pipeline
