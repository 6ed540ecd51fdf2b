#include "store/writer.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>

#include <unistd.h>

namespace interdict::store {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kMaxFiles = 999'999;

std::string file_name(std::size_t number) {
  const auto digits = std::to_string(number);
  return "findings-" + std::string(6 - digits.size(), '0') + digits + ".seg";
}

tl::unexpected<Error> io_error(const std::string& path) {
  return fail(Errc::io, std::string("cannot be written: ") + std::strerror(errno),
              Where{.file = path});
}

}  // namespace

Result<Writer> Writer::create(const std::string& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (!fs::is_directory(folder, error)) {
    return fail(Errc::io, "cannot be made", Where{.file = folder});
  }
  Writer out(folder);
  INTERDICT_TRY(const bool opened, out.open_next());
  static_cast<void>(opened);
  return out;
}

Result<bool> Writer::open_next() {
  while (++number_ <= kMaxFiles) {
    path_ = (fs::path(folder_) / file_name(number_)).string();
    file_.reset(std::fopen(path_.c_str(), "wbx"));  // x: fails if the file is there
    if (file_ != nullptr) {
      bytes_ = 0;
      return write(encode_segment_header());
    }
    if (errno != EEXIST) return io_error(path_);
  }
  return fail(Errc::limit, "holds as many segments as can be named", Where{.file = folder_});
}

Result<bool> Writer::write(const std::string& bytes) {
  bytes_ += bytes.size();
  if (std::fwrite(bytes.data(), 1, bytes.size(), file_.get()) != bytes.size()) {
    return io_error(path_);
  }
  return true;
}

Result<bool> Writer::write_block() {
  if (block_.empty()) return true;
  const auto bytes = encode_block(block_);
  block_.clear();
  block_bytes_ = 0;
  return write(bytes);
}

Result<bool> Writer::finish_file() {
  if (std::fflush(file_.get()) != 0 || fsync(fileno(file_.get())) != 0) return io_error(path_);
  if (std::fclose(file_.release()) != 0) return io_error(path_);
  return true;
}

Result<bool> Writer::append(Entry entry) {
  if (entry.id.size() > kMaxNameBytes || entry.host.size() > kMaxNameBytes ||
      entry.body.size() > kMaxBodyBytes) {
    return fail(Errc::limit, "`" + entry.id.substr(0, 40) + "` is larger than a segment takes");
  }
  block_bytes_ += kEntryHeaderBytes + entry.id.size() + entry.host.size() + entry.body.size();
  block_.push_back(std::move(entry));
  if (block_bytes_ < kBlockBytes) return true;
  INTERDICT_TRY(const bool written, write_block());
  if (bytes_ < kMaxSegmentBytes) return written;
  INTERDICT_TRY(const bool finished, finish_file());
  static_cast<void>(finished);
  return open_next();
}

Result<bool> Writer::close() {
  INTERDICT_TRY(const bool written, write_block());
  static_cast<void>(written);
  return finish_file();
}

}  // namespace interdict::store
