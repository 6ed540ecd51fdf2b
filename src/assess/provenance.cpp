#include "assess/provenance.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

namespace interdict::assess {
namespace {

using finding::Detection;
using finding::Step;

std::string lowered(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

bool starts_a_process(std::string_view kind) {
  return kind == "windows/sysmon/1" || kind == "windows/security/4688" ||
         kind == "linux/auditd/execve" || kind == "linux/sysmon/1";
}

/// The process entity whose key holds the value of one of the fields, which name it globally.
std::string_view process_by(const Detection& detection,
                            std::initializer_list<std::string_view> fields) {
  for (const auto& [name, value] : detection.fields) {
    if (std::ranges::find(fields, name) == fields.end() || value.text.size() < 8) continue;
    const std::string wanted = lowered(value.text);
    for (const EntityRef& entity : detection.entities)
      if (entity.type == EntityType::process && entity.key.find(wanted) != std::string::npos)
        return entity.key;
  }
  return {};
}

using Place = std::pair<std::string_view, std::uint64_t>;

struct StepRecords {
  std::set<Place> records;
  std::string_view starts;  ///< the process that all of its records start
  std::string_view acts;    ///< the process that acts in all of its records
};

StepRecords records_of(const Step& step, const DetectionsById& by_id) {
  StepRecords out;
  bool is_first = true;
  for (const std::string& id : step.detections) {
    const auto found = by_id.find(id);
    if (found == by_id.end()) continue;
    const Detection& d = *found->second;
    if (!d.evidence.file.empty()) out.records.emplace(d.evidence.file, d.evidence.record);
    const std::string_view starts = started_process(d);
    const std::string_view acts = acting_process(d);
    if (is_first) {
      out.starts = starts;
      out.acts = acts;
    }
    if (out.starts != starts) out.starts = {};
    if (out.acts != acts) out.acts = {};
    is_first = false;
  }
  return out;
}

}  // namespace

std::string_view started_process(const Detection& detection) {
  if (!starts_a_process(detection.evidence.log_source)) return {};
  return process_by(detection, {"ProcessGuid"});
}

std::string_view acting_process(const Detection& detection) {
  if (starts_a_process(detection.evidence.log_source))
    return process_by(detection, {"ParentProcessGuid"});
  const std::string_view named =
      process_by(detection, {"ProcessGuid", "SourceProcessGUID", "SourceProcessGuid"});
  if (!named.empty()) return named;
  std::string_view only;
  for (const EntityRef& entity : detection.entities) {
    if (entity.type != EntityType::process) continue;
    if (!only.empty()) return {};
    only = entity.key;
  }
  return only;
}

Provenance provenance(const std::vector<Step>& steps, const DetectionsById& by_id) {
  Provenance out;
  out.same.resize(steps.size());
  out.needs.resize(steps.size());
  std::vector<StepRecords> records;
  std::map<Place, std::vector<std::size_t>> of_record;
  std::map<std::string_view, std::vector<std::size_t>> starts;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    records.push_back(records_of(steps[i], by_id));
    for (const Place& place : records[i].records) of_record[place].push_back(i);
    if (!records[i].acts.empty()) {
      const auto start = starts.find(records[i].acts);
      if (start != starts.end()) out.needs[i] = {start->second.front()};
    }
    if (!records[i].starts.empty()) starts[records[i].starts].push_back(i);
  }
  std::vector<std::set<std::size_t>> same(steps.size());
  for (const auto& [place, at] : of_record)
    for (const std::size_t i : at)
      for (const std::size_t k : at)
        if (i != k && std::ranges::includes(records[i].records, records[k].records))
          same[i].insert(k);
  for (const auto& [process, at] : starts)
    for (const std::size_t i : at)
      for (const std::size_t k : at)
        if (i != k) same[i].insert(k);
  for (std::size_t i = 0; i < steps.size(); ++i) out.same[i].assign(same[i].begin(), same[i].end());
  return out;
}

}  // namespace interdict::assess
