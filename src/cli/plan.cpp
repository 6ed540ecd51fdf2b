#include "explain/plan.hpp"

#include <memory>

#include <CLI/CLI.hpp>

#include "cli/command.hpp"
#include "pipeline/plan.hpp"

namespace interdict::cli {

namespace {

int run_plan(const pipeline::PlanOptions& options, bool as_json) {
  constexpr std::size_t kWidth = 80;
  const auto run = pipeline::plan(options);
  if (!run) return report_error(run.error());
  for (const auto& diagnostic : run->diagnostics) say(diagnostic);
  const auto words =
      as_json ? explain::plan_json(run->plan) : explain::plan_text(run->plan, kWidth);
  if (!write_out({}, words)) return kFailed;
  return run->diagnostics.empty() ? kDone : kInputLost;
}

}  // namespace

void add_plan(CLI::App& app, Run& run) {
  struct Flags {
    pipeline::PlanOptions options;
    std::string format = "text";
  };
  auto flags = std::make_shared<Flags>();
  auto* command = app.add_subcommand("plan", "where to stop: your controls against known attacks");
  command->footer("Example: interdict plan --intrusions result/intrusions.json --budget 3");
  auto& options = flags->options;
  command->add_option("--controls", options.controls_path, "YAML: what controls you have");
  command->add_option("--evidence", options.evidence_paths, "a report of a scan; may be repeated")
      ->allow_extra_args(false);
  command->add_option("--flow", options.flows, "an Attack Flow (.afb or STIX); may be repeated")
      ->allow_extra_args(false);
  command->add_option("--group", options.groups, "an ATT&CK group or campaign; may be repeated")
      ->allow_extra_args(false);
  command->add_option("--attack", options.attack_path, "the ATT&CK bundle that knows the groups")
      ->envname("INTERDICT_ATTACK");
  command->add_option("--intrusions", options.intrusions, "intrusions.json of a hunt")
      ->allow_extra_args(false);
  command->add_option("--budget", options.budget, "what the new controls may cost (1 each)")
      ->check(CLI::NonNegativeNumber);
  command->add_option("--format", flags->format, "text or json")
      ->check(CLI::IsMember({"text", "json"}));
  command->callback([flags, &run] {
    run = [flags]() -> int { return run_plan(flags->options, flags->format == "json"); };
  });
}

}  // namespace interdict::cli
