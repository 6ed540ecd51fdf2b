#include "explain/plan.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "explain/text.hpp"
#include "explain/words.hpp"
#include "json/writer.hpp"

namespace interdict::explain {
namespace {

constexpr std::size_t kMaxRows = 12;
constexpr double kStable = 0.8;  ///< share of drawn assumptions from which advice counts as stable

std::size_t characters(std::string_view utf8) {
  return static_cast<std::size_t>(std::ranges::count_if(
      utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }));
}

class Page {
 public:
  explicit Page(std::size_t width) : width_(std::max<std::size_t>(width, 60)) {}

  void paragraph(std::size_t indent, std::string_view text, std::size_t hang = 0) {
    const std::string safe = visible(text);
    std::string line;
    std::size_t margin = indent;
    for (std::size_t at = 0; at <= safe.size();) {
      const std::size_t end = std::min(safe.find(' ', at), safe.size());
      const std::string word = safe.substr(at, end - at);
      if (!line.empty() && margin + characters(line) + 1 + characters(word) > width_) {
        out_ += std::string(margin, ' ') + line + '\n';
        line.clear();
        margin = indent + hang;
      }
      if (!line.empty()) line += ' ';
      line += word;
      at = end + 1;
    }
    if (!line.empty()) out_ += std::string(margin, ' ') + line + '\n';
  }
  void blank() { out_ += '\n'; }
  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  std::string out_;
  std::size_t width_;
};

/// Two significant digits: more would pretend to know.
std::string share(double value) {
  return fmt::format("{:.2g}", value);
}

void chosen_part(Page& page, const finding::Plan& plan) {
  const auto count = static_cast<std::size_t>(
      std::ranges::count_if(plan.controls, [](const auto& c) { return c.chosen; }));
  if (count == 0) {
    page.paragraph(0,
                   "No control that is not enforced already, within the budget, acts on these "
                   "attacks by its technique.");
    return;
  }
  page.paragraph(
      0, fmt::format("The next {} within a budget of {:g}{}:", counted(count, "control"),
                     plan.budget, plan.exact ? "" : " (the best that was found; not proven best)"));
  std::size_t number = 0;
  for (const finding::PlannedControl& c : plan.controls) {
    if (!c.chosen) continue;
    page.paragraph(
        2,
        fmt::format(
            "{}. {} {} (state: {}). Acts on {} in {}. {}", ++number, c.control, c.name,
            finding::to_string(c.state), counted(c.steps, "step"), counted(c.attacks, "attack"),
            c.stability >= kStable
                ? fmt::format("Chosen in {:.0f} % of the drawn assumptions.", c.stability * 100)
                : fmt::format("Depends on what is assumed: chosen in {:.0f} % of the drawn "
                              "assumptions.",
                              c.stability * 100)),
        3);
    page.paragraph(5, "Evidence: " + c.evidence);
  }
}

void others_part(Page& page, const finding::Plan& plan) {
  std::size_t shown = 0;
  std::size_t left = 0;
  for (const finding::PlannedControl& c : plan.controls) {
    if (c.chosen || c.gain <= 0 || c.steps == 0) continue;
    if (shown == kMaxRows) {
      ++left;
      continue;
    }
    if (shown++ == 0) page.paragraph(0, "What else would lower the chance, by itself:");
    page.paragraph(
        2,
        fmt::format("{} {} (state: {}): {} in {}", c.control, c.name, finding::to_string(c.state),
                    counted(c.steps, "step"), counted(c.attacks, "attack")),
        5);
  }
  if (left > 0) page.paragraph(2, fmt::format("and {} more (--format json)", left));
  if (shown > 0) page.blank();
}

void attacks_part(Page& page, const finding::Plan& plan) {
  page.paragraph(0, "The attacks (chance to reach an end, in the model: now → with these):");
  for (const finding::PlannedAttack& a : plan.attacks)
    page.paragraph(
        2,
        fmt::format("{} ({}{}): best path {} → {}, if every step is needed {} → {}; {}, {} that no "
                    "control stops, {} without a technique",
                    a.name, a.origin, a.synthetic_order ? ", order made up" : "",
                    share(a.now.best_path), share(a.after.best_path), share(a.now.every_step),
                    share(a.after.every_step), counted(a.steps, "step"), a.uncontrolled,
                    a.without_technique),
        2);
  page.blank();
}

void depth_part(Page& page, const finding::Plan& plan) {
  page.paragraph(0,
                 "Depth: controls that can stop something at each stage, by what is known of "
                 "them:");
  for (const attack::Stage stage : attack::kStages) {
    const finding::StageDepth& d = plan.stages[attack::index(stage)];
    page.paragraph(
        2, fmt::format("{}: {} proven, {} claimed, {} weak, {} absent, {} unknown",
                       stage_name(stage), d.proven, d.claimed, d.weak, d.absent, d.unknown));
  }
  page.blank();
}

void write_chance(json::Writer& w, std::string_view key, const finding::Chance& chance) {
  w.key(key).begin_object();
  w.key("every_step").real(chance.every_step);
  w.key("best_path").real(chance.best_path);
  w.end_object();
}

void write_control(json::Writer& w, const finding::PlannedControl& c) {
  w.begin_object();
  w.key("control").string(c.control);
  w.key("name").string(c.name);
  w.key("chosen").boolean(c.chosen);
  w.key("state").string(finding::to_string(c.state));
  w.key("evidence").string(c.evidence);
  w.key("cost").real(c.cost);
  w.key("attacks").unsigned_integer(c.attacks);
  w.key("steps").unsigned_integer(c.steps);
  w.key("gain").real(c.gain);
  w.key("stability").real(c.stability);
  w.end_object();
}

}  // namespace

