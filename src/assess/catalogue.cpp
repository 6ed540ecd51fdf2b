#include <algorithm>
#include <cstddef>
#include <string_view>

#include <fmt/format.h>

#include "assess/record.hpp"
#include "assess/stop.hpp"
#include "yaml/reader.hpp"

namespace interdict::assess {
namespace {

constexpr std::string_view kVerbs[] = {"detect",  "deny",    "disrupt",
                                       "degrade", "deceive", "contain"};
constexpr std::size_t kMaxControls = 1000;
constexpr const char* kFile = "controls.yml";

tl::unexpected<Error> wrong(const yaml::Node& at, std::string message) {
  return fail(Errc::syntax, std::move(message), {.file = kFile, .line = at.line()});
}

const yaml::Node* present(const yaml::Node& map, std::string_view key) {
  const yaml::Node* node = map.find(key);
  return node == nullptr || node->is_null() ? nullptr : node;
}

Result<std::string> text_of(const yaml::Node& map, std::string_view key) {
  const yaml::Node* node = present(map, key);
  if (node == nullptr || !node->is_scalar() || node->text().empty())
    return wrong(node == nullptr ? map : *node, fmt::format("missing or empty `{}`", key));
  return node->text();
}

Result<bool> flag_of(const yaml::Node& map, std::string_view key, bool otherwise) {
  const yaml::Node* node = present(map, key);
  if (node == nullptr) return otherwise;
  const auto value = node->as_bool();
  if (!value) return wrong(*node, fmt::format("`{}` is neither true nor false", key));
  return *value;
}

Result<char> effect_of(const yaml::Node& node) {
  const std::string& text = node.text();
  if (text != "S" && text != "P" && text != "m")
    return wrong(node, fmt::format("unknown effect class `{}` (S, P or m)", text));
  return text.front();
}

/// A non-empty list of scalars.
Result<const yaml::Node*> list_of(const yaml::Node& map, std::string_view key) {
  const yaml::Node* node = present(map, key);
  if (node == nullptr || !node->is_sequence() || node->items().empty())
    return wrong(node == nullptr ? map : *node,
                 fmt::format("`{}` is no list, or an empty one", key));
  for (const yaml::Node& item : node->items())
    if (!item.is_scalar())
      return wrong(item, fmt::format("`{}` holds something else than words", key));
  return node;
}

bool is_technique(std::string_view id) {
  const auto digits = [](std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  };
  if (id.size() != 5 && id.size() != 9) return false;
  return id.front() == 'T' && digits(id.substr(1, 4)) &&
         (id.size() == 5 || (id[5] == '.' && digits(id.substr(6))));
}

Result<Control> read_control(const yaml::Node& node) {
  if (!node.is_map()) return wrong(node, "a control is no map");
  Control out;
  INTERDICT_TRY(out.id, text_of(node, "id"));
  INTERDICT_TRY(out.name, text_of(node, "name"));
  INTERDICT_TRY(out.in_article, flag_of(node, "in_article", false));
  INTERDICT_TRY(out.responds, flag_of(node, "responds", false));
  std::string measurability;  // not in the macro: g++ 12 then warns of a string not initialised
  INTERDICT_TRY(measurability, text_of(node, "measurability"));
  if (measurability != "measured" && measurability != "attested")
    return wrong(node, fmt::format("unknown measurability `{}`", measurability));
  out.attested = measurability == "attested";

  INTERDICT_TRY(const yaml::Node* stages, list_of(node, "stages"));
  for (const yaml::Node& item : stages->items()) {
    const auto number = item.as_int();
    if (!number || *number < 1 || *number > static_cast<std::int64_t>(attack::kStageCount))
      return wrong(item, fmt::format("`{}` is no stage (1 to 7)", item.text()));
    out.stages.push_back(attack::kStages[static_cast<std::size_t>(*number - 1)]);
  }
  INTERDICT_TRY(const yaml::Node* verbs, list_of(node, "coa"));
  for (const yaml::Node& item : verbs->items()) {
    if (std::ranges::find(kVerbs, item.text()) == std::end(kVerbs))
      return wrong(item, fmt::format("unknown course of action `{}`", item.text()));
    out.coa.push_back(item.text());
  }
  INTERDICT_TRY(const yaml::Node* kinds, list_of(node, "mechanism"));
  for (const yaml::Node& item : kinds->items()) {
    if (!is_record_kind(item.text()))
      return wrong(item, fmt::format("unknown kind of record `{}`", item.text()));
    out.mechanism.push_back(item.text());
  }
  const yaml::Node* effect = present(node, "effect");
  if (effect == nullptr) return wrong(node, "missing `effect`");
  INTERDICT_TRY(out.effect_default, effect_of(*effect));
  const yaml::Node* techniques = present(node, "techniques");
  if (techniques == nullptr || !techniques->is_map())
    return wrong(node, "`techniques` is missing or no map");
  for (const auto& [key, value] : techniques->entries()) {
    if (!is_technique(key.text()))
      return wrong(key, fmt::format("`{}` is no technique id", key.text()));
    INTERDICT_TRY(const char of_technique, effect_of(value));
    out.techniques.emplace_back(key.text(), of_technique);
  }
  std::ranges::sort(out.techniques);
  return out;
}

}  // namespace

Result<Catalogue> load_catalogue(const std::string& yaml) {
  INTERDICT_TRY(const yaml::Node root, yaml::read_document(yaml, kFile));
  const yaml::Node* list = root.find("controls");
  if (list == nullptr || !list->is_sequence()) return wrong(root, "missing list `controls`");
  if (list->items().size() > kMaxControls)
    return fail(Errc::limit, fmt::format("more than {} controls", kMaxControls), {.file = kFile});
  Catalogue out;
  for (const yaml::Node& item : list->items()) {
    INTERDICT_TRY(Control control, read_control(item));
    const auto same = [&](const Control& other) { return other.id == control.id; };
    if (std::ranges::any_of(out.controls, same))
      return wrong(item, fmt::format("control `{}` stands twice", control.id));
    out.controls.push_back(std::move(control));
  }
  std::ranges::sort(out.controls, {}, &Control::id);
  return out;
}

}  // namespace interdict::assess
