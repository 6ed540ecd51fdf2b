#include "pipeline/merge.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>
#include <tuple>

namespace interdict::pipeline {

Harvest merge(std::vector<Harvest> harvests) {
  Harvest all;
  for (auto& part : harvests) {
    std::ranges::move(part.rows, std::back_inserter(all.rows));
    std::ranges::move(part.pending, std::back_inserter(all.pending));
    for (auto& [key, hours] : part.coverage) {
      auto& target = all.coverage[key];
      for (const auto& [hour, span] : hours) {
        auto [it, is_new] = target.try_emplace(hour, span);
        if (is_new) continue;
        it->second.first = std::min(it->second.first, span.first);
        it->second.last = std::max(it->second.last, span.last);
        it->second.events += span.events;
      }
    }
    for (auto& [kind, counts] : part.kinds) {
      all.kinds[kind].first += counts.first;
      all.kinds[kind].second.merge(counts.second);
    }
    all.log_sources.merge(part.log_sources);
  }
  std::ranges::sort(all.rows, {}, &finding::InputRow::path);
  std::ranges::stable_sort(all.pending, [](const Pending& a, const Pending& b) {
    return std::tie(a.observation.time.ns, a.input, a.offset) <
           std::tie(b.observation.time.ns, b.input, b.offset);
  });
  return all;
}

Detections collect_detections(std::vector<Pending>& pending) {
  Detections out;
  TextMap<std::uint32_t> known;
  for (auto& event : pending) {
    auto& links = out.links.emplace_back();
    for (auto& detection : event.detections) {
      const auto index = static_cast<std::uint32_t>(out.list.size());
      const auto [it, is_new] = known.try_emplace(detection.id, index);
      links.push_back(it->second);
      if (is_new) {
        out.list.push_back(std::move(detection));
        continue;
      }
      auto& first = out.list[it->second];
      first.count += detection.count;
      first.last = std::max(first.last, detection.last);
    }
    event.detections.clear();
  }
  return out;
}

namespace {

/// Kinds of log that could show a stage; a stage is blind when none of them was given.
struct StageLogs {
  std::string_view stage;
  std::array<std::string_view, 4> kinds;
};
constexpr std::array<StageLogs, 6> kStageLogs = {{
    {"reconnaissance", {"web", "ids", "firewall", "flow"}},
    {"delivery", {"mail", "proxy", "web", "file"}},
    {"exploitation", {"process", "web", "", ""}},
    {"installation", {"process", "file", "registry", ""}},
    {"command-and-control", {"dns", "flow", "proxy", "firewall"}},
    {"actions-on-objectives", {"process", "authentication", "flow", "cloud-audit"}},
}};

/// Sigma category → kind of log in the contract's words.
constexpr std::array<std::pair<std::string_view, std::string_view>, 14> kKinds = {{
    {"process_creation", "process"},
    {"file_event", "file"},
    {"create_stream_hash", "file"},
    {"registry_event", "registry"},
    {"registry_set", "registry"},
    {"network_connection", "flow"},
    {"dns_query", "dns"},
    {"dns", "dns"},
    {"proxy", "proxy"},
    {"webserver", "web"},
    {"firewall", "firewall"},
    {"antivirus", "file"},
    {"authentication", "authentication"},
    {"mail", "mail"},
}};

std::set<std::string_view> kinds_given(const std::map<std::string, LogSource>& sources) {
  std::set<std::string_view> given;
  for (const auto& [name, source] : sources) {
    for (const auto& [category, kind] : kKinds) {
      if (source.has_category(category)) given.insert(kind);
    }
    if (source.product == "windows" && source.service == "security") given.insert("authentication");
  }
  return given;
}

}  // namespace

void fill_ledger(const Harvest& harvest, const detect::RuleSet* rules, finding::Report& report) {
  auto& ledger = report.ledger;
  ledger.inputs = harvest.rows;
  std::vector<bool> has_input(rules != nullptr ? rules->rules().size() : 0, false);
  for (const auto& [kind, counts] : harvest.kinds) {
    if (counts.first == 0) continue;
    finding::LogSourceRow row{kind, counts.first, counts.second.size(), 0};
    for (std::size_t i = 0; i < has_input.size(); ++i) {
      const finding::RuleId id(static_cast<std::uint32_t>(i));
      if (!rules->applies(id, harvest.log_sources.at(kind))) continue;
      ++row.rules;
      has_input[i] = true;
    }
    ledger.log_sources.push_back(std::move(row));
  }
  ledger.rules_loaded = has_input.size();
  ledger.rules_without_input = static_cast<std::uint64_t>(std::ranges::count(has_input, false));

  const auto given = kinds_given(harvest.log_sources);
  for (const auto& [stage, kinds] : kStageLogs) {
    finding::BlindStage blind{std::string(stage), {}};
    bool sees = false;
    for (const auto kind : kinds) {
      if (kind.empty()) continue;
      if (given.contains(kind)) sees = true;
      blind.missing.emplace_back(kind);
    }
    if (!sees) ledger.blind_stages.push_back(std::move(blind));
  }
}

}  // namespace interdict::pipeline
