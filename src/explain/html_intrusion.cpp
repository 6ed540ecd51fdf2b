#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <fmt/format.h>

#include "explain/html.hpp"
#include "explain/html_parts.hpp"
#include "explain/text.hpp"
#include "explain/words.hpp"

namespace interdict::explain {
namespace {

using finding::Intrusion;
using finding::Step;
using finding::StopChoice;

/// The numbers of an intrusion's steps by id: anchors are made of numbers, never of log text.
using StepNumbers = std::map<std::string_view, std::size_t>;

struct Context {
  std::size_t number;  ///< of the intrusion, from 1
  StepNumbers steps;
  const EvidenceRows& rows;
};

std::string step_link(const Context& context, std::string_view id) {
  const auto at = context.steps.find(id);
  if (at == context.steps.end() || at->second >= kMaxShownSteps) return html_escape(id);
  return fmt::format("<a href=\"#i{}s{}\">{}</a>", context.number, at->second, html_escape(id));
}

std::string step_links(const Context& context, const std::vector<std::string>& ids,
                       std::size_t most = 12) {
  std::string out;
  for (std::size_t i = 0; i < ids.size() && i < most; ++i)
    out += (i == 0 ? "" : ", ") + step_link(context, ids[i]);
  if (ids.size() > most) out += fmt::format(" and {} more", ids.size() - most);
  return out;
}

std::string strip(const Context& context, const Intrusion& intrusion) {
  std::string out = "<ol class=\"strip\" aria-label=\"The seven stages\">\n";
  for (const attack::Stage stage : attack::kStages) {
    const finding::StageFinding& found = intrusion.stages[attack::index(stage)];
    const bool shown = found.status == finding::StageStatus::observed ||
                       found.status == finding::StageStatus::blocked;
    out += fmt::format(
        "<li class=\"{}\"><span class=\"icon\" aria-hidden=\"true\">{}</span><b>{} {}</b>"
        "<span class=\"soft\">{}</span><span class=\"word\">{}</span>",
        finding::to_string(found.status), status_icon(found.status), attack::index(stage) + 1,
        stage_name(stage), stage_meaning(stage), status_words(found.status));
    if (shown && found.first_seen)
      out +=
          fmt::format("<span class=\"when\">first {}</span><br>", reading_time(*found.first_seen));
    if (shown && !found.steps.empty()) out += step_links(context, found.steps, 4);
    // The word for `not visible` says the reason already.
    if (!shown && !found.reason.empty() && found.status != finding::StageStatus::not_visible)
      out += fmt::format("<span class=\"small\">{}</span>", cell(found.reason));
    out += "</li>\n";
  }
  return out + "</ol>\n";
}

/// The steps that tell the story: the first, the last, the first of each stage, and those on which
/// most depended; then the earliest others, up to a bound.
std::set<std::size_t> story_steps(const Context& context, const Intrusion& intrusion) {
  std::set<std::size_t> chosen;
  const auto add = [&](std::size_t step) {
    if (step < intrusion.steps.size() && chosen.size() < kMaxStoryCards) chosen.insert(step);
  };
  if (intrusion.steps.empty()) return chosen;
  add(0);
  add(intrusion.steps.size() - 1);
  std::set<attack::Stage> told;
  for (std::size_t i = 0; i < intrusion.steps.size(); ++i)
    if (told.insert(intrusion.steps[i].stage).second) add(i);
  for (const StopChoice& choice : intrusion.stop.choices)
    if (!choice.steps.empty()) {
      const auto at = context.steps.find(choice.steps.front());
      if (at != context.steps.end()) add(at->second);
    }
  for (std::size_t i = 0; i < intrusion.steps.size(); ++i) add(i);
  return chosen;
}

std::string card(const Context& context, const Step& step) {
  std::string out = fmt::format(
      "<li class=\"card\"><h4>{}</h4><p class=\"when\">{} · step {} · {}{}</p><p>",
      cell(step.title), reading_time(step.time), step_link(context, step.id),
      stage_name(step.stage),
      step.count > 1 ? fmt::format(" · {} times until {}", step.count, reading_time(step.last))
                     : "");
  if (!step.host.empty()) out += fmt::format("On host <b>{}</b>", cell(step.host));
  if (!step.user.empty())
    out +=
        fmt::format("{}nder account <b>{}</b>", step.host.empty() ? "U" : ", u", cell(step.user));
  out += fmt::format("{}{}</p>", step.host.empty() && step.user.empty() ? "" : ". ",
                     outcome_words(step.outcome));
  if (step.link)
    out += fmt::format("<p class=\"small\">Linked to step {}: {}.</p>",
                       step_link(context, step.parent),
                       step.link->reason.empty() ? html_escape(finding::to_string(step.link->kind))
                                                 : cell(step.link->reason));
  out += fmt::format("<p class=\"small soft\">Evidence: {}</p></li>\n",
                     evidence_links(step.detections, context.rows));
  return out;
}

std::string story(const Context& context, const Intrusion& intrusion) {
  std::string out = "<h3>What the logs show</h3>\n";
  if (!intrusion.summary.empty()) out += fmt::format("<p>{}</p>\n", html_escape(intrusion.summary));
  out += fmt::format("<p>{}</p>\n<ol class=\"story\">\n", html_escape(entry_sentence(intrusion)));
  std::size_t next = 0;
  for (const std::size_t at : story_steps(context, intrusion)) {
    if (at > next)
      out += fmt::format("<li class=\"gap\">{} in between (see all steps)</li>\n",
                         counted(at - next, "further step"));
    if (intrusion.steps[at].parent.empty() && at > 0)
      out += "<li class=\"gap\">We did not see how this began.</li>\n";
    out += card(context, intrusion.steps[at]);
    next = at + 1;
  }
  return out + "</ol>\n";
}

std::string choice_card(const Context& context, const StopChoice& choice) {
  std::string out = fmt::format(
      "<li class=\"card\"><h4>{} <span class=\"soft\">({})</span></h4><p>{}</p>"
      "<p>It would act at step {} ({}), to {} it. "
      "<span class=\"state\">State: {}</span> — {}.</p>",
      cell(choice.name), html_escape(choice.control), html_escape(stop_sentence(choice)),
      choice.steps.empty() ? "?" : step_link(context, choice.steps.front()),
      stage_name(choice.stage), html_escape(choice.course_of_action),
      finding::to_string(choice.state),
      choice.evidence.empty() ? "no evidence of its state was given" : cell(choice.evidence));
  if (choice.steps.size() > 1)
    out += fmt::format("<p class=\"small\">It also acts on the record of {}.</p>",
                       step_links(context, {choice.steps.begin() + 1, choice.steps.end()}));
  out += fmt::format("<p class=\"small\">It would not have stopped: {}.</p>",
                     choice.would_not_have_stopped.empty()
                         ? "no step of this path is outside of what it touches or guards"
                         : step_links(context, choice.would_not_have_stopped));
  out += fmt::format("<p class=\"small soft\">Why: {}.</p></li>\n", cell(choice.why));
  return out;
}

std::string ladder(const Intrusion& intrusion) {
  const finding::StopAnalysis& stop = intrusion.stop;
  std::string out =
      "<details><summary>The cost ladder (an illustration, not a measurement)</summary>"
      "<p class=\"small\">The article behind this project illustrates that stopping later costs "
      "more by "
      "letting the cost grow with every stage. The growth factor is a parameter, the unit is "
      "relative, "
      "and nothing here is money or a measurement.</p><div class=\"wide\"><table><thead><tr>";
  for (const attack::Stage stage : attack::kStages)
    out += fmt::format("<th>{}</th>", stage_name(stage));
  out += "</tr></thead><tbody><tr>";
  for (const attack::Stage stage : attack::kStages)
    out += fmt::format("<td class=\"n\">{:g}</td>",
                       std::pow(stop.growth_per_stage, static_cast<double>(attack::index(stage))));
  out += fmt::format(
      "</tr></tbody></table></div><p class=\"small\">Highest stage seen or blocked: {}. At the "
      "first "
      "choice above: {}.</p></details>\n",
      stop.cost_reached,
      stop.cost_if_stopped ? fmt::format("{}", *stop.cost_if_stopped) : "none named");
  return out;
}

std::string stop_part(const Context& context, const Intrusion& intrusion) {
  std::string out = "<h3>Where it could have been stopped</h3>\n";
  if (intrusion.stop.choices.empty())
    return out +
           "<p>No control of the catalogue that denies, disrupts or contains matches the record of "
           "a step "
           "of this path. That is an answer: on this path no strong stop is visible.</p>\n" +
           ladder(intrusion);
  out +=
      "<p>Ranked by how much depended on the step. The counts are of later steps that no seen path "
      "reaches without it; whether a control works every time is not claimed.</p>\n<ol "
      "class=\"story\">\n";
  constexpr std::size_t kOpen = 3;
  for (std::size_t i = 0; i < intrusion.stop.choices.size() && i < kOpen; ++i)
    out += choice_card(context, intrusion.stop.choices[i]);
  out += "</ol>\n";
  if (intrusion.stop.choices.size() > kOpen) {
    out += fmt::format("<details><summary>{}</summary><ol class=\"story\">\n",
                       counted(intrusion.stop.choices.size() - kOpen, "further choice"));
    for (std::size_t i = kOpen; i < intrusion.stop.choices.size(); ++i)
      out += choice_card(context, intrusion.stop.choices[i]);
    out += "</ol></details>\n";
  }
  return out + ladder(intrusion);
}

std::string all_steps(const Context& context, const Intrusion& intrusion) {
  std::string out = fmt::format(
      "<h3>All steps</h3><div "
      "class=\"wide\"><table><thead><tr><th>Step</th><th>Time</th><th>Stage</th>"
      "<th>What</th><th>Host</th><th>Account</th><th>Outcome</th><th>Technique</th><th>From</th>"
      "<th>Evidence</th></tr></thead><tbody>\n");
  for (std::size_t i = 0; i < intrusion.steps.size() && i < kMaxShownSteps; ++i) {
    const Step& step = intrusion.steps[i];
    std::string techniques;
    for (const std::string& technique : step.techniques)
      techniques += (techniques.empty() ? "" : " ") + technique;
    out += fmt::format(
        "<tr "
        "id=\"i{}s{}\"><td>{}</td><td>{}</td><td>{}</td><td>{}{}</td><td>{}</td><td>{}</td><td>{}"
        "</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
        context.number, i, html_escape(step.id), reading_time(step.time), stage_name(step.stage),
        cell(step.title), step.count > 1 ? fmt::format(" (×{})", step.count) : "", cell(step.host),
        cell(step.user), finding::to_string(step.outcome), cell(techniques),
        step.parent.empty() ? "–" : step_link(context, step.parent),
        evidence_links(step.detections, context.rows));
  }
  out += "</tbody></table></div>\n";
  if (intrusion.steps.size() > kMaxShownSteps)
    out += fmt::format("<p class=\"small\">{} more stand in intrusions.json.</p>\n",
                       intrusion.steps.size() - kMaxShownSteps);
  return out;
}

std::string indicators(const Intrusion& intrusion) {
  if (intrusion.indicators.empty()) return {};
  std::string out =
      "<h3>Indicators</h3><div "
      "class=\"wide\"><table><thead><tr><th>Kind</th><th>Value</th><th>Stage</th>"
      "</tr></thead><tbody>\n";
  for (std::size_t i = 0; i < intrusion.indicators.size() && i < kMaxShownRows; ++i) {
    const finding::Indicator& indicator = intrusion.indicators[i];
    out += fmt::format("<tr><td>{}</td><td><code>{}</code></td><td>{}</td></tr>\n",
                       cell(indicator.type), cell(indicator.value), stage_name(indicator.stage));
  }
  return out + "</tbody></table></div>\n";
}

}  // namespace

std::string intrusion_section(const Intrusion& intrusion, std::size_t number,
                              const EvidenceRows& rows) {
  Context context{number, {}, rows};
  for (std::size_t i = 0; i < intrusion.steps.size(); ++i)
    context.steps.emplace(intrusion.steps[i].id, i);
  std::string out = fmt::format(
      "<section id=\"i{}\"><h2>{}. {}</h2>\n<ul class=\"badges\"><li>severity: {}</li><li>{}: "
      "{:.2g} "
      "chains this good expected by coincidence</li><li>evidence: {:.1f} bits</li><li>objective: "
      "{}</li>"
      "<li class=\"mono\">{}</li></ul>\n<p>{}</p>\n",
      number, number,
      intrusion.title.empty() ? "Intrusion" : html_escape(shorten(intrusion.title, kMaxCellBytes)),
      finding::to_string(intrusion.severity), strength_words(intrusion.strength),
      intrusion.false_expected, intrusion.score, finding::to_string(intrusion.objective),
      html_escape(intrusion.id), html_escape(intrusion_headline(intrusion)));
  out += strip(context, intrusion);
  out += story(context, intrusion);
  out += stop_part(context, intrusion);
  out += all_steps(context, intrusion);
  out += indicators(intrusion);
  return out + "</section>\n";
}

}  // namespace interdict::explain
