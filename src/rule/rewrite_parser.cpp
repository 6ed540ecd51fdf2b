#include <algorithm>
#include <array>
#include <regex>

#include "rule/detection.hpp"
#include "rule/lower_value.hpp"
#include "rule/rewrite.hpp"
#include "yaml/reader.hpp"

namespace interdict::rule {
namespace {

using CType = RewriteCondition::Type;
using RType = Rewrite::Type;

constexpr auto kTransformations = std::to_array<std::pair<std::string_view, RType>>({
    {"field_name_mapping", RType::field_name_mapping},
    {"field_name_prefix_mapping", RType::field_name_prefix_mapping},
    {"field_name_prefix", RType::field_name_prefix},
    {"field_name_suffix", RType::field_name_suffix},
    {"drop_detection_item", RType::drop_item},
    {"add_condition", RType::add_condition},
    {"change_logsource", RType::change_logsource},
    {"replace_string", RType::replace_string},
    {"map_string", RType::map_string},
    {"set_value", RType::set_value},
    {"set_state", RType::set_state},
    {"case", RType::case_of_values},
    {"rule_failure", RType::rule_failure},
    {"detection_item_failure", RType::item_failure},
    {"nest", RType::nest},
});
constexpr auto kPlaceholderTransformations =
    std::to_array<std::string_view>({"value_placeholders", "wildcard_placeholders"});
constexpr auto kConditions = std::to_array<std::pair<std::string_view, CType>>({
    {"logsource", CType::logsource},
    {"contains_detection_item", CType::contains_item},
    {"contains_field", CType::contains_field},
    {"processing_item_applied", CType::applied},
    {"processing_state", CType::state},
    {"tag", CType::tag},
    {"rule_attribute", CType::attribute},
    {"include_fields", CType::include_fields},
    {"exclude_fields", CType::exclude_fields},
    {"match_string", CType::match_string},
    {"is_null", CType::is_null},
    {"is_sigma_rule", CType::always},
    {"is_sigma_correlation_rule", CType::never},
});
constexpr std::size_t kMaxRegex = 1024;  ///< bytes: the file is the user's own, but typos happen
constexpr std::size_t kMaxNesting = 8;

class PipelineParser {
 public:
  explicit PipelineParser(Reporter& reporter) : reporter_(reporter) {}

  RewritePipeline run(const yaml::Node& root) {
    RewritePipeline out;
    out.name = text(root, "name");
    if (const yaml::Node* node = root.find("priority")) {
      const auto number = node->as_int();
      if (!number) reporter_.report(kBadPipeline, *node, "`priority` must be an integer");
      out.priority = number.value_or(0);
    }
    if (const yaml::Node* node = root.find("vars")) read_vars(*node);
    for (const char* key : {"postprocessing", "finalizers"})
      if (const yaml::Node* node = root.find(key); node != nullptr && !node->items().empty())
        reporter_.report(kBadPipeline, *node,
                         "`" + std::string(key) + "` is about queries: there are none here");
    bool gives_placeholders = false;
    if (const yaml::Node* node = root.find("transformations"))
      for (const yaml::Node& one : node->items()) {
        if (is_placeholder(one)) {
          read_placeholders(one, out);
          gives_placeholders = true;
        } else if (auto made = read(one, 0)) {
          out.rewrites.push_back(std::move(*made));
        }
      }
    if (!gives_placeholders) out.placeholders = vars_;
    return out;
  }

 private:
  void fault(const yaml::Node& node, std::string message, std::string suggestion = {}) {
    reporter_.report(kBadPipeline, node, std::move(message), {}, std::move(suggestion));
  }

  std::string text(const yaml::Node& node, std::string_view key) {
    const yaml::Node* found = node.find(key);
    if (found == nullptr || found->is_null()) return {};
    if (!found->is_scalar()) fault(*found, "`" + std::string(key) + "` must be a text");
    return found->text();
  }
  std::string needed(const yaml::Node& node, std::string_view key) {
    if (node.find(key) == nullptr) fault(node, "missing key `" + std::string(key) + "`");
    return text(node, key);
  }
  std::vector<std::string> texts(const yaml::Node& node) {
    std::vector<std::string> out;
    if (node.is_scalar()) out.push_back(node.text());
    if (node.is_map()) fault(node, "expected a text or a list of texts");
    for (const yaml::Node& one : node.items()) {
      if (!one.is_scalar()) fault(one, "expected a text");
      out.push_back(one.text());
    }
    return out;
  }
  std::string regex(const yaml::Node& node, std::string_view key) {
    std::string pattern = needed(node, key);
    check_regex(node, pattern);
    return pattern;
  }
  void check_regex(const yaml::Node& node, const std::string& pattern) {
    if (pattern.size() > kMaxRegex) return fault(node, "the regular expression is too long");
    try {
      const std::regex compiled(pattern);
    } catch (const std::regex_error&) {
      fault(node, "`" + pattern + "` is not a regular expression that is understood here");
    }
  }

