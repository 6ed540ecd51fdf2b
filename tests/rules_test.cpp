// The rules of content/rules against the events of tests/rules: each file there bears the name of
// its rule and holds one event a line, `match` saying whether the rule must fire on it.

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "detect/reference.hpp"
#include "detect/ruleset.hpp"
#include "event/batch.hpp"
#include "event/field.hpp"
#include "json/reader.hpp"
#include "rule/parser.hpp"
#include "yaml/reader.hpp"

namespace interdict {
namespace {

namespace fs = std::filesystem;

std::string slurp(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// The rule files by path, sorted.
std::vector<fs::path> rule_files() {
  std::vector<fs::path> files;
  for (const auto& entry :
       fs::recursive_directory_iterator(fs::path(INTERDICT_SOURCE_DIR) / "content/rules")) {
    if (entry.path().extension() == ".yml") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

fs::path events_of(const fs::path& rule) {
  return fs::path(INTERDICT_SOURCE_DIR) / "tests/rules" / (rule.stem().string() + ".jsonl");
}

std::string text_of(const json::Value& value) {
  if (const std::string* text = value.string()) return *text;
  if (const auto number = value.integer()) return std::to_string(*number);
  if (const bool* flag = value.boolean()) return *flag ? "true" : "false";
  return {};
}

std::string text_at(const json::Value& object, std::string_view key) {
  const json::Value* value = object.find(key);
  return value == nullptr ? std::string() : text_of(*value);
}

ValueType type_of(const json::Value& value) {
  if (value.is_null()) return ValueType::null;
  if (value.integer().has_value()) return ValueType::integer;
  return value.boolean() != nullptr ? ValueType::boolean : ValueType::string;
}

EventBatch make_event(const json::Value& line, FieldCatalogue& fields) {
  LogSource source;
  source.product = text_at(line, "product");
  source.service = text_at(line, "service");
  if (const std::string category = text_at(line, "category"); !category.empty()) {
    source.categories.push_back(category);
  }
  source.kind = "test";
  EventBatch batch("test", source);
  const Row row = batch.begin_row({}, "HOST", {});
  for (const json::Member& field : *line.find("fields")->object()) {
    const json::Value::Array* many = field.value.array();
    const json::Value::Array one{field.value};
    for (const json::Value& value : many != nullptr ? *many : one) {
      batch.add(row, fields.intern(field.key).value(), {text_of(value), type_of(value)});
    }
  }
  return batch;
}

TEST(Rules, each_file_holds_one_rule_without_a_remark) {
  std::map<std::string, std::string> ids;
  for (const fs::path& path : rule_files()) {
    const auto parsed = rule::parse_rules(slurp(path), path.string());
    for (const auto& diagnostic : parsed.diagnostics) {
      ADD_FAILURE() << path << ": " << diagnostic.message;
    }
    ASSERT_EQ(parsed.rules.size(), 1U) << path;
    const auto [place, is_new] = ids.emplace(parsed.rules[0].id, path.string());
    EXPECT_TRUE(is_new) << path << " has the id of " << place->second;
  }
  EXPECT_GE(ids.size(), 40U);
}

TEST(Rules, each_stage_but_weaponization_has_four) {
  std::map<std::string, int> count;
  for (const fs::path& path : rule_files()) ++count[path.parent_path().filename().string()];
  EXPECT_EQ(count.size(), 6U);
  for (const auto& [stage, number] : count) EXPECT_GE(number, 4) << stage;
}

/// What a rule asks for: field (with its modifiers) and value.
using Pairs = std::set<std::pair<std::string, std::string>>;

void collect(const std::string& field, const yaml::Node& node, Pairs& out) {
  for (const auto& [key, value] : node.entries()) collect(key.text(), value, out);
  for (const auto& item : node.items()) collect(field, item, out);
  if (!node.is_scalar()) return;
  std::string value = node.text();
  std::ranges::transform(value, value.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  out.emplace(field, value);
}

enum class Filters : bool { left_out, counted };

std::map<std::string, Pairs> pairs_by_rule(Filters filters) {
  std::map<std::string, Pairs> out;
  for (const fs::path& path : rule_files()) {
    const auto root = yaml::read_document(slurp(path), path.string());
    if (!root) {
      ADD_FAILURE() << path << ": " << root.error().message;
      continue;
    }
    const yaml::Node* detection = root->find("detection");
    if (detection == nullptr) continue;
    for (const auto& [name, selection] : detection->entries()) {
      if (name.text() == "condition") continue;
      if (filters == Filters::left_out && name.text().starts_with("filter")) continue;
      collect(name.text(), selection, out[path.string()]);
    }
  }
  return out;
}

/// Two rules may share what they must (`EventID: 7045`, a shell's name), but each has a field and
/// value that is its own, and none asks for all that another asks for.
TEST(Rules, none_is_a_variant_of_another) {
  const auto rules = pairs_by_rule(Filters::left_out);
  EXPECT_EQ(rules.size(), rule_files().size());
  std::map<std::pair<std::string, std::string>, int> uses;
  for (const auto& [path, pairs] : rules) {
    for (const auto& pair : pairs) ++uses[pair];
  }
  for (const auto& [path, pairs] : rules) {
    const auto is_own = [&](const auto& pair) { return uses[pair] == 1; };
    EXPECT_TRUE(std::ranges::any_of(pairs, is_own)) << path << " has no field and value of its own";
    for (const auto& [other, theirs] : rules) {
      if (other == path) continue;
      EXPECT_FALSE(std::ranges::includes(pairs, theirs)) << path << " holds " << other;
    }
  }
}

/// At least 40 rules, four a stage, of which no two share one field and value, filters included.
/// What the others share is what they must: a shell's name, `EventID: 7045`.
TEST(Rules, forty_are_on_wholly_different_fields_and_values) {
  const auto rules = pairs_by_rule(Filters::counted);
  const auto share = [&](const std::string& a, const std::string& b) {
    return std::ranges::any_of(rules.at(a),
                               [&](const auto& pair) { return rules.at(b).contains(pair); });
  };
  std::map<std::string, std::set<std::string>> sharing;  // by rule: those that share with it
  for (const auto& [path, pairs] : rules) {
    for (const auto& [other, theirs] : rules) {
      if (other != path && share(path, other)) sharing[path].insert(other);
    }
  }
  std::vector<std::string> order;
  for (const auto& [path, pairs] : rules) order.push_back(path);
  std::ranges::stable_sort(order, {}, [&](const auto& path) { return sharing[path].size(); });
  std::set<std::string> apart;
  std::map<std::string, int> by_stage;
  for (const auto& path : order) {
    if (std::ranges::any_of(apart,
                            [&](const auto& other) { return sharing[path].contains(other); })) {
      continue;
    }
    apart.insert(path);
    ++by_stage[fs::path(path).parent_path().filename().string()];
  }
  EXPECT_GE(apart.size(), 40U);
  EXPECT_EQ(by_stage.size(), 6U);
  for (const auto& [stage, number] : by_stage) EXPECT_GE(number, 4) << stage;
}

TEST(Rules, fire_on_their_positive_events_and_on_no_others) {
  FieldCatalogue fields;
  std::size_t events = 0;
  for (const fs::path& path : rule_files()) {
    const auto parsed = rule::parse_rules(slurp(path), path.string());
    ASSERT_EQ(parsed.rules.size(), 1U) << path;
    detect::RuleSetBuilder builder(fields);
    const auto added = builder.add(parsed.rules[0]);
    ASSERT_TRUE(added.has_value()) << path << ": " << added.error().message;
    const detect::RuleSet rules = std::move(builder).build();
    std::set<bool> kinds;
    std::ifstream file(events_of(path));
    for (std::string line; std::getline(file, line);) {
      const auto event = json::parse(line);
      ASSERT_TRUE(event.has_value()) << events_of(path);
      const bool expected = *event->find("match")->boolean();
      const EventBatch batch = make_event(*event, fields);
      EXPECT_TRUE(rules.applies(finding::RuleId(0), batch.log_source())) << path;
      detect::Scratch scratch;
      std::vector<detect::RowMatch> matches;
      detect::match_reference(rules, batch, scratch, matches);
      EXPECT_EQ(!matches.empty(), expected) << path << "\n" << line;
      kinds.insert(expected);
      ++events;
    }
    EXPECT_EQ(kinds.size(), 2U) << path << " needs an event that matches and one that does not";
  }
  EXPECT_GE(events, 80U);
}

TEST(Rules, each_event_file_has_a_rule) {
  std::set<std::string> stems;
  for (const fs::path& path : rule_files()) stems.insert(path.stem().string());
  for (const auto& entry : fs::directory_iterator(fs::path(INTERDICT_SOURCE_DIR) / "tests/rules")) {
    EXPECT_TRUE(stems.contains(entry.path().stem().string())) << entry.path();
  }
}

}  // namespace
}  // namespace interdict
