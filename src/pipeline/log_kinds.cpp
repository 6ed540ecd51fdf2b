#include "pipeline/log_kinds.hpp"

#include <algorithm>
#include <cstdint>
#include <set>

namespace interdict::pipeline {

namespace {

/// The words that `blind_stages` may use (contract, ledger.json).
constexpr std::array<std::string_view, 14> kKindWords = {
    "mail",          "proxy",          "web",     "dns",  "flow",     "ids",         "firewall",
    "remote-access", "authentication", "process", "file", "registry", "cloud-audit", "saas-audit"};

std::string_view cut(std::string_view& rest, char separator) {
  const std::size_t at = rest.find(separator);
  const std::string_view part = rest.substr(0, at);
  rest = at == std::string_view::npos ? std::string_view{} : rest.substr(at + 1);
  return part;
}

std::string or_any(std::string_view word) {
  return word == "-" ? std::string{} : std::string(word);
}

bool is_kind(std::string_view word) {
  return std::ranges::find(kKindWords, word) != kKindWords.end();
}

bool read_line(std::string_view line, LogKinds& out) {
  const auto what = cut(line, '\t');
  if (what == "stage") {
    const auto stage = attack::parse_stage(cut(line, '\t'));
    if (!stage) return false;
    auto kinds = cut(line, '\t');
    while (!kinds.empty()) {
      const auto kind = cut(kinds, ' ');
      if (!is_kind(kind)) return false;
      out.by_stage[attack::index(*stage)].emplace_back(kind);
    }
    return true;
  }
  if (what != "source") return false;
  LogKinds::Source source;
  source.log_source = or_any(cut(line, '\t'));
  source.category = or_any(cut(line, '\t'));
  source.kind = cut(line, '\t');
  if (!is_kind(source.kind) || (source.log_source.empty() && source.category.empty())) return false;
  out.sources.push_back(std::move(source));
  return true;
}

/// `windows/security` leads `windows/security/4624`, but not `windows/security-mitigations`.
bool leads(std::string_view part, std::string_view whole) {
  return whole.starts_with(part) && (whole.size() == part.size() || whole[part.size()] == '/');
}

}  // namespace

Result<LogKinds> parse_log_kinds(std::string_view text) {
  LogKinds out;
  std::uint32_t at = 0;
  while (!text.empty()) {
    const auto line = cut(text, '\n');
    ++at;
    if (line.empty() || line.front() == '#') continue;
    if (!read_line(line, out)) {
      return fail(Errc::syntax, "not a line of the table of log kinds", {.line = at});
    }
  }
  return out;
}

std::vector<finding::BlindStage> blind_stages(const LogKinds& kinds,
                                              const std::map<std::string, LogSource>& sources) {
  std::set<std::string, std::less<>> given;
  for (const auto& [name, source] : sources) {
    for (const auto& row : kinds.sources) {
      const bool is_named = row.log_source.empty() || leads(row.log_source, source.kind);
      const bool is_category = row.category.empty() || source.has_category(row.category);
      if (is_named && is_category) given.insert(row.kind);
    }
  }
  std::vector<finding::BlindStage> blind;
  for (const auto stage : attack::kStages) {
    const auto& able = kinds.by_stage[attack::index(stage)];
    const auto is_given = [&](const std::string& kind) { return given.contains(kind); };
    if (able.empty() || std::ranges::any_of(able, is_given)) continue;
    blind.push_back({std::string(attack::to_string(stage)), able});
  }
  return blind;
}

}  // namespace interdict::pipeline
