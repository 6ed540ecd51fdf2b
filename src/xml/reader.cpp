#include "xml/reader.hpp"

#include <string>
#include <vector>

#include <pugixml.hpp>

#include "base/arena.hpp"

namespace interdict::xml {
namespace {

std::string_view local_name(const char* name) {
  const std::string_view text(name);
  const auto colon = text.find(':');
  return colon == std::string_view::npos ? text : text.substr(colon + 1);
}

bool is_namespace(const char* name) {
  const std::string_view text(name);
  return text == "xmlns" || text.starts_with("xmlns:");
}

}  // namespace

struct XmlFlattener::State {
  std::string source;
  pugi::xml_document document;  ///< points into `source`
  Arena arena;
  std::vector<Leaf> leaves;
  std::string path;
  bool too_much = false;

  /// `text` is of the document or static.
  void leaf(std::string_view text) {
    if (leaves.size() >= kMaxLeaves) {
      too_much = true;
      return;
    }
    leaves.push_back({arena.copy(path), text});
  }

  void walk(const pugi::xml_node& node, std::size_t depth) {
    if (depth > kMaxDepth || too_much) {
      too_much = true;
      return;
    }
    const auto before = path.size();
    if (!path.empty()) path += '.';
    const auto named = node.attribute("Name");
    auto child = node.first_child();
    while (child && child.type() != pugi::node_element) child = child.next_sibling();
    const bool has_elements = !child.empty();
    const std::string_view text = has_elements ? std::string_view{} : node.text().get();
    const auto name = local_name(node.name());
    const bool goes_by_name = !named.empty() && !has_elements && name == "Data";
    path += goes_by_name ? std::string_view(named.value()) : name;
    const auto own = path.size();
    for (const auto& attribute : node.attributes()) {
      if (is_namespace(attribute.name()) || (goes_by_name && attribute == named)) continue;
      path += '.';
      path += local_name(attribute.name());
      leaf(attribute.value());
      path.resize(own);
    }
    if (has_elements) {
      for (; child; child = child.next_sibling()) {
        if (child.type() == pugi::node_element) walk(child, depth + 1);
      }
    } else if (!text.empty() || node.attributes_begin() == node.attributes_end() || goes_by_name) {
      leaf(text);
    }
    path.resize(before);
  }
};

XmlFlattener::XmlFlattener() : state_(std::make_unique<State>()) {}
XmlFlattener::~XmlFlattener() = default;
XmlFlattener::XmlFlattener(XmlFlattener&&) noexcept = default;
XmlFlattener& XmlFlattener::operator=(XmlFlattener&&) noexcept = default;

Result<std::span<const Leaf>> XmlFlattener::flatten(std::string_view element) {
  auto& state = *state_;
  state.leaves.clear();
  state.arena.rewind();
  state.path.clear();
  state.too_much = false;
  if (element.size() > kMaxBytes) return fail(Errc::limit, "the element is too long");
  state.source.assign(element);  // parsed in place: the leaves' texts stand in it
  const auto read = state.document.load_buffer_inplace(
      state.source.data(), state.source.size(),
      pugi::parse_cdata | pugi::parse_escapes | pugi::parse_eol | pugi::parse_wconv_attribute,
      pugi::encoding_utf8);
  if (!read) {
    return fail(Errc::syntax, read.description(),
                Where{.byte_offset = static_cast<std::uint64_t>(read.offset)});
  }
  const auto root = state.document.document_element();
  if (!root || root.next_sibling()) return fail(Errc::syntax, "one element expected");
  state.walk(root, 1);
  if (state.too_much) return fail(Errc::limit, "too many or too deep elements");
  return std::span<const Leaf>(state.leaves);
}

}  // namespace interdict::xml
