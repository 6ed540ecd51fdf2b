#pragma once

#include <cstdio>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pipeline/engine.hpp"

namespace CLI {
class App;
}

namespace interdict::cli {

/// Exit statuses of the contract.
inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;
inline constexpr int kUsage = 2;
inline constexpr int kInputLost = 3;
inline constexpr int kRulesRefused = 4;
inline constexpr int kStageReached = 10;

/// Each adds one command to `app` and stores what to run in `run` when it was the one given.
using Run = std::function<int()>;
void add_hunt(CLI::App& app, Run& run);
void add_detect(CLI::App& app, Run& run);
void add_decode(CLI::App& app, Run& run);
void add_rules(CLI::App& app, Run& run);
void add_demo(CLI::App& app, Run& run);
void add_simulate(CLI::App& app, Run& run);
void add_report(CLI::App& app, Run& run);
void add_plan(CLI::App& app, Run& run);
void add_serve(CLI::App& app, Run& run);

/// Options about reading that several commands share. `text` holds what is parsed later.
struct ReadingFlags {
  pipeline::Options options;
  std::string from;
  std::string to;
  std::string engine = "fast";
  bool no_cache = false;  ///< parse rules anew
};
void add_reading_flags(CLI::App& command, ReadingFlags& flags);
void add_rule_flags(CLI::App& command, ReadingFlags& flags);
/// False, with a word on standard error, if a time does not parse.
[[nodiscard]] bool finish_flags(ReadingFlags& flags);

/// Gives the options that the command line left out what INTERDICT_<OPTION>, then interdict.yml in
/// the current folder, then $XDG_CONFIG_HOME/interdict/interdict.yml say. kDone, or a status after
/// a word on standard error.
[[nodiscard]] int apply_settings(CLI::App& app);

/// A hunt with everything it leaves (DIR/store only if `store`); what `hunt` and `demo` share.
[[nodiscard]] int run_hunt(const pipeline::Options& options, const std::string& out,
                           const std::string& fail_on, bool as_json, bool store = false);

/// Writes words to standard error, with control characters made visible.
void say(const std::string& words);
[[nodiscard]] int report_error(const Error& error);
/// A file that is written piece by piece, or standard output for an empty path. It is made when the
/// first pieces are enough to write, or at `close`: a run that fails before leaves nothing.
class OutFile {
 public:
  explicit OutFile(std::string path) : path_(std::move(path)) {}
  ~OutFile();
  OutFile(const OutFile&) = delete;
  OutFile& operator=(const OutFile&) = delete;
  OutFile(OutFile&&) = delete;
  OutFile& operator=(OutFile&&) = delete;

  /// What cannot be written is told by `close`.
  void write(std::string_view text);
  /// False, with a word, if not all of it was written.
  [[nodiscard]] bool close();

 private:
  void flush();

  std::string path_;
  std::string waiting_;
  std::FILE* file_ = nullptr;
  bool opened_ = false;
  bool ok_ = true;
};

/// Writes all of `text` to `path`, or to standard output for an empty path. False with a word if
/// not.
[[nodiscard]] bool write_out(const std::string& path, const std::string& text);
/// 3 for lost input, 4 for refused rules, else 0; says on standard error what was lost.
[[nodiscard]] int exit_status(const finding::Ledger& ledger);

}  // namespace interdict::cli
