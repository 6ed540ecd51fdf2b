#include "rule/parser.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "base/unicode.hpp"
#include "rule/detection.hpp"
#include "rule/metadata.hpp"
#include "yaml/reader.hpp"

namespace interdict::rule {
namespace {

/// Documents that are no plain rules are refused whole, by what they are.
bool refuse_by_kind(const yaml::Node& root, Reporter& reporter) {
  if (!root.is_map()) {
    reporter.report(kNotAMap, root, "a Sigma document is a map");
    return true;
  }
  for (const auto& [key, value] : root.entries()) {
    if (key.text() == "correlation") {
      reporter.report(kCorrelation, key, "correlation documents are not supported yet");
      return true;
    }
    if (key.text() == "filter") {
      reporter.report(kFilter, key, "filter documents are not supported yet");
      return true;
    }
    if (key.text() == "action") {
      reporter.report(kCollection, key, "`action` collections are not supported yet");
      return true;
    }
  }
  return false;
}

std::optional<Rule> parse_document(const yaml::Document& document, const std::string& path,
                                   Reporter& reporter) {
  const yaml::Node& root = document.root;
  if (const yaml::Node* id = root.find("id"); id != nullptr) reporter.set_rule_id(id->text());
  for (const yaml::DuplicateKey& duplicate : document.duplicates)
    reporter.report_at(kDuplicateKey, {duplicate.line, duplicate.column}, duplicate.key.size(),
                       "the key `" + duplicate.key + "` stands here a second time");
  if (refuse_by_kind(root, reporter)) return std::nullopt;
  Rule rule;
  rule.path = path;
  rule.position = {root.line(), root.column()};
  parse_metadata(root, rule, reporter);
  if (const yaml::Node* detection = root.find("detection"))
    parse_detection(*detection, rule, reporter);
  else
    reporter.report(kMissing, root, "missing mandatory key `detection`");
  if (reporter.failed()) return std::nullopt;
  return rule;
}

Diagnostic from_yaml(const yaml::Stream& stream, bool utf8) {
  const Code& code = !utf8                               ? kNotUtf8
                     : stream.error->code == Errc::limit ? kYamlLimit
                                                         : kYamlSyntax;
  Diagnostic diagnostic;
  diagnostic.severity = code.severity;
  diagnostic.code = code.id;
  diagnostic.message = stream.error->message;
  diagnostic.line = stream.error->where.line;
  diagnostic.column = stream.error_column;
  return diagnostic;
}

}  // namespace

ParsedFile parse_rules(std::string_view yaml, const std::string& path) {
  ParsedFile file;
  const yaml::Stream stream = yaml::read_stream(yaml, path);
  for (const yaml::Document& document : stream.documents) {
    std::vector<Diagnostic> found;
    Reporter reporter(yaml, found);
    std::optional<Rule> rule = parse_document(document, path, reporter);
    if (rule)
      file.rules.push_back(std::move(*rule));
    else
      ++file.refused;
    std::ranges::stable_sort(found, [](const Diagnostic& left, const Diagnostic& right) {
      return std::pair(left.line, left.column) < std::pair(right.line, right.column);
    });
    std::ranges::move(found, std::back_inserter(file.diagnostics));
  }
  if (stream.error) {
    ++file.refused;
    const bool utf8 = yaml.size() > yaml::kMaxBytes || is_utf8(yaml);
    file.diagnostics.push_back(from_yaml(stream, utf8));
  }
  return file;
}

}  // namespace interdict::rule
