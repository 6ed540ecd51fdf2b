#include "rule/parser.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <utility>

#include "base/unicode.hpp"
#include "rule/collection.hpp"
#include "rule/correlation.hpp"
#include "rule/detection.hpp"
#include "rule/filter.hpp"
#include "rule/metadata.hpp"
#include "rule/timespan.hpp"
#include "yaml/reader.hpp"

namespace interdict::rule {
namespace {

constexpr auto kKinds = std::to_array<std::string_view>({"detection", "correlation", "filter"});

/// A rule with a legacy aggregation is a correlation over the rule without it.
Correlation correlation_of(Rule rule, const DetectionExtras& extras, const yaml::Node& detection,
                           Reporter& reporter) {
  const Aggregation& from = *extras.aggregation;
  Correlation out;
  static_cast<Metadata&>(out) = static_cast<const Metadata&>(rule);
  out.type = from.type;
  out.group_by = from.group_by;
  out.values = from.values;
  out.bounds = {from.bound};
  out.timespan_ns = kWholeInput;
  if (extras.timeframe != nullptr) {
    const auto span = parse_timespan(extras.timeframe->text());
    if (!span)
      reporter.report(kTimespan, *extras.timeframe,
                      "`" + extras.timeframe->text() + "` is no timespan");
    out.timespan_ns = span.value_or(0);
  }
  reporter.report(kLegacyAggregation, *detection.find("condition"),
                  "a legacy aggregation, read as a correlation", "|");
  rule.name.clear();
  out.own_rules.push_back(std::move(rule));
  return out;
}

void parse_plain_rule(const yaml::Node& root, const Metadata& metadata, const ParseOptions& options,
                      Reporter& reporter, ParsedFile& file) {
  Rule rule;
  static_cast<Metadata&>(rule) = metadata;
  parse_logsource(root, rule.logsource, reporter);
  DetectionExtras extras;
  const yaml::Node* detection = root.find("detection");
  if (detection == nullptr)
    reporter.report(kMissing, root, "missing mandatory key `detection`");
  else
    extras = parse_detection(*detection, rule, reporter, options);
  if (reporter.failed()) return;
  if (!extras.aggregation) {
    file.rules.push_back(std::move(rule));
    return;
  }
  Correlation made = correlation_of(std::move(rule), extras, *detection, reporter);
  if (!reporter.failed()) file.correlations.push_back(std::move(made));
}

/// A document whose kind is known by its key: `detection`, `correlation` or `filter`.
void parse_document(const yaml::Node& root, const std::string& path, const ParseOptions& options,
                    Reporter& reporter, ParsedFile& file) {
  if (!root.is_map()) {
    reporter.report(kNotAMap, root, "a Sigma document is a map");
    return;
  }
  const yaml::Node* kind_key = nullptr;
  std::string_view kind = "detection";
  for (const auto& [key, value] : root.entries()) {
    if (std::ranges::find(kKinds, key.text()) == kKinds.end()) continue;
    if (kind_key != nullptr)
      reporter.report(kBadValue, key, "a document is a rule, a correlation or a filter, not two",
                      key.text());
    kind_key = &key;
    kind = key.text();
  }
  Metadata metadata;
  metadata.path = path;
  metadata.position = {root.line(), root.column()};
  parse_metadata(root, metadata, reporter);
  if (kind == "correlation") {
    Correlation correlation;
    static_cast<Metadata&>(correlation) = metadata;
    parse_correlation(*root.find("correlation"), correlation, reporter);
    if (!reporter.failed()) file.correlations.push_back(std::move(correlation));
  } else if (kind == "filter") {
    Filter filter;
    static_cast<Metadata&>(filter.body) = metadata;
    parse_filter(root, filter, reporter, options);
    if (!reporter.failed()) file.filters.push_back(std::move(filter));
  } else {
    parse_plain_rule(root, metadata, options, reporter, file);
  }
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

Diagnostic unshown_fault(std::size_t unshown) {
  Diagnostic diagnostic;
  diagnostic.code = kTooManyFaults.id;
  diagnostic.severity = kTooManyFaults.severity;
  diagnostic.message = std::to_string(unshown) + " more faults and warnings are not shown";
  return diagnostic;
}

}  // namespace

ParsedFile parse_rules(std::string_view yaml, const std::string& path,
                       const ParseOptions& options) {
  ParsedFile file;
  const yaml::Stream stream = yaml::read_stream(yaml, path);
  const SourceText source(yaml);
  Collection collection;
  std::size_t unshown = 0;
  for (const yaml::Document& document : stream.documents) {
    const std::size_t first = file.diagnostics.size();
    Reporter reporter(source, file.diagnostics);
    if (const yaml::Node* id = document.root.find("id")) reporter.set_rule_id(id->text());
    for (const yaml::DuplicateKey& duplicate : document.duplicates)
      reporter.report_at(kDuplicateKey, {duplicate.line, duplicate.column}, duplicate.key.size(),
                         "the key `" + duplicate.key + "` stands here a second time");
    const std::optional<yaml::Node> root = collection.take(document.root, reporter);
    if (root) parse_document(*root, path, options, reporter, file);
    if (reporter.failed()) ++file.refused;
    unshown += reporter.unshown();
    std::stable_sort(file.diagnostics.begin() + static_cast<std::ptrdiff_t>(first),
                     file.diagnostics.end(), [](const Diagnostic& left, const Diagnostic& right) {
                       return std::pair(left.line, left.column) <
                              std::pair(right.line, right.column);
                     });
  }
  if (stream.error) {
    ++file.refused;
    const bool utf8 = yaml.size() > yaml::kMaxBytes || is_utf8(yaml);
    file.diagnostics.push_back(from_yaml(stream, utf8));
  }
  if (unshown > 0) file.diagnostics.push_back(unshown_fault(unshown));
  return file;
}

}  // namespace interdict::rule