  void read_vars(const yaml::Node& node) {
    if (!node.is_map()) return fault(node, "`vars` must be a map");
    for (const auto& [key, value] : node.entries()) vars_[key.text()] = texts(value);
  }

  static bool is_placeholder(const yaml::Node& node) {
    const yaml::Node* type = node.find("type");
    return type != nullptr && std::ranges::find(kPlaceholderTransformations, type->text()) !=
                                  kPlaceholderTransformations.end();
  }

  void read_placeholders(const yaml::Node& node, RewritePipeline& out) {
    for (const auto& [key, value] : node.entries())
      if (key.text().find("_cond") != std::string::npos)
        fault(key, "values of placeholders take no conditions");
    const yaml::Node* include = node.find("include");
    const yaml::Node* exclude = node.find("exclude");
    const auto included = include == nullptr ? std::vector<std::string>() : texts(*include);
    const auto excluded = exclude == nullptr ? std::vector<std::string>() : texts(*exclude);
    if (node.find("type")->text() == "wildcard_placeholders") {
      if (exclude != nullptr)
        fault(*exclude, "`exclude` is understood only of `value_placeholders`");
      out.any_placeholder_is_wildcard = out.any_placeholder_is_wildcard || include == nullptr;
      for (const std::string& name : included) out.placeholders[name] = {"*"};
      return;
    }
    for (const auto& [name, values] : vars_) {
      const bool in = include == nullptr || std::ranges::find(included, name) != included.end();
      if (in && std::ranges::find(excluded, name) == excluded.end())
        out.placeholders[name] = values;
    }
  }

  LogsourceSpec read_source(const yaml::Node& node) {
    LogsourceSpec out;
    for (const auto& [key, value] : node.entries()) {
      if (key.text() == "category") out.category = value.text();
      if (key.text() == "product") out.product = value.text();
      if (key.text() == "service") out.service = value.text();
    }
    if (out == LogsourceSpec{}) fault(node, "needs a category, product or service");
    return out;
  }

  RewriteCondition read_condition(const yaml::Node& node) {
    RewriteCondition out;
    const std::string type = needed(node, "type");
    const auto found =
        std::ranges::find(kConditions, type, &decltype(kConditions)::value_type::first);
    if (found == kConditions.end()) {
      std::vector<std::string_view> names;
      names.reserve(std::size(kConditions));
      for (const auto& one : kConditions) names.push_back(one.first);
      fault(node, "unknown condition `" + type + "`", std::string(nearest(type, names)));
      return out;
    }
    out.type = found->second;
    switch (out.type) {
      case CType::logsource:
        out.source = read_source(node);
        break;
      case CType::contains_item:
        out.field = needed(node, "field");
        out.value = needed(node, "value");
        break;
      case CType::contains_field:
        out.field = needed(node, "field");
        break;
      case CType::applied:
        out.value = needed(node, "processing_item_id");
        break;
      case CType::state:
        out.field = needed(node, "key");
        out.value = needed(node, "val");
        break;
      case CType::tag:
        out.value = needed(node, "tag");
        break;
      case CType::attribute:
        out.field = needed(node, "attribute");
        out.value = needed(node, "value");
        break;
      case CType::include_fields:
      case CType::exclude_fields:
        if (const yaml::Node* fields = node.find("fields"))
          out.names = texts(*fields);
        else
          fault(node, "missing key `fields`");
        out.regex = text(node, "mode") == "re" || text(node, "type_") == "re" ||
                    text(node, "match_type") == "re";
        if (out.regex)
          for (const std::string& name : out.names) check_regex(node, name);
        break;
      case CType::match_string:
        out.pattern = regex(node, "pattern");
        out.all = text(node, "cond") == "all";
        break;
      default:
        break;
    }
    return out;
  }

  RewriteConditions read_conditions(const yaml::Node& node, const std::string& kind) {
    RewriteConditions out;
    if (const yaml::Node* list = node.find(kind + "_conditions")) {
      if (list->is_map()) fault(*list, "conditions must be a list; named ones are not understood");
      for (const yaml::Node& one : list->items()) out.list.push_back(read_condition(one));
    }
    if (const yaml::Node* expression = node.find(kind + "_cond_expr"))
      fault(*expression, "expressions over conditions are not understood; use `_cond_op`");
    out.any = text(node, kind + "_cond_op") == "or";
    const yaml::Node* negated = node.find(kind + "_cond_not");
    out.negated = negated != nullptr && negated->as_bool().value_or(false);
    return out;
  }

