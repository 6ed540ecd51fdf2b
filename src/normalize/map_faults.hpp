#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "yaml/node.hpp"

namespace interdict::normalize {

using yaml::Node;

/// Collects every fault of every file, each with its place.
class Faults {
 public:
  void file(std::string name) { file_ = std::move(name); }
  void add(const Node& at, const std::string& what) {
    line(file_ + ":" + std::to_string(at.line()) + ":" + std::to_string(at.column()) + ": " + what,
         at.line());
  }
  void add(const Error& error) {
    line(file_ + ":" + std::to_string(error.where.line) + ": " + error.message, error.where.line);
  }
  [[nodiscard]] bool none() const { return text_.empty(); }
  [[nodiscard]] tl::unexpected<Error> error() const { return fail(Errc::syntax, text_, where_); }

 private:
  void line(const std::string& text, std::uint32_t number) {
    if (text_.empty()) {
      where_.file = file_;
      where_.line = number;
    } else {
      text_ += '\n';
    }
    text_ += text;
  }

  std::string file_;
  std::string text_;
  Where where_;
};

inline std::string read_text(const Node& node, Faults& faults) {
  if (node.is_scalar() && !node.is_null()) return node.text();
  faults.add(node, "text expected");
  return {};
}

inline std::vector<std::string> read_texts(const Node& node, Faults& faults) {
  std::vector<std::string> result;
  if (!node.is_sequence()) faults.add(node, "list expected");
  for (const auto& item : node.items()) result.push_back(read_text(item, faults));
  return result;
}

inline std::vector<std::pair<std::string, std::string>> read_pairs(const Node& node,
                                                                   Faults& faults) {
  std::vector<std::pair<std::string, std::string>> result;
  if (!node.is_map()) faults.add(node, "map expected");
  for (const auto& [key, value] : node.entries()) {
    result.emplace_back(key.text(), read_text(value, faults));
  }
  return result;
}

/// Calls `read(key text, value)` for each entry; a false answer means the key is unknown.
template <class Read>
void each_entry(const Node& node, Faults& faults, Read read) {
  if (!node.is_map()) faults.add(node, "map expected");
  for (const auto& [key, value] : node.entries()) {
    if (!read(key.text(), value)) faults.add(key, "unknown key `" + key.text() + "`");
  }
}

/// As each_entry, for each map of a list.
template <class Element, class Read>
std::vector<Element> read_list(const Node& node, Faults& faults, Read read) {
  std::vector<Element> result;
  if (!node.is_sequence()) faults.add(node, "list expected");
  for (const auto& item : node.items()) {
    Element element{};
    each_entry(item, faults, [&](const std::string& key, const Node& value) {
      return read(element, key, value);
    });
    result.push_back(std::move(element));
  }
  return result;
}

}  // namespace interdict::normalize
