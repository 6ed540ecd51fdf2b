#include <algorithm>
#include <set>

#include "normalize/source_map.hpp"

namespace interdict::normalize {

namespace {

void describe_source(const SourceMap& source, std::vector<DescribedSource>& out) {
  auto& described = out.emplace_back();
  described.log_source = {source.map.product, source.service, source.categories, source.map.kind};
  described.formats = source.map.formats;
  for (const auto& variant : source.variants) describe_source(variant, out);
}

/// A map of event logs: a source for each of its services.
void describe_event_log(const FieldMap& map, std::vector<DescribedSource>& out) {
  std::set<std::string> services;
  for (const auto* names : {&map.service_by_channel, &map.service_by_provider}) {
    for (const auto& [name, service] : *names) services.insert(service);
  }
  for (const auto& service : services) {
    auto& described = out.emplace_back();
    described.log_source = {map.product, service, {}, map.product + "/" + service};
    described.formats = map.formats;
    auto& categories = described.log_source.categories;
    for (const auto& rule : map.categories) {
      if (!rule.scope.service.empty() && rule.scope.service != service) continue;
      categories.insert(categories.end(), rule.names.begin(), rule.names.end());
    }
    std::ranges::sort(categories);
  }
}

}  // namespace

std::vector<DescribedSource> describe(const FieldMaps& maps) {
  std::vector<DescribedSource> out;
  for (const auto& map : maps.impl().maps) {
    if (map.is_event_log()) describe_event_log(map, out);
  }
  for (const auto& source : maps.impl().sources) describe_source(source, out);
  return out;
}

}  // namespace interdict::normalize