std::string plan_text(const finding::Plan& plan, std::size_t width) {
  Page page(width);
  page.paragraph(0, fmt::format("Against {}: in the model, an attack reaches an end on its best "
                                "path with a mean chance of {} now, {} with the controls below.",
                                counted(plan.attacks.size(), "attack"), share(plan.now.best_path),
                                share(plan.after.best_path)));
  page.paragraph(0,
                 "These are no measured risks: they follow from assumed effect classes, and "
                 "serve to compare controls with each other.");
  page.blank();
  chosen_part(page, plan);
  page.blank();
  others_part(page, plan);
  attacks_part(page, plan);
  depth_part(page, plan);
  page.paragraph(0,
                 "Assumed: a control acts by technique (significant 0.5–0.9, partial 0.2–0.6, "
                 "minimal 0.02–0.2; the middle decides), steps fail independently, a control of "
                 "unknown state does nothing now. Controls that only watch, or act after a "
                 "detection, are not counted: no time to act is known.");
  return page.take();
}

std::string plan_json(const finding::Plan& plan) {
  std::string out;
  json::Writer w(out, json::Layout::pretty);
  w.begin_object();
  w.key("schema").string("interdict.plan/1");
  w.key("tool").begin_object().key("name").string("interdict");
  w.key("version").string(plan.version).end_object();
  w.key("measured").boolean(false);
  w.key("budget").real(plan.budget);
  w.key("exact").boolean(plan.exact);
  w.key("draws").unsigned_integer(plan.draws);
  write_chance(w, "now", plan.now);
  write_chance(w, "after", plan.after);
  w.key("controls").begin_array();
  for (const finding::PlannedControl& control : plan.controls) write_control(w, control);
  w.end_array();
  w.key("attacks").begin_array();
  for (const finding::PlannedAttack& a : plan.attacks) {
    w.begin_object();
    w.key("name").string(a.name);
    w.key("origin").string(a.origin);
    w.key("synthetic_order").boolean(a.synthetic_order);
    w.key("steps").unsigned_integer(a.steps);
    w.key("without_technique").unsigned_integer(a.without_technique);
    w.key("uncontrolled").unsigned_integer(a.uncontrolled);
    write_chance(w, "now", a.now);
    write_chance(w, "after", a.after);
    w.end_object();
  }
  w.end_array();
  w.key("stages").begin_object();
  for (const attack::Stage stage : attack::kStages) {
    const finding::StageDepth& d = plan.stages[attack::index(stage)];
    w.key(attack::to_string(stage)).begin_object();
    w.key("proven").unsigned_integer(d.proven);
    w.key("claimed").unsigned_integer(d.claimed);
    w.key("weak").unsigned_integer(d.weak);
    w.key("absent").unsigned_integer(d.absent);
    w.key("unknown").unsigned_integer(d.unknown);
    w.end_object();
  }
  w.end_object();
  w.end_object();
  out += '\n';
  return out;
}

}  // namespace interdict::explain
