#include <algorithm>

#include "correlate/builder.hpp"

namespace interdict::correlate {

namespace {

using attack::Stage;
using finding::Level;

/// The table of the design's 4.5: by furthest stage; one up for an objective achieved or a second
/// host; one down if all was blocked.
Level severity_of(const finding::Intrusion& i) {
  int level = static_cast<int>(Level::low);
  if (i.furthest_stage) {
    const std::size_t k = attack::index(*i.furthest_stage);
    if (k >= attack::index(Stage::installation)) {
      level = static_cast<int>(Level::high);
    } else if (k >= attack::index(Stage::delivery)) {
      level = static_cast<int>(Level::medium);
    }
    if (i.objective == finding::Objective::achieved || i.hosts.size() >= 2) ++level;
  }
  return static_cast<Level>(std::clamp(level, 0, static_cast<int>(Level::critical)));
}

std::string_view phrase(Stage stage) {
  switch (stage) {
    case Stage::reconnaissance:
      return "reconnaissance";
    case Stage::weaponization:
      return "preparation";
    case Stage::delivery:
      return "a delivery";
    case Stage::exploitation:
      return "code execution";
    case Stage::installation:
      return "installation";
    case Stage::command_and_control:
      return "command and control";
    case Stage::actions_on_objectives:
      return "actions on the objective";
  }
  return "";
}

std::string join(const std::vector<std::string>& parts, std::size_t most) {
  std::string out;
  for (std::size_t i = 0; i < parts.size() && i < most; ++i) {
    if (i > 0) out += ", ";
    out += parts[i];
  }
  if (parts.size() > most) out += " and " + std::to_string(parts.size() - most) + " more";
  return out;
}

}  // namespace

void describe(const Context& c, const Tree& tree, finding::Intrusion& out) {
  out.severity = severity_of(out);
  const std::string where = out.hosts.empty() ? "an unnamed host" : join(out.hosts, 2);
  std::vector<std::string> shown;
  for (const Stage stage : attack::kStages) {
    if (out.stages[attack::index(stage)].status == finding::StageStatus::observed) {
      shown.emplace_back(phrase(stage));
    }
  }
  if (out.steps.size() == 1) {
    out.title = out.steps.front().title + " on " + where;
  } else if (shown.empty()) {
    out.title = "Linked detections, none of which shows success, on " + where;
  } else if (shown.size() == 1) {
    out.title = "Evidence of " + shown.front() + " on " + where;
  } else {
    out.title = "From " + shown.front() + " to " + shown.back() + " on " + where;
  }
  // The loudest step, for the reader who asks what it rests on.
  const Atom* best = &c.atoms[tree.atoms.front()];
  for (const AtomIndex a : tree.atoms) {
    if (c.atoms[a].evidence > best->evidence) best = &c.atoms[a];
  }
  out.summary = std::to_string(out.steps.size()) +
                (out.steps.size() == 1 ? " detection" : " linked detections") + " on " + where;
  if (!out.users.empty()) out.summary += " (accounts: " + join(out.users, 3) + ")";
  out.summary += ", from " + to_rfc3339(out.first_seen) + " to " + to_rfc3339(out.last_seen) + ". ";
  out.summary += "The earliest evidence is \"" + out.steps.front().title + "\", the strongest \"" +
                 c.rules[best->rule].title + "\". ";
  if (!shown.empty()) out.summary += "Seen: " + join(shown, 7) + ".";
  if (shown.empty()) out.summary += "No step is known to have succeeded.";
}

}  // namespace interdict::correlate
