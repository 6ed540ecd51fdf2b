#include "source/archive.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>
#include <memory>
#include <tuple>
#include <utility>
#include <vector>

#include <archive.h>
#include <archive_entry.h>
#include <unistd.h>

#include "base/hash.hpp"
#include "base/unicode.hpp"

namespace interdict::source {
namespace {

constexpr std::size_t kPieceBytes = std::size_t{1} << 20U;

/// The packed bytes as libarchive's callbacks want them.
struct Feed {
  Packed packed;
  std::uint64_t position = 0;
  bool ended = false;  ///< the last read found nothing: what fails now is cut off
  std::vector<std::byte> buffer;

  /// The next piece; empty at the end. Nothing on a read error (errno is set).
  bool next(Bytes& piece) {
    if (packed.fd < 0) {
      const auto from = std::min<std::uint64_t>(position, packed.memory.size());
      piece = packed.memory.subspan(from, std::min(kPieceBytes, packed.memory.size() - from));
    } else {
      buffer.resize(kPieceBytes);
      ssize_t got = -1;
      do {
        got = pread(packed.fd, buffer.data(), buffer.size(), static_cast<off_t>(position));
      } while (got < 0 && errno == EINTR);
      if (got < 0) return false;
      piece = Bytes(buffer).first(static_cast<std::size_t>(got));
    }
    position += piece.size();
    ended = piece.empty();
    return true;
  }
};

la_ssize_t read_callback(archive* handle, void* context, const void** out) {
  Bytes piece;
  if (!static_cast<Feed*>(context)->next(piece)) {
    archive_set_error(handle, errno, "%s", std::strerror(errno));
    return ARCHIVE_FATAL;
  }
  *out = piece.data();
  return static_cast<la_ssize_t>(piece.size());
}

la_int64_t seek_callback(archive*, void* context, la_int64_t offset, int whence) {
  auto& feed = *static_cast<Feed*>(context);
  std::uint64_t base = 0;
  if (whence == SEEK_CUR) base = feed.position;
  if (whence == SEEK_END) base = feed.packed.size;
  const auto target = static_cast<std::int64_t>(base) + offset;
  if (target < 0) return ARCHIVE_FATAL;
  feed.position = static_cast<std::uint64_t>(target);
  feed.ended = false;
  return target;
}

struct FreeArchive {
  void operator()(archive* handle) const { archive_read_free(handle); }
};
using Handle = std::unique_ptr<archive, FreeArchive>;

bool is_stream(std::string_view format) {
  return format == "gzip" || format == "bzip2" || format == "xz" || format == "zstd";
}

/// Exactly the readers that `format` needs: a gzip inside a gzip is a nested archive of ours, so
/// that it is counted, and not a chain of filters inside libarchive.
Handle make_handle(std::string_view format) {
  Handle handle(archive_read_new());
  if (!handle) return handle;
  if (format == "zip") archive_read_support_format_zip(handle.get());
  if (format == "7z") archive_read_support_format_7zip(handle.get());
  if (format == "tar" || is_stream(format)) archive_read_support_format_tar(handle.get());
  if (format == "gzip") archive_read_support_filter_gzip(handle.get());
  if (format == "bzip2") archive_read_support_filter_bzip2(handle.get());
  if (format == "xz") archive_read_support_filter_xz(handle.get());
  if (format == "zstd") archive_read_support_filter_zstd(handle.get());
  if (is_stream(format)) {
    archive_read_support_format_raw(handle.get());
    archive_read_support_format_empty(handle.get());
  }
  return handle;
}

/// `logs/a.json.gz` holds `a.json`; a packed file of another name holds `data`.
std::string stream_member(std::string_view archive_name) {
  auto base = archive_name.substr(archive_name.find_last_of("/!") + 1);
  const auto dot = base.rfind('.');
  if (dot == std::string_view::npos || dot == 0) return "data";
  for (const std::string_view suffix : {".gz", ".bz2", ".xz", ".zst"}) {
    if (base.substr(dot) == suffix) return std::string(base.substr(0, dot));
  }
  return "data";
}

class ArchiveReader {
 public:
  ArchiveReader(const std::string& name, std::string_view format, const Packed& packed,
                const Limits& limits, unsigned depth, Budget& budget, Visitor& visitor)
      : name_(name),
        format_(format),
        limits_(limits),
        depth_(depth),
        budget_(budget),
        visitor_(visitor),
        feed_{packed, 0, false, {}} {}

  bool run() {
    if (!hash()) return true;
    handle_ = make_handle(format_);
    if (!handle_) {
      lost(name_, Trouble::unreadable, feed_.packed.size, 0, "no memory for an archive reader");
      return true;
    }
    archive_read_set_seek_callback(handle_.get(), seek_callback);
    if (archive_read_open2(handle_.get(), &feed_, nullptr, read_callback, nullptr, nullptr) !=
        ARCHIVE_OK) {
      failed(name_, 0, 0);
      return true;
    }
    opened_ = true;
    return members();
  }

 private:
  enum class Next : std::uint8_t { go_on, stop_archive, stop_file };

