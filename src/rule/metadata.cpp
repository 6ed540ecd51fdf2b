#include "rule/metadata.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/unicode.hpp"

namespace interdict::rule {
namespace {

constexpr auto kStatuses = std::to_array<std::string_view>(
    {"stable", "test", "experimental", "deprecated", "unsupported"});
constexpr auto kLevels =
    std::to_array<std::string_view>({"informational", "low", "medium", "high", "critical"});
constexpr auto kNamespaces =
    std::to_array<std::string_view>({"attack", "car", "cve", "d3fend", "detection", "stp", "tlp"});
/// ATT&CK Enterprise, v18 and v19 together: rules are tagged by either.
constexpr auto kTactics = std::to_array<std::string_view>(
    {"reconnaissance", "resource-development", "initial-access", "execution", "persistence",
     "privilege-escalation", "defense-evasion", "stealth", "defense-impairment",
     "credential-access", "discovery", "lateral-movement", "collection", "command-and-control",
     "exfiltration", "impact"});

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

/// Text follows a shape in which `x` is a hex digit, `d` a digit and all else itself.
bool has_shape(std::string_view text, std::string_view shape) {
  if (text.size() != shape.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool hex = is_digit(text[i]) || (text[i] >= 'a' && text[i] <= 'f') ||
                     (text[i] >= 'A' && text[i] <= 'F');
    if (shape[i] == 'x' ? !hex : shape[i] == 'd' ? !is_digit(text[i]) : text[i] != shape[i])
      return false;
  }
  return true;
}

std::string read_text(const yaml::Node& root, std::string_view key, Reporter& reporter) {
  const yaml::Node* node = root.find(key);
  if (node == nullptr || node->is_null()) return {};
  if (node->is_scalar()) return node->text();
  reporter.report(kWrongType, *node, "`" + std::string(key) + "` must be a text");
  return {};
}

/// A list of texts; a single text is a list of one. What is no text in it is reported.
std::vector<std::string> read_list(const yaml::Node& root, std::string_view key,
                                   Reporter& reporter) {
  std::vector<std::string> out;
  const yaml::Node* node = root.find(key);
  if (node == nullptr || node->is_null()) return out;
  if (node->is_scalar()) return {node->text()};
  if (node->is_map())
    reporter.report(kWrongType, *node, "`" + std::string(key) + "` must be a list");
  for (const yaml::Node& element : node->items()) {
    if (!element.is_scalar())
      reporter.report(kWrongType, element, "`" + std::string(key) + "` must hold texts");
    else if (!element.is_null())
      out.push_back(element.text());
  }
  return out;
}

std::string read_date(const yaml::Node& root, std::string_view key, Reporter& reporter) {
  std::string text = read_text(root, key, reporter);
  if (text.empty() || has_shape(text, "dddd-dd-dd")) return text;
  reporter.report(kDate, *root.find(key), "`" + text + "` is not a date `YYYY-MM-DD`");
  if (!has_shape(text, "dddd/dd/dd")) return {};
  std::ranges::replace(text, '/', '-');  // the form before specification 2.0
  return text;
}

/// `t1059` or `t1059.001`, letter case ignored; upper case if it is one.
std::optional<std::string> read_technique(std::string_view text) {
  if (!has_shape(text, "tdddd") && !has_shape(text, "tdddd.ddd")) return std::nullopt;
  std::string out(text);
  out[0] = 'T';
  return out;
}

void sort_unique(std::vector<std::string>& values) {
  std::ranges::sort(values);
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

/// True if it is a tag of the `attack` namespace that we know.
bool add_attack_tag(std::string_view value, Metadata& rule) {
  if (auto technique = read_technique(value)) {
    rule.techniques.push_back(std::move(*technique));
    return true;
  }
  // Groups, software, mitigations, data sources, analytics: `g0016`, `ds0029`.
  const std::size_t letters = value.starts_with("ds") ? 2 : 1;
  if (value.size() == letters + 4 &&
      std::string_view("gsmad").find(value[0]) != std::string::npos &&
      has_shape(value.substr(letters), "dddd"))
    return true;
  std::string slug(value);
  std::ranges::replace(slug, '_', '-');
  if (std::ranges::find(kTactics, slug) == kTactics.end()) return false;
  rule.tactics.push_back(std::move(slug));
  return true;
}

void parse_tags(const yaml::Node& root, Metadata& rule, Reporter& reporter) {
  rule.tags = read_list(root, "tags", reporter);
  const yaml::Node* node = root.find("tags");
  for (const std::string& written : rule.tags) {
    const std::string tag = lower(written);
    const std::size_t dot = tag.find('.');
    const std::string_view space = std::string_view(tag).substr(0, dot);
    const std::string_view value =
        dot == std::string::npos ? std::string_view() : std::string_view(tag).substr(dot + 1);
    const bool known = space == "attack"
                           ? add_attack_tag(value, rule)
                           : std::ranges::find(kNamespaces, space) != kNamespaces.end();
    if (!known) {
      const auto suggestion = space == "attack" ? nearest(value, kTactics) : std::string_view();
      reporter.report(kTag, *node, "unknown tag `" + written + "`", written,
                      suggestion.empty() ? std::string() : "attack." + std::string(suggestion));
    }
  }
  sort_unique(rule.techniques);
  sort_unique(rule.tactics);
}

void parse_level(const yaml::Node& root, Metadata& rule, Reporter& reporter) {
  const std::string text = lower(read_text(root, "level", reporter));
  if (text.empty()) return;
  const auto found = std::ranges::find(kLevels, text);
  if (found == kLevels.end()) {
    reporter.report(kBadValue, *root.find("level"), "`" + text + "` is not a level", {},
                    std::string(nearest(text, kLevels)));
    return;
  }
  rule.level = static_cast<Level>(found - kLevels.begin());
}

bool says_something(const std::string& false_positive) {
  const std::string text = lower(false_positive);
  return !text.empty() && text != "none" && text != "unknown" && text != "unlikely";
}

}  // namespace

void parse_metadata(const yaml::Node& root, Metadata& rule, Reporter& reporter) {
  rule.id = read_text(root, "id", reporter);
  reporter.set_rule_id(rule.id);
  if (!rule.id.empty() && !has_shape(rule.id, "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"))
    reporter.report(kId, *root.find("id"), "`" + rule.id + "` is not a UUID");

  rule.title = read_text(root, "title", reporter);
  if (rule.title.empty()) reporter.report(kMissing, root, "missing mandatory key `title`");
  std::size_t characters = 0;
  for (std::size_t at = 0; at < rule.title.size(); ++characters)
    static_cast<void>(next_code_point(rule.title, at));
  if (characters > kMaxTitle)
    reporter.report(kTitleLength, *root.find("title"),
                    "the title is longer than " + std::to_string(kMaxTitle) + " characters");

  rule.name = read_text(root, "name", reporter);
  rule.description = read_text(root, "description", reporter);
  rule.author = read_text(root, "author", reporter);
  rule.status = read_text(root, "status", reporter);
  if (!rule.status.empty() && std::ranges::find(kStatuses, rule.status) == kStatuses.end())
    reporter.report(kStatus, *root.find("status"), "unknown status `" + rule.status + "`", {},
                    std::string(nearest(rule.status, kStatuses)));
  if (const std::string taxonomy = read_text(root, "taxonomy", reporter);
      !taxonomy.empty() && taxonomy != "sigma")
    reporter.report(kTaxonomy, *root.find("taxonomy"),
                    "taxonomy `" + taxonomy + "` is not known, only `sigma` is");
  rule.date = read_date(root, "date", reporter);
  rule.modified = read_date(root, "modified", reporter);
  rule.references = read_list(root, "references", reporter);
  rule.fields = read_list(root, "fields", reporter);
  rule.has_false_positives =
      std::ranges::any_of(read_list(root, "falsepositives", reporter), says_something);
  parse_level(root, rule, reporter);
  parse_tags(root, rule, reporter);
}

void parse_logsource(const yaml::Node& root, LogsourceSpec& out, Reporter& reporter) {
  const yaml::Node* node = root.find("logsource");
  if (node == nullptr) {
    reporter.report(kMissing, root, "missing mandatory key `logsource`");
    return;
  }
  if (!node->is_map()) {
    reporter.report(kWrongType, *node, "`logsource` must be a map");
    return;
  }
  for (const auto& [key, value] : node->entries()) {
    if (key.text() == "definition" || value.is_null()) continue;
    if (!value.is_scalar()) {
      reporter.report(kWrongType, value, "`" + key.text() + "` must be a text");
      continue;
    }
    const bool standard =
        key.text() == "category" || key.text() == "product" || key.text() == "service";
    if (!standard) {
      out.custom.emplace_back(key.text(), value.text());
      continue;
    }
    std::string text = lower(value.text());
    if (text != value.text())
      reporter.report(kLogsourceCase, value, "`" + value.text() + "` is not in lower case", {},
                      text);
    if (key.text() == "category")
      out.category = std::move(text);
    else if (key.text() == "product")
      out.product = std::move(text);
    else
      out.service = std::move(text);
  }
  if (out == LogsourceSpec{} && !reporter.failed())
    reporter.report(kMissing, *node, "`logsource` needs a category, product or service");
}

}  // namespace interdict::rule
