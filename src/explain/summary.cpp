#include "explain/summary.hpp"

#include <algorithm>
#include <map>
#include <string_view>

#include <fmt/format.h>

#include "explain/text.hpp"
#include "explain/words.hpp"

namespace interdict::explain {
namespace {

using finding::Report;

constexpr std::size_t kMinWidth = 40;
constexpr std::size_t kMaxTextBytes = 600;
constexpr std::size_t kMaxIntrusions = 20;
constexpr std::size_t kMaxStops = 3;

std::size_t characters(std::string_view utf8) {
  return static_cast<std::size_t>(std::ranges::count_if(
      utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }));
}

class Page {
 public:
  explicit Page(const SummaryOptions& options)
      : colour_(options.colour), width_(std::max(options.width, kMinWidth)) {}

  /// Wraps `text` at spaces; a word longer than a line stands alone on its own. What follows a
  /// first line that begins with `- ` is set under its text.
  void paragraph(std::size_t indent, std::string_view text) {
    const std::string safe = visible(shorten(text, kMaxTextBytes));
    std::string margin(indent, ' ');
    std::string line;
    for (std::size_t at = 0; at <= safe.size();) {
      const std::size_t end = std::min(safe.find(' ', at), safe.size());
      const std::string_view word = std::string_view(safe).substr(at, end - at);
      if (!line.empty() && margin.size() + characters(line) + 1 + characters(word) > width_) {
        out_ += margin + line + '\n';
        if (line.starts_with("- ")) margin += "  ";
        line.clear();
      }
      if (!line.empty()) line += ' ';
      line += word;
      at = end + 1;
    }
    if (!line.empty()) out_ += margin + line + '\n';
  }
  void heading(std::string_view text) { out_ += painted(visible(text), "1") + '\n'; }
  void blank() { out_ += '\n'; }
  void raw(std::string_view text) { out_ += text; }
  [[nodiscard]] std::string painted(std::string_view safe_text, std::string_view code) const {
    return colour_ ? fmt::format("\x1b[{}m{}\x1b[0m", code, safe_text) : std::string(safe_text);
  }
  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  std::string out_;
  bool colour_;
  std::size_t width_;
};

std::string_view colour_of(finding::StageStatus status) {
  switch (status) {
    case finding::StageStatus::observed:
      return "31";
    case finding::StageStatus::blocked:
      return "32";
    case finding::StageStatus::inferred:
      return "33";
    case finding::StageStatus::not_visible:
    case finding::StageStatus::not_reached:
      return "2";
  }
  return "0";
}

void stages(Page& page, const finding::Intrusion& intrusion) {
  for (const attack::Stage stage : attack::kStages) {
    const finding::StageStatus status = intrusion.stages[attack::index(stage)].status;
    page.raw(fmt::format("   {} {:<22} {}\n", page.painted(status_icon(status), colour_of(status)),
                         stage_name(stage), status_words(status)));
  }
}

void intrusion_part(Page& page, const finding::Intrusion& intrusion) {
  page.heading(fmt::format("{}. {}", intrusion.rank, intrusion.title));
  page.paragraph(3, fmt::format("{}, severity {}, {} ({:.3g} this good expected by coincidence)",
                                intrusion.id, finding::to_string(intrusion.severity),
                                strength_words(intrusion.strength), intrusion.false_expected));
  page.paragraph(3, intrusion_headline(intrusion));
  page.paragraph(3, entry_sentence(intrusion));
  stages(page, intrusion);
  if (intrusion.stop.choices.empty())
    page.paragraph(3, "No strong stop is visible on this path.");
  else
    page.paragraph(3, "Where it could have been stopped:");
  for (std::size_t i = 0; i < intrusion.stop.choices.size() && i < kMaxStops; ++i) {
    const finding::StopChoice& choice = intrusion.stop.choices[i];
    page.paragraph(5, fmt::format("- {} {} (state: {}; {})", choice.control, choice.name,
                                  finding::to_string(choice.state), choice.evidence));
    page.paragraph(7, stop_sentence(choice));
  }
  page.blank();
}

void inputs_part(Page& page, const finding::Ledger& ledger) {
  std::uint64_t events = 0;
  std::map<std::string, finding::Skipped> skipped;
  for (const finding::InputRow& input : ledger.inputs) {
    events += input.events;
    for (const auto& [reason, what] : input.skipped) {
      skipped[reason].bytes += what.bytes;
      skipped[reason].records += what.records;
    }
  }
  page.paragraph(0, fmt::format("{}, {}; {} loaded, {} without input, {} refused.",
                                counted(ledger.inputs.size(), "input"), counted(events, "event"),
                                counted(ledger.rules_loaded, "rule"), ledger.rules_without_input,
                                ledger.rules_refused.size()));
  for (const auto& [reason, what] : skipped)
    page.paragraph(2, fmt::format("skipped ({}): {}, {}", reason, counted(what.bytes, "byte"),
                                  counted(what.records, "record")));
  for (const finding::BlindStage& blind : ledger.blind_stages) {
    std::string missing;
    for (const std::string& word : blind.missing) missing += (missing.empty() ? "" : ", ") + word;
    page.paragraph(2, fmt::format("not visible: {} (missing {})", blind.stage, missing));
  }
}

}  // namespace

std::string terminal_summary(const Report& report, const SummaryOptions& options) {
  Page page(options);
  page.paragraph(0, page_headline(report));
  page.blank();
  for (std::size_t i = 0; i < report.intrusions.size() && i < kMaxIntrusions; ++i)
    intrusion_part(page, report.intrusions[i]);
  if (report.intrusions.size() > kMaxIntrusions)
    page.paragraph(0, fmt::format("{} more intrusions stand in the files.",
                                  report.intrusions.size() - kMaxIntrusions));
  if (!report.leads.empty()) page.heading("Leads");
  for (std::size_t i = 0; i < report.leads.size() && i < kMaxIntrusions; ++i) {
    const finding::Lead& lead = report.leads[i];
    page.paragraph(
        2, fmt::format("- {} ({}, {})", lead.title, lead.id, reading_time(lead.first_seen)));
    if (!lead.why_not.empty()) page.paragraph(4, lead.why_not);
  }
  if (!report.leads.empty()) page.blank();
  inputs_part(page, report.ledger);
  return page.take();
}

}  // namespace interdict::explain
