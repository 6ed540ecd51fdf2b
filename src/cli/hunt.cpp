#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <memory>

#include <CLI/CLI.hpp>
#include <unistd.h>

#include "cli/command.hpp"
#include "explain/html.hpp"
#include "explain/json_report.hpp"
#include "explain/summary.hpp"
#include "store/reader.hpp"
#include "store/writer.hpp"

namespace interdict::cli {

namespace {

namespace fs = std::filesystem;

std::string default_folder() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now).count();
  auto name = to_rfc3339(Timestamp{seconds * kNsPerSecond, 0});
  std::erase(name, ':');
  return "interdict-" + name;
}

/// Makes the folder; refuses one that holds something else than an earlier result of ours.
bool prepare_folder(const std::string& out) {
  std::error_code error;
  if (fs::exists(out, error)) {
    const bool is_ours = fs::exists(fs::path(out) / "intrusions.json", error);
    if (!fs::is_directory(out, error) || (!is_ours && !fs::is_empty(out, error))) {
      say("interdict: " + out + ": is not empty and not an earlier result; choose another --out");
      return false;
    }
  }
  fs::create_directories(out, error);
  if (!fs::is_directory(out)) {
    say("interdict: " + out + ": cannot be made: " + error.message());
    return false;
  }
  return true;
}

/// Writes beside the target, then renames: a reader never sees half a file.
bool write_file(const fs::path& path, const std::string& text) {
  const auto temporary = path.string() + ".part";
  if (!write_out(temporary, text)) {
    std::error_code ignored;
    fs::remove(temporary, ignored);
    return false;
  }
  std::error_code error;
  fs::rename(temporary, path, error);
  if (error) say("interdict: " + path.string() + ": cannot be written: " + error.message());
  return !error;
}

bool use_colour() {
  return isatty(STDOUT_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr;
}

bool reached(const finding::Report& report, attack::Stage stage) {
  for (const auto& intrusion : report.intrusions) {
    if (intrusion.furthest_stage && *intrusion.furthest_stage >= stage) return true;
  }
  return false;
}

}  // namespace

namespace {

/// DIR/store anew: what an earlier hunt left there speaks of another result. Nothing is written
/// unless `wanted`.
Result<bool> write_store(const std::string& folder, const finding::Report& report, bool wanted) {
  INTERDICT_TRY(const bool removed, store::remove_segments(folder));
  if (!wanted) return removed;
  INTERDICT_TRY(auto writer, store::Writer::create(folder));
  const auto append = [&writer](store::Entry entry) -> Result<bool> {
    auto appended = writer.append(std::move(entry));
    if (appended || appended.error().code != Errc::limit) return appended;
    say("interdict: left out of the store: " + appended.error().message);
    return false;
  };
  for (const auto& detection : report.detections) {
    auto line = explain::detection_json(report, detection);
    line.pop_back();  // its newline
    INTERDICT_TRY(const bool one, append(store::entry_of(detection, std::move(line))));
    static_cast<void>(one);
  }
  for (const auto& intrusion : report.intrusions) {
    auto text = explain::intrusion_json(intrusion);
    INTERDICT_TRY(const bool one, append(store::entry_of(intrusion, std::move(text))));
    static_cast<void>(one);
  }
  return writer.close();
}

}  // namespace

int run_hunt(const pipeline::Options& options, const std::string& out, const std::string& fail_on,
             bool as_json, bool store) {
  const auto stage = attack::parse_stage(fail_on);
  if (!fail_on.empty() && !stage) {
    say("interdict: --fail-on: no such stage: `" + fail_on + "`");
    return kUsage;
  }
  auto run = pipeline::hunt(options);
  if (!run) return report_error(run.error());
  const std::string folder = out.empty() ? default_folder() : out;
  if (!prepare_folder(folder)) return kFailed;
  const auto& report = run->report;
  for (const auto& diagnostic : run->diagnostics) say(diagnostic);
  const fs::path root(folder);
  if (!write_file(root / "detections.jsonl", explain::detections_jsonl(report)) ||
      !write_file(root / "ledger.json", explain::ledger_json(report.ledger)) ||
      !write_file(root / "report.html", explain::html(report)) ||
      !write_file(root / "intrusions.json", explain::intrusions_json(report))) {
    return kFailed;
  }
  if (const auto kept = write_store((root / "store").string(), report, store); !kept) {
    return report_error(kept.error());
  }
  const auto words = as_json ? explain::intrusions_json(report)
                             : explain::terminal_summary(report, {.colour = use_colour()});
  if (!write_out({}, words)) return kFailed;
  const int status = exit_status(report.ledger);
  say("report: " + (root / "report.html").string());
  return stage && reached(report, *stage) ? static_cast<int>(kStageReached) : status;
}

void add_hunt(CLI::App& app, Run& run) {
  struct Flags : ReadingFlags {
    std::string out;
    std::string fail_on;
    std::string format = "text";
    bool store = false;
  };
  auto flags = std::make_shared<Flags>();
  auto* command = app.add_subcommand("hunt", "logs in, intrusions out");
  command->footer("Example: interdict hunt evidence/ --rules sigma/rules --out result");
  add_reading_flags(*command, *flags);
  add_rule_flags(*command, *flags);
  command->add_option("--controls", flags->options.controls_path, "YAML: what controls you have");
  command
      ->add_option("--evidence", flags->options.evidence_paths,
                   "reports of scans that show controls; may be repeated")
      ->allow_extra_args(false);
  command->add_option(
      "--seed", flags->options.seeds,
      "a known bad thing: ip:, host:NAME@T, user:, hash:, domain: or file: and a value");
  command->add_option("--context", flags->options.context_path,
                      "YAML: what is ours (tools, scanners, exercises, critical assets)");
  command->add_option("--verdicts", flags->options.verdicts_path,
                      "YAML: what people decided about detections and entities");
  command->add_option("--priors", flags->options.priors_path,
                      "benign counts in place of the shipped ones (tools/count_priors.py)");
  command
      ->add_option("--ablate", flags->options.ablate,
                   "leave a part out, to measure what it is worth: stages, rarity or links")
      ->check(CLI::IsMember({"stages", "rarity", "links"}))
      ->allow_extra_args(false);
  command->add_option("--out", flags->out, "folder for the result");
  command->add_flag("--store", flags->store,
                    "also leave DIR/store, segments to search (docs/formats/segment.md)");
  command->add_option("--fail-on", flags->fail_on, "exit 10 if an intrusion reached this stage");
  command->add_option("--format", flags->format, "text or json")
      ->check(CLI::IsMember({"text", "json"}));
  command->callback([flags, &run] {
    run = [flags]() -> int {
      if (!finish_flags(*flags)) return kUsage;
      return run_hunt(flags->options, flags->out, flags->fail_on, flags->format == "json",
                      flags->store);
    };
  });
}

}  // namespace interdict::cli
