#include "attack/flow.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>

#include "attack/flow_graph.hpp"
#include "json/reader.hpp"

namespace interdict::attack {
namespace {

using json::Value;

std::string text_of(const Value& object, std::string_view key) {
  const Value* value = object.find(key);
  return value == nullptr || value->string() == nullptr ? std::string() : *value->string();
}

const Value::Array& list_of(const Value& object, std::string_view key) {
  static const Value::Array kEmpty;
  const Value* value = object.find(key);
  return value == nullptr || value->array() == nullptr ? kEmpty : *value->array();
}

/// ATT&CK's tactic ids, v18 and v19 (enterprise); a slug is passed through.
std::string tactic_slug(std::string_view tactic) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 15> kTactics = {
      {{"TA0043", "reconnaissance"},
       {"TA0042", "resource-development"},
       {"TA0001", "initial-access"},
       {"TA0002", "execution"},
       {"TA0003", "persistence"},
       {"TA0004", "privilege-escalation"},
       {"TA0005", "defense-evasion"},
       {"TA0112", "defense-impairment"},
       {"TA0006", "credential-access"},
       {"TA0007", "discovery"},
       {"TA0008", "lateral-movement"},
       {"TA0009", "collection"},
       {"TA0011", "command-and-control"},
       {"TA0010", "exfiltration"},
       {"TA0040", "impact"}}};
  for (const auto& [id, slug] : kTactics)
    if (id == tactic) return std::string(slug);
  return std::string(tactic);
}

std::optional<Stage> stage_of(const StageMap& stages, const std::vector<std::string>& techniques,
                              const std::vector<std::string>& tactics) {
  return likeliest(stages.place(techniques, tactics).stages);
}

FlowStep make_step(const StageMap& stages, std::string name, const std::string& technique,
                   const std::string& tactic) {
  FlowStep out;
  out.name = std::move(name);
  if (!technique.empty()) out.techniques.push_back(technique);
  std::vector<std::string> tactics;
  if (!tactic.empty()) tactics.push_back(tactic_slug(tactic));
  out.stage = stage_of(stages, out.techniques, tactics);
  return out;
}

/// The value of `key` in a list of `[key, value]`, as the builder writes properties.
const Value* value_of(const Value::Array& pairs, std::string_view key) {
  for (const Value& pair : pairs) {
    const auto* both = pair.array();
    if (both != nullptr && both->size() == 2 && (*both)[0].string() != nullptr &&
        *(*both)[0].string() == key)
      return &(*both)[1];
  }
  return nullptr;
}

std::string property(const Value& object, std::string_view key) {
  const Value* value = value_of(list_of(object, "properties"), key);
  return value == nullptr || value->string() == nullptr ? std::string() : *value->string();
}

/// The technique or tactic of an action: by its own property, or (later builders) inside `ttp`.
std::string ttp(const Value& object, std::string_view old_key, std::string_view key) {
  std::string own = property(object, old_key);
  if (!own.empty()) return own;
  const Value* both = value_of(list_of(object, "properties"), "ttp");
  if (both == nullptr || both->array() == nullptr) return {};
  const Value* value = value_of(*both->array(), key);
  return value == nullptr || value->string() == nullptr ? std::string() : *value->string();
}

Result<Flow> read_builder(const Value& root, const StageMap& stages, const std::string& file) {
  RawFlow raw;
  std::map<std::string, std::size_t> of_anchor;  // anchor → node
  std::map<std::string, std::string> of_latch;   // latch → anchor
  std::vector<std::pair<std::string, std::string>> lines;
  const auto& objects = list_of(root, "objects");
  if (objects.size() > kMaxFlowObjects)
    return fail(Errc::limit, "more objects than a flow may have", {.file = file});
  for (const Value& object : objects) {
    const std::string kind = text_of(object, "id");
    if (kind == "flow") raw.name = property(object, "name");
    if (kind == "dynamic_line")
      lines.emplace_back(text_of(object, "source"), text_of(object, "target"));
    for (const Value& latch : list_of(object, "latches"))
      if (latch.string() != nullptr) of_latch[*latch.string()] = text_of(object, "instance");
    const Value* anchors = object.find("anchors");
    if (anchors == nullptr || anchors->object() == nullptr) continue;
    for (const json::Member& anchor : *anchors->object())
      if (anchor.value.string() != nullptr) of_anchor[*anchor.value.string()] = raw.nodes.size();
    RawFlow::Node node;
    node.is_action = kind == "action";
    if (node.is_action)
      node.step =
          make_step(stages, property(object, "name"), ttp(object, "technique_id", "technique"),
                    ttp(object, "tactic_id", "tactic"));
    raw.nodes.push_back(std::move(node));
  }
  const auto node_at = [&](const std::string& latch) -> std::optional<std::size_t> {
    const auto anchor = of_latch.find(latch);
    if (anchor == of_latch.end()) return std::nullopt;
    const auto node = of_anchor.find(anchor->second);
    return node == of_anchor.end() ? std::nullopt : std::optional(node->second);
  };
  for (const auto& [source, target] : lines) {
    const auto from = node_at(source);
    const auto to = node_at(target);
    if (from && to) raw.arcs.emplace_back(*from, *to);
  }
  return reduce(raw);
}

Result<Flow> read_stix_flow(const Value::Array& objects, const StageMap& stages,
                            const std::string& file) {
  constexpr std::string_view kNodes[] = {"attack-action", "attack-operator", "attack-condition"};
  constexpr std::string_view kArcs[] = {"effect_refs", "on_true_refs", "on_false_refs"};
  if (objects.size() > kMaxFlowObjects)
    return fail(Errc::limit, "more objects than a flow may have", {.file = file});
  RawFlow raw;
  std::map<std::string, std::size_t> numbers;
  std::vector<const Value*> of_node;
  for (const Value& object : objects) {
    const std::string type = text_of(object, "type");
    if (type == "attack-flow" && raw.name.empty()) raw.name = text_of(object, "name");
    if (std::ranges::find(kNodes, type) == std::end(kNodes)) continue;
    numbers.emplace(text_of(object, "id"), raw.nodes.size());
    RawFlow::Node node;
    node.is_action = type == "attack-action";
    node.step = make_step(stages, text_of(object, "name"), text_of(object, "technique_id"),
                          text_of(object, "tactic_id"));
    raw.nodes.push_back(std::move(node));
    of_node.push_back(&object);
  }
  for (std::size_t from = 0; from < of_node.size(); ++from) {
    for (const std::string_view key : kArcs) {
      for (const Value& ref : list_of(*of_node[from], key)) {
        const auto to = ref.string() == nullptr ? numbers.end() : numbers.find(*ref.string());
        if (to != numbers.end()) raw.arcs.emplace_back(from, to->second);
        if (raw.arcs.size() > kMaxFlowArcs)
          return fail(Errc::limit, "more arcs than a flow may have", {.file = file});
      }
    }
  }
  return reduce(raw);
}

std::string lowered(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

struct Technique {
  std::string id;
  std::vector<std::string> tactics;
};

/// A group's techniques as a flow: each stage after the one before, a made-up order.
Flow by_stage(std::string name, const std::vector<Technique>& techniques, const StageMap& stages) {
  std::vector<FlowStep> all;
  for (const Technique& technique : techniques) {
    FlowStep step;
    step.name = technique.id;
    step.techniques = {technique.id};
    step.stage = stage_of(stages, step.techniques, technique.tactics);
    all.push_back(std::move(step));
  }
  std::ranges::sort(all, [](const FlowStep& a, const FlowStep& b) {
    return std::tie(a.stage, a.name) < std::tie(b.stage, b.name);
  });
  Flow out;
  out.name = std::move(name);
  out.synthetic_order = true;
  std::vector<std::size_t> before;
  std::vector<std::size_t> here;
  for (FlowStep& step : all) {
    if (!here.empty() && out.steps[here.front()].stage != step.stage) {
      before = std::move(here);
      here.clear();
    }
    step.parents = before;
    here.push_back(out.steps.size());
    out.steps.push_back(std::move(step));
  }
  return out;
}

bool is_named(const Value& object, const std::string& wanted) {
  if (lowered(text_of(object, "name")) == wanted || lowered(text_of(object, "id")) == wanted)
    return true;
  for (const Value& alias : list_of(object, "aliases"))
    if (alias.string() != nullptr && lowered(*alias.string()) == wanted) return true;
  for (const Value& reference : list_of(object, "external_references"))
    if (lowered(text_of(reference, "external_id")) == wanted) return true;
  return false;
}

tl::unexpected<Error> no_group(std::string_view name, const std::string& file) {
  return fail(Errc::unsupported, "no group or campaign of the name `" + std::string(name) + "`",
              {.file = file});
}

Result<Flow> group_of_list(const Value& root, std::string_view name, const StageMap& stages,
                           const std::string& file) {
  // The list's techniques may tell their tactics; without, only the map's own rows place them.
  std::map<std::string, std::vector<std::string>> tactics;
  for (const Value& technique : list_of(root, "techniques"))
    for (const Value& tactic : list_of(technique, "tactics"))
      if (tactic.string() != nullptr) tactics[text_of(technique, "id")].push_back(*tactic.string());
  for (const std::string_view list : {"groups", "campaigns"}) {
    for (const Value& group : list_of(root, list)) {
      if (!is_named(group, lowered(name))) continue;
      std::vector<Technique> techniques;
      for (const Value& id : list_of(group, "techniques"))
        if (id.string() != nullptr) techniques.push_back({*id.string(), tactics[*id.string()]});
      return by_stage(text_of(group, "name"), techniques, stages);
    }
  }
  return no_group(name, file);
}

Result<Flow> group_of_bundle(const Value::Array& objects, std::string_view name,
                             const StageMap& stages, const std::string& file) {
  const auto is_live = [](const Value& object) {
    for (const std::string_view key : {"revoked", "x_mitre_deprecated"}) {
      const Value* flag = object.find(key);
      if (flag != nullptr && flag->boolean() != nullptr && *flag->boolean()) return false;
    }
    return true;
  };
  const Value* group = nullptr;
  for (const Value& object : objects) {
    const std::string type = text_of(object, "type");
    if ((type == "intrusion-set" || type == "campaign") && group == nullptr && is_live(object) &&
        is_named(object, lowered(name)))
      group = &object;
  }
  if (group == nullptr) return no_group(name, file);
  const std::string id = text_of(*group, "id");
  std::set<std::string> used;
  for (const Value& object : objects)
    if (text_of(object, "type") == "relationship" && is_live(object) &&
        text_of(object, "relationship_type") == "uses" && text_of(object, "source_ref") == id)
      used.insert(text_of(object, "target_ref"));
  std::vector<Technique> techniques;
  for (const Value& object : objects) {
    if (text_of(object, "type") != "attack-pattern" || !is_live(object) ||
        !used.contains(text_of(object, "id")))
      continue;
    Technique technique;
    for (const Value& reference : list_of(object, "external_references"))
      if (text_of(reference, "source_name") == "mitre-attack")
        technique.id = text_of(reference, "external_id");
    for (const Value& phase : list_of(object, "kill_chain_phases"))
      technique.tactics.push_back(text_of(phase, "phase_name"));
    if (!technique.id.empty()) techniques.push_back(std::move(technique));
  }
  return by_stage(text_of(*group, "name"), techniques, stages);
}

Result<Value> parse(std::string_view text, const std::string& file) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  auto root = json::parse(text);
  if (root) return root;
  Error error = std::move(root).error();
  error.where.file = file;
  return tl::unexpected<Error>(std::move(error));
}

}  // namespace

Result<Flow> read_flow(std::string_view text, const StageMap& stages, const std::string& file) {
  INTERDICT_TRY(const Value root, parse(text, file));
  if (text_of(root, "schema") == "attack_flow_v2") return read_builder(root, stages, file);
  if (text_of(root, "type") == "bundle") {
    INTERDICT_TRY(Flow flow, read_stix_flow(list_of(root, "objects"), stages, file));
    if (!flow.steps.empty()) return flow;
  }
  return fail(Errc::unsupported, "is no Attack Flow (.afb of the builder, or a STIX bundle of it)",
              {.file = file});
}

Result<Flow> read_group(std::string_view text, std::string_view name, const StageMap& stages,
                        const std::string& file) {
  INTERDICT_TRY(const Value root, parse(text, file));
  if (text_of(root, "type") == "bundle")
    return group_of_bundle(list_of(root, "objects"), name, stages, file);
  if (root.find("groups") != nullptr) return group_of_list(root, name, stages, file);
  return fail(Errc::unsupported, "is no ATT&CK bundle and no list of groups", {.file = file});
}

}  // namespace interdict::attack
