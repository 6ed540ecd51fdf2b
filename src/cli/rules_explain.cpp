#include <cstdio>
#include <fstream>
#include <iostream>

#include "cli/command.hpp"
#include "cli/rules.hpp"
#include "explain/text.hpp"
#include "json/writer.hpp"
#include "pipeline/rule_explain.hpp"

namespace interdict::cli {

namespace {

constexpr std::size_t kMaxEventBytes = std::size_t{16} << 20U;

Result<std::string> read_line(const std::string& path) {
  std::ifstream file;
  if (path != "-") {
    file.open(path, std::ios::binary);
    if (!file) return fail(Errc::io, "cannot be read", Where{.file = path});
  }
  std::istream& in = path == "-" ? std::cin : file;
  std::string line;
  for (int c = in.get(); c != std::char_traits<char>::eof() && c != '\n'; c = in.get()) {
    if (line.size() >= kMaxEventBytes)
      return fail(Errc::limit, "the line is too long", {.file = path});
    line += static_cast<char>(c);
  }
  if (line.empty()) return fail(Errc::truncated, "no event in there", Where{.file = path});
  return line;
}

void write_text(const pipeline::ExplainedPart& part, std::size_t depth, std::string& out) {
  out += std::string(depth * 2, ' ') + (part.holds ? "[yes] " : "[no]  ") +
         explain::visible(part.text);
  if (!part.reason.empty()) out += "  — " + explain::visible(part.reason);
  out += '\n';
  for (const auto& child : part.children) write_text(child, depth + 1, out);
}

void write_json(const pipeline::ExplainedPart& part, json::Writer& json) {
  json.begin_object();
  json.key("part").string(part.text);
  json.key("holds").boolean(part.holds);
  json.key("reason");
  part.reason.empty() ? json.null() : json.string(part.reason);
  json.key("parts").begin_array();
  for (const auto& child : part.children) write_json(child, json);
  json.end_array();
  json.end_object();
}

}  // namespace

int rules_explain(const RulesFlags& flags) {
  const auto line = read_line(flags.event);
  if (!line) return report_error(line.error());
  auto options = flags.options;
  options.rule_paths = {flags.rule};
  const auto rules = pipeline::explain_rules(options, *line);
  if (!rules) return report_error(rules.error());
  std::string out;
  if (flags.format == "json") {
    json::Writer json(out, json::Layout::pretty);
    json.begin_array();
    for (const auto& rule : *rules) {
      json.begin_object();
      json.key("title").string(rule.title);
      json.key("id");
      rule.id.empty() ? json.null() : json.string(rule.id);
      json.key("path").string(rule.path);
      json.key("matched").boolean(rule.matched);
      json.key("log_source");
      write_json(rule.log_source, json);
      json.key("conditions").begin_array();
      for (const auto& condition : rule.conditions) write_json(condition, json);
      json.end_array();
      json.end_object();
    }
    json.end_array();
    out += '\n';
  } else {
    for (const auto& rule : *rules) {
      out += explain::visible(rule.title) + (rule.id.empty() ? "" : " (" + rule.id + ")") + ": " +
             (rule.matched ? "matches" : "does not match") + '\n';
      write_text(rule.log_source, 1, out);
      for (const auto& condition : rule.conditions) write_text(condition, 1, out);
    }
  }
  return write_out({}, out) ? kDone : kFailed;
}

}  // namespace interdict::cli
