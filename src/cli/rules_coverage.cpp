#include <fmt/format.h>

#include "cli/command.hpp"
#include "cli/rules.hpp"
#include "explain/text.hpp"
#include "json/writer.hpp"
#include "pipeline/rule_coverage.hpp"
#include "pipeline/rule_sources.hpp"

namespace interdict::cli {

namespace {

void write_counts(json::Writer& json, const pipeline::RuleCoverage& coverage,
                  const pipeline::CoveredBy& covered) {
  json.key("rules").unsigned_integer(covered.rules);
  json.key("could_fire");
  coverage.has_input ? json.unsigned_integer(covered.could_fire) : json.null();
}

std::string as_json(const pipeline::RuleCoverage& coverage) {
  std::string out;
  json::Writer json(out, json::Layout::pretty);
  json.begin_object();
  json.key("stages").begin_object();
  for (const auto stage : attack::kStages) {
    json.key(attack::to_string(stage)).begin_object();
    write_counts(json, coverage, coverage.stages[attack::index(stage)]);
    json.end_object();
  }
  json.end_object();
  json.key("unplaced").begin_object();
  write_counts(json, coverage, coverage.unplaced);
  json.end_object();
  json.key("unwatched_stages").begin_array();
  for (const auto& stage : coverage.unwatched) json.string(stage);
  json.end_array();
  json.key("log_sources").begin_array();
  for (const auto& [name, covered] : coverage.log_sources) {
    json.begin_object();
    json.key("log_source").string(name);
    write_counts(json, coverage, covered);
    json.end_object();
  }
  json.end_array();
  json.key("rules").begin_array();
  for (const auto& [rule, fires] : coverage.rules) {
    json.begin_object();
    json.key("id").string(rule.id);
    json.key("title").string(rule.title);
    json.key("log_source").string(rule.log_source_class);
    json.key("could_fire");
    coverage.has_input ? json.boolean(fires) : json.null();
    json.end_object();
  }
  json.end_array();
  json.end_object();
  return out + '\n';
}

std::string as_text(const pipeline::RuleCoverage& coverage) {
  std::string out;
  const auto row = [&](std::string_view name, const pipeline::CoveredBy& covered) {
    out += fmt::format("{:<44} {:>6}", explain::visible(name), covered.rules);
    if (coverage.has_input) out += fmt::format(" {:>11}", covered.could_fire);
    out += '\n';
  };
  const std::string head = coverage.has_input ? "  could fire\n" : "\n";
  out += fmt::format("{:<44} {:>6}{}", "stage", "rules", head);
  for (const auto stage : attack::kStages)
    row(attack::to_string(stage), coverage.stages[attack::index(stage)]);
  row("(tags place it nowhere)", coverage.unplaced);
  out += fmt::format("\n{:<44} {:>6}{}", "log source", "rules", head);
  for (const auto& [name, covered] : coverage.log_sources)
    row(name.empty() ? "(any)" : name, covered);
  out += '\n';
  if (coverage.unwatched.empty()) {
    out += "every stage that logs can show is watched\n";
  } else {
    out += "nothing watches:";
    for (const auto& stage : coverage.unwatched) out += " " + stage;
    out += '\n';
  }
  return out;
}

}  // namespace

int rules_sources(const RulesFlags& flags) {
  const auto feeds = pipeline::rule_sources(flags.options);
  if (!feeds) return report_error(feeds.error());
  return write_out({}, pipeline::sources_page(*feeds)) ? kDone : kFailed;
}

int rules_coverage(const RulesFlags& flags) {
  const auto coverage = pipeline::rule_coverage(flags.options);
  if (!coverage) return report_error(coverage.error());
  if (!write_out({}, flags.format == "json" ? as_json(*coverage) : as_text(*coverage)))
    return kFailed;
  if (coverage->lost_input) return kInputLost;
  return coverage->refused == 0 ? kDone : kRulesRefused;
}

}  // namespace interdict::cli
