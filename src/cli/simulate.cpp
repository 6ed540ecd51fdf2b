#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>

#include <CLI/CLI.hpp>

#include "cli/command.hpp"
#include "pipeline/content.hpp"
#include "simulate/compose.hpp"

namespace interdict::cli {

namespace {

namespace fs = std::filesystem;

struct Flags {
  std::string file;
  std::string out = "interdict-simulation";
  std::uint64_t seed = 1;
  std::vector<std::string> knobs;
};

/// What FILE may hold, bytes.
constexpr std::size_t kMaxText = std::size_t{8} << 20U;

Result<std::string> read_whole(const std::string& path) {
  std::ifstream file;
  if (path != "-") file.open(path, std::ios::binary);
  std::istream& in = path == "-" ? std::cin : file;
  std::string text;
  std::string block(std::size_t{64} * 1024, '\0');
  while (in.good() && text.size() <= kMaxText) {
    in.read(block.data(), static_cast<std::streamsize>(block.size()));
    text.append(block, 0, static_cast<std::size_t>(in.gcount()));
  }
  if (text.empty()) return fail(Errc::io, "cannot be read, or is empty", {.file = path});
  if (text.size() > kMaxText) return fail(Errc::limit, "is larger than 8 MiB", {.file = path});
  return text;
}

Result<simulate::Scenario> read_story(const Flags& flags) {
  INTERDICT_TRY(const auto text, read_whole(flags.file));
  const bool flow = text[std::min(text.find_first_not_of(" \t\r\n"), text.size() - 1)] == '{';
  INTERDICT_TRY(auto scenario, flow ? simulate::parse_flow(
                                          text, pipeline::content("attack/stages.tsv"), flags.file)
                                    : simulate::parse_scenario(text, flags.file));
  for (const std::string& knob : flags.knobs) {
    const std::size_t equals = std::min(knob.find('='), knob.size());
    const std::string value = equals == knob.size() ? "" : knob.substr(equals + 1);
    INTERDICT_TRY([[maybe_unused]] const auto set,
                  simulate::set_knob(scenario, knob.substr(0, equals), value, {.file = "--set"}));
  }
  return scenario;
}

int run_simulate(const Flags& flags) {
  auto scenario = read_story(flags);
  if (!scenario) return report_error(scenario.error());
  const auto made = simulate::compose(*std::move(scenario), flags.seed);
  if (!made) return report_error(made.error());
  const fs::path root(flags.out);
  for (const auto& file : made->logs) {
    const fs::path path = root / "logs" / file.name;
    std::error_code error;
    fs::create_directories(path.parent_path(), error);
    if (error) {
      say("interdict: " + path.parent_path().string() + ": cannot be made: " + error.message());
      return kFailed;
    }
    if (!write_out(path.string(), file.content)) return kFailed;
  }
  if (!write_out((root / "truth.json").string(), made->truth)) return kFailed;
  say("Synthetic logs are in " + (root / "logs").string() + ", the truth in " +
      (root / "truth.json").string());
  return kDone;
}

}  // namespace

void add_simulate(CLI::App& app, Run& run) {
  auto flags = std::make_shared<Flags>();
  auto* command =
      app.add_subcommand("simulate", "a described attack as synthetic logs, with the truth beside");
  command->footer("Example: interdict simulate scenario.yml --seed 7 --set dwell=30d --out sim");
  command->add_option("FILE", flags->file, "a scenario (YAML), or an Attack Flow (.afb, STIX)")
      ->required();
  command->add_option("--seed", flags->seed, "the same seed gives the same bytes");
  command->add_option("--out", flags->out, "folder for logs/ and truth.json");
  command->add_option("--set", flags->knobs, "KNOB=VALUE, over what the file says; may be repeated")
      ->allow_extra_args(false);
  command->callback([flags, &run] { run = [flags] { return run_simulate(*flags); }; });
}

}  // namespace interdict::cli
