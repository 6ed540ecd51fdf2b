#include "pipeline/settings.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/command.hpp"
#include "rule/diagnostic.hpp"

namespace interdict::cli {

namespace {

using pipeline::Settings;

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string{} : std::string(value);
}

std::string environment_name(std::string_view option) {
  std::string name = "INTERDICT_";
  for (const char c : option) {
    const bool is_letter = c >= 'a' && c <= 'z';
    name += c == '-' ? '_' : is_letter ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return name;
}

/// The settings files in the order in which they are asked.
Result<std::vector<Settings>> settings_files() {
  std::vector<std::string> paths = {"interdict.yml"};
  std::string home = environment("XDG_CONFIG_HOME");
  if (home.empty() && !environment("HOME").empty()) home = environment("HOME") + "/.config";
  if (!home.empty()) paths.push_back(home + "/interdict/interdict.yml");
  std::vector<Settings> files;
  for (const auto& path : paths) {
    INTERDICT_TRY(auto found, pipeline::read_settings(path));
    if (found) files.push_back(*std::move(found));
  }
  return files;
}

/// Long names of every option of `app` and what is below it.
void collect_names(const CLI::App& app, std::vector<std::string>& names) {
  for (const auto* option : app.get_options()) {
    for (const auto& name : option->get_lnames()) {
      if (name != "help" && name != "version") names.push_back(name);
    }
  }
  for (const auto* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    collect_names(*command, names);
  }
}

/// A word that no command knows is a mistake, and is said so before any work.
bool check_names(const CLI::App& app, const std::vector<Settings>& files) {
  std::vector<std::string> names;
  collect_names(app, names);
  const std::vector<std::string_view> known(names.begin(), names.end());
  bool ok = true;
  for (const auto& file : files) {
    for (const auto& setting : file.list) {
      if (std::ranges::find(names, setting.name) != names.end()) continue;
      std::string words = file.path + ":" + std::to_string(setting.line) +
                          ": no option is called `" + setting.name + "`";
      if (const auto near = rule::nearest(setting.name, known); !near.empty()) {
        words += "; did you mean `" + std::string(near) + "`?";
      }
      say(words);
      ok = false;
    }
  }
  return ok;
}

struct Given {
  std::vector<std::string> values;
  std::string origin;  ///< for a message: the variable, or file and line
};

std::optional<Given> look_up(const std::string& name, const std::vector<Settings>& files) {
  const auto variable = environment_name(name);
  if (auto value = environment(variable.c_str()); !value.empty()) {
    return Given{{std::move(value)}, variable};
  }
  for (const auto& file : files) {
    for (const auto& setting : file.list) {
      if (setting.name != name) continue;
      return Given{setting.values, file.path + ":" + std::to_string(setting.line)};
    }
  }
  return std::nullopt;
}

/// Gives one option that the command line left out what the settings say.
bool give(CLI::Option& option, const std::vector<Settings>& files) {
  for (const auto& name : option.get_lnames()) {
    if (name == "help" || name == "version") continue;
    const auto given = look_up(name, files);
    if (!given || given->values.empty()) continue;
    try {
      const bool is_flag = option.get_expected_max() == 0;
      for (const auto& value : given->values) {
        option.add_result(is_flag ? option.get_flag_value(name, value) : value);
      }
      option.run_callback();
    } catch (const CLI::Error& error) {
      say("interdict: " + given->origin + ": " + error.what());
      return false;
    }
    return true;
  }
  return true;
}

bool apply(CLI::App& command, const std::vector<Settings>& files) {
  for (auto* option : command.get_options()) {
    if (option->count() == 0 && !give(*option, files)) return false;
  }
  for (auto* below : command.get_subcommands()) {
    if (!apply(*below, files)) return false;
  }
  return true;
}

}  // namespace

int apply_settings(CLI::App& app) {
  const auto files = settings_files();
  if (!files) return report_error(files.error());
  if (!check_names(app, *files)) return kUsage;
  for (auto* command : app.get_subcommands()) {
    if (!apply(*command, *files)) return kUsage;
  }
  return kDone;
}

}  // namespace interdict::cli
