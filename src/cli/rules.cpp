#include "pipeline/rules.hpp"

#include <memory>

#include <CLI/CLI.hpp>

#include "cli/command.hpp"
#include "explain/text.hpp"
#include "json/writer.hpp"

namespace interdict::cli {

namespace {

struct Flags {
  pipeline::Options options;
  std::string format = "text";
};

int check(const Flags& flags) {
  FieldCatalogue catalogue;
  const auto loaded = pipeline::load_rules(flags.options, catalogue);
  if (!loaded) return report_error(loaded.error());
  std::string out;
  if (flags.format == "json") {
    json::Writer json(out, json::Layout::pretty);
    json.begin_object();
    json.key("loaded").unsigned_integer(loaded->rules.rules().size());
    json.key("refused").begin_array();
    for (const auto& refused : loaded->refused) {
      json.begin_object();
      json.key("path").string(refused.path);
      json.key("line").unsigned_integer(refused.line);
      json.key("code").string(refused.code);
      json.key("message").string(refused.message);
      json.end_object();
    }
    json.end_array();
    json.end_object();
    out += '\n';
  } else {
    for (const auto& diagnostic : loaded->diagnostics) out += diagnostic + '\n';
    out += std::to_string(loaded->rules.rules().size()) + " rules load, " +
           std::to_string(loaded->refused.size()) + " faults refuse others\n";
  }
  if (!write_out({}, out)) return kFailed;
  return loaded->refused.empty() ? kDone : kRulesRefused;
}

int list(const Flags& flags) {
  FieldCatalogue catalogue;
  const auto loaded = pipeline::load_rules(flags.options, catalogue);
  if (!loaded) return report_error(loaded.error());
  std::string out;
  json::Writer json(out, json::Layout::pretty);
  const bool as_json = flags.format == "json";
  if (as_json) json.begin_array();
  for (const auto& rule : loaded->rules.rules()) {
    const auto level = std::string(finding::to_string(rule.level));
    if (!as_json) {
      out += rule.id + "  " + level + "  " + explain::visible(rule.title) + '\n';
      continue;
    }
    json.begin_object();
    json.key("id").string(rule.id);
    json.key("level").string(level);
    json.key("title").string(rule.title);
    json.key("path").string(rule.path);
    json.end_object();
  }
  if (as_json) {
    json.end_array();
    out += '\n';
  }
  if (!write_out({}, out)) return kFailed;
  return loaded->refused.empty() ? kDone : kRulesRefused;
}

}  // namespace

void add_rules(CLI::App& app, Run& run) {
  auto* group = app.add_subcommand("rules", "lint and list Sigma rules");
  group->require_subcommand(1);
  const auto add = [&](const char* name, const char* what, int (*action)(const Flags&)) {
    auto flags = std::make_shared<Flags>();
    flags->options.builtin_rules = false;
    auto* command = group->add_subcommand(name, what);
    command->footer(std::string("Example: interdict rules ") + name + " sigma/rules");
    command
        ->add_option("PATH", flags->options.rule_paths, "files, folders or archives of Sigma YAML")
        ->required();
    command->add_option("--format", flags->format, "text or json")
        ->check(CLI::IsMember({"text", "json"}));
    command->callback([flags, action, &run] { run = [flags, action] { return action(*flags); }; });
  };
  add("check", "say what is wrong with rules, with place and code", check);
  add("list", "list the rules that load", list);
}

}  // namespace interdict::cli
