#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace interdict {

/// Keeps copies of texts until it dies or is cleared; views into it stay valid until then, also
/// when the arena is moved. Amortised O(length) a copy, one allocation per 64 KiB. One thread.
class Arena {
 public:
  static constexpr std::size_t kBlockBytes = std::size_t{64} * 1024;

  [[nodiscard]] std::string_view copy(std::string_view text) {
    if (text.empty()) return {"", 0};
    char* target = allocate(text.size());
    std::memcpy(target, text.data(), text.size());
    return {target, text.size()};
  }

  /// `size` uninitialised bytes, not aligned.
  [[nodiscard]] char* allocate(std::size_t size) {
    if (size > kBlockBytes / 4) {  // a block of its own; the current one goes on being filled
      large_.emplace_back(new char[size]);
      bytes_ += size;
      return large_.back().get();
    }
    if (filled_ == 0 || kBlockBytes - used_ < size) {
      if (filled_ == blocks_.size()) {
        blocks_.emplace_back(new char[kBlockBytes]);  // not filled with zeros, unlike make_unique
        bytes_ += kBlockBytes;
      }
      ++filled_;
      used_ = 0;
    }
    char* result = blocks_[filled_ - 1].get() + used_;
    used_ += size;
    return result;
  }

  [[nodiscard]] std::size_t bytes() const { return bytes_; }

  void clear() {
    blocks_.clear();
    large_.clear();
    used_ = filled_ = bytes_ = 0;
  }

  /// As clear, but keeps the blocks to be filled again: no views stay valid.
  void rewind() {
    large_.clear();
    used_ = filled_ = 0;
    bytes_ = blocks_.size() * kBlockBytes;
  }

 private:
  std::vector<std::unique_ptr<char[]>> blocks_;
  std::vector<std::unique_ptr<char[]>> large_;
  std::size_t filled_ = 0;  ///< blocks in use; the last of them has room
  std::size_t used_ = 0;    ///< bytes of that one
  std::size_t bytes_ = 0;
};

}  // namespace interdict
