#include "simulate/demo.hpp"

#include <filesystem>
#include <memory>

#include <CLI/CLI.hpp>

#include "cli/command.hpp"

namespace interdict::cli {

namespace {

/// Any number does: the demonstration is to look the same for everybody.
constexpr std::uint64_t kDemoSeed = 1;

int run_demo(const std::string& out) {
  namespace fs = std::filesystem;
  const fs::path root(out);
  std::error_code error;
  fs::create_directories(root / "logs", error);
  if (error) {
    say("interdict: " + out + ": cannot be made: " + error.message());
    return kFailed;
  }
  const auto demo = simulate::make_demo(kDemoSeed);
  for (const auto& file : demo.logs) {
    if (!write_out((root / "logs" / file.name).string(), file.content)) return kFailed;
  }
  if (!write_out((root / "truth.json").string(), demo.truth)) return kFailed;
  say("A synthetic intrusion is in " + (root / "logs").string() + ". Hunting it:");
  pipeline::Options options;
  options.inputs = {(root / "logs").string()};
  return run_hunt(options, (root / "result").string(), {}, false);
}

}  // namespace

void add_demo(CLI::App& app, Run& run) {
  auto out = std::make_shared<std::string>("interdict-demo");
  auto* command =
      app.add_subcommand("demo", "write a synthetic intrusion, hunt it, name the report");
  command->footer("Example: interdict demo --out try");
  command->add_option("--out", *out, "folder for logs and result");
  command->callback([out, &run] { run = [out] { return run_demo(*out); }; });
}

}  // namespace interdict::cli
