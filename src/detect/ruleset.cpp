#include "detect/ruleset.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "base/hash.hpp"

namespace interdict::detect {
namespace {

using finding::RuleId;

/// No attribute of a log source holds a line feed: it cannot be confused with the separator.
std::string logsource_key(std::string_view product, std::string_view category,
                          std::string_view service) {
  std::string key(product);
  key += '\n';
  key += category;
  key += '\n';
  key += service;
  return key;
}

finding::Level level_of(std::optional<rule::Level> level) {
  if (!level) return finding::Level::medium;
  switch (*level) {
    case rule::Level::informational:
      return finding::Level::informational;
    case rule::Level::low:
      return finding::Level::low;
    case rule::Level::medium:
      return finding::Level::medium;
    case rule::Level::high:
      return finding::Level::high;
    case rule::Level::critical:
      return finding::Level::critical;
  }
  return finding::Level::medium;
}

std::string class_of(const rule::LogsourceSpec& source) {
  const auto& kind = source.category.empty() ? source.service : source.category;
  if (source.product.empty()) return kind;
  return kind.empty() ? source.product : source.product + '/' + kind;
}

finding::RuleInfo info_of(const rule::Rule& rule) {
  finding::RuleInfo info;
  info.id = rule.id.empty() ? "sigma-" + hex64(hash64(content_key(rule))) : rule.id;
  info.title = rule.title;
  info.path = rule.path;
  info.level = level_of(rule.level);
  info.status = rule.status;
  info.source = finding::DetectionSource::sigma;
  info.techniques = rule.techniques;
  info.tactics = rule.tactics;
  info.log_source_class = class_of(rule.logsource);
  info.has_false_positives = rule.has_false_positives;
  return info;
}

}  // namespace

bool RuleSet::applies(RuleId rule, const LogSource& source) const {
  const auto& wanted = logsources_[rule.value()];
  return (wanted.product.empty() || wanted.product == source.product) &&
         (wanted.service.empty() || wanted.service == source.service) &&
         (wanted.category.empty() || source.has_category(wanted.category));
}

std::vector<RuleId> RuleSet::applicable(const LogSource& source) const {
  std::vector<std::string> keys;
  auto categories = source.categories;
  categories.emplace_back();  // a rule that gives none
  for (const auto& product : {source.product, std::string()}) {
    for (const auto& service : {source.service, std::string()}) {
      for (const auto& category : categories) {
        keys.push_back(logsource_key(product, category, service));
      }
    }
  }
  std::ranges::sort(keys);
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  std::vector<RuleId> result;
  for (const auto& key : keys) {
    if (const auto found = by_logsource_.find(key); found != by_logsource_.end()) {
      result.insert(result.end(), found->second.begin(), found->second.end());
    }
  }
  std::ranges::sort(result);
  return result;
}

Result<void> RuleSetBuilder::add(const rule::Rule& rule) {
  INTERDICT_TRY(auto compiled, compile(rule, fields_, rules_.tables_));
  const RuleId id(static_cast<std::uint32_t>(rules_.infos_.size()));
  rules_.infos_.push_back(info_of(rule));
  rules_.logsources_.push_back(rule.logsource);
  rules_.compiled_.push_back(std::move(compiled));
  const auto& source = rule.logsource;
  rules_.by_logsource_[logsource_key(source.product, source.category, source.service)].push_back(
      id);
  return {};
}

RuleSet RuleSetBuilder::build() && {
  rules_.tables_.test_of_key.clear();  // only building needs it
  return std::move(rules_);
}

}  // namespace interdict::detect
