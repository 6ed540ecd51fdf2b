#include "pipeline/rule_cache.hpp"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.hpp"
#include "base/hash.hpp"
#include "rule/binary.hpp"

namespace interdict::pipeline {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPrefix = "rules-";
constexpr std::string_view kSuffix = ".bin";
constexpr std::size_t kDigits = 64;  ///< of a SHA-256

class File {
 public:
  explicit File(int fd) : fd_(fd) {}
  ~File() {
    if (fd_ >= 0) close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  File(File&&) = delete;
  File& operator=(File&&) = delete;
  [[nodiscard]] int fd() const { return fd_; }

 private:
  int fd_;
};

std::string sha256(std::string_view text) {
  Sha256 hash;
  hash.update(as_byte_span(text));
  return hash.finish();
}

/// Tells this program from every other build of it; empty where that cannot be said.
std::string this_program() {
  struct stat info {};
  if (stat("/proc/self/exe", &info) != 0) return {};
  return std::to_string(info.st_dev) + '/' + std::to_string(info.st_ino) + '/' +
         std::to_string(info.st_size) + '/' + std::to_string(info.st_mtim.tv_sec) + '.' +
         std::to_string(info.st_mtim.tv_nsec);
}

std::string path_of(const std::string& folder, const std::string& key) {
  return folder + "/" + std::string(kPrefix) + key + std::string(kSuffix);
}

/// The first lines of a file: what it is, of what, and the SHA-256 of the rest.
std::string head_of(const std::string& key, const std::string& digest) {
  return std::string(rule::kBinaryFormat) + '\n' + key + '\n' + digest + '\n';
}

/// All of a file that nobody else may have written.
std::optional<std::string> read_own(const std::string& path) {
  const File file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  struct stat info {};
  if (file.fd() < 0 || fstat(file.fd(), &info) != 0 || !S_ISREG(info.st_mode) ||
      info.st_uid != geteuid() || (info.st_mode & (S_IWGRP | S_IWOTH)) != 0 || info.st_size < 0 ||
      static_cast<std::size_t>(info.st_size) > kMaxCacheFileBytes) {
    return std::nullopt;
  }
  std::string text(static_cast<std::size_t>(info.st_size), '\0');
  for (std::size_t at = 0; at < text.size();) {
    const auto got = read(file.fd(), text.data() + at, text.size() - at);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return std::nullopt;
    at += static_cast<std::size_t>(got);
  }
  return text;
}

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const auto done = write(fd, text.data(), text.size());
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(done));
  }
  return true;
}

void drop_oldest(const std::string& folder) {
  std::vector<std::pair<fs::file_time_type, fs::path>> kept;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    const auto name = entry->path().filename().string();
    if (!name.starts_with(kPrefix) || !name.ends_with(kSuffix)) continue;
    std::error_code ignored;
    kept.emplace_back(entry->last_write_time(ignored), entry->path());
  }
  std::ranges::sort(kept);
  for (std::size_t i = 0; i + kMaxCacheFiles < kept.size(); ++i) {
    std::error_code ignored;
    fs::remove(kept[i].second, ignored);
  }
}

}  // namespace

std::string cache_key(const std::vector<std::pair<std::string_view, std::string_view>>& files,
                      const rule::ParseOptions& options) {
  const auto program = this_program();
  if (program.empty()) return {};
  Sha256 hash;
  const auto add = [&](std::string_view text) {  // length first: no text can imitate another
    const std::uint64_t size = text.size();
    hash.update({reinterpret_cast<const std::byte*>(&size), sizeof(size)});
    hash.update(as_byte_span(text));
  };
  add(rule::kBinaryFormat);
  add(INTERDICT_VERSION);
  add(program);
  add(options.any_placeholder_is_wildcard ? "1" : "0");
  add(options.base64_ignores_case ? "1" : "0");
  add(options.fieldref_minds_case ? "1" : "0");
  for (const auto& [name, values] : options.placeholders) {
    add(name);
    add(std::to_string(values.size()));
    for (const auto& value : values) add(value);
  }
  add("files");
  for (const auto& [path, text] : files) {
    add(path);
    add(text);
  }
  return hash.finish();
}

std::optional<std::vector<rule::ParsedFile>> read_cached_rules(const std::string& folder,
                                                               const std::string& key) {
  const auto text = read_own(path_of(folder, key));
  if (!text) return std::nullopt;
  const auto head_bytes = head_of(key, std::string(kDigits, '0')).size();
  if (text->size() < head_bytes) return std::nullopt;
  const auto body = std::string_view(*text).substr(head_bytes);
  if (!text->starts_with(head_of(key, sha256(body)))) return std::nullopt;
  return rule::from_binary(as_byte_span(body));
}

void write_cached_rules(const std::string& folder, const std::string& key,
                        const std::vector<rule::ParsedFile>& files) {
  const auto body = rule::to_binary(files);
  const auto head = head_of(key, sha256(body));
  if (head.size() + body.size() > kMaxCacheFileBytes) return;
  std::error_code error;
  const auto parent = fs::path(folder).parent_path();
  if (!parent.empty()) fs::create_directories(parent, error);
  if (mkdir(folder.c_str(), S_IRWXU) != 0 && errno != EEXIST) return;
  // Whole or not at all: written beside, then renamed. mkstemp gives a name that no other run has.
  std::string made = folder + "/new-XXXXXX";
  const File file(mkostemp(made.data(), O_CLOEXEC));
  if (file.fd() < 0) return;
  const auto path = path_of(folder, key);
  if (!write_all(file.fd(), head) || !write_all(file.fd(), body) ||
      rename(made.c_str(), path.c_str()) != 0) {
    unlink(made.c_str());
    return;
  }
  drop_oldest(folder);
}

}  // namespace interdict::pipeline
