#include "source/source.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <map>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "source/archive.hpp"

namespace interdict::source {
namespace {

namespace fs = std::filesystem;

/// What was read is still in the second-level cache when it is hashed and decoded.
constexpr std::size_t kPieceBytes = std::size_t{256} << 10U;
constexpr std::size_t kLeastPieceBytes = std::size_t{16} << 10U;

/// An open file; standard input is borrowed, not closed.
class File {
 public:
  explicit File(const std::string& path)
      : fd_(path == "-" ? STDIN_FILENO : open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)),
        owned_(path != "-") {}
  ~File() {
    if (owned_ && fd_ >= 0) close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  File(File&&) = delete;
  File& operator=(File&&) = delete;

  [[nodiscard]] int fd() const { return fd_; }

  /// Fills `buffer` as far as the file goes: 1 if there may be more, 0 at the end, -errno on an
  /// error; `filled` bytes are good in each case.
  int fill(std::vector<std::byte>& buffer, std::size_t& filled) const {
    filled = 0;
    while (filled < buffer.size()) {
      const auto got = read(fd_, buffer.data() + filled, buffer.size() - filled);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return -errno;
      if (got == 0) return 0;
      filled += static_cast<std::size_t>(got);
    }
    return 1;
  }

 private:
  int fd_;
  bool owned_;
};

std::uint64_t left(std::uint64_t size, std::uint64_t done) {
  return size > done ? size - done : 0;
}

struct Opened {
  const Input& input;
  const File& file;
  std::uint64_t size = 0;  ///< as the file system says; 0 for a pipe
  bool regular = false;
};

/// The rest of a file that is no archive, of which `buffer` holds the first `filled` bytes.
void read_plain(const Opened& opened, std::vector<std::byte>& buffer, std::size_t filled, int state,
                Visitor& visitor) {
  std::uint64_t done = 0;
  visitor.begin(opened.input.name);
  for (;;) {
    if (filled > 0) visitor.piece(Bytes(buffer).first(filled));
    done += filled;
    if (state < 0) {
      visitor.trouble(opened.input.name, Trouble::unreadable, left(opened.size, done), done,
                      std::strerror(-state));
    }
    if (state <= 0) break;
    state = opened.file.fill(buffer, filled);
  }
  visitor.end();
}

/// A pipe cannot be read twice or backwards, which archives need: it is held in memory.
void read_piped_archive(const Opened& opened, std::string_view format, std::vector<std::byte> held,
                        int state, const Limits& limits, Visitor& visitor) {
  std::vector<std::byte> buffer(kPieceBytes);
  while (state > 0) {
    std::size_t filled = 0;
    state = opened.file.fill(buffer, filled);
    if (held.size() + filled > limits.nested_bytes_max) {
      visitor.trouble(opened.input.name, Trouble::limit, held.size() + filled, 0,
                      "an archive on a pipe larger than can be held in memory");
      return;
    }
    held.insert(held.end(), buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(filled));
  }
  if (state < 0) {
    visitor.trouble(opened.input.name, Trouble::unreadable, 0, held.size(), std::strerror(-state));
  }
  Budget budget;
  read_archive(opened.input.name, format, {-1, held, held.size()}, limits, 1, budget, visitor);
}

std::string_view without_slashes(std::string_view path) {
  while (path.size() > 1 && path.back() == '/') path.remove_suffix(1);
  return path;
}

std::string base_name(std::string_view path) {
  path = without_slashes(path);
  const auto slash = path.rfind('/');
  return std::string(slash == std::string_view::npos || path.size() == 1 ? path
                                                                         : path.substr(slash + 1));
}

/// Everything under the folder `root`. A folder that cannot be opened comes as an input: reading it
/// fails, and so it is told.
void walk(const std::string& root, std::vector<Input>& out) {
  std::vector<std::string> folders{""};
  const std::string lead = root.back() == '/' ? root : root + "/";
  while (!folders.empty()) {
    const auto folder = std::move(folders.back());
    folders.pop_back();
    std::error_code error;
    fs::directory_iterator entry(folder.empty() ? root : lead + folder, error);
    for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
      const auto name = folder.empty() ? entry->path().filename().string()
                                       : folder + "/" + entry->path().filename().string();
      std::error_code ignored;
      if (entry->is_symlink(ignored) && entry->is_directory(ignored)) continue;
      if (entry->is_directory(ignored)) {
        folders.push_back(name);
      } else {
        out.push_back({lead + name, name});
      }
    }
    if (error) out.push_back({lead + folder, folder.empty() ? base_name(root) : folder});
  }
}

/// Names that are not unique are led by the INPUT they were found under: that is the path.
void tell_apart(std::vector<Input>& listed) {
  std::map<std::string, unsigned> uses;
  for (const auto& one : listed) ++uses[one.name];
  for (auto& one : listed) {
    if (uses[one.name] > 1) one.name = one.path;
  }
}

}  // namespace