  std::optional<Rewrite> read(const yaml::Node& node, std::size_t depth) {
    if (!node.is_map() || depth > kMaxNesting) {
      fault(node, "a transformation must be a map, and not be nested too deep");
      return std::nullopt;
    }
    const std::string type = needed(node, "type");
    const auto found =
        std::ranges::find(kTransformations, type, &decltype(kTransformations)::value_type::first);
    if (found == kTransformations.end()) {
      std::vector<std::string_view> names(kPlaceholderTransformations.begin(),
                                          kPlaceholderTransformations.end());
      for (const auto& one : kTransformations) names.push_back(one.first);
      fault(node, "transformation `" + type + "` is not understood",
            std::string(nearest(type, names)));
      return std::nullopt;
    }
    Rewrite out;
    out.type = found->second;
    out.id = text(node, "id");
    out.rule = read_conditions(node, "rule");
    out.item = read_conditions(node, "detection_item");
    out.field = read_conditions(node, "field_name");
    read_parameters(node, out, depth);
    return out;
  }

  void read_mapping(const yaml::Node& node, Rewrite& out) {
    const yaml::Node* mapping = node.find("mapping");
    if (mapping == nullptr || !mapping->is_map()) return fault(node, "missing map `mapping`");
    for (const auto& [key, value] : mapping->entries())
      out.mapping.emplace_back(key.text(), texts(value));
  }

  void read_parameters(const yaml::Node& node, Rewrite& out, std::size_t depth) {
    switch (out.type) {
      case RType::field_name_mapping:
      case RType::field_name_prefix_mapping:
      case RType::map_string:
        read_mapping(node, out);
        break;
      case RType::field_name_prefix:
        out.text = needed(node, "prefix");
        break;
      case RType::field_name_suffix:
        out.text = needed(node, "suffix");
        break;
      case RType::add_condition:
        read_added(node, out);
        break;
      case RType::change_logsource:
        out.source = read_source(node);
        break;
      case RType::replace_string:
        out.pattern = regex(node, "regex");
        out.text = needed(node, "replacement");
        break;
      case RType::set_value:
        read_value(node, out);
        break;
      case RType::set_state:
        out.pattern = needed(node, "key");
        out.text = needed(node, "val");
        break;
      case RType::case_of_values:
        out.text = needed(node, "method");
        if (out.text != "lower" && out.text != "upper") fault(node, "`method` is lower or upper");
        break;
      case RType::rule_failure:
      case RType::item_failure:
        out.text = needed(node, "message");
        break;
      case RType::nest:
        if (const yaml::Node* items = node.find("items")) {
          for (const yaml::Node& one : items->items())
            if (auto made = read(one, depth + 1)) out.nested.push_back(std::move(*made));
        } else {
          fault(node, "missing list `items`");
        }
        break;
      case RType::drop_item:
        break;
    }
  }

  void read_value(const yaml::Node& node, Rewrite& out) {
    const yaml::Node* value = node.find("value");
    if (value == nullptr || !value->is_scalar()) return fault(node, "missing scalar `value`");
    auto lowered = lower_value(*value, {}, false);
    if (auto* why = std::get_if<ValueFault>(&lowered)) return fault(*value, why->message);
    out.value = std::get<std::vector<Matcher>>(lowered).front().value;
  }

  /// The conditions are a map of fields and values, as in a search identifier.
  void read_added(const yaml::Node& node, Rewrite& out) {
    const yaml::Node* conditions = node.find("conditions");
    if (conditions == nullptr || !conditions->is_map())
      return fault(node, "missing map `conditions`");
    yaml::Node detection(yaml::Kind::map, node.line(), node.column());
    const auto scalar = [&](const char* word) {
      return yaml::Node::scalar(word, yaml::ScalarType::string, true, node.line(), node.column());
    };
    detection.add_entry(scalar("added"), *conditions);
    detection.add_entry(scalar("condition"), scalar("added"));
    Rule body;
    static_cast<void>(parse_detection(detection, body, reporter_, {}));
    out.identifiers = std::move(body.identifiers);
    const yaml::Node* negated = node.find("negated");
    out.negated = negated != nullptr && negated->as_bool().value_or(false);
  }

  Reporter& reporter_;
  std::map<std::string, std::vector<std::string>, std::less<>> vars_;
};

}  // namespace

std::optional<RewritePipeline> parse_pipeline(std::string_view yaml, const std::string& path,
                                              std::vector<Diagnostic>& diagnostics) {
  const SourceText source(yaml);
  Reporter reporter(source, diagnostics);
  const auto root = yaml::read_document(yaml, path);
  if (!root) {
    reporter.report_at(kBadPipeline, {root.error().where.line, 1}, 1, root.error().message);
    return std::nullopt;
  }
  if (!root->is_map()) {
    reporter.report(kBadPipeline, *root, "a pipeline is a map");
    return std::nullopt;
  }
  RewritePipeline out = PipelineParser(reporter).run(*root);
  if (reporter.failed()) return std::nullopt;
  return out;
}

void add_placeholders(const RewritePipeline& pipeline, ParseOptions& options) {
  for (const auto& [name, values] : pipeline.placeholders) options.placeholders[name] = values;
  options.any_placeholder_is_wildcard =
      options.any_placeholder_is_wildcard || pipeline.any_placeholder_is_wildcard;
}

}  // namespace interdict::rule
