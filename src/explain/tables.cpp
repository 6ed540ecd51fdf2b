#include <map>
#include <set>

#include <fmt/format.h>

#include "event/no_time.hpp"
#include "explain/exchange.hpp"
#include "explain/text.hpp"
#include "explain/words.hpp"
#include "json/writer.hpp"

namespace interdict::explain {
namespace {

using finding::Intrusion;
using finding::Step;

std::string joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) out += (out.empty() ? "" : " ") + text;
  return out;
}

bool is_technique_id(std::string_view id) {
  const auto digits = [](std::string_view text) {
    return text.find_first_not_of("0123456789") == std::string_view::npos;
  };
  return (id.size() == 5 || (id.size() == 9 && id[5] == '.' && digits(id.substr(6)))) &&
         id.front() == 'T' && digits(id.substr(1, 4));
}

}  // namespace

std::string steps_csv(const finding::Report& report) {
  std::string out =
      "intrusion,rank,step,time,last,count,stage,techniques,host,user,title,outcome,parent,"
      "link,reason,detections\r\n";
  for (const Intrusion& intrusion : report.intrusions) {
    for (const Step& step : intrusion.steps) {
      const std::string cells[] = {
          intrusion.id,
          std::to_string(intrusion.rank),
          step.id,
          to_rfc3339(step.time),
          to_rfc3339(step.last),
          std::to_string(step.count),
          std::string(attack::to_string(step.stage)),
          joined(step.techniques),
          step.host,
          step.user,
          step.title,
          std::string(finding::to_string(step.outcome)),
          step.parent,
          step.link ? std::string(finding::to_string(step.link->kind)) : std::string(),
          step.link ? step.link->reason : std::string(),
          joined(step.detections)};
      bool first = true;
      for (const std::string& cell : cells) {
        if (!first) out += ',';
        out += csv_cell(cell);
        first = false;
      }
      out += "\r\n";
    }
  }
  return out;
}

std::string navigator_layer(const finding::Report& report) {
  struct Shown {
    std::uint64_t steps = 0;
    std::set<std::string> titles;
    std::string places;
  };
  constexpr std::size_t kMostText = 2000;
  std::map<std::string, Shown> shown;
  std::uint64_t most = 1;
  for (const Intrusion& intrusion : report.intrusions) {
    for (const Step& step : intrusion.steps) {
      for (const std::string& technique : step.techniques) {
        if (!is_technique_id(technique)) continue;
        Shown& one = shown[technique];
        most = std::max(most, ++one.steps);
        one.titles.insert(step.title);
        one.places += fmt::format("{}{} {}", one.places.empty() ? "" : ", ", intrusion.id, step.id);
      }
    }
  }
  std::string out;
  json::Writer w(out, json::Layout::pretty);
  w.begin_object();
  w.key("name").string("Interdict: techniques that the logs show");
  w.key("versions").begin_object();
  w.key("attack").string("18");
  w.key("navigator").string("5.1.0");
  w.key("layer").string("4.5");
  w.end_object();
  w.key("domain").string("enterprise-attack");
  w.key("description")
      .string(page_headline(report) +
              " The score is the number of steps that show the technique. A technique without a "
              "score was not seen; that is no proof that it was not used.");
  w.key("techniques").begin_array();
  for (const auto& [technique, one] : shown) {
    std::string titles;
    for (const std::string& title : one.titles) titles += (titles.empty() ? "" : "; ") + title;
    w.begin_object();
    w.key("techniqueID").string(technique);
    w.key("score").unsigned_integer(one.steps);
    w.key("comment").string(visible(shorten(titles, kMostText)));
    w.key("enabled").boolean(true);
    w.key("metadata").begin_array().begin_object();
    w.key("name").string("steps");
    w.key("value").string(shorten(one.places, kMostText));
    w.end_object().end_array();
    w.end_object();
  }
  w.end_array();
  w.key("gradient").begin_object();
  w.key("colors").begin_array().string("#fbe9e6").string("#a3261b").end_array();
  w.key("minValue").integer(0);
  w.key("maxValue").unsigned_integer(most);
  w.end_object();
  w.end_object();
  out += '\n';
  return out;
}

std::string timesketch_jsonl(const finding::Report& report) {
  constexpr std::int64_t kNsPerMicrosecond = 1000;
  std::string out;
  for (const finding::Detection& d : report.detections) {
    if (!is_known(d.time)) continue;  // a timeline's rows have one
    const bool known = d.rule.value() < report.rules.size();
    const finding::RuleInfo rule = known ? report.rules[d.rule.value()] : finding::RuleInfo{};
    const auto stage = attack::likeliest(d.stages);
    Timestamp time = d.time;
    time.digits = 6;
    json::Writer w(out);
    w.begin_object();
    w.key("message").string(rule.title);
    w.key("datetime").string(to_rfc3339(time));
    w.key("timestamp").integer(d.time.ns / kNsPerMicrosecond);
    w.key("timestamp_desc").string("Detection");
    w.key("data_type").string("interdict:detection");
    w.key("detection_id").string(d.id);
    w.key("rule_id").string(rule.id);
    w.key("level").string(finding::to_string(rule.level));
    w.key("stage").string(stage ? attack::to_string(*stage) : "");
    w.key("techniques").string(joined(rule.techniques));
    w.key("outcome").string(finding::to_string(d.outcome));
    w.key("count").unsigned_integer(d.count);
    w.key("hostname").string(d.host);
    w.key("username").string(d.user);
    w.key("log_source").string(d.evidence.log_source);
    w.key("source_file").string(d.evidence.file);
    w.key("source_record").unsigned_integer(d.evidence.record);
    w.key("intrusion").string(d.intrusion);
    w.key("tag").begin_array().string("interdict");
    if (stage) w.string(attack::to_string(*stage));
    if (!d.intrusion.empty()) w.string(d.intrusion);
    w.end_array();
    w.end_object();
    out += '\n';
  }
  return out;
}

}  // namespace interdict::explain