Result<std::vector<Input>> list_inputs(const std::vector<std::string>& paths) {
  std::vector<Input> listed;
  std::vector<Input> failing;
  std::string why;
  for (const auto& path : paths) {
    if (path == "-") {
      listed.push_back({"-", "-"});
      continue;
    }
    struct stat info {};
    const std::size_t before = listed.size();
    if (path.empty() || stat(path.c_str(), &info) != 0) {
      failing.push_back({path, path});
      if (why.empty()) why = path.empty() ? "an empty path" : std::strerror(errno);
    } else if (!S_ISDIR(info.st_mode)) {
      listed.push_back({path, base_name(path)});
    } else {
      walk(path, listed);
      if (listed.size() == before) {
        failing.push_back({path, path});
        if (why.empty()) why = "no file in this folder";
      }
    }
  }
  if (listed.empty()) {
    return fail(Errc::io, why.empty() ? "nothing to read" : why,
                {.file = failing.empty() ? std::string{} : failing.front().path});
  }
  listed.insert(listed.end(), failing.begin(), failing.end());
  const auto by_path = [](const Input& a, const Input& b) { return a.path < b.path; };
  const auto same_path = [](const Input& a, const Input& b) { return a.path == b.path; };
  std::stable_sort(listed.begin(), listed.end(), by_path);
  listed.erase(std::unique(listed.begin(), listed.end(), same_path), listed.end());
  tell_apart(listed);
  std::stable_sort(listed.begin(), listed.end(),
                   [](const Input& a, const Input& b) { return a.name < b.name; });
  return listed;
}

void read_input(const Input& input, const Limits& limits, Visitor& visitor) {
  const File file(input.path);
  struct stat info {};
  if (file.fd() < 0 || fstat(file.fd(), &info) != 0) {
    visitor.trouble(input.name, Trouble::unreadable, 0, 0, std::strerror(errno));
    return;
  }
  const bool regular = S_ISREG(info.st_mode);
  // Devices may never end; a pipe is what `<(command)` gives.
  if (input.path != "-" && !regular && !S_ISFIFO(info.st_mode)) {
    visitor.trouble(input.name, Trouble::unreadable, 0, 0,
                    S_ISDIR(info.st_mode) ? "a folder without a file in it" : "not a regular file");
    return;
  }
  if (!regular && input.path != "-") {
    const int flags = fcntl(file.fd(), F_GETFL);  // only the opening must not wait
    fcntl(file.fd(), F_SETFL, flags & ~O_NONBLOCK);
  }
  const Opened opened{input, file, regular ? static_cast<std::uint64_t>(info.st_size) : 0, regular};
  // A folder of many small files need not clear a large buffer for each.
  std::vector<std::byte> buffer(
      regular ? std::clamp<std::uint64_t>(opened.size + 1, kLeastPieceBytes, kPieceBytes)
              : kPieceBytes);
  std::size_t filled = 0;
  const int state = file.fill(buffer, filled);
  const auto format = archive_format(Bytes(buffer).first(filled));
  if (format.empty()) {
    read_plain(opened, buffer, filled, state, visitor);
  } else if (regular && input.path != "-") {
    Budget budget;
    read_archive(input.name, format, {file.fd(), {}, opened.size}, limits, 1, budget, visitor);
  } else {
    buffer.resize(filled);
    read_piped_archive(opened, format, std::move(buffer), state, limits, visitor);
  }
}

}  // namespace interdict::source
