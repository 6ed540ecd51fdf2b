#include <algorithm>

#include <fmt/format.h>

#include "explain/html_parts.hpp"
#include "explain/text.hpp"
#include "explain/words.hpp"

namespace interdict::explain {
namespace {

using finding::Intrusion;
using finding::Report;

constexpr std::size_t kMostNamed = 5;

/// Names in bold, at most a few, the rest counted.
std::string named(const std::vector<std::string>& names) {
  std::string out;
  for (std::size_t i = 0; i < names.size() && i < kMostNamed; ++i)
    out += fmt::format("{}<b>{}</b>", i == 0 ? "" : ", ", cell(names[i]));
  if (names.size() > kMostNamed) out += fmt::format(" and {} more", names.size() - kMostNamed);
  return out;
}

std::string happened(const Report& report, const Intrusion& intrusion) {
  std::string out = fmt::format(
      "<p>{} It has {}, from {} to {}, on {}{}{}.</p>",
      report.intrusions.size() == 1
          ? "One intrusion stands in these logs."
          : fmt::format("{} intrusions stand in these logs; this is about the first.",
                        report.intrusions.size()),
      counted(intrusion.steps.size(), "linked step"), reading_time(intrusion.first_seen),
      reading_time(intrusion.last_seen),
      intrusion.hosts.empty() ? "unnamed hosts" : named(intrusion.hosts),
      intrusion.users.empty() ? "" : ", under ",
      intrusion.users.empty() ? ""
                              : (intrusion.users.size() == 1 ? "the account " : "the accounts ") +
                                    named(intrusion.users));
  if (intrusion.steps.empty()) return out;
  const finding::Step& first = intrusion.steps.front();
  const finding::Step& last = intrusion.steps.back();
  out += fmt::format("<p>The earliest evidence: “{}”, {}.", cell(first.title),
                     reading_time(first.time));
  if (intrusion.steps.size() > 1)
    out += fmt::format(" The last step seen: “{}”, {}.", cell(last.title), reading_time(last.time));
  return out + "</p>";
}

std::string how_far(const Intrusion& intrusion) {
  if (!intrusion.furthest_stage)
    return "<p>Every attempt that the logs show was blocked, or failed.</p>";
  std::string out = fmt::format(
      "<p>To stage {} of 7, <b>{}</b> ({}). {}</p>", attack::index(*intrusion.furthest_stage) + 1,
      stage_name(*intrusion.furthest_stage), stage_meaning(*intrusion.furthest_stage),
      objective_words(intrusion.objective));
  const auto stopped = std::ranges::count_if(intrusion.steps, [](const finding::Step& step) {
    return step.outcome == finding::Outcome::blocked || step.outcome == finding::Outcome::failed;
  });
  if (stopped > 0)
    out += fmt::format("<p>The logs show that {} blocked or failed.</p>",
                       stopped == 1 ? "1 step was" : fmt::format("{} steps were", stopped));
  return out;
}

std::string to_do(const Report& report, const Intrusion& intrusion) {
  std::string out = "<ol>";
  // Nothing ran yet, by what the logs show: to look comes before to cut off.
  const bool ran =
      intrusion.furthest_stage && *intrusion.furthest_stage >= attack::Stage::exploitation;
  if (!intrusion.hosts.empty() && !ran)
    out += fmt::format("<li>Look on {} whether what arrived was opened or started.</li>",
                       named(intrusion.hosts));
  if (!intrusion.hosts.empty() && ran)
    out += fmt::format(
        "<li>Take {} off the network, but leave {} switched on: the memory is evidence.</li>",
        named(intrusion.hosts), intrusion.hosts.size() == 1 ? "it" : "them");
  if (!intrusion.users.empty() && ran)
    out += fmt::format(
        "<li>From another machine, change the password of {} and end the open sessions.</li>",
        named(intrusion.users));
  std::vector<std::string> values;
  for (const finding::Indicator& indicator : intrusion.indicators)
    if (indicator.type != "file") values.push_back(indicator.value);
  if (!values.empty())
    out += fmt::format(
        "<li>Look for {} in the logs of all other machines, and block {} once you know that "
        "nothing else needs {}.</li>",
        named(values), values.size() == 1 ? "it" : "them", values.size() == 1 ? "it" : "them");
  if (!report.collect_next.empty())
    out += fmt::format(
        "<li>Fetch {} of <b>{}</b>: {}.</li>", cell(report.collect_next.front().log_source),
        cell(report.collect_next.front().host), cell(report.collect_next.front().reason));
  return out +
         "</ol><p class=\"small soft\">Suggestions by rule, not an order: whoever runs these "
         "systems knows what may be cut off.</p>";
}

std::string where_to_stop(const Intrusion& intrusion) {
  if (intrusion.stop.choices.empty())
    return "<p>On this path no strong stop is visible: no control that denies, disrupts or "
           "contains matches the record of a step.</p>";
  const finding::StopChoice& first = intrusion.stop.choices.front();
  return fmt::format("<p><b>{}</b> ({}). {} Whether you have it: <b>{}</b>.</p>", cell(first.name),
                     stage_name(first.stage), html_escape(stop_sentence(first)),
                     state_words(first.state));
}

std::string row(std::string_view question, const std::string& answer) {
  return fmt::format("<div><dt>{}</dt><dd>{}</dd></div>\n", question, answer);
}

}  // namespace

std::string answer_section(const Report& report) {
  std::string out = "<section id=\"answer\" class=\"answer\"><h2>The answer in short</h2>\n<dl>\n";
  if (report.intrusions.empty()) {
    out += row("What happened?", fmt::format("<p>{}</p>", html_escape(page_headline(report))));
    std::string next = "<ol>";
    if (!report.leads.empty())
      next +=
          "<li>Let somebody who knows these hosts look at the <a href=\"#leads\">leads</a>.</li>";
    if (!report.ledger.blind_stages.empty())
      next +=
          "<li>Give the kinds of log that are <a href=\"#scope\">missing</a>: what they would show "
          "cannot be seen here.</li>";
    if (next == "<ol>") next += "<li>Nothing follows from these logs alone.</li>";
    out += row("What now?", next + "</ol>");
    return out + "</dl></section>\n";
  }
  const Intrusion& first = report.intrusions.front();
  out += row("What happened?", happened(report, first));
  out += row("How far did it get?", how_far(first));
  out += row("What to do now?", to_do(report, first));
  out += row("Where could it have been stopped?", where_to_stop(first));
  out += row("How sure is this?",
             fmt::format("<p>{}: {:.2g} chains this good are expected by coincidence in logs of "
                         "this size. <a href=\"#sure\">What that means</a>.</p>",
                         sentence_case(strength_words(first.strength)), first.false_expected));
  return out + "</dl></section>\n";
}

}  // namespace interdict::explain
