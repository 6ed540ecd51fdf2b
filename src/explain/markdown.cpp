#include <algorithm>

#include <fmt/format.h>

#include "explain/exchange.hpp"
#include "explain/text.hpp"
#include "explain/words.hpp"

namespace interdict::explain {
namespace {

using finding::Intrusion;

constexpr std::size_t kMaxText = 400;
constexpr std::size_t kMaxChoices = 5;

/// A log's value as a code span: nothing in it is markup. `|` would end a table's cell.
std::string code(std::string_view text) {
  if (text.empty()) return "–";
  const std::string safe = visible(shorten(text, kMaxText));
  std::size_t run = 0;
  std::size_t longest = 0;
  for (const char c : safe) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  const std::string fence(longest + 1, '`');
  const char* pad = safe.front() == '`' || safe.back() == '`' ? " " : "";
  std::string out = fence + pad;
  for (const char c : safe) {
    if (c == '|') out += '\\';
    out += c;
  }
  return out + pad + fence;
}

/// Words with their markup escaped.
std::string words(std::string_view text) {
  std::string out;
  for (const char c : visible(shorten(text, 4 * kMaxText))) {
    // GitHub makes links of bare addresses and calls who stands behind an `@`: escaped, they are
    // only shown.
    if (c == '/' && out.ends_with(':')) out.insert(out.size() - 1, 1, '\\');
    if (std::string_view("\\`*_[]<>|#!~&{}@").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  for (std::size_t at = out.find("www."); at != std::string::npos; at = out.find("www.", at + 5))
    out.replace(at + 3, 1, "\\.");
  return out;
}

std::string codes(const std::vector<std::string>& texts) {
  constexpr std::size_t kMost = 10;
  std::string out;
  for (std::size_t i = 0; i < texts.size() && i < kMost; ++i)
    out += (i == 0 ? "" : ", ") + code(texts[i]);
  if (texts.size() > kMost) out += fmt::format(" and {} more", texts.size() - kMost);
  return out.empty() ? "–" : out;
}

void stages(std::string& out, const Intrusion& intrusion) {
  out += "| | Stage | | First seen (UTC) | Why |\n|---|---|---|---|---|\n";
  for (const attack::Stage stage : attack::kStages) {
    const finding::StageFinding& found = intrusion.stages[attack::index(stage)];
    out +=
        fmt::format("| {} | {} | {} | {} | {} |\n", status_icon(found.status), stage_name(stage),
                    status_words(found.status),
                    found.first_seen ? reading_time(*found.first_seen) : "–", words(found.reason));
  }
}

void stops(std::string& out, const Intrusion& intrusion) {
  out += "\n### Where it could have been stopped\n\n";
  if (intrusion.stop.choices.empty()) {
    out +=
        "No control of the catalogue that denies, disrupts or contains matches the record of a "
        "step of this path. That is an answer: no strong stop is visible.\n";
    return;
  }
  std::size_t number = 0;
  for (const finding::StopChoice& choice : intrusion.stop.choices) {
    if (++number > kMaxChoices) break;
    out += fmt::format("{}. **{}** ({}), state: **{}**. {} {}.\n", number, words(choice.name),
                       words(choice.control), finding::to_string(choice.state),
                       words(stop_sentence(choice)), words(choice.evidence));
  }
  if (intrusion.stop.choices.size() > kMaxChoices)
    out += fmt::format("\n{} more stand in intrusions.json.\n",
                       intrusion.stop.choices.size() - kMaxChoices);
}

void steps(std::string& out, const Intrusion& intrusion) {
  out +=
      "\n### Steps\n\n| Step | Time (UTC) | Stage | What | Host | Account | Outcome | Technique | "
      "From | Evidence |\n|---|---|---|---|---|---|---|---|---|---|\n";
  for (const finding::Step& step : intrusion.steps) {
    std::string techniques;
    for (const std::string& technique : step.techniques)
      techniques += (techniques.empty() ? "" : " ") + technique;
    out += fmt::format("| {} | {} | {} | {}{} | {} | {} | {} | {} | {} | {} |\n", words(step.id),
                       reading_time(step.time), stage_name(step.stage), words(step.title),
                       step.count > 1 ? fmt::format(" (×{})", step.count) : "", code(step.host),
                       code(step.user), finding::to_string(step.outcome), words(techniques),
                       step.parent.empty() ? "–" : words(step.parent), codes(step.detections));
  }
}

void intrusion_part(std::string& out, const Intrusion& intrusion) {
  out += fmt::format(
      "\n## {}. {}\n\n{}\n\n- Severity: {}; {}: {:.3g} chains this good expected by coincidence\n"
      "- Id: {}\n- Hosts: {}\n- Accounts: {}\n\n{}\n\n",
      intrusion.rank, words(intrusion.title.empty() ? "Intrusion" : intrusion.title),
      words(intrusion_headline(intrusion)), finding::to_string(intrusion.severity),
      strength_words(intrusion.strength), intrusion.false_expected, code(intrusion.id),
      codes(intrusion.hosts), codes(intrusion.users), words(entry_sentence(intrusion)));
  stages(out, intrusion);
  stops(out, intrusion);
  steps(out, intrusion);
  if (intrusion.indicators.empty()) return;
  out += "\n### Indicators\n\n| Kind | Value | Stage |\n|---|---|---|\n";
  for (const finding::Indicator& indicator : intrusion.indicators)
    out += fmt::format("| {} | {} | {} |\n", words(indicator.type), code(indicator.value),
                       stage_name(indicator.stage));
}

}  // namespace

std::string markdown(const finding::Report& report) {
  std::string out = fmt::format("# Interdict report\n\n{}\n", words(page_headline(report)));
  for (const Intrusion& intrusion : report.intrusions) intrusion_part(out, intrusion);
  if (!report.leads.empty()) out += "\n## Leads\n\nToo weak to be called an intrusion.\n\n";
  for (const finding::Lead& lead : report.leads)
    out += fmt::format("- {} ({}, {}): {}\n", words(lead.title), code(lead.id),
                       reading_time(lead.first_seen), words(lead.why_not));
  out += "\n## What was not visible\n\n";
  if (report.ledger.blind_stages.empty())
    out += "For every stage some kind of log that could show it was given.\n";
  for (const finding::BlindStage& blind : report.ledger.blind_stages) {
    std::string missing;
    for (const std::string& word : blind.missing) missing += (missing.empty() ? "" : ", ") + word;
    out += fmt::format("- {}: missing {}\n", words(blind.stage), words(missing));
  }
  if (!report.collect_next.empty()) out += "\n## What to fetch next\n\n";
  for (const finding::CollectNext& next : report.collect_next)
    out += fmt::format("- {} of {}: {}\n", words(next.log_source), code(next.host),
                       words(next.reason));
  return out;
}

}  // namespace interdict::explain