  /// First pass: the archive's own bytes, for the visitor's books.
  bool hash() {
    Sha256 sha;
    std::uint64_t bytes = 0;
    for (Bytes piece;;) {
      if (!feed_.next(piece)) {
        const std::string why = std::strerror(errno);  // before the visitor may change it
        visitor_.archive(name_, std::string(format_), bytes, sha.finish());
        const auto left = feed_.packed.size > bytes ? feed_.packed.size - bytes : 0;
        lost(name_, Trouble::unreadable, left, bytes, why);
        return false;
      }
      if (piece.empty()) break;
      sha.update(piece);
      bytes += piece.size();
    }
    feed_.packed.size = bytes;
    feed_.position = 0;
    feed_.ended = false;
    if (depth_ == 1) budget_.packed = bytes;
    visitor_.archive(name_, std::string(format_), bytes, sha.finish());
    return true;
  }

  bool members() {
    for (;;) {
      archive_entry* entry = nullptr;
      const int code = archive_read_next_header(handle_.get(), &entry);
      if (code == ARCHIVE_EOF) return true;
      if (code < ARCHIVE_WARN) {
        failed(name_, 0, consumed());
        if (code == ARCHIVE_FATAL) return true;
        if (++failures_ > kMaxFailures) return true;
        continue;
      }
      if (++budget_.members > limits_.members_max) {
        lost(name_, Trouble::limit, 0, consumed(), "more members than allowed");
        return false;
      }
      const auto next = member(entry);
      if (next == Next::stop_archive) return true;
      if (next == Next::stop_file) return false;
    }
  }

  Next member(archive_entry* entry) {
    const auto type = archive_entry_filetype(entry);
    // Folders have no bytes and links only point: neither is followed nor read.
    if (type == AE_IFDIR || type == AE_IFLNK || archive_entry_hardlink(entry) != nullptr) {
      return Next::go_on;
    }
    const auto path = member_path(entry);
    const auto name = distinct(name_ + "!" + path);
    const auto size = archive_entry_size_is_set(entry) != 0 && archive_entry_size(entry) > 0
                          ? static_cast<std::uint64_t>(archive_entry_size(entry))
                          : 0;
    if (leaves_archive(path)) {
      lost(name, Trouble::path_outside_archive, size, 0, "its path leaves the archive");
      return Next::go_on;
    }
    if (archive_entry_is_encrypted(entry) != 0) {
      lost(name, Trouble::encrypted, size, 0, "a passphrase is needed");
      return Next::go_on;
    }
    return contents(name, size);
  }

  std::string member_path(archive_entry* entry) {
    if (is_stream(format_) && archive_format(handle_.get()) == ARCHIVE_FORMAT_RAW) {
      return stream_member(name_);
    }
    const char* path = archive_entry_pathname_utf8(entry);
    if (path == nullptr) path = archive_entry_pathname(entry);
    if (path == nullptr || *path == '\0') return "member-" + std::to_string(budget_.members);
    return to_valid_utf8(path);
  }

  /// An archive may hold one name twice: the second becomes `name#2`, in the archive's order.
  std::string distinct(std::string name) {
    const auto is_new = [this](const std::string& text) {
      return budget_.names.insert(hash128(as_byte_span(text))).second;
    };
    if (is_new(name)) return name;
    unsigned& number = repeats_.try_emplace(hash128(as_byte_span(name)), 1).first->second;
    std::string numbered;
    do {
      numbered = name + "#" + std::to_string(++number);
    } while (!is_new(numbered));
    return numbered;
  }

  static int archive_format(archive* handle) { return ::archive_format(handle); }

  /// Reads the member piece by piece; an archive inside is held in memory and read after that.
  Next contents(const std::string& name, std::uint64_t size) {
    buffer_.resize(kPieceBytes);
    auto [got, code] = fill();
    const auto inner = source::archive_format(Bytes(buffer_).first(got));
    const bool nested = !inner.empty();
    if (nested && depth_ >= limits_.depth_max) {
      lost(name, Trouble::limit, size, 0, "archives nested too deeply");
      return Next::go_on;
    }
    std::vector<std::byte> held;
    std::uint64_t done = 0;
    auto next = Next::go_on;
    if (!nested) visitor_.begin(name);
    while (got > 0 || code != ARCHIVE_EOF) {
      done += got;
      budget_.unpacked += got;
      const auto* stop = over_limit(done, nested, next);
      if (stop != nullptr) {
        lost(name, Trouble::limit, size > done - got ? size - (done - got) : 0, done - got, stop);
        if (nested) return next;
        break;
      }
      const auto piece = Bytes(buffer_).first(got);
      if (nested) {
        held.insert(held.end(), piece.begin(), piece.end());
      } else if (got > 0) {
        visitor_.piece(piece);
      }
      if (code < ARCHIVE_OK) {
        failed(name, size > done ? size - done : 0, done);
        next = code == ARCHIVE_FATAL ? Next::stop_archive : Next::go_on;
        break;
      }
      if (code == ARCHIVE_EOF) break;
      std::tie(got, code) = fill();
    }
    if (!nested) {
      visitor_.end();
      return next;
    }
    const bool go_on =
        read_archive(name, inner, {-1, held, held.size()}, limits_, depth_ + 1, budget_, visitor_);
    return go_on ? next : Next::stop_file;
  }

