#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "attack/stage.hpp"
#include "event/no_time.hpp"
#include "explain/json_report.hpp"
#include "explain/text.hpp"
#include "json/writer.hpp"

namespace interdict::explain {
namespace {

using json::Writer;

/// RFC 8259, section 6. A log's own spelling (hexadecimal, a leading zero, `1.`) is no JSON number.
bool is_json_number(std::string_view text) {
  std::size_t at = 0;
  const auto digits = [&] {
    const std::size_t begin = at;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
    return at - begin;
  };
  if (at < text.size() && text[at] == '-') ++at;
  const bool leading_zero = at < text.size() && text[at] == '0';
  const std::size_t whole = digits();
  if (whole == 0 || (leading_zero && whole > 1)) return false;
  if (at < text.size() && text[at] == '.') {
    ++at;
    if (digits() == 0) return false;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    if (digits() == 0) return false;
  }
  return at == text.size();
}

void write_value(Writer& w, const OwnedValue& value) {
  switch (value.type) {
    case ValueType::null:
      w.null();
      return;
    case ValueType::integer:
    case ValueType::real:
      if (is_json_number(value.text)) {
        w.raw(value.text);
        return;
      }
      break;
    case ValueType::boolean:
      w.boolean(value.text == "true");
      return;
    case ValueType::string:
      break;
  }
  w.string(value.text);
}

void write_fields(Writer& w, const finding::Detection& detection) {
  w.key("fields").begin_object();
  const auto& fields = detection.fields;
  for (std::size_t i = 0; i < fields.size();) {
    std::size_t end = i + 1;
    while (end < fields.size() && fields[end].first == fields[i].first) ++end;
    w.key(fields[i].first);
    if (end - i > 1) w.begin_array();
    for (std::size_t k = i; k < end; ++k) write_value(w, fields[k].second);
    if (end - i > 1) w.end_array();
    i = end;
  }
  w.end_object();
}

Writer& text(Writer& w, std::string_view key, std::string_view value) {
  w.key(key);
  return value.empty() ? w.null() : w.string(value);
}

const finding::RuleInfo& rule_of(const finding::Report& report,
                                 const finding::Detection& detection) {
  static const finding::RuleInfo kNone;
  const std::size_t at = detection.rule.value();
  return at < report.rules.size() ? report.rules[at] : kNone;
}

}  // namespace

std::optional<std::string> time_text(Timestamp time) {
  return is_known(time) ? std::optional(to_rfc3339(time)) : std::nullopt;
}

std::string detection_json(const finding::Report& report, const finding::Detection& detection) {
  const finding::RuleInfo& rule = rule_of(report, detection);
  std::string out;
  Writer w(out);
  w.begin_object();
  w.key("id").string(detection.id);
  for (const auto& [key, time] : {std::pair{"time", detection.time}, {"last", detection.last}}) {
    const auto shown = time_text(time);
    w.key(key);
    shown ? w.string(*shown) : w.null();
  }
  w.key("rule").begin_object();
  text(w, "id", rule.id);
  text(w, "title", rule.title);
  w.key("level").string(finding::to_string(rule.level));
  w.key("source").string(finding::to_string(rule.source));
  text(w, "path", rule.path);
  w.end_object();
  w.key("stages").begin_object();
  for (const attack::Stage stage : attack::kStages) {
    const std::uint16_t weight = detection.stages[attack::index(stage)];
    if (weight > 0) w.key(attack::to_string(stage)).real(weight / 1000.0);
  }
  w.end_object();
  w.key("techniques").begin_array();
  for (const std::string& technique : rule.techniques) w.string(technique);
  w.end_array();
  text(w, "host", detection.host);
  text(w, "user", detection.user);
  w.key("outcome").string(finding::to_string(detection.outcome));
  w.key("count").unsigned_integer(detection.count);
  w.key("entities").begin_array();
  for (const EntityRef& entity : detection.entities) {
    w.begin_object();
    w.key("type").string(to_string(entity.type));
    w.key("key").string(entity.key);
    w.end_object();
  }
  w.end_array();
  w.key("event").begin_object();
  text(w, "file", detection.evidence.file);
  w.key("record").unsigned_integer(detection.evidence.record);
  w.key("offset").unsigned_integer(detection.evidence.offset);
  text(w, "log_source", detection.evidence.log_source);
  w.end_object();
  write_fields(w, detection);
  text(w, "intrusion", detection.intrusion);
  w.end_object();
  out += '\n';
  return out;
}

std::string detections_jsonl(const finding::Report& report) {
  std::string out;
  for (const finding::Detection& detection : report.detections)
    out += detection_json(report, detection);
  return out;
}

std::string detection_csv(const finding::Report& report, const finding::Detection& d) {
  const finding::RuleInfo& rule = rule_of(report, d);
  std::string techniques;
  for (const std::string& technique : rule.techniques)
    techniques += (techniques.empty() ? "" : " ") + technique;
  const auto stage = attack::likeliest(d.stages);
  const std::string cells[] = {time_text(d.time).value_or(""),
                               time_text(d.last).value_or(""),
                               d.id,
                               std::string(finding::to_string(rule.level)),
                               std::string(finding::to_string(rule.source)),
                               rule.id,
                               rule.title,
                               std::string(stage ? attack::to_string(*stage) : ""),
                               techniques,
                               d.host,
                               d.user,
                               std::string(finding::to_string(d.outcome)),
                               std::to_string(d.count),
                               d.evidence.file,
                               std::to_string(d.evidence.record),
                               std::to_string(d.evidence.offset),
                               d.evidence.log_source,
                               d.intrusion};
  std::string out;
  for (const std::string& cell : cells) {
    if (!out.empty()) out += ',';
    out += csv_cell(cell);
  }
  return out + "\r\n";
}

std::string detections_csv(const finding::Report& report) {
  std::string out(kDetectionsCsvHead);
  for (const finding::Detection& d : report.detections) out += detection_csv(report, d);
  return out;
}

}  // namespace interdict::explain
