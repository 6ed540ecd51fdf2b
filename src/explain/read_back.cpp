#include "explain/read_back.hpp"

#include <charconv>
#include <cmath>
#include <map>
#include <utility>

#include "event/no_time.hpp"
#include "explain/read_value.hpp"

namespace interdict::explain {
namespace {

using json::Value;

constexpr std::size_t kLevels = 5;
constexpr std::size_t kOutcomes = 4;
constexpr std::size_t kStates = 5;
constexpr std::size_t kLinkKinds = 15;
constexpr std::size_t kStatuses = 5;

finding::Level level(ValueReader& r, const Value& v, std::string_view key) {
  return r.word<finding::Level>(v, key, kLevels, [](auto e) { return finding::to_string(e); });
}
finding::Outcome outcome(ValueReader& r, const Value& v) {
  return r.word<finding::Outcome>(v, "outcome", kOutcomes,
                                  [](auto e) { return finding::to_string(e); });
}
finding::Strength strength(ValueReader& r, const Value& v) {
  return r.word<finding::Strength>(v, "strength", 3, [](auto e) { return finding::to_string(e); });
}
Timestamp time_of(ValueReader& r, const Value& v, std::string_view key) {
  const auto time = r.time(v, key);
  if (!time) r.wrong(key, "is no time");
  return time.value_or(Timestamp{});
}

void read_stages(ValueReader& r, const Value& v, finding::Intrusion& out) {
  const Value& stages = r.member(v, "stages");
  for (const attack::Stage stage : attack::kStages) {
    const Value& from = r.member(stages, attack::to_string(stage));
    finding::StageFinding& found = out.stages[attack::index(stage)];
    found.status = r.word<finding::StageStatus>(from, "status", kStatuses,
                                                [](auto e) { return finding::to_string(e); });
    found.first_seen = r.time(from, "first_seen");
    found.steps = r.texts(from, "steps");
    found.reason = r.text(from, "reason");
  }
}

finding::Step read_step(ValueReader& r, const Value& v) {
  finding::Step out;
  out.id = r.text(v, "id");
  out.time = time_of(r, v, "time");
  out.last = time_of(r, v, "last");
  out.count = r.number(v, "count");
  out.stage = r.stage(v, "stage").value_or(attack::Stage::exploitation);
  out.techniques = r.texts(v, "techniques");
  out.host = r.text(v, "host");
  out.user = r.text(v, "user");
  out.title = r.text(v, "title");
  out.outcome = outcome(r, v);
  out.detections = r.texts(v, "detections");
  out.parent = r.text(v, "parent");
  out.also_from = r.texts(v, "also_from");
  const Value& link = r.member(v, "link");
  if (!link.is_null()) {
    out.link =
        finding::Link{r.word<finding::LinkKind>(link, "kind", kLinkKinds,
                                                [](auto e) { return finding::to_string(e); }),
                      r.text(link, "reason"), r.real(link, "e_value")};
  }
  return out;
}

finding::StopChoice read_choice(ValueReader& r, const Value& v) {
  finding::StopChoice out;
  out.control = r.text(v, "control");
  out.name = r.text(v, "name");
  out.stage = r.stage(v, "stage").value_or(attack::Stage::delivery);
  out.course_of_action = r.text(v, "course_of_action");
  out.steps = r.texts(v, "steps");
  out.state = r.word<finding::ControlState>(v, "state", kStates,
                                            [](auto e) { return finding::to_string(e); });
  out.evidence = r.text(v, "evidence");
  out.why = r.text(v, "why");
  out.cost = r.number(v, "cost");
  const Value& depends = r.member(v, "depends");
  out.depends.steps = r.number(depends, "steps");
  out.depends.hosts = r.number(depends, "hosts");
  out.depends.users = r.number(depends, "users");
  out.depends.hours = r.real(depends, "hours");
  out.depends.objectives = r.number(depends, "objectives");
  out.would_not_have_stopped = r.texts(v, "would_not_have_stopped");
  return out;
}

void read_stop(ValueReader& r, const Value& v, finding::StopAnalysis& out) {
  const Value& stop = r.member(v, "stop");
  out.growth_per_stage = r.real(stop, "growth_per_stage");
  out.cost_reached = r.number(stop, "cost_reached");
  if (!r.member(stop, "cost_if_stopped").is_null())
    out.cost_if_stopped = r.number(stop, "cost_if_stopped");
  for (const Value& choice : r.list(stop, "choices")) out.choices.push_back(read_choice(r, choice));
}

finding::Intrusion read_intrusion(ValueReader& r, const Value& v) {
  finding::Intrusion out;
  out.id = r.text(v, "id");
  out.rank = static_cast<std::uint32_t>(r.number(v, "rank"));
  out.score = r.real(v, "score");
  out.false_expected = r.real(v, "false_expected");
  out.strength = strength(r, v);
  out.severity = level(r, v, "severity");
  out.title = r.text(v, "title");
  out.summary = r.text(v, "summary");
  out.first_seen = time_of(r, v, "first_seen");
  out.last_seen = time_of(r, v, "last_seen");
  out.furthest_stage = r.stage(v, "furthest_stage");
  out.objective =
      r.word<finding::Objective>(v, "objective", 3, [](auto e) { return finding::to_string(e); });
  out.left_censored = r.flag(v, "left_censored");
  read_stages(r, v, out);
  out.hosts = r.texts(v, "hosts");
  out.users = r.texts(v, "users");
  for (const Value& i : r.list(v, "indicators"))
    out.indicators.push_back({r.text(i, "type"), r.text(i, "value"),
                              r.stage(i, "stage").value_or(attack::Stage::delivery)});
  const Value& zero = r.member(v, "patient_zero");
  if (!zero.is_null())
    out.patient_zero = finding::PatientZero{r.text(zero, "host"),       r.text(zero, "user"),
                                            r.text(zero, "step"),       r.text(zero, "entry"),
                                            r.real(zero, "confidence"), r.text(zero, "reason")};
  for (const Value& step : r.list(v, "steps")) out.steps.push_back(read_step(r, step));
  const Value& diamond = r.member(v, "diamond");
  out.diamond = {r.texts(diamond, "capability"), r.texts(diamond, "infrastructure"),
                 r.texts(diamond, "victim")};
  for (const Value& foothold : r.list(v, "footholds"))
    out.footholds.push_back({r.text(foothold, "host"), r.text(foothold, "reached_from"),
                             r.text(foothold, "step"), r.stage(foothold, "furthest_stage")});
  read_stop(r, v, out.stop);
  out.campaign = r.text(v, "campaign");
  return out;
}

finding::Lead read_lead(ValueReader& r, const Value& v) {
  finding::Lead out;
  out.id = r.text(v, "id");
  out.rank = static_cast<std::uint32_t>(r.number(v, "rank"));
  out.score = r.real(v, "score");
  out.false_expected = r.real(v, "false_expected");
  out.strength = strength(r, v);
  out.title = r.text(v, "title");
  out.first_seen = time_of(r, v, "first_seen");
  out.last_seen = time_of(r, v, "last_seen");
  out.furthest_stage = r.stage(v, "furthest_stage");
  out.hosts = r.texts(v, "hosts");
  out.users = r.texts(v, "users");
  out.detections = r.texts(v, "detections");
  out.why_not = r.text(v, "why_not");
  return out;
}

finding::ScopeSource read_source(ValueReader& r, const Value& v) {
  finding::ScopeSource out;
  out.log_source = r.text(v, "log_source");
  out.first = time_of(r, v, "first");
  out.last = time_of(r, v, "last");
  out.events = r.number(v, "events");
  for (const Value& gap : r.list(v, "gaps")) {
    const auto* ends = gap.array();
    const auto end = [&](std::size_t i) -> std::optional<Timestamp> {
      if (ends == nullptr || ends->size() != 2 || (*ends)[i].string() == nullptr) return {};
      return parse_timestamp(*(*ends)[i].string());
    };
    const auto from = end(0);
    const auto to = end(1);
    if (!from || !to)
      r.wrong("gaps", "holds something else than pairs of times");
    else
      out.gaps.emplace_back(*from, *to);
  }
  return out;
}

void read_rest(ValueReader& r, const Value& root, finding::Report& out) {
  for (const Value& v : r.list(root, "campaigns"))
    out.campaigns.push_back({r.text(v, "id"), r.texts(v, "intrusions"),
                             r.texts(v, "key_indicators"), r.text(v, "reason")});
  for (const Value& v : r.list(root, "leads")) out.leads.push_back(read_lead(r, v));
  for (const Value& v : r.list(root, "scope")) {
    finding::ScopeHost host{r.text(v, "host"), r.flag(v, "given"), {}};
    for (const Value& source : r.list(v, "sources")) host.sources.push_back(read_source(r, source));
    out.scope.push_back(std::move(host));
  }
  for (const Value& v : r.list(root, "collect_next"))
    out.collect_next.push_back(
        {r.text(v, "host"), r.text(v, "log_source"), r.text(v, "reason"), r.texts(v, "steps")});
  for (const Value& score : r.list(root, "chain_scores")) {
    if (!score.number()) r.wrong("chain_scores", "holds something that is no number");
    out.chain_scores.push_back(score.number().value_or(0));
  }
  const Value& unlinked = r.member(root, "unlinked");
  out.unlinked_detections = r.number(unlinked, "detections");
  const auto* levels = r.member(unlinked, "by_level").object();
  if (levels == nullptr) {
    r.wrong("by_level", "is no object");
    return;
  }
  for (const json::Member& member : *levels) {
    for (std::size_t i = 0; i < kLevels; ++i)
      if (finding::to_string(static_cast<finding::Level>(i)) == member.key)
        out.unlinked_by_level.emplace_back(
            static_cast<finding::Level>(i),
            r.number(*r.member(root, "unlinked").find("by_level"), member.key));
  }
}

/// One detection from its line: the leaves keep the digits of numbers as they are written.
class LineReader {
 public:
  LineReader(finding::Report& report, std::map<std::string, finding::RuleId>& rules)
      : report_(report), rules_(rules) {}

