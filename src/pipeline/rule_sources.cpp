#include "pipeline/rule_sources.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "normalize/normalizer.hpp"
#include "pipeline/maps.hpp"
#include "pipeline/rules.hpp"

namespace interdict::pipeline {

namespace {

bool feeds(const normalize::DescribedSource& source, const rule::LogsourceSpec& wanted) {
  const auto& is = source.log_source;
  if (!wanted.product.empty() && wanted.product != is.product) return false;
  if (!wanted.category.empty() && !is.has_category(wanted.category)) return false;
  if (wanted.service.empty() || wanted.service == is.service) return true;
  const auto open = is.service.find('{');  // `{_path}`: whatever the record says
  return open != std::string::npos && wanted.service.starts_with(is.service.substr(0, open));
}

std::string or_any(const std::string& word) {
  return word.empty() ? "–" : word;
}

}  // namespace

Result<std::vector<SourceFeed>> rule_sources(const Options& options) {
  FieldCatalogue catalogue;
  INTERDICT_TRY(const auto loaded, load_rules(options, catalogue));
  INTERDICT_TRY(const auto maps, load_maps(options));
  const auto described = normalize::describe(maps);
  std::map<std::tuple<std::string, std::string, std::string>, SourceFeed> by_triple;
  for (const auto& rule : loaded.linked.rules) {
    const auto& wanted = rule.rule.logsource;
    auto& feed = by_triple[{wanted.product, wanted.category, wanted.service}];
    if (feed.rules++ > 0) continue;
    feed.product = wanted.product;
    feed.category = wanted.category;
    feed.service = wanted.service;
    std::set<std::string> fed_by;
    for (const auto& source : described) {
      if (!feeds(source, wanted)) continue;
      for (const auto& format : source.formats) {
        fed_by.insert(format + ": " + source.log_source.kind);
      }
    }
    feed.fed_by.assign(fed_by.begin(), fed_by.end());
  }
  std::vector<SourceFeed> out;
  out.reserve(by_triple.size());
  for (auto& [triple, feed] : by_triple) out.push_back(std::move(feed));
  return out;
}

std::string sources_page(const std::vector<SourceFeed>& all) {
  constexpr std::size_t kMostShown = 6;
  const auto fed =
      std::ranges::count_if(all, [](const auto& feed) { return !feed.fed_by.empty(); });
  std::string out = "# Log sources of rules, and what feeds them\n\n";
  out +=
      "Written by `interdict rules sources`; a line for each log source that the rules ask for. " +
      std::to_string(fed) + " of " + std::to_string(all.size()) +
      " are fed by a format that is read (`format: log_source`, `content/taxonomy/`); the others "
      "by none: a rule for them fires on nothing.\n\n";
  out += "| product | category | service | rules | fed by |\n|---|---|---|---|---|\n";
  for (const auto& feed : all) {
    out += "| " + or_any(feed.product) + " | " + or_any(feed.category) + " | " +
           or_any(feed.service) + " | " + std::to_string(feed.rules) + " | ";
    if (feed.fed_by.empty()) out += "**none**";
    for (std::size_t i = 0; i < std::min(feed.fed_by.size(), kMostShown); ++i) {
      out += (i > 0 ? ", `" : "`") + feed.fed_by[i] + "`";
    }
    if (feed.fed_by.size() > kMostShown) {
      out += " and " + std::to_string(feed.fed_by.size() - kMostShown) + " more";
    }
    out += " |\n";
  }
  return out;
}

}  // namespace interdict::pipeline
