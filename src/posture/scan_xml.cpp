#include <algorithm>
#include <charconv>
#include <map>
#include <set>

#include <fmt/format.h>

#include "posture/scan_readers.hpp"
#include "xml/reader.hpp"

namespace interdict::posture {
namespace {

using finding::ControlState;
using Verdict = ScanTally::Verdict;

/// Walks over the elements of one name, whatever their name-space prefix. The name must not nest in
/// itself. Each element is parsed by itself, so a report of any size needs little memory.
class Elements {
 public:
  Elements(std::string_view text, std::string_view name) : rest_(text), name_(name) {}

  /// The next element's text, or an empty view.
  std::string_view next() {
    for (std::size_t at = rest_.find('<'); at != std::string_view::npos;
         at = rest_.find('<', at + 1)) {
      if (!is_name(rest_.substr(at + 1))) continue;
      const std::size_t end = end_of(at);
      if (end == std::string_view::npos) break;
      const std::string_view element = rest_.substr(at, end - at);
      rest_.remove_prefix(end);
      return element;
    }
    rest_ = {};
    return {};
  }

 private:
  /// True if `text` begins with the name, after an optional prefix.
  [[nodiscard]] bool is_name(std::string_view text) const {
    const std::size_t end = text.find_first_of(" \t\r\n/>");
    if (end == std::string_view::npos) return false;
    std::string_view word = text.substr(0, end);
    const std::size_t colon = word.find(':');
    if (colon != std::string_view::npos) word.remove_prefix(colon + 1);
    return word == name_;
  }

  [[nodiscard]] std::size_t end_of(std::size_t begin) const {
    const std::size_t close = rest_.find('>', begin);
    if (close == std::string_view::npos) return close;
    if (rest_[close - 1] == '/') return close + 1;
    for (std::size_t at = rest_.find("</", close); at != std::string_view::npos;
         at = rest_.find("</", at + 2)) {
      if (!is_name(rest_.substr(at + 2))) continue;
      const std::size_t last = rest_.find('>', at);
      return last == std::string_view::npos ? last : last + 1;
    }
    return std::string_view::npos;
  }

