#include "yaml/reader.hpp"

#include <exception>
#include <map>
#include <sstream>
#include <unordered_set>
#include <utility>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include "base/unicode.hpp"

namespace interdict::yaml {
namespace {

std::uint32_t one_based(int zero_based) {
  return zero_based < 0 ? 0 : static_cast<std::uint32_t>(zero_based) + 1;
}

/// Leaves yaml-cpp's recursion; caught below, crosses no border of ours.
struct Refusal {
  Errc code;
  std::string message;
  YAML::Mark mark;
};

/// Size and height of a finished subtree, so that an alias is charged before it is copied.
struct Anchored {
  Node node;
  std::size_t count = 1;
  std::size_t height = 0;
};

/// Builds the tree from yaml-cpp's events. Each container start is an event and comes before its
/// children, so throwing at kMaxDepth also bounds yaml-cpp's own recursion.
class Builder final : public YAML::EventHandler {
 public:
  std::optional<Node> take_root() { return std::exchange(root_, std::nullopt); }
  std::vector<DuplicateKey> take_duplicates() { return std::exchange(duplicates_, {}); }
  [[nodiscard]] std::uint32_t start_line() const { return start_line_; }

  void OnDocumentStart(const YAML::Mark& mark) override {
    // At a token that begins no node (a comma) yaml-cpp gives out empty documents without moving.
    if (mark.pos == start_position_)
      throw Refusal{Errc::syntax, "no document can begin here", mark};
    start_position_ = mark.pos;
    start_line_ = one_based(mark.line);
    stack_.clear();
    anchors_.clear();
    duplicates_.clear();
    root_.reset();
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    charge(1, mark);
    finish({Node::scalar("null", ScalarType::null, true, one_based(mark.line),
                         one_based(mark.column))},
           anchor, mark);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end())
      throw Refusal{Errc::syntax, "an alias stands inside of what it names", mark};
    charge(found->second.count, mark);
    if (stack_.size() + found->second.height > kMaxDepth) too_deep(mark);
    finish(found->second, 0, mark);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    charge(1, mark);
    const bool plain = tag != "!";
    ScalarType type = ScalarType::string;
    if (plain && tag != "tag:yaml.org,2002:str") type = resolve_plain(value);
    finish({Node::scalar(value, type, plain, one_based(mark.line), one_based(mark.column))}, anchor,
           mark);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(Kind::sequence, mark, anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(Kind::map, mark, anchor);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Frame {
    Anchored tree;
    YAML::anchor_t anchor = 0;
    YAML::Mark mark;
    std::optional<Node> key;
    std::unordered_set<std::string> seen;  // only asked, never walked
  };

  [[noreturn]] static void too_deep(const YAML::Mark& mark) {
    throw Refusal{Errc::limit, "nested deeper than " + std::to_string(kMaxDepth) + " levels", mark};
  }

  void charge(std::size_t nodes, const YAML::Mark& mark) {
    if (nodes > kMaxNodes - nodes_)
      throw Refusal{Errc::limit,
                    "more than " + std::to_string(kMaxNodes) + " nodes, aliases expanded", mark};
    nodes_ += nodes;
  }

  void open(Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor) {
    charge(1, mark);
    if (stack_.size() >= kMaxDepth) too_deep(mark);
    Frame frame;
    frame.tree.node = Node(kind, one_based(mark.line), one_based(mark.column));
    frame.tree.height = 1;
    frame.anchor = anchor;
    frame.mark = mark;
    stack_.push_back(std::move(frame));
  }

  void close() {
    Frame frame = std::move(stack_.back());
    stack_.pop_back();
    finish(std::move(frame.tree), frame.anchor, frame.mark);
  }

  void finish(Anchored tree, YAML::anchor_t anchor, const YAML::Mark& mark) {
    if (anchor != 0) {
      charge(tree.count, mark);  // the copy kept for aliases costs as much as an alias
      anchors_.insert_or_assign(anchor, tree);
    }
    if (stack_.empty()) {
      root_ = std::move(tree.node);
      return;
    }
    Frame& parent = stack_.back();
    parent.tree.count += tree.count;
    if (tree.height + 1 > parent.tree.height) parent.tree.height = tree.height + 1;
    if (parent.tree.node.is_sequence()) {
      parent.tree.node.add_item(std::move(tree.node));
    } else if (!parent.key) {
      if (!tree.node.is_scalar()) throw Refusal{Errc::unsupported, "a key must be a scalar", mark};
      if (!parent.seen.insert(tree.node.text()).second)
        duplicates_.push_back({tree.node.text(), tree.node.line(), tree.node.column()});
      parent.key = std::move(tree.node);
    } else {
      parent.tree.node.add_entry(*std::exchange(parent.key, std::nullopt), std::move(tree.node));
    }
  }

  std::vector<Frame> stack_;
  std::map<YAML::anchor_t, Anchored> anchors_;
  std::vector<DuplicateKey> duplicates_;
  std::optional<Node> root_;
  std::size_t nodes_ = 0;
  std::uint32_t start_line_ = 1;
  int start_position_ = -1;  ///< of the document before, in the stream
};

Error make_error(Errc code, std::string message, const std::string& path, std::uint32_t line) {
  Where where;
  where.file = path;
  where.line = line;
  return Error{code, std::move(message), std::move(where)};
}

/// 1-based place of the first ill-formed byte: the longest well-formed prefix ends before it.
std::pair<std::uint32_t, std::uint32_t> first_bad_byte(std::string_view text) {
  std::uint32_t line = 1;
  std::size_t start = 0;
  while (start < text.size()) {
    std::size_t end = text.find('\n', start);
    if (end == std::string_view::npos) end = text.size();
    const std::string_view row = text.substr(start, end - start);
    if (!is_utf8(row)) {
      std::size_t position = 0;
      while (position < row.size()) {
        const std::size_t before = position;
        if (next_code_point(row, position) >= 0x110000)
          return {line, static_cast<std::uint32_t>(before) + 1};
      }
      return {line, 1};
    }
    ++line;
    start = end + 1;
  }
  return {line, 1};
}

}  // namespace

Stream read_stream(std::string_view text, const std::string& path) {
  Stream stream;
  if (text.size() > kMaxBytes) {
    stream.error =
        make_error(Errc::limit, "larger than " + std::to_string(kMaxBytes) + " bytes", path, 1);
    return stream;
  }
  if (!is_utf8(text)) {
    const auto [line, column] = first_bad_byte(text);
    stream.error = make_error(Errc::syntax, "not UTF-8", path, line);
    stream.error_column = column;
    return stream;
  }
  try {
    std::istringstream input{std::string(text)};
    YAML::Parser parser(input);
    Builder builder;
    while (parser.HandleNextDocument(builder)) {
      std::optional<Node> root = builder.take_root();
      if (!root || root->is_null()) continue;
      stream.documents.push_back(
          {std::move(*root), builder.take_duplicates(), builder.start_line()});
    }
  } catch (const Refusal& refusal) {
    stream.error = make_error(refusal.code, refusal.message, path, one_based(refusal.mark.line));
    stream.error_column = one_based(refusal.mark.column);
  } catch (const YAML::Exception& error) {
    stream.error = make_error(Errc::syntax, error.msg, path, one_based(error.mark.line));
    stream.error_column = one_based(error.mark.column);
  } catch (const std::exception& error) {
    stream.error = make_error(Errc::syntax, error.what(), path, 0);
  }
  return stream;
}

Result<Node> read_document(std::string_view text, const std::string& path) {
  Stream stream = read_stream(text, path);
  if (stream.error) return tl::unexpected(std::move(*stream.error));
  if (stream.documents.size() != 1)
    return tl::unexpected(make_error(Errc::syntax, "expected exactly one document", path, 1));
  Document& document = stream.documents.front();
  if (!document.duplicates.empty()) {
    const DuplicateKey& duplicate = document.duplicates.front();
    return tl::unexpected(
        make_error(Errc::syntax, "repeated key `" + duplicate.key + "`", path, duplicate.line));
  }
  return std::move(document.root);
}

}  // namespace interdict::yaml
