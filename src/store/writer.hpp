#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "store/segment.hpp"

namespace interdict::store {

/// Appends findings to the segments of a folder, `findings-000001.seg` and on; always begins a new
/// file, never changes one that is there. Entries are on disk after close(), before that those of
/// full blocks may be. One thread.
class Writer {
 public:
  /// Makes the folder if need be. Error: io.
  [[nodiscard]] static Result<Writer> create(const std::string& folder);

  /// Error: limit (an id, host or body above its limit: the entry is not written), io.
  [[nodiscard]] Result<bool> append(Entry entry);
  /// Writes what is left and waits until the disk has it. Call once; an error leaves a torn tail.
  [[nodiscard]] Result<bool> close();

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  explicit Writer(std::string folder) : folder_(std::move(folder)) {}
  [[nodiscard]] Result<bool> open_next();
  [[nodiscard]] Result<bool> write_block();
  [[nodiscard]] Result<bool> finish_file();
  [[nodiscard]] Result<bool> write(const std::string& bytes);

  std::string folder_;
  std::string path_;
  std::unique_ptr<std::FILE, Close> file_;
  std::size_t number_ = 0;  ///< of the file
  std::size_t bytes_ = 0;   ///< of the file
  std::vector<Entry> block_;
  std::size_t block_bytes_ = 0;
};

}  // namespace interdict::store