  std::string_view rest_;
  std::string_view name_;
};

using Leaves = std::multimap<std::string, std::string, std::less<>>;

/// The leaves of one element below its own name.
Result<Leaves> leaves_of(xml::XmlFlattener& flattener, std::string_view element,
                         const std::string& file) {
  auto leaves = flattener.flatten(element);
  if (!leaves) return fail(leaves.error().code, leaves.error().message, {.file = file});
  Leaves out;
  for (const xml::Leaf& leaf : *leaves) {
    const std::size_t dot = leaf.path.find('.');
    out.emplace(
        dot == std::string_view::npos ? std::string() : std::string(leaf.path.substr(dot + 1)),
        std::string(leaf.text));
  }
  return out;
}

std::string first(const Leaves& leaves, std::string_view path) {
  const auto at = leaves.find(path);
  return at == leaves.end() ? std::string() : at->second;
}

/// The value of an attribute in the start tag that `element` begins with.
std::string attribute(std::string_view element, std::string_view name) {
  const std::string_view tag = element.substr(0, element.find('>'));
  const std::string start = fmt::format(" {}=\"", name);
  const std::size_t at = tag.find(start);
  if (at == std::string_view::npos) return {};
  const std::size_t begin = at + start.size();
  const std::size_t end = tag.find('"', begin);
  return end == std::string_view::npos ? std::string()
                                       : std::string(tag.substr(begin, end - begin));
}

Verdict xccdf_verdict(std::string_view result) {
  if (result == "pass" || result == "fixed") return Verdict::pass;
  return result == "fail" ? Verdict::fail : Verdict::none;
}

std::string inner_text(std::string_view element) {
  const std::size_t begin = element.find('>');
  const std::size_t end = element.rfind('<');
  if (begin == std::string_view::npos || end == std::string_view::npos || end <= begin) return {};
  return std::string(element.substr(begin + 1, end - begin - 1));
}

ScanResult read_xccdf(std::string_view result, const ScanTable& table, const std::string& file) {
  const std::string at = attribute(result, "end-time");
  const auto when = parse_timestamp(at);
  const std::string host = inner_text(Elements(result, "target").next());
  const std::string benchmark = attribute(Elements(result, "benchmark").next(), "id");
  xml::XmlFlattener flattener;
  ScanTally tally(table, "xccdf");
  Elements rules(result, "rule-result");
  for (auto rule = rules.next(); !rule.empty(); rule = rules.next()) {
    INTERDICT_TRY(const Leaves leaves, leaves_of(flattener, rule, file));
    if (!tally.add(first(leaves, "idref"), xccdf_verdict(first(leaves, "result"))))
      return fail(Errc::limit, "more checks than a report may have", {.file = file});
  }
  return tally.take(
      fmt::format("XCCDF result of {} on {} at {} ({})",
                  benchmark.empty() ? "a benchmark" : benchmark,
                  host.empty() ? "an unnamed host" : host, when ? at : "an unknown time", file),
      host, when);
}

bool is_loopback(std::string_view address) {
  return address.starts_with("127.") || address == "::1";
}

bool is_private(std::string_view address) {
  if (address.starts_with("10.") || address.starts_with("192.168.") ||
      address.starts_with("169.254.") || address.starts_with("fd") || address.starts_with("fc") ||
      address.starts_with("fe80:"))
    return true;
  int second = 0;
  if (!address.starts_with("172.")) return false;
  std::from_chars(address.data() + 4, address.data() + address.size(), second);
  return second >= 16 && second <= 31;
}

/// Services that nobody needs to offer to the Internet (R2 of the catalogue): remote desktops, file
/// shares, databases, remote administration in the clear.
constexpr std::string_view kRiskyPorts[] = {"21",   "23",   "135",  "139",   "445",  "1433",
                                            "1521", "2375", "3306", "3389",  "5432", "5900",
                                            "5985", "6379", "9200", "11211", "27017"};

struct Nmap {
  std::size_t hosts_up = 0;
  std::size_t outside = 0;   ///< public addresses
  std::size_t loopback = 0;  ///< the scanner itself
  std::vector<std::string> risky;
};

Result<Nmap> read_hosts(std::string_view text, const std::string& file) {
  Nmap out;
  xml::XmlFlattener flattener;
  Elements hosts(text, "host");
  for (auto host = hosts.next(); !host.empty(); host = hosts.next()) {
    if (attribute(Elements(host, "status").next(), "state") != "up") continue;
    ++out.hosts_up;
    const std::string address = attribute(Elements(host, "address").next(), "addr");
    if (is_loopback(address)) ++out.loopback;
    if (is_loopback(address) || is_private(address)) continue;
    ++out.outside;
    Elements ports(host, "port");
    for (auto port = ports.next(); !port.empty(); port = ports.next()) {
      INTERDICT_TRY(const Leaves leaves, leaves_of(flattener, port, file));
      const std::string number = first(leaves, "portid");
      if (first(leaves, "state.state") == "open" &&
          std::ranges::find(kRiskyPorts, number) != std::end(kRiskyPorts))
        out.risky.push_back(fmt::format("{}:{}", address, number));
    }
  }
  return out;
}

ScanResult read_nmap(std::string_view text, const std::string& file) {
  const std::string_view finished = Elements(text, "finished").next();
  std::optional<Timestamp> when;
  std::int64_t seconds = 0;
  const std::string written = attribute(finished, "time");
  const auto [end, error] =
      std::from_chars(written.data(), written.data() + written.size(), seconds);
  if (error == std::errc{} && end == written.data() + written.size() && seconds > 0 &&
      seconds < 9'000'000'000)
    when = Timestamp{seconds * kNsPerSecond, 0};
  INTERDICT_TRY(const Nmap seen, read_hosts(text, file));
  std::vector<ControlEvidence> out;
  const auto say = [&](std::string_view control, ControlState state, const std::string& what) {
    out.push_back(
        scan_evidence(control, state,
                      fmt::format("nmap scan at {} ({}): {}",
                                  when ? to_rfc3339(*when) : "an unknown time", file, what),
                      "", when));
  };
  std::string nothing;
  if (attribute(finished, "exit") != "success")
    nothing = "the scan did not finish, so it says nothing";
  else if (seen.hosts_up == 0)
    nothing = "no host was up, so it says nothing";
  else if (seen.loopback == seen.hosts_up)
    nothing = "it looked at the scanning machine itself: a wrong target, so it says nothing";
  else if (seen.outside == 0)
    nothing =
        "it looked at private addresses only: that says nothing of what is open to the Internet";
  if (!nothing.empty()) {
    say("R1", ControlState::unknown, nothing);
    say("R2", ControlState::unknown, nothing);
    return out;
  }
  say("R1", ControlState::present, fmt::format("{} public addresses were looked at", seen.outside));
  if (seen.risky.empty()) {
    say("R2", ControlState::present,
        "of the ports that it tried, no remote-administration, file-share or database port is "
        "open");
    return out;
  }
  std::string list;
  for (std::size_t i = 0; i < seen.risky.size() && i < 5; ++i)
    list += (i == 0 ? "" : ", ") + seen.risky[i];
  say("R2", ControlState::absent,
      fmt::format("open: {}{}", list, seen.risky.size() > 5 ? ", and more" : ""));
  return out;
}

}  // namespace

ScanResult read_xml_scan(std::string_view text, const ScanTable& table, const std::string& file) {
  if (!Elements(text.substr(0, std::min<std::size_t>(text.size(), 65536)), "scaninfo")
           .next()
           .empty() &&
      text.find("<nmaprun") != std::string_view::npos)
    return read_nmap(text, file);
  const std::string_view result = Elements(text, "TestResult").next();
  if (!result.empty()) return read_xccdf(result, table, file);
  return fail(Errc::unsupported, "is no report of a kind that is known here", {.file = file});
}

}  // namespace interdict::posture
