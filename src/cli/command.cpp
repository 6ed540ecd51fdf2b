#include "cli/command.hpp"

#include <cstdio>
#include <cstdlib>

#include <CLI/CLI.hpp>
#include <unistd.h>

#include "explain/text.hpp"

namespace interdict::cli {

void add_reading_flags(CLI::App& command, ReadingFlags& flags) {
  command
      .add_option("INPUT", flags.options.inputs,
                  "files, folders, archives, or - for standard input")
      ->required();
  command
      .add_option("--map", flags.options.map_paths,
                  "how to read a source of your own (docs/taxonomy.md); may be repeated")
      ->allow_extra_args(false);
  command
      .add_option("--timezone", flags.options.timezones,
                  "[INPUT=]ZONE of times that name none: +02:00 or Europe/Berlin; may be repeated")
      ->allow_extra_args(false);
  command.add_option("--from", flags.from, "ignore events before this time (RFC 3339 or a date)");
  command.add_option("--to", flags.to, "ignore events after this time");
  command.add_flag("--carve", flags.options.carve, "read records from slack too, marked");
  command.add_option("--jobs", flags.options.jobs, "worker threads (default: one a core)");
}

void add_rule_flags(CLI::App& command, ReadingFlags& flags) {
  command
      .add_option("--rules", flags.options.rule_paths,
                  "Sigma rules: a file, folder or archive; may be repeated")
      ->allow_extra_args(false);
  command
      .add_option("--pipeline", flags.options.pipeline_paths,
                  "processing pipeline for the rules (pySigma's YAML); may be repeated")
      ->allow_extra_args(false);
  command
      .add_option("--sigma-switch", flags.options.sigma_switches,
                  "read rules as another engine does (docs/sigma.md); may be repeated")
      ->allow_extra_args(false);
  command.add_flag("!--no-builtin-rules", flags.options.builtin_rules,
                   "leave the project's own rules out");
  command.add_flag("--no-cache", flags.no_cache,
                   "parse the rules anew, and keep nothing of it for the next run");
  command
      .add_option("--engine", flags.engine,
                  "fast, or reference: slow, to check a result by; they find the same")
      ->check(CLI::IsMember({"fast", "reference"}));
}

namespace {

/// The XDG base directory specification's folder for what can be made again; empty if the
/// environment names none.
std::string cache_folder() {
  const char* folder = std::getenv("XDG_CACHE_HOME");
  if (folder != nullptr && folder[0] == '/') return std::string(folder) + "/interdict";
  const char* home = std::getenv("HOME");
  return home != nullptr && home[0] == '/' ? std::string(home) + "/.cache/interdict"
                                           : std::string{};
}

}  // namespace

bool finish_flags(ReadingFlags& flags) {
  if (!flags.no_cache) flags.options.cache_folder = cache_folder();
  flags.options.engine =
      flags.engine == "reference" ? pipeline::Engine::reference : pipeline::Engine::fast;
  if (isatty(STDERR_FILENO) != 0) {
    flags.options.progress = [](std::size_t done, std::size_t total) {
      // The line is rewritten in place, and gone when the words come.
      if (done < total) std::fprintf(stderr, "\rreading: %zu of %zu inputs", done, total);
      if (done == total) std::fputs("\r\x1b[K", stderr);
    };
  }
  const auto read = [](const std::string& text, std::optional<Timestamp>& time, const char* name) {
    if (text.empty()) return true;
    time = parse_timestamp(text);
    if (!time) say(std::string(name) + ": not a time: `" + text + "` (RFC 3339 or a date)");
    return time.has_value();
  };
  return read(flags.from, flags.options.from, "--from") && read(flags.to, flags.options.to, "--to");
}

void say(const std::string& words) {
  std::string line;
  for (std::size_t start = 0; start <= words.size();) {
    const auto end = std::min(words.find('\n', start), words.size());
    line += explain::visible(std::string_view(words).substr(start, end - start)) + '\n';
    start = end + 1;
  }
  std::fputs(line.c_str(), stderr);
}

int report_error(const Error& error) {
  std::string words = "interdict: ";
  if (!error.where.file.empty()) {
    words += error.where.file;
    if (error.where.line > 0) words += ":" + std::to_string(error.where.line);
    words += ": ";
  }
  say(words + error.message);
  return kFailed;
}

OutFile::~OutFile() {
  if (file_ != nullptr && file_ != stdout) std::fclose(file_);
}

void OutFile::write(std::string_view text) {
  constexpr std::size_t kEnough = std::size_t{1} << 20U;
  waiting_ += text;
  if (waiting_.size() >= kEnough) flush();
}

void OutFile::flush() {
  if (!opened_) file_ = path_.empty() ? stdout : std::fopen(path_.c_str(), "wb");
  opened_ = true;
  ok_ = ok_ && file_ != nullptr &&
        std::fwrite(waiting_.data(), 1, waiting_.size(), file_) == waiting_.size();
  waiting_.clear();
}

bool OutFile::close() {
  flush();
  if (file_ == nullptr) {
    say("interdict: " + path_ + ": cannot be written");
    return false;
  }
  ok_ = std::fflush(file_) == 0 && ok_;
  if (file_ != stdout) ok_ = std::fclose(file_) == 0 && ok_;
  file_ = nullptr;
  if (!ok_) {
    say("interdict: " + (path_.empty() ? std::string("standard output") : path_) +
        ": cannot be written in full");
  }
  return ok_;
}

bool write_out(const std::string& path, const std::string& text) {
  OutFile file(path);
  file.write(text);
  return file.close();
}

int exit_status(const finding::Ledger& ledger) {
  constexpr int kMostLines = 20;
  int lines = 0;
  for (const auto& row : ledger.inputs) {
    for (const auto& [reason, skipped] : row.skipped) {
      if (!pipeline::is_loss(reason)) continue;
      if (++lines <= kMostLines) {
        std::string words = "not read: " + row.path + ": " + reason;
        if (!skipped.why.empty()) words += " (" + skipped.why + ")";
        if (skipped.bytes > 0) {
          words += ", " + std::to_string(skipped.bytes) + " bytes from offset " +
                   std::to_string(skipped.first_offset);
        }
        say(words);
      }
    }
  }
  if (lines > kMostLines) say("… and " + std::to_string(lines - kMostLines) + " more (ledger)");
  if (pipeline::has_loss(ledger)) return kInputLost;
  return ledger.rules_refused.empty() ? kDone : kRulesRefused;
}

}  // namespace interdict::cli
