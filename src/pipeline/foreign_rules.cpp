#include "pipeline/foreign_rules.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "base/unicode.hpp"

namespace interdict::pipeline {

namespace {

std::string_view cut(std::string_view& rest, char mark) {
  const auto at = rest.find(mark);
  const auto part = rest.substr(0, at);
  rest = at == std::string_view::npos ? std::string_view{} : rest.substr(at + 1);
  return part;
}

std::optional<finding::Level> read_level(std::string_view word) {
  using enum finding::Level;
  for (const auto level : {informational, low, medium, high, critical}) {
    if (word == finding::to_string(level)) return level;
  }
  return std::nullopt;
}

void add_all(std::vector<std::string>& to, const std::vector<std::string>& more) {
  to.insert(to.end(), more.begin(), more.end());
  std::ranges::sort(to);
  to.erase(std::unique(to.begin(), to.end()), to.end());
}

}  // namespace

Result<AlertStages> AlertStages::parse(std::string_view text) {
  AlertStages out;
  std::uint32_t at = 0;
  while (!text.empty()) {
    auto line = cut(text, '\n');
    ++at;
    if (line.empty() || line.front() == '#') continue;
    auto words = cut(line, '\t');
    const auto tactic = cut(line, '\t');
    const auto technique = cut(line, '\t');
    const auto level =
        line.empty() ? std::optional(finding::Level::medium) : read_level(cut(line, '\t'));
    if (words.empty() || tactic.empty() || technique.empty() || !level || !line.empty()) {
      return fail(Errc::syntax, "words, tactic, technique and perhaps a level expected",
                  {.line = at});
    }
    auto& row = out.lines_.emplace_back();
    while (!words.empty()) row.first.push_back(fold_case(cut(words, '|')));
    const auto given = [](std::string_view cell) { return cell == "-" ? "" : std::string(cell); };
    row.second = {given(tactic), given(technique), *level};
  }
  return out;
}

AlertStages::Meaning AlertStages::look_up(std::string_view words) const {
  for (const auto& [any, meaning] : lines_) {
    const auto stands = [&](const std::string& word) {
      return words.find(word) != std::string_view::npos;
    };
    if (std::ranges::any_of(any, stands)) return meaning;
  }
  return {};
}

std::pair<finding::RuleId, std::string> ForeignRules::place(const normalize::Alert& alert) {
  finding::RuleInfo info;
  info.id = alert.tool + ":" + alert.id;
  info.title = alert.title;
  info.path = "alert:" + alert.tool;
  const auto meaning = stages_->look_up(alert.words);
  info.level = alert.level.value_or(meaning.level);
  info.source = finding::DetectionSource::alert;
  info.techniques = alert.techniques;
  info.log_source_class = "alert/" + alert.tool;
  if (info.techniques.empty()) {
    if (!meaning.technique.empty()) info.techniques = {meaning.technique};
    if (!meaning.tactic.empty()) info.tactics = {meaning.tactic};
  }
  const std::lock_guard lock(mutex_);
  auto at = by_id_.find(info.id);
  if (at == by_id_.end() && infos_.size() >= kMaxRules) {
    info.id = alert.tool + ":other";
    info.title = "other alerts of " + alert.tool;
    at = by_id_.find(info.id);
  }
  if (at == by_id_.end()) {
    at = by_id_.emplace(info.id, infos_.size()).first;
    infos_.push_back(std::move(info));
  } else {
    auto& known = infos_[at->second];
    known.level = std::max(known.level, info.level);
    known.title = std::min(known.title, info.title);
    add_all(known.techniques, info.techniques);
    add_all(known.tactics, info.tactics);
  }
  return {finding::RuleId(static_cast<std::uint32_t>(first_ + at->second)), at->first};
}

ForeignRules::Finished ForeignRules::finish() {
  Finished out;
  out.places.resize(infos_.size());
  for (const auto& [id, index] : by_id_) {  // in order of ids
    out.places[index] = finding::RuleId(static_cast<std::uint32_t>(first_ + out.infos.size()));
    out.infos.push_back(std::move(infos_[index]));
  }
  by_id_.clear();
  infos_.clear();
  return out;
}

}  // namespace interdict::pipeline
