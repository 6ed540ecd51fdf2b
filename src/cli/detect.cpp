#include <memory>

#include <CLI/CLI.hpp>

#include "cli/command.hpp"
#include "explain/json_report.hpp"

namespace interdict::cli {

void add_detect(CLI::App& app, Run& run) {
  struct Flags : ReadingFlags {
    std::string out;
    std::string format = "jsonl";
  };
  auto flags = std::make_shared<Flags>();
  auto* command = app.add_subcommand("detect", "detections only, a flat timeline");
  command->footer("Example: interdict detect Security.evtx --rules sigma/rules --format csv");
  add_reading_flags(*command, *flags);
  add_rule_flags(*command, *flags);
  command->add_option("--out", flags->out, "file to write (default: standard output)");
  command->add_option("--format", flags->format, "jsonl or csv")
      ->check(CLI::IsMember({"jsonl", "csv"}));
  command->callback([flags, &run] {
    run = [flags]() -> int {
      if (!finish_flags(*flags)) return kUsage;
      const bool csv = flags->format == "csv";
      OutFile out(flags->out);
      if (csv) out.write(explain::kDetectionsCsvHead);
      const auto found = pipeline::detect(
          flags->options, [&](const finding::Report& report, const finding::Detection& detection) {
            out.write(csv ? explain::detection_csv(report, detection)
                          : explain::detection_json(report, detection));
          });
      if (!found) return report_error(found.error());
      for (const auto& diagnostic : found->diagnostics) say(diagnostic);
      if (!out.close()) return kFailed;
      return exit_status(found->report.ledger);
    };
  });
}

}  // namespace interdict::cli
