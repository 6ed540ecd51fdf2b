#include "explain/words.hpp"

#include <initializer_list>

#include <fmt/format.h>

#include "event/no_time.hpp"
#include "explain/text.hpp"

namespace interdict::explain {

using attack::Stage;
using finding::StageStatus;

namespace {

struct Number {
  std::size_t number;
  std::string_view singular;
};

/// `2 hosts and 1 account`; what there is none of is not told.
std::string those_there(std::initializer_list<Number> numbers) {
  std::string out;
  for (const auto& [number, singular] : numbers) {
    if (number == 0) continue;
    if (!out.empty()) out += " and ";
    out += counted(number, singular);
  }
  return out.empty() ? "no named host" : out;
}

}  // namespace

std::string_view stage_name(Stage stage) {
  switch (stage) {
    case Stage::reconnaissance:
      return "Reconnaissance";
    case Stage::weaponization:
      return "Weaponization";
    case Stage::delivery:
      return "Delivery";
    case Stage::exploitation:
      return "Exploitation";
    case Stage::installation:
      return "Installation";
    case Stage::command_and_control:
      return "Command and control";
    case Stage::actions_on_objectives:
      return "Actions on objectives";
  }
  return "";
}

std::string_view stage_meaning(Stage stage) {
  switch (stage) {
    case Stage::reconnaissance:
      return "looking for a way in";
    case Stage::weaponization:
      return "preparing the tools";
    case Stage::delivery:
      return "getting something to the target";
    case Stage::exploitation:
      return "making it run";
    case Stage::installation:
      return "settling in to stay";
    case Stage::command_and_control:
      return "steering it from outside";
    case Stage::actions_on_objectives:
      return "acting on data, accounts or other systems";
  }
  return "";
}

std::string_view status_icon(StageStatus status) {
  switch (status) {
    case StageStatus::observed:
      return "●";
    case StageStatus::blocked:
      return "■";
    case StageStatus::inferred:
      return "◌";
    case StageStatus::not_visible:
      return "?";
    case StageStatus::not_reached:
      return "–";
  }
  return "";
}

std::string_view status_words(StageStatus status) {
  switch (status) {
    case StageStatus::observed:
      return "Seen in the logs";
    case StageStatus::blocked:
      return "Tried, and blocked";
    case StageStatus::inferred:
      return "Inferred, not seen";
    case StageStatus::not_visible:
      return "Not visible: no log given could show it";
    case StageStatus::not_reached:
      return "Not seen in the logs given";
  }
  return "";
}

std::string_view outcome_words(finding::Outcome outcome) {
  switch (outcome) {
    case finding::Outcome::succeeded:
      return "The log shows that it succeeded.";
    case finding::Outcome::blocked:
      return "The log shows that it was blocked.";
    case finding::Outcome::failed:
      return "The log shows that it failed.";
    case finding::Outcome::unknown:
      return "The log shows the attempt, not whether it worked.";
  }
  return "";
}

std::string_view strength_words(finding::Strength strength) {
  switch (strength) {
    case finding::Strength::strong:
      return "strong evidence";
    case finding::Strength::likely:
      return "likely";
    case finding::Strength::possible:
      return "possible";
  }
  return "";
}

std::string_view objective_words(finding::Objective objective) {
  switch (objective) {
    case finding::Objective::none:
      return "No act on data, accounts or other systems is seen.";
    case finding::Objective::hands_on:
      return "An account looked around, reached for credentials or moved on: work in progress, by "
             "what the logs show.";
    case finding::Objective::achieved:
      return "The logs show collecting, sending out or damage: an objective was acted on.";
  }
  return "";
}

std::string_view state_words(finding::ControlState state) {
  switch (state) {
    case finding::ControlState::unknown:
      return "unknown, nothing given shows it";
    case finding::ControlState::absent:
      return "absent";
    case finding::ControlState::weak:
      return "only in part";
    case finding::ControlState::present:
      return "present, though not seen to act here";
    case finding::ControlState::enforced:
      return "enforced, seen to act";
  }
  return "";
}

std::string sentence_case(std::string_view text) {
  std::string out(text);
  if (!out.empty() && out.front() >= 'a' && out.front() <= 'z')
    out.front() = static_cast<char>(out.front() - 'a' + 'A');
  return out;
}

std::string reading_time(Timestamp time) {
  if (!is_known(time)) return "without a time";
  time.digits = 0;
  std::string text = to_rfc3339(time);
  if (text.size() < 20) return text;
  text[10] = ' ';
  text.pop_back();
  return text + " UTC";
}

std::string page_headline(const finding::Report& report) {
  const std::string looked =
      fmt::format("{} and {:.1f} host-hours of logs", counted(report.exposure_hosts, "host"),
                  report.exposure_host_hours);
  if (report.intrusions.empty())
    return fmt::format(
        "In {}, no chain of detections was strong enough to be called an intrusion. That is a "
        "statement about these logs, not proof that nothing happened{}.",
        looked,
        report.leads.empty() ? std::string()
                             : ": " + counted(report.leads.size(), "weaker lead") + " follow" +
                                   (report.leads.size() == 1 ? "s" : ""));
  return fmt::format("{} found in {}.", counted(report.intrusions.size(), "intrusion"), looked);
}

std::string intrusion_headline(const finding::Intrusion& intrusion) {
  const double hours = static_cast<double>(intrusion.last_seen.ns - intrusion.first_seen.ns) /
                       static_cast<double>(kNsPerHour);
  std::string text = fmt::format(
      "Between {} and {} ({}), linked activity touched {}", reading_time(intrusion.first_seen),
      reading_time(intrusion.last_seen), plain_hours(hours),
      those_there({{intrusion.hosts.size(), "host"}, {intrusion.users.size(), "account"}}));
  if (intrusion.furthest_stage)
    text +=
        fmt::format("; the furthest stage seen is “{}” ({})", stage_name(*intrusion.furthest_stage),
                    stage_meaning(*intrusion.furthest_stage));
  else
    text += "; every attempt that the logs show was blocked or is inferred";
  text += ".";
  return text;
}

std::string entry_sentence(const finding::Intrusion& intrusion) {
  if (!intrusion.patient_zero) return "How it began is not visible in the logs given.";
  const finding::PatientZero& zero = *intrusion.patient_zero;
  std::string text = fmt::format("The earliest evidence is step {}{}{}{}.", zero.step,
                                 zero.host.empty() ? "" : " on host ", zero.host,
                                 zero.user.empty() ? "" : ", under account " + zero.user);
  if (zero.entry == "unknown" || zero.entry.empty())
    text += " We did not see how it got in.";
  else
    text += fmt::format(" Likely entry: {} (weight {:.2f}, a judgement, not a probability).",
                        zero.entry, zero.confidence);
  if (intrusion.left_censored && zero.reason.empty())
    text +=
        " The logs of that host start less than an hour before, so the true beginning may be "
        "missing.";
  if (!zero.reason.empty()) text += " Reason: " + zero.reason + ".";
  return text;
}

std::string stop_sentence(const finding::StopChoice& choice) {
  const std::string step = choice.steps.empty() ? std::string("?") : choice.steps.front();
  if (choice.depends.steps == 0)
    return fmt::format(
        "It acts on step {} itself; no later step of this path depended on it alone.", step);
  return fmt::format(
      "On this path, {} on {} over {} depended on step {}.",
      counted(choice.depends.steps, "later step"),
      those_there({{choice.depends.hosts, "host"}, {choice.depends.users, "account"}}),
      plain_hours(choice.depends.hours), step);
}

}  // namespace interdict::explain
