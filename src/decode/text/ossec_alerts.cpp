// OSSEC's and Wazuh's `alerts.log`: the alert as text, under the names of Wazuh's `alerts.json`.
#include <algorithm>
#include <array>

#include "decode/text/formats.hpp"
#include "decode/text/line_format.hpp"

namespace interdict::decode {
namespace {

constexpr std::size_t kNone = std::string_view::npos;
constexpr std::string_view kBegin = "** Alert ";

std::string_view take_line(std::string_view& rest) {
  const auto end = std::min(rest.find('\n'), rest.size());
  auto line = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

/// `1700000000.123: mail  - syslog,sshd,`
bool add_heading(std::string_view line, FieldList& fields) {
  const auto colon = line.find(':');
  const auto id = line.substr(0, colon);
  const auto seconds = id.substr(0, id.find('.'));
  if (colon == kNone || number_type(seconds) != RawType::integer) return false;
  fields.add("timestamp", seconds, RawType::integer);
  fields.add("id", id);
  const auto dash = line.find("- ", colon);
  if (dash == kNone) return true;
  for (auto rest = line.substr(dash + 2); !rest.empty();) {
    const auto group = trim(rest.substr(0, rest.find(',')));
    if (!group.empty()) fields.add("rule.groups", group);
    rest.remove_prefix(std::min(std::min(rest.find(','), rest.size()) + 1, rest.size()));
  }
  return true;
}

/// `2024 Jan 02 03:04:05 (agent) 192.0.2.1->/var/log/auth.log`; without brackets the manager
/// itself.
void add_place(std::string_view line, FieldList& fields) {
  const auto arrow = line.find("->");
  constexpr std::size_t kTime = 20;  // of fixed length
  if (arrow == kNone || arrow <= kTime) return;
  auto host = trim(line.substr(kTime, arrow - kTime));
  if (host.starts_with('(')) {
    const auto close = host.find(')');
    const auto address = close == kNone ? std::string_view{} : trim(host.substr(close + 1));
    host = host.substr(1, close == kNone ? close : close - 1);
    if (!address.empty() && address != "any") fields.add("agent.ip", address);
  }
  fields.add("agent.name", host);
  fields.add("location", line.substr(arrow + 2));
}

/// `Rule: 5716 (level 5) -> 'text'`
bool add_rule(std::string_view line, FieldList& fields) {
  constexpr std::string_view kLevel = " (level ";
  const auto level = line.find(kLevel);
  const auto close = line.find(')', level == kNone ? 0 : level);
  if (level == kNone || close == kNone) return false;
  fields.add("rule.id", line.substr(0, level));
  const auto number = line.substr(level + kLevel.size(), close - level - kLevel.size());
  fields.add("rule.level", number, number_type(number));
  auto text = line.substr(std::min(close + 1, line.size()));
  const auto quote = text.find('\'');
  if (quote == kNone) return true;
  text.remove_prefix(quote + 1);
  if (text.ends_with('\'')) text.remove_suffix(1);
  fields.add("rule.description", text);
  return true;
}

struct Label {
  std::string_view text;
  std::string_view path;
};
constexpr std::array kLabels{
    Label{"Src IP: ", "data.srcip"}, Label{"Src Port: ", "data.srcport"},
    Label{"Dst IP: ", "data.dstip"}, Label{"Dst Port: ", "data.dstport"},
    Label{"User: ", "data.dstuser"}, Label{"Src Location: ", "GeoLocation.country_name"},
};

}  // namespace

bool begins_ossec_alert(std::string_view line) {
  return line.starts_with(kBegin);
}

bool read_ossec_alert(std::string_view record, FieldList& fields) {
  auto rest = record;
  const auto heading = take_line(rest);
  if (!begins_ossec_alert(heading) || !add_heading(heading.substr(kBegin.size()), fields)) {
    return false;
  }
  add_place(take_line(rest), fields);
  constexpr std::string_view kRule = "Rule: ";
  const auto rule = take_line(rest);
  if (!rule.starts_with(kRule) || !add_rule(rule.substr(kRule.size()), fields)) return false;
  while (!rest.empty()) {
    auto behind = rest;
    const auto line = take_line(behind);
    const auto label = std::ranges::find_if(
        kLabels, [&](const Label& known) { return line.starts_with(known.text); });
    if (label == kLabels.end()) break;
    const auto value = trim(line.substr(label->text.size()));
    if (!value.empty() && value != "(none)") fields.add(label->path, value);
    rest = behind;
  }
  if (!trim(rest).empty()) fields.add("full_log", trim(rest));
  return true;
}

}  // namespace interdict::decode