  bool read(std::span<const json::Leaf> leaves) {
    d_ = {};
    d_.time = d_.last = kNoTime;
    rule_ = {};
    for (const json::Leaf& leaf : leaves)
      if (!take(leaf)) return false;
    if (d_.id.empty() || !has_time_) return false;
    const std::string key = rule_.id + '\0' + rule_.path;
    const auto [at, is_new] =
        rules_.try_emplace(key, static_cast<std::uint32_t>(report_.rules.size()));
    if (is_new) report_.rules.push_back(rule_);
    d_.rule = at->second;
    report_.detections.push_back(std::move(d_));
    return true;
  }

 private:
  template <class E>
  static bool word(std::string_view text, std::size_t count, E& out) {
    for (std::size_t i = 0; i < count; ++i) {
      if (finding::to_string(static_cast<E>(i)) != text) continue;
      out = static_cast<E>(i);
      return true;
    }
    return false;
  }
  static bool number(std::string_view text, std::uint64_t& out) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    return error == std::errc{} && end == text.data() + text.size();
  }
  static bool time(std::string_view text, Timestamp& out) {
    const auto read = parse_timestamp(text);
    out = read.value_or(Timestamp{});
    return read.has_value();
  }

  bool take(const json::Leaf& leaf) {
    const std::string_view path = leaf.path;
    const std::string text(leaf.text);
    const bool is_null = leaf.type == json::LeafType::null;
    if (is_null && path == "time") return has_time_ = true;  // its record has none
    if (is_null && path == "last") return true;
    if (path.starts_with("fields.")) return field(leaf);
    if (path.starts_with("stages.")) return stage(path.substr(7), text);
    if (path == "id") d_.id = text;
    if (path == "time") return has_time_ = time(text, d_.time);
    if (path == "last") return time(text, d_.last);
    if (path == "host") d_.host = text;
    if (path == "user") d_.user = text;
    if (path == "outcome") return word(text, kOutcomes, d_.outcome);
    if (path == "count") return number(text, d_.count);
    if (path == "intrusion") d_.intrusion = text;
    if (path == "techniques") rule_.techniques.push_back(text);
    if (path == "rule.id") rule_.id = text;
    if (path == "rule.title") rule_.title = text;
    if (path == "rule.path") rule_.path = text;
    if (path == "rule.level") return word(text, kLevels, rule_.level);
    if (path == "rule.source") return word(text, 3, rule_.source);
    if (path == "event.file") d_.evidence.file = text;
    if (path == "event.log_source") d_.evidence.log_source = text;
    if (path == "event.record") return number(text, d_.evidence.record);
    if (path == "event.offset") return number(text, d_.evidence.offset);
    if (path == "entities.type") return entity(text);
    if (path == "entities.key" && !d_.entities.empty()) d_.entities.back().key = text;
    return true;
  }

