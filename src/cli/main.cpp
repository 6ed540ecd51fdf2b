#include <cstdio>
#include <exception>

#include <CLI/CLI.hpp>

#include "cli/command.hpp"

namespace interdict::cli {
namespace {

int run_program(int argc, char** argv) {
  CLI::App app{"Interdict: logs in, intrusions out. Defensive: reads logs, writes reports."};
  app.set_version_flag("--version", INTERDICT_VERSION);
  app.require_subcommand(1);
  Run run;
  add_hunt(app, run);
  add_detect(app, run);
  add_decode(app, run);
  add_rules(app, run);
  add_report(app, run);
  add_plan(app, run);
  add_simulate(app, run);
  add_serve(app, run);
  add_demo(app, run);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int status = app.exit(error);
    return status == 0 ? kDone : kUsage;
  }
  if (const int status = apply_settings(app); status != kDone) return status;
  return run ? run() : kUsage;
}

}  // namespace
}  // namespace interdict::cli

/// Parses the command line, runs one command, answers with the contract's exit status.
int main(int argc, char** argv) {
  try {
    return interdict::cli::run_program(argc, argv);
  } catch (const std::exception& error) {  // out of memory, or a fault of ours
    std::fprintf(stderr, "interdict: %s\n", error.what());
    return interdict::cli::kFailed;
  }
}
