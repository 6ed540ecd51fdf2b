#include "simulate/scenario.hpp"

#include <functional>

#include "yaml/reader.hpp"

namespace interdict::simulate {
namespace {

using Done = Result<std::monostate>;

constexpr std::string_view kEntries[] = {
    "phishing",     "drive-by",        "exposed-service-exploit", "valid-accounts",
    "supply-chain", "removable-media", "trusted-relationship",    "insider",
    "unknown"};

Where at(const yaml::Node& node, const std::string& path) {
  return {.file = path, .line = node.line()};
}

/// One key of a map: what to do with its value.
struct Key {
  std::string_view name;
  std::function<Done(const yaml::Node&)> read;
};

/// Reads a map by its keys; an unknown one is a fault, so that a misspelt knob is never ignored.
Done read_map(const yaml::Node& node, const std::string& path, std::string_view what,
              const std::vector<Key>& keys) {
  if (!node.is_map())
    return fail(Errc::syntax, std::string(what) + " must be a map", at(node, path));
  for (const auto& [name, value] : node.entries()) {
    bool known = false;
    for (const Key& key : keys) {
      if (key.name != name.text()) continue;
      known = true;
      if (auto done = key.read(value); !done) return done;
    }
    if (!known) {
      return fail(Errc::syntax, "unknown key `" + name.text() + "` in " + std::string(what),
                  at(name, path));
    }
  }
  return std::monostate{};
}

/// A scalar's text, or all of a list's joined by commas.
Result<std::string> words_of(const yaml::Node& node, const std::string& path) {
  std::string out;
  if (node.is_sequence()) {
    for (const yaml::Node& item : node.items()) {
      if (!item.is_scalar()) return fail(Errc::syntax, "expected words", at(item, path));
      out += (out.empty() ? "" : ",") + item.text();
    }
    return out;
  }
  if (!node.is_scalar()) return fail(Errc::syntax, "expected a word", at(node, path));
  return node.text();
}

Key text_key(std::string_view name, std::string& out, const std::string& path) {
  return {name, [&out, &path](const yaml::Node& node) -> Done {
            INTERDICT_TRY(out, words_of(node, path));
            return std::monostate{};
          }};
}

Key flag_key(std::string_view name, bool& out, const std::string& path) {
  return {name, [&out, &path](const yaml::Node& node) -> Done {
            const auto value = node.as_bool();
            if (!value) return fail(Errc::syntax, "expected true or false", at(node, path));
            out = *value;
            return std::monostate{};
          }};
}

Key duration_key(std::string_view name, std::int64_t& out, const std::string& path) {
  return {name, [&out, &path](const yaml::Node& node) -> Done {
            const auto value = node.is_scalar() ? parse_duration(node.text()) : std::nullopt;
            if (!value) {
              return fail(Errc::syntax, "expected a duration such as `4h`", at(node, path));
            }
            out = *value;
            return std::monostate{};
          }};
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> out;
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    if (end > begin) out.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return out;
}

Result<ScenarioStep> read_step(const yaml::Node& node, const std::string& path, std::size_t number,
                               const std::string& default_host) {
  ScenarioStep step;
  step.cause = number - 1;
  step.host = default_host;
  std::string stage;
  std::string outcome;
  std::string cut_by;
  const std::vector<Key> keys = {
      text_key("technique", step.technique, path),
      text_key("host", step.host, path),
      text_key("from", step.from, path),
      text_key("stage", stage, path),
      text_key("what", step.what, path),
      text_key("outcome", outcome, path),
      text_key("cut_by", cut_by, path),
      flag_key("loud", step.loud, path),
      {"cause", [&](const yaml::Node& value) -> Done {
         const auto cause = value.as_int();
         if (!cause || *cause < 1 || static_cast<std::size_t>(*cause) >= number) {
           return fail(Errc::syntax, "`cause` must be the number of an earlier step",
                       at(value, path));
         }
         step.cause = static_cast<std::size_t>(*cause);
         return std::monostate{};
       }}};
  INTERDICT_TRY([[maybe_unused]] const auto done, read_map(node, path, "a step", keys));
  if (step.host.empty()) return fail(Errc::syntax, "the first step needs a `host`", at(node, path));
  if (!stage.empty()) {
    step.stage = attack::parse_stage(stage);
    if (!step.stage) return fail(Errc::syntax, "unknown stage `" + stage + "`", at(node, path));
  }
  if (!outcome.empty() && outcome != "blocked" && outcome != "succeeded") {
    return fail(Errc::syntax, "`outcome` is succeeded or blocked", at(node, path));
  }
  step.blocked = outcome == "blocked";
  step.cut_by = split(cut_by);
  return step;
}

Result<ScenarioIntrusion> read_intrusion(const yaml::Node& node, const std::string& path) {
  ScenarioIntrusion out;
  out.dwell_ms = 4 * kHourMs;
  out.start_ms = 9 * kHourMs;
  const std::vector<Key> keys = {
      text_key("name", out.name, path),
      text_key("campaign", out.campaign, path),
      text_key("entry", out.entry, path),
      duration_key("start", out.start_ms, path),
      duration_key("dwell", out.dwell_ms, path),
      {"steps", [&](const yaml::Node& list) -> Done {
         if (!list.is_sequence()) return fail(Errc::syntax, "`steps` is a list", at(list, path));
         if (list.items().size() > kMaxSteps) {
           return fail(Errc::limit, "more than 400 steps", at(list, path));
         }
         for (const yaml::Node& item : list.items()) {
           const std::string host = out.steps.empty() ? "" : out.steps.back().host;
           INTERDICT_TRY(auto step, read_step(item, path, out.steps.size() + 1, host));
           out.steps.push_back(std::move(step));
         }
         return std::monostate{};
       }}};
  INTERDICT_TRY([[maybe_unused]] const auto done, read_map(node, path, "an intrusion", keys));
  if (out.name.empty()) return fail(Errc::syntax, "an intrusion needs a `name`", at(node, path));
  if (out.steps.empty()) return fail(Errc::syntax, "an intrusion needs `steps`", at(node, path));
  if (out.entry.empty()) out.entry = entry_of(out.steps.front().technique);
  for (const std::string_view entry : kEntries) {
    if (entry == out.entry) return out;
  }
  return fail(Errc::syntax, "unknown entry `" + out.entry + "`", at(node, path));
}

Key knob_key(std::string_view name, Scenario& scenario, const std::string& path) {
  return {name, [name, &scenario, &path](const yaml::Node& node) -> Done {
            INTERDICT_TRY(const auto words, words_of(node, path));
            return set_knob(scenario, name, words, at(node, path));
          }};
}

}  // namespace

Result<Scenario> parse_scenario(std::string_view yaml, const std::string& path) {
  INTERDICT_TRY(const auto root, yaml::read_document(yaml, path));
  Scenario out;
  std::string schema;
  const auto knobs_of = [&](std::initializer_list<std::string_view> names) {
    std::vector<Key> keys;
    for (const std::string_view name : names) keys.push_back(knob_key(name, out, path));
    return keys;
  };
  std::vector<Key> keys = knobs_of({"begin", "days", "records", "network"});
  keys.push_back(text_key("schema", schema, path));
  keys.push_back(text_key("name", out.name, path));
  keys.push_back(text_key("description", out.description, path));
  keys.push_back(
      {"site", [&](const yaml::Node& node) {
         return read_map(node, path, "`site`", knobs_of({"workstations", "linux", "web", "cloud"}));
       }});
  keys.push_back({"knobs", [&](const yaml::Node& node) {
                    return read_map(node, path, "`knobs`",
                                    knobs_of({"dwell", "intrusions", "storm", "skew", "loss",
                                              "remove", "quiet", "twin"}));
                  }});
  keys.push_back({"intrusions", [&](const yaml::Node& list) -> Done {
                    if (!list.is_sequence()) {
                      return fail(Errc::syntax, "`intrusions` is a list", at(list, path));
                    }
                    for (const yaml::Node& item : list.items()) {
                      INTERDICT_TRY(auto one, read_intrusion(item, path));
                      out.intrusions.push_back(std::move(one));
                    }
                    return std::monostate{};
                  }});
  INTERDICT_TRY([[maybe_unused]] const auto done, read_map(root, path, "a scenario", keys));
  if (schema != "interdict.scenario/1") {
    return fail(Errc::unsupported, "`schema` must be interdict.scenario/1", {.file = path});
  }
  if (out.name.empty()) return fail(Errc::syntax, "a scenario needs a `name`", {.file = path});
  if (out.intrusions.size() > kMaxIntrusions) {
    return fail(Errc::limit, "more than 5 intrusions", {.file = path});
  }
  return out;
}

std::string_view entry_of(std::string_view technique) {
  struct Entry {
    std::string_view technique;
    std::string_view entry;
  };
  constexpr Entry kTable[] = {{"T1566", "phishing"},        {"T1598", "phishing"},
                              {"T1189", "drive-by"},        {"T1190", "exposed-service-exploit"},
                              {"T1078", "valid-accounts"},  {"T1133", "valid-accounts"},
                              {"T1110", "valid-accounts"},  {"T1195", "supply-chain"},
                              {"T1091", "removable-media"}, {"T1199", "trusted-relationship"},
                              {"T1200", "removable-media"}};
  for (const Entry& row : kTable) {
    if (technique.substr(0, 5) == row.technique) return row.entry;
  }
  return "unknown";
}

}  // namespace interdict::simulate
