#include "cli/rules.hpp"

#include <memory>

#include <CLI/CLI.hpp>

#include "cli/command.hpp"
#include "explain/text.hpp"
#include "json/writer.hpp"

namespace interdict::cli {

namespace {

using explain::counted;

std::string check_text(const pipeline::LoadedRules& loaded) {
  std::string out;
  for (const auto& fault : loaded.faults) out += fault.rendered + '\n';
  out += counted(loaded.infos.size(), "rule") + " loaded, " +
         counted(loaded.refused_documents, "document") + " refused (" +
         counted(loaded.refused.size(), "fault") + ")\n";
  return out;
}

std::string check_json(const pipeline::LoadedRules& loaded) {
  std::string out;
  json::Writer json(out, json::Layout::pretty);
  json.begin_object();
  json.key("loaded").unsigned_integer(loaded.infos.size());
  json.key("refused").begin_array();
  for (const auto& refused : loaded.refused) {
    json.begin_object();
    json.key("path").string(refused.path);
    json.key("line").unsigned_integer(refused.line);
    json.key("code").string(refused.code);
    json.key("message").string(refused.message);
    json.end_object();
  }
  json.end_array();
  json.key("diagnostics").begin_array();
  for (const auto& [path, fault, rendered, character, characters] : loaded.faults) {
    json.begin_object();
    json.key("path").string(path);
    json.key("line").unsigned_integer(fault.line);
    json.key("column").unsigned_integer(fault.column);
    json.key("length").unsigned_integer(fault.length);
    json.key("severity").string(fault.severity == rule::Severity::error ? "error" : "warning");
    json.key("code").string(fault.code);
    json.key("message").string(fault.message);
    json.key("suggestion");
    fault.suggestion.empty() ? json.null() : json.string(fault.suggestion);
    json.key("rule");
    fault.rule_id.empty() ? json.null() : json.string(fault.rule_id);
    json.end_object();
  }
  json.end_array();
  json.end_object();
  return out + '\n';
}

int check(const RulesFlags& flags) {
  FieldCatalogue catalogue;
  const auto loaded = pipeline::load_rules(flags.options, catalogue);
  if (!loaded) return report_error(loaded.error());
  const std::string out = flags.format == "json"    ? check_json(*loaded)
                          : flags.format == "sarif" ? rules_sarif(*loaded, true)
                                                    : check_text(*loaded);
  if (!write_out({}, out)) return kFailed;
  return loaded->refused.empty() ? kDone : kRulesRefused;
}

int list(const RulesFlags& flags) {
  FieldCatalogue catalogue;
  const auto loaded = pipeline::load_rules(flags.options, catalogue);
  if (!loaded) return report_error(loaded.error());
  std::string out;
  if (flags.format == "sarif") {
    out = rules_sarif(*loaded, false);
  } else if (flags.format == "json") {
    json::Writer json(out, json::Layout::pretty);
    json.begin_array();
    for (const auto& rule : loaded->infos) {
      json.begin_object();
      json.key("id").string(rule.id);
      json.key("level").string(finding::to_string(rule.level));
      json.key("title").string(rule.title);
      json.key("path").string(rule.path);
      json.key("log_source").string(rule.log_source_class);
      json.end_object();
    }
    json.end_array();
    out += '\n';
  } else {
    for (const auto& rule : loaded->infos) {
      out += rule.id + "  " + std::string(finding::to_string(rule.level)) + "  " +
             explain::visible(rule.title) + '\n';
    }
  }
  if (!write_out({}, out)) return kFailed;
  return loaded->refused.empty() ? kDone : kRulesRefused;
}

/// A subcommand with what all of them have; `paths` is the help of its positional argument.
CLI::App* add_one(CLI::App& group, const char* name, const char* what, const char* example,
                  const std::vector<std::string>& formats, const std::shared_ptr<RulesFlags>& flags,
                  int (*action)(const RulesFlags&), Run& run) {
  flags->options.builtin_rules = false;
  auto* command = group.add_subcommand(name, what);
  command->footer(std::string("Example: interdict rules ") + example);
  command
      ->add_option("--pipeline", flags->options.pipeline_paths,
                   "processing pipeline for the rules (pySigma's YAML); may be repeated")
      ->allow_extra_args(false);
  command
      ->add_option("--sigma-switch", flags->options.sigma_switches,
                   "read rules as another engine does (docs/sigma.md); may be repeated")
      ->allow_extra_args(false);
  command->add_option("--format", flags->format, "how to write it")->check(CLI::IsMember(formats));
  command->callback([flags, action, &run] { run = [flags, action] { return action(*flags); }; });
  return command;
}

void add_paths(CLI::App& command, RulesFlags& flags) {
  command.add_option("PATH", flags.options.rule_paths, "files, folders or archives of Sigma YAML")
      ->required();
}

}  // namespace

void add_rules(CLI::App& app, Run& run) {
  auto* group = app.add_subcommand("rules", "lint, list, weigh and explain Sigma rules");
  group->require_subcommand(1);
  const auto flags = [] { return std::make_shared<RulesFlags>(); };
  const std::vector<std::string> all = {"text", "json", "sarif"};
  const std::vector<std::string> two = {"text", "json"};
  auto one = flags();
  add_paths(*add_one(*group, "check", "say what is wrong with rules, with place and code",
                     "check sigma/rules", all, one, check, run),
            *one);
  one = flags();
  add_paths(
      *add_one(*group, "list", "list the rules that load", "list sigma/rules", all, one, list, run),
      *one);
  one = flags();
  auto* coverage = add_one(*group, "coverage", "which stages and log sources rules cover",
                           "coverage sigma/rules --input logs/", two, one, rules_coverage, run);
  add_paths(*coverage, *one);
  coverage->add_option("--input", one->options.inputs, "logs that the rules should fire on")
      ->allow_extra_args(false);
  one = flags();
  add_paths(*add_one(*group, "sources", "which log sources rules ask for, and what feeds them",
                     "sources sigma/rules", {"text"}, one, rules_sources, run),
            *one);
  one = flags();
  auto* explain = add_one(*group, "explain", "why a rule did or did not match an event",
                          "explain rule.yml event.json", two, one, rules_explain, run);
  explain->add_option("RULE", one->rule, "a file of Sigma YAML")->required();
  explain->add_option("EVENT", one->event, "a file, or -, with one line of `decode`")->required();
}

}  // namespace interdict::cli