  bool field(const json::Leaf& leaf) {
    constexpr ValueType kTypes[] = {ValueType::null, ValueType::string, ValueType::integer,
                                    ValueType::real, ValueType::boolean};
    d_.fields.emplace_back(
        std::string(leaf.path.substr(7)),
        OwnedValue{std::string(leaf.text), kTypes[static_cast<std::size_t>(leaf.type)]});
    return true;
  }

  bool stage(std::string_view name, std::string_view weight) {
    const auto at = attack::parse_stage(name);
    double value = 0;
    const auto [end, error] = std::from_chars(weight.data(), weight.data() + weight.size(), value);
    if (!at || error != std::errc{} || !(value >= 0) || value > 1) return false;
    d_.stages[attack::index(*at)] = static_cast<std::uint16_t>(std::lround(value * 1000));
    return true;
  }

  bool entity(std::string_view type) {
    for (std::size_t i = 0; i <= static_cast<std::size_t>(EntityType::resource); ++i) {
      if (to_string(static_cast<EntityType>(i)) != type) continue;
      d_.entities.push_back({static_cast<EntityType>(i), {}});
      return true;
    }
    return false;
  }

  finding::Report& report_;
  std::map<std::string, finding::RuleId>& rules_;
  finding::Detection d_;
  finding::RuleInfo rule_;
  bool has_time_ = false;
};

Result<bool> read_detections(std::string_view text, finding::Report& report) {
  const std::string file = "detections.jsonl";
  std::map<std::string, finding::RuleId> rules;
  json::JsonFlattener flattener;
  LineReader reader(report, rules);
  std::uint32_t number = 0;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    ++number;
    auto leaves = flattener.flatten(line);
    if (!leaves)
      return fail(leaves.error().code, leaves.error().message, {.file = file, .line = number});
    if (!reader.read(*leaves))
      return fail(Errc::syntax, "not a detection as this version writes it",
                  {.file = file, .line = number});
  }
  return true;
}

