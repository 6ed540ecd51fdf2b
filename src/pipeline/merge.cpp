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
  std::set<std::pair<std::uint64_t, std::uint64_t>> gone;
  for (const auto& event : all.displaced) {
    auto& row = *rows.at(all.names.at(event.order).name);
    --row.events;
    row.event_bytes -= event.size;
    auto [entry, is_new] = row.skipped.try_emplace("duplicate");
    auto& skipped = entry->second;
    skipped.first_offset = is_new ? event.offset : std::min(skipped.first_offset, event.offset);
    ++skipped.records;
    skipped.bytes += event.size;
    gone.emplace(event.order, event.offset);
  }
  all.pending.erase_if([&](std::uint64_t order, std::uint64_t offset, std::size_t detections) {
    if (!gone.contains({order, offset})) return false;
    rows.at(all.names.at(order).name)->detections -= detections;
    return true;
  });
}

}  // namespace

Harvest merge(std::vector<Harvest> harvests) {
  Harvest all;
  for (auto& part : harvests) {
    std::ranges::move(part.rows, std::back_inserter(all.rows));
    all.pending.take(std::move(part.pending));
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
  all.pending.arrange(all.names);
  return all;
}

void fill_ledger(const Harvest& harvest, const detect::RuleSet* rules, const LogKinds& log_kinds,
                 finding::Report& report) {
  auto& ledger = report.ledger;
  ledger.inputs = harvest.rows;
  std::vector<bool> has_input(rules != nullptr ? rules->rules().size() : 0, false);
  // Many kinds (the event ids of one log) are one log source to the rules.
  std::map<std::tuple<std::string_view, std::string_view, std::vector<std::string>>, std::size_t>
      known;
  for (const auto& [kind, counts] : harvest.kinds) {
    if (counts.first == 0) continue;
    const auto& source = harvest.log_sources.at(kind);
    const auto [at, is_new] =
        known.try_emplace({source.product, source.service, source.categories}, 0);
    for (std::size_t i = 0; is_new && i < has_input.size(); ++i) {
      if (!rules->applies(finding::RuleId(static_cast<std::uint32_t>(i)), source)) continue;
      ++at->second;
      has_input[i] = true;
    }
    ledger.log_sources.push_back({kind, counts.first, counts.second.size(), at->second});
  }
  ledger.rules_loaded = has_input.size();
  ledger.rules_without_input = static_cast<std::uint64_t>(std::ranges::count(has_input, false));

  ledger.blind_stages = blind_stages(log_kinds, harvest.log_sources);
}

void count_detection(const std::string& input, finding::Ledger& ledger) {
  for (auto& row : ledger.inputs) {
    if (row.path == input) ++row.detections;
  }
}

}  // namespace interdict::pipeline
