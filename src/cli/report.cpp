#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <sstream>

#include <CLI/CLI.hpp>

#include "cli/command.hpp"
#include "explain/exchange.hpp"
#include "explain/html.hpp"
#include "explain/json_report.hpp"
#include "explain/read_back.hpp"

namespace interdict::cli {

namespace {

namespace fs = std::filesystem;

/// A larger file is no result of a hunt; reading it back would take several times its size.
constexpr std::uintmax_t kMaxResultBytes = std::uintmax_t{2} << 30U;

using Render = std::string (*)(const finding::Report&);

struct Format {
  const char* name;
  Render render;
};

constexpr Format kFormats[] = {{"html", explain::html},
                               {"md", explain::markdown},
                               {"stix", explain::stix_bundle},
                               {"attack-flow", explain::attack_flow_bundle},
                               {"navigator", explain::navigator_layer},
                               {"csv", explain::steps_csv},
                               {"timesketch", explain::timesketch_jsonl},
                               {"json", explain::intrusions_json}};

std::optional<std::string> read_file(const fs::path& path) {
  std::error_code error;
  const auto size = fs::file_size(path, error);
  if (!error && size > kMaxResultBytes) {
    say("interdict: " + path.string() + ": larger than any result");
    return std::nullopt;
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    say("interdict: " + path.string() + ": cannot be read; is this the folder of a hunt?");
    return std::nullopt;
  }
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

int run_report(const std::string& folder, const std::string& format, const std::string& out) {
  const fs::path root(folder);
  const auto intrusions = read_file(root / "intrusions.json");
  if (!intrusions) return kFailed;
  const auto detections = read_file(root / "detections.jsonl");
  const auto ledger = detections ? read_file(root / "ledger.json") : std::nullopt;
  if (!detections || !ledger) return kFailed;
  auto report = explain::read_back({*intrusions, *detections, *ledger});
  if (!report) {
    Error error = std::move(report).error();
    error.where.file = (root / error.where.file).string();
    return report_error(error);
  }
  for (const Format& one : kFormats)
    if (format == one.name) return write_out(out, one.render(*report)) ? kDone : kFailed;
  return kUsage;
}

}  // namespace

void add_report(CLI::App& app, Run& run) {
  struct Flags {
    std::string folder;
    std::string format;
    std::string out;
  };
  auto flags = std::make_shared<Flags>();
  auto* command = app.add_subcommand("report", "a hunt's result in another form");
  command->footer("Example: interdict report result/ --format stix --out result.stix.json");
  command->add_option("DIR", flags->folder, "the folder that hunt --out left")->required();
  std::vector<std::string> names;
  for (const Format& one : kFormats) names.emplace_back(one.name);
  command
      ->add_option("--format", flags->format,
                   "html, md, stix, attack-flow, navigator, csv, timesketch or json")
      ->required()
      ->check(CLI::IsMember(names));
  command->add_option("--out", flags->out, "file (default: standard output)");
  command->callback([flags, &run] {
    run = [flags]() -> int { return run_report(flags->folder, flags->format, flags->out); };
  });
}

}  // namespace interdict::cli