finding::InputRow read_input(ValueReader& r, const Value& v) {
  finding::InputRow out;
  out.path = r.text(v, "path");
  out.sha256 = r.text(v, "sha256");
  out.format = r.text(v, "format");
  out.bytes = r.number(v, "bytes");
  out.events = r.number(v, "events");
  out.event_bytes = r.number(v, "event_bytes");
  out.structure_bytes = r.number(v, "structure_bytes");
  out.detections = r.number(v, "detections");
  for (const Value& s : r.list(v, "skipped"))
    out.skipped[r.text(s, "reason")] = {r.number(s, "records"), r.number(s, "bytes"),
                                        r.number(s, "first_offset"), r.text(s, "why")};
  out.notes = r.texts(v, "notes");
  return out;
}

void read_ledger(ValueReader& r, const Value& root, finding::Ledger& out) {
  for (const Value& v : r.list(root, "inputs")) out.inputs.push_back(read_input(r, v));
  const Value& rules = r.member(root, "rules");
  out.rules_loaded = r.number(rules, "loaded");
  for (const Value& v : r.list(rules, "refused"))
    out.rules_refused.push_back({r.text(v, "path"), static_cast<std::uint32_t>(r.number(v, "line")),
                                 r.text(v, "code"), r.text(v, "message")});
  out.rules_without_input = r.number(rules, "without_input");
  for (const Value& v : r.list(root, "log_sources"))
    out.log_sources.push_back({r.text(v, "log_source"), r.number(v, "events"), r.number(v, "hosts"),
                               r.number(v, "rules")});
  for (const Value& v : r.list(root, "blind_stages"))
    out.blind_stages.push_back({r.text(v, "stage"), r.texts(v, "missing")});
  if (root.find("clocks") != nullptr) {  // not in results of earlier versions
    for (const Value& v : r.list(root, "clocks"))
      out.clocks.push_back(
          {r.text(v, "host"), r.real(v, "ahead_s"), r.text(v, "against"), r.number(v, "flows")});
  }
  const Value& state = r.member(root, "state");
  out.state_evicted = r.number(state, "evicted");
  out.state_budget_bytes = r.number(state, "budget_bytes");
  const Value& timing = r.member(root, "timing");
  out.wall_s = r.real(timing, "wall_s");
  out.events_per_s = r.real(timing, "events_per_s");
  out.peak_rss_bytes = r.number(timing, "peak_rss_bytes");
}

