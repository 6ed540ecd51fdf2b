#include "pipeline/merge.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

namespace interdict::pipeline {

namespace {

/// Takes out the events whose place an earlier copy took after they were counted.
void take_out_displaced(Harvest& all) {
  if (all.displaced.empty()) return;
  std::map<std::string_view, finding::InputRow*> rows;
  for (auto& row : all.rows) rows.emplace(row.path, &row);
  std::set<std::pair<std::string_view, std::uint64_t>> gone;
  for (const auto& event : all.displaced) {
    const std::string_view name = all.names.at(event.order);
    auto& row = *rows.at(name);
    --row.events;
    row.event_bytes -= event.size;
    auto [entry, is_new] = row.skipped.try_emplace("duplicate");
    auto& skipped = entry->second;
    skipped.first_offset = is_new ? event.offset : std::min(skipped.first_offset, event.offset);
    ++skipped.records;
    skipped.bytes += event.size;
    gone.emplace(name, event.offset);
  }
  std::erase_if(all.pending, [&](const Pending& event) {
    if (!gone.contains({event.input, event.offset})) return false;
    rows.at(event.input)->detections -= event.detections.size();
    return true;
  });
}

}  // namespace

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
    all.control_evidence.merge(part.control_evidence);
    all.names.merge(part.names);
    std::ranges::move(part.displaced, std::back_inserter(all.displaced));
  }
  take_out_displaced(all);
  std::ranges::sort(all.rows, {}, &finding::InputRow::path);
  sort_events(all.pending);
  return all;
}

void sort_events(std::vector<Pending>& events) {
  std::ranges::stable_sort(events, [](const Pending& a, const Pending& b) {
    return std::tie(a.observation.time.ns, a.content, a.offset, a.input) <
           std::tie(b.observation.time.ns, b.content, b.offset, b.input);
  });
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

void fill_ledger(const Harvest& harvest, const detect::RuleSet* rules, const LogKinds& log_kinds,
                 finding::Report& report) {
  auto& ledger = report.ledger;
  ledger.inputs = harvest.rows;
  std::vector<bool> has_input(rules != nullptr ? rules->rules().size() : 0, false);
  for (const auto& [kind, counts] : harvest.kinds) {
    if (counts.first == 0) continue;
    finding::LogSourceRow row{kind, counts.first, counts.second.size(), 0};
    for (std::size_t i = 0; rules != nullptr && i < has_input.size(); ++i) {
      const finding::RuleId id(static_cast<std::uint32_t>(i));
      if (!rules->applies(id, harvest.log_sources.at(kind))) continue;
      ++row.rules;
      has_input[i] = true;
    }
    ledger.log_sources.push_back(std::move(row));
  }
  ledger.rules_loaded = has_input.size();
  ledger.rules_without_input = static_cast<std::uint64_t>(std::ranges::count(has_input, false));

  ledger.blind_stages = blind_stages(log_kinds, harvest.log_sources);
}

}  // namespace interdict::pipeline
