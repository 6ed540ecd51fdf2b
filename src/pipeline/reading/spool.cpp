#include "pipeline/reading/spool.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace interdict::pipeline {

namespace {

/// A file that nobody else can open; -1: none can be had.
int open_nameless(const std::string& folder) {
  const int file = open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file >= 0) return file;
  // Some file systems know no files without a name.
  std::string name = folder + "/interdict-XXXXXX";
  const int named = mkostemp(name.data(), O_CLOEXEC);
  if (named >= 0) unlink(name.c_str());
  return named;
}

bool write_all(int file, std::uint64_t at, const char* data, std::size_t size) {
  while (size > 0) {
    const auto done = pwrite(file, data, size, static_cast<off_t>(at));
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return false;
    data += done;
    at += static_cast<std::uint64_t>(done);
    size -= static_cast<std::size_t>(done);
  }
  return true;
}

/// As far as the file goes.
bool read_all(int file, std::uint64_t at, char* data, std::size_t size) {
  while (size > 0) {
    const auto done = pread(file, data, size, static_cast<off_t>(at));
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) return false;
    if (done == 0) return true;
    data += done;
    at += static_cast<std::uint64_t>(done);
    size -= static_cast<std::size_t>(done);
  }
  return true;
}

}  // namespace

std::string Spool::temporary_folder() {
  const char* named = std::getenv("TMPDIR");
  return named != nullptr && named[0] != '\0' ? named : "/tmp";
}

Spool::Spool(std::size_t memory_max, std::string folder)
    : memory_max_(memory_max), folder_(std::move(folder)) {}

Spool::~Spool() {
  if (file_ >= 0) close(file_);
}

Spool::Spool(Spool&& other) noexcept
    : memory_max_(other.memory_max_),
      folder_(std::move(other.folder_)),
      chunks_(std::move(other.chunks_)),
      in_memory_(std::exchange(other.in_memory_, 0)),
      end_(std::exchange(other.end_, 0)),
      file_(std::exchange(other.file_, -1)),
      file_end_(std::exchange(other.file_end_, 0)),
      lacks_file_(other.lacks_file_),
      blocks_(std::move(other.blocks_)) {
  other.chunks_.clear();
}

Spool& Spool::operator=(Spool&& other) noexcept {
  Spool taken(std::move(other));
  std::swap(memory_max_, taken.memory_max_);
  std::swap(folder_, taken.folder_);
  std::swap(chunks_, taken.chunks_);
  std::swap(in_memory_, taken.in_memory_);
  std::swap(end_, taken.end_);
  std::swap(file_, taken.file_);
  std::swap(file_end_, taken.file_end_);
  std::swap(lacks_file_, taken.lacks_file_);
  std::swap(blocks_, taken.blocks_);
  return *this;
}

std::size_t Spool::bytes_in_memory() const {
  return in_memory_ * kChunkBytes;
}

bool Spool::write_out(Chunk& chunk) {
  if (lacks_file_) return false;
  if (file_ < 0) file_ = open_nameless(folder_);
  if (file_ < 0 || !write_all(file_, file_end_, chunk.memory.get(), kChunkBytes)) {
    lacks_file_ = true;
    return false;
  }
  chunk.file_at = file_end_;
  file_end_ += kChunkBytes;
  return true;
}

/// Makes room for more: the chunk that is full goes out if the budget is spent, and its memory is
/// filled again.
void Spool::next_chunk() {
  Memory memory;
  if (!chunks_.empty() && (in_memory_ + 1) * kChunkBytes > memory_max_ &&
      write_out(chunks_.back())) {
    memory = std::move(chunks_.back().memory);
  } else {
    memory.reset(new char[kChunkBytes]);  // not filled with zeros, unlike make_unique
    ++in_memory_;
  }
  chunks_.push_back({std::move(memory), 0});
}

Spool::Place Spool::put(std::string_view bytes) {
  const Place place{end_, static_cast<std::uint32_t>(bytes.size())};
  while (!bytes.empty()) {
    const auto used = static_cast<std::size_t>(end_ % kChunkBytes);
    if (used == 0) next_chunk();
    const auto part = bytes.substr(0, kChunkBytes - used);
    std::memcpy(chunks_.back().memory.get() + used, part.data(), part.size());
    end_ += part.size();
    bytes.remove_prefix(part.size());
  }
  return place;
}

const char* Spool::block_at(std::uint64_t file_at) {
  auto& block = blocks_[file_at / kBlockBytes % blocks_.size()];
  if (block.file_at == file_at) return block.memory.get();
  if (block.memory == nullptr) block.memory.reset(new char[kBlockBytes]);
  if (!read_all(file_, file_at, block.memory.get(), kBlockBytes)) {
    block.file_at = UINT64_MAX;
    return nullptr;
  }
  block.file_at = file_at;
  return block.memory.get();
}

bool Spool::get(const Place& place, std::string& out) {
  out.clear();
  auto at = place.at;
  const auto end = place.at + place.size;
  while (at < end) {
    const auto& chunk = chunks_[at / kChunkBytes];
    const auto offset = static_cast<std::size_t>(at % kChunkBytes);
    // Blocks divide chunks.
    const auto unit = chunk.memory != nullptr ? kChunkBytes : kBlockBytes;
    const auto size = std::min<std::uint64_t>(end - at, unit - offset % unit);
    if (chunk.memory != nullptr) {
      out.append(chunk.memory.get() + offset, size);
    } else {
      const char* const block = block_at(chunk.file_at + offset - offset % kBlockBytes);
      if (block == nullptr) return false;
      out.append(block + offset % kBlockBytes, size);
    }
    at += size;
  }
  return true;
}

}  // namespace interdict::pipeline