Result<Value> parse(std::string_view text, std::string_view schema, const std::string& file) {
  auto root = json::parse(text);
  if (!root) {
    Error error = std::move(root).error();
    error.where.file = file;
    return tl::unexpected<Error>(std::move(error));
  }
  const Value* found = root->find("schema");
  if (found == nullptr || found->string() == nullptr || *found->string() != schema)
    return fail(Errc::unsupported, "is not of schema " + std::string(schema), {.file = file});
  return std::move(*root);
}

}  // namespace

Result<finding::Report> read_intrusions(std::string_view text) {
  const std::string file = "intrusions.json";
  INTERDICT_TRY(const Value root, parse(text, "interdict.intrusions/1", file));
  ValueReader r;
  finding::Report out;
  out.version = r.text(r.member(root, "tool"), "version");
  out.first = r.time(r.member(root, "time_range"), "first");
  out.last = r.time(r.member(root, "time_range"), "last");
  out.exposure_hosts = r.number(r.member(root, "exposure"), "hosts");
  out.exposure_host_hours = r.real(r.member(root, "exposure"), "host_hours");
  out.report_at = r.real(root, "report_at");
  for (const Value& v : r.list(root, "intrusions")) out.intrusions.push_back(read_intrusion(r, v));
  read_rest(r, root, out);
  if (!r.fault().empty()) return fail(Errc::syntax, r.fault(), {.file = file});
  return out;
}

Result<finding::Report> read_back(const ResultFiles& files) {
  INTERDICT_TRY(finding::Report out, read_intrusions(files.intrusions));
  INTERDICT_TRY(const bool done, read_detections(files.detections, out));
  (void)done;
  const std::string file = "ledger.json";
  INTERDICT_TRY(const Value root, parse(files.ledger, "interdict.ledger/1", file));
  ValueReader r;
  read_ledger(r, root, out.ledger);
  if (!r.fault().empty()) return fail(Errc::syntax, r.fault(), {.file = file});
  return out;
}

}  // namespace interdict::explain
