#include "explain/html.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "explain/html_parts.hpp"
#include "explain/text.hpp"
#include "explain/words.hpp"

namespace interdict::explain {
namespace {

using finding::Report;

std::string left_out(std::size_t number, std::string_view file) {
  if (number == 0) return {};
  return fmt::format("<p class=\"small\">{} more stand in {}.</p>\n", number, file);
}

std::size_t beyond(std::size_t size, std::size_t limit) {
  return size > limit ? size - limit : 0;
}

/// Detections of intrusions and leads, in the report's order: the rows of the evidence table.
std::vector<const finding::Detection*> cited(const Report& report) {
  std::set<std::string_view> ids;
  for (const finding::Intrusion& intrusion : report.intrusions)
    for (const finding::Step& step : intrusion.steps)
      ids.insert(step.detections.begin(), step.detections.end());
  for (const finding::Lead& lead : report.leads)
    ids.insert(lead.detections.begin(), lead.detections.end());
  std::vector<const finding::Detection*> out;
  for (const finding::Detection& detection : report.detections)
    if (ids.contains(detection.id)) out.push_back(&detection);
  return out;
}

std::string leads_part(const Report& report, const EvidenceRows& rows) {
  std::string out = "<section id=\"leads\"><h2>Leads</h2>\n";
  if (report.leads.empty())
    return out + "<p>No weaker chain and no strong lone detection is left over.</p></section>\n";
  out +=
      "<p>Too weak to be called an intrusion; worth a look by somebody who knows these hosts.</p>\n"
      "<ol class=\"story\">\n";
  for (std::size_t i = 0; i < report.leads.size() && i < kMaxShownRows; ++i) {
    const finding::Lead& lead = report.leads[i];
    std::string hosts;
    for (std::size_t k = 0; k < lead.hosts.size() && k < 5; ++k)
      hosts += (k == 0 ? "" : ", ") + cell(lead.hosts[k]);
    out += fmt::format(
        "<li class=\"card\"><h4>{}</h4><p class=\"when\">{} to {}{}{}</p><p>Why it is only a lead: "
        "{}"
        "</p><p class=\"small soft\">{:.3g} chains this good expected by coincidence. Evidence: "
        "{}</p>"
        "</li>\n",
        cell(lead.title), reading_time(lead.first_seen), reading_time(lead.last_seen),
        hosts.empty() ? "" : " · ", hosts, cell(lead.why_not), lead.false_expected,
        evidence_links(lead.detections, rows));
  }
  return out + "</ol></section>\n";
}

std::string scope_part(const Report& report) {
  std::string out = "<section id=\"scope\"><h2>What was looked at, and what was not visible</h2>\n";
  if (report.ledger.blind_stages.empty()) {
    out += "<p>For every stage some kind of log that could show it was given.</p>\n";
  } else {
    out += "<ul>\n";
    for (const finding::BlindStage& blind : report.ledger.blind_stages) {
      std::string missing;
      for (const std::string& word : blind.missing) missing += (missing.empty() ? "" : ", ") + word;
      const auto stage = attack::parse_stage(blind.stage);
      out +=
          fmt::format("<li><b>{}</b> is not visible: missing {}</li>\n",
                      stage ? html_escape(stage_name(*stage)) : cell(blind.stage), cell(missing));
    }
    out += "</ul>\n";
  }
  out +=
      "<div class=\"wide\"><table><thead><tr><th>Host</th><th>Log</th><th>First</th><th>Last</th>"
      "<th class=\"n\">Events</th><th>Gaps</th></tr></thead><tbody>\n";
  for (std::size_t i = 0; i < report.scope.size() && i < kMaxShownRows; ++i) {
    const finding::ScopeHost& host = report.scope[i];
    if (host.sources.empty())
      out += fmt::format(
          "<tr><td>{}</td><td colspan=\"5\">{}</td></tr>\n", cell(host.host),
          host.given ? "no records" : "mentioned in the logs, but none of its own was given");
    for (const finding::ScopeSource& source : host.sources) {
      std::string gaps;
      for (std::size_t k = 0; k < source.gaps.size() && k < 3; ++k)
        gaps += fmt::format("{}{} to {}", k == 0 ? "" : "; ", reading_time(source.gaps[k].first),
                            reading_time(source.gaps[k].second));
      if (source.gaps.size() > 3) gaps += fmt::format("; {} more", source.gaps.size() - 3);
      out += fmt::format(
          "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td "
          "class=\"n\">{}</td><td>{}</td></tr>\n",
          cell(host.host), cell(source.log_source), reading_time(source.first),
          reading_time(source.last), source.events, gaps.empty() ? "none seen" : gaps);
    }
  }
  out += "</tbody></table></div>\n" +
         left_out(beyond(report.scope.size(), kMaxShownRows), "intrusions.json");
  if (!report.collect_next.empty()) {
    out += "<h3>What to fetch next</h3><ol>\n";
    for (std::size_t i = 0; i < report.collect_next.size() && i < kMaxShownRows; ++i) {
      const finding::CollectNext& next = report.collect_next[i];
      out += fmt::format("<li>{} of <b>{}</b>: {}</li>\n", cell(next.log_source), cell(next.host),
                         cell(next.reason));
    }
    out += "</ol>\n";
  }
  return out + "</section>\n";
}

std::string inputs_part(const finding::Ledger& ledger) {
  std::string out = fmt::format(
      "<section id=\"inputs\"><h2>Inputs</h2>\n<p>Every byte that was given became an event, is "
      "structure, or was skipped for a stated reason. {} loaded, {} of them without any matching "
      "input; "
      "{} refused.</p>\n<div class=\"wide\"><table><thead><tr><th>Input</th><th>Format</th>"
      "<th class=\"n\">Bytes</th><th class=\"n\">Events</th><th class=\"n\">Detections</th>"
      "<th>Skipped</th><th>SHA-256</th></tr></thead><tbody>\n",
      counted(ledger.rules_loaded, "rule"), ledger.rules_without_input,
      counted(ledger.rules_refused.size(), "rule"));
  for (std::size_t i = 0; i < ledger.inputs.size() && i < kMaxShownRows; ++i) {
    const finding::InputRow& input = ledger.inputs[i];
    std::string skipped;
    for (const auto& [reason, what] : input.skipped)
      skipped += fmt::format("{}{}: {} bytes, {}", skipped.empty() ? "" : "; ", reason, what.bytes,
                             counted(what.records, "record"));
    out += fmt::format(
        "<tr><td><code>{}</code></td><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td>"
        "<td class=\"n\">{}</td><td>{}</td><td><code>{}</code></td></tr>\n",
        cell(input.path), cell(input.format.empty() ? "unknown" : input.format), input.bytes,
        input.events, input.detections, cell(skipped), cell(input.sha256));
  }
  out += "</tbody></table></div>\n" +
         left_out(beyond(ledger.inputs.size(), kMaxShownRows), "ledger.json");
  if (!ledger.rules_refused.empty()) {
    out += "<details><summary>Refused rules</summary><ul>\n";
    for (std::size_t i = 0; i < ledger.rules_refused.size() && i < kMaxShownRows; ++i) {
      const finding::RefusedRule& rule = ledger.rules_refused[i];
      out += fmt::format("<li><code>{}:{}</code> {} {}</li>\n", cell(rule.path), rule.line,
                         cell(rule.code), cell(rule.message));
    }
    out += "</ul></details>\n";
  }
  return out + "</section>\n";
}

std::string sureness_part(const Report& report) {
  std::string out = fmt::format(
      "<section id=\"sure\"><h2>How sure are we?</h2>\n<ul>\n"
      "<li>A chain is called an intrusion if at most {:g} chains that good are expected by "
      "coincidence in "
      "an input of this size ({}, {:.1f} host-hours). That is not a probability of an "
      "attack.</li>\n"
      "<li>{} belong to no intrusion and no lead{}.</li>\n"
      "<li>An attempt in a log is no success. Where a log says nothing of the outcome, this page "
      "says "
      "so.</li>\n"
      "<li>Logs name accounts, hosts and programs. They do not show who sat at a keyboard, nor "
      "why.</li>\n"
      "<li>“The earliest evidence” is the earliest that these logs hold; the true beginning may "
      "lie before "
      "or elsewhere.</li>\n"
      "<li>A control without evidence is “unknown”, never “absent”. Effect classes are "
      "judgement.</li>\n",
      report.report_at, counted(report.exposure_hosts, "host"), report.exposure_host_hours,
      counted(report.unlinked_detections, "detection"), [&] {
        std::string levels;
        for (const auto& [level, count] : report.unlinked_by_level)
          levels += fmt::format("{}{} {}", levels.empty() ? " (" : ", ", count,
                                finding::to_string(level));
        return levels.empty() ? levels : levels + ")";
      }());
  for (const auto& clock : report.ledger.clocks)
    out += fmt::format(
        "<li>The clock of {} is {:.1f} s {} that of {}, by {} that both recorded; times of its "
        "events are shown without that.</li>\n",
        html_escape(clock.host), clock.ahead_s < 0 ? -clock.ahead_s : clock.ahead_s,
        clock.ahead_s < 0 ? "behind" : "ahead of",
        clock.against.empty() ? "a sensor" : html_escape(clock.against),
        counted(clock.flows, "connection"));
  if (report.ledger.state_evicted > 0)
    out += fmt::format(
        "<li>Memory ran short: {} entries were dropped while linking; links may be missing."
        "</li>\n",
        report.ledger.state_evicted);
  return out + "</ul></section>\n";
}

std::string evidence_part(const Report& report,
                          const std::vector<const finding::Detection*>& cited_detections) {
  std::string out =
      "<section id=\"evidence\"><h2>Evidence</h2>\n<p>Each row can be found again: the source "
      "file, the "
      "record in it, and the byte offset. All fields stand in detections.jsonl.</p>\n"
      "<div "
      "class=\"wide\"><table><thead><tr><th>Id</th><th>Time</th><th>Detection</th><th>Level</th>"
      "<th>Host</th><th>Account</th><th>Log</th><th>File</th><th class=\"n\">Record</th>"
      "<th class=\"n\">Offset</th></tr></thead><tbody>\n";
  for (std::size_t i = 0; i < cited_detections.size() && i < kMaxShownEvidence; ++i) {
    const finding::Detection& d = *cited_detections[i];
    const bool known = d.rule.value() < report.rules.size();
    const finding::RuleInfo* rule = known ? &report.rules[d.rule.value()] : nullptr;
    out += fmt::format(
        "<tr "
        "id=\"d{}\"><td><code "
        "class=\"id\">{}</code></td><td>{}</td><td>{}{}</td><td>{}</td><td>{}</td><td>{}</"
        "td>"
        "<td>{}</td><td><code>{}</code></td><td class=\"n\">{}</td><td class=\"n\">{}</td></tr>\n",
        i, html_escape(d.id), reading_time(d.time), rule != nullptr ? cell(rule->title) : "–",
        d.count > 1 ? fmt::format(" (×{})", d.count) : "",
        rule != nullptr ? finding::to_string(rule->level) : "–", cell(d.host), cell(d.user),
        cell(d.evidence.log_source), cell(d.evidence.file), d.evidence.record, d.evidence.offset);
  }
  return out + "</tbody></table></div>\n" +
         left_out(beyond(cited_detections.size(), kMaxShownEvidence), "detections.jsonl") +
         "</section>\n";
}

std::string glossary() {
  std::string out = "<section id=\"words\"><h2>Words</h2>\n<dl>\n";
  for (const attack::Stage stage : attack::kStages)
    out += fmt::format("<dt>{}</dt><dd>Stage {} of seven: {}.</dd>\n", stage_name(stage),
                       attack::index(stage) + 1, stage_meaning(stage));
  return out +
         "<dt>Detection</dt><dd>One rule or analytic fired on one or more log records, or another "
         "tool's "
         "alert was read.</dd>\n<dt>Step</dt><dd>One detection of an intrusion, or a run of the "
         "same one."
         "</dd>\n<dt>Depended on</dt><dd>No path that the logs show reaches those steps without "
         "this one."
         "</dd>\n<dt>Control</dt><dd>A defence. Its state is enforced, present, weak, absent or "
         "unknown."
         "</dd>\n<dt>Lead</dt><dd>A chain or detection too weak to be called an "
         "intrusion.</dd>\n</dl>"
         "</section>\n";
}

std::string navigation(const Report& report) {
  std::string out = "<nav aria-label=\"Parts\">";
  const std::size_t shown = std::min(report.intrusions.size(), kMaxShownIntrusions);
  for (std::size_t i = 0; i < shown && i < 9; ++i)
    out += fmt::format("<a href=\"#i{}\">Intrusion {}</a> ", i + 1, i + 1);
  return out +
         "<a href=\"#leads\">Leads</a> <a href=\"#scope\">Scope</a> <a href=\"#sure\">How sure</a> "
         "<a href=\"#inputs\">Inputs</a> <a href=\"#evidence\">Evidence</a> <a "
         "href=\"#words\">Words</a>"
         "</nav>\n";
}

}  // namespace

std::string cell(std::string_view text) {
  return text.empty() ? "–" : html_escape(shorten(text, kMaxCellBytes));
}

std::string evidence_links(const std::vector<std::string>& ids, const EvidenceRows& rows) {
  constexpr std::size_t kMost = 6;
  std::string out;
  for (std::size_t i = 0; i < ids.size() && i < kMost; ++i) {
    const auto row = rows.find(ids[i]);
    out += i == 0 ? "" : ", ";
    out += row == rows.end() ? fmt::format("<code>{}</code>", html_escape(ids[i]))
                             : fmt::format("<a href=\"#d{}\"><code>{}</code></a>", row->second,
                                           html_escape(ids[i]));
  }
  if (ids.size() > kMost) out += fmt::format(" and {} more", ids.size() - kMost);
  return out.empty() ? "–" : out;
}

std::string html(const Report& report) {
  const auto cited_detections = cited(report);
  EvidenceRows rows;
  for (std::size_t i = 0; i < cited_detections.size() && i < kMaxShownEvidence; ++i)
    rows.emplace(cited_detections[i]->id, i);

  std::string out = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
      "'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"referrer\" content=\"no-referrer\">\n"
      "<title>Interdict report</title>\n<style>{}</style></head>\n<body><main>\n<header>"
      "<h1>Interdict report</h1>\n<p class=\"soft small\">{} ",
      html_style(), html_escape(page_headline(report)));
  if (report.first && report.last)
    out += fmt::format("Logs from {} to {}. ", reading_time(*report.first),
                       reading_time(*report.last));
  out += fmt::format("Made by interdict {}. All times are UTC.</p>\n",
                     report.version.empty() ? "(version unknown)" : html_escape(report.version));
  out += navigation(report) + "</header>\n" + answer_section(report);
  for (std::size_t i = 0; i < report.intrusions.size() && i < kMaxShownIntrusions; ++i)
    out += intrusion_section(report.intrusions[i], i + 1, rows);
  out += left_out(beyond(report.intrusions.size(), kMaxShownIntrusions), "intrusions.json");
  out += leads_part(report, rows);
  out += scope_part(report);
  out += sureness_part(report);
  out += inputs_part(report.ledger);
  out += evidence_part(report, cited_detections);
  out += glossary();
  return out + "</main></body></html>\n";
}

}  // namespace interdict::explain