  /// Why `done` bytes of a member are too many, or null; `next` says what is given up with it.
  const char* over_limit(std::uint64_t done, bool nested, Next& next) const {
    if (budget_.unpacked > limits_.archive_bytes_max) {
      next = Next::stop_file;
      return "the archive unfolds to more bytes than allowed";
    }
    if (budget_.unpacked > kRatioFreeBytes &&
        budget_.unpacked / std::max<std::uint64_t>(budget_.packed, 1) >= limits_.ratio_max) {
      next = Next::stop_file;
      return "the archive unfolds to too many times its size";
    }
    if (nested && done > limits_.nested_bytes_max) return "a nested archive larger than allowed";
    if (done > limits_.member_bytes_max) return "a member larger than allowed";
    return nullptr;
  }

  /// Fills buffer_ as far as the member goes. The code is ARCHIVE_OK while there may be more.
  std::pair<std::size_t, int> fill() {
    std::size_t filled = 0;
    while (filled < buffer_.size()) {
      const auto got =
          archive_read_data(handle_.get(), buffer_.data() + filled, buffer_.size() - filled);
      if (got == 0) return {filled, ARCHIVE_EOF};
      if (got < 0) return {filled, static_cast<int>(got)};
      filled += static_cast<std::size_t>(got);
    }
    return {filled, ARCHIVE_OK};
  }

  [[nodiscard]] std::uint64_t consumed() const {
    return std::min(feed_.position, feed_.packed.size);
  }

  /// Tells what libarchive says about `name`. Cut off if the last read found the end of the bytes.
  void failed(const std::string& name, std::uint64_t bytes, std::uint64_t offset) {
    const char* text = archive_error_string(handle_.get());
    const std::string why = text != nullptr ? to_valid_utf8(text) : "damaged";
    auto what = Trouble::unreadable;
    if (opened_ && archive_read_has_encrypted_entries(handle_.get()) > 0 &&
        why.find("ncrypt") != std::string::npos) {
      what = Trouble::encrypted;
    } else if (feed_.ended || why.find("runcated") != std::string::npos) {
      what = Trouble::truncated;
    }
    lost(name, what, bytes, offset, why);
  }

  void lost(const std::string& name, Trouble what, std::uint64_t bytes, std::uint64_t offset,
            const std::string& why) {
    visitor_.trouble(name, what, bytes, offset, why);
  }

  /// Headers that libarchive calls damaged but passable; a bound, should it never get past one.
  static constexpr unsigned kMaxFailures = 1000;

  const std::string& name_;
  std::string_view format_;
  const Limits& limits_;
  unsigned depth_;
  Budget& budget_;
  Visitor& visitor_;
  Feed feed_;
  Handle handle_;
  std::vector<std::byte> buffer_;  ///< a piece of the current member
  unsigned failures_ = 0;
  std::map<Digest128, unsigned> repeats_;  ///< the last number given, of names that came twice
  bool opened_ = false;  ///< before that libarchive must not be asked about encryption
};

bool starts_with(Bytes first, std::string_view magic) {
  return as_text(first).substr(0, magic.size()) == magic;
}

}  // namespace

std::string_view archive_format(Bytes first) {
  if (starts_with(first, "PK\x03\x04") || starts_with(first, "PK\x05\x06") ||
      starts_with(first, "PK\x07\x08")) {
    return "zip";
  }
  if (starts_with(first, "\x1f\x8b\x08")) return "gzip";
  if (starts_with(first, "BZh") && first.size() >= 10) {
    const auto block = as_text(first).substr(4, 6);  // the first block's magic, or that of the end
    if (block == "1AY&SY" || block == "\x17\x72\x45\x38\x50\x90") return "bzip2";
  }
  if (starts_with(first, std::string_view("\xfd"
                                          "7zXZ\0",
                                          6)))
    return "xz";
  if (starts_with(first, "\x28\xb5\x2f\xfd")) return "zstd";
  if (starts_with(first, "7z\xbc\xaf\x27\x1c")) return "7z";
  constexpr std::size_t kTarMagicAt = 257;
  if (first.size() > kTarMagicAt && as_text(first).substr(kTarMagicAt, 5) == "ustar") return "tar";
  return {};
}

bool leaves_archive(std::string_view path) {
  if (path.empty()) return false;
  if (path.front() == '/' || path.front() == '\\') return true;
  if (path.size() >= 2 && path[1] == ':') return true;
  while (!path.empty()) {
    const auto slash = path.find_first_of("/\\");
    if (path.substr(0, slash) == "..") return true;
    if (slash == std::string_view::npos) break;
    path.remove_prefix(slash + 1);
  }
  return false;
}

bool read_archive(const std::string& name, std::string_view format, const Packed& packed,
                  const Limits& limits, unsigned depth, Budget& budget, Visitor& visitor) {
  return ArchiveReader(name, format, packed, limits, depth, budget, visitor).run();
}

}  // namespace interdict::source
