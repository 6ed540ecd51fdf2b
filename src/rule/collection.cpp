#include "rule/collection.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <utility>

namespace interdict::rule {
namespace {

constexpr auto kActions = std::to_array<std::string_view>({"global", "reset", "repeat"});

yaml::Node without_action(const yaml::Node& root) {
  yaml::Node out(yaml::Kind::map, root.line(), root.column());
  for (const auto& [key, value] : root.entries())
    if (key.text() != "action") out.add_entry(key, value);
  return out;
}

std::size_t count(const yaml::Node& node) {
  std::size_t nodes = 1;
  for (const yaml::Node& item : node.items()) nodes += count(item);
  for (const auto& [key, value] : node.entries()) nodes += 1 + count(value);
  return nodes;
}

std::map<std::string_view, const yaml::Node*> index_of(const yaml::Node& map) {
  std::map<std::string_view, const yaml::Node*> index;
  for (const auto& [key, value] : map.entries()) index.try_emplace(key.text(), &value);
  return index;
}

}  // namespace

yaml::Node merged(const yaml::Node& base, const yaml::Node& over) {
  if (!base.is_map() || !over.is_map()) return over;
  yaml::Node out(yaml::Kind::map, over.line(), over.column());
  const auto theirs = index_of(over);
  const auto ours = index_of(base);
  for (const auto& [key, value] : base.entries()) {
    const auto other = theirs.find(key.text());
    out.add_entry(key, other == theirs.end() ? value : merged(value, *other->second));
  }
  for (const auto& [key, value] : over.entries())
    if (!ours.contains(key.text())) out.add_entry(key, value);
  return out;
}

std::optional<yaml::Node> Collection::join(const yaml::Node& base, const yaml::Node& over,
                                           Reporter& reporter) {
  const std::size_t nodes = count(base);
  if (nodes > nodes_left_) {
    reporter.report(kYamlLimit, over, "the documents of this collection are too large together");
    return std::nullopt;
  }
  nodes_left_ -= nodes;
  return merged(base, over);
}

std::optional<yaml::Node> Collection::take(const yaml::Node& root, Reporter& reporter) {
  if (!root.is_map()) return root;
  const yaml::Node* action = root.find("action");
  if (action == nullptr) {
    previous_ = global_ ? join(*global_, root, reporter) : root;
    return previous_;
  }
  const yaml::Node body = without_action(root);
  if (action->text() == "global") {
    global_ = global_ ? join(*global_, body, reporter) : body;
    return std::nullopt;
  }
  if (action->text() == "reset") {
    global_.reset();
    previous_.reset();
    if (body.entries().empty()) return std::nullopt;
    previous_ = body;
    return previous_;
  }
  if (action->text() == "repeat") {
    if (!previous_) {
      reporter.report(kCollection, *action, "`repeat` has no document before it");
      return std::nullopt;
    }
    previous_ = join(*previous_, body, reporter);
    return previous_;
  }
  reporter.report(kCollection, *action, "unknown action `" + action->text() + "`", {},
                  std::string(nearest(action->text(), kActions)));
  return std::nullopt;
}

}  // namespace interdict::rule
