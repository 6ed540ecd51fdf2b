#pragma once

#include <cstddef>
#include <optional>

#include "rule/diagnostic.hpp"
#include "yaml/node.hpp"

namespace interdict::rule {

/// Nodes that the documents of one file may take on from `global` and `repeat`, together: else a
/// long `global` before very many short documents grows with the square of the file.
inline constexpr std::size_t kMaxCollectionNodes = 1'000'000;

/// The `action` of documents in one file, from before Sigma had correlations: `global` stands in
/// every document that follows, `reset` forgets that, `repeat` is the document before with what
/// the new one says.
class Collection {
 public:
  /// The whole document to read; nothing if this one only prepares others, or is refused.
  [[nodiscard]] std::optional<yaml::Node> take(const yaml::Node& root, Reporter& reporter);

 private:
  /// `over` on `base`, paid from the budget; nothing, reported, if that is spent.
  std::optional<yaml::Node> join(const yaml::Node& base, const yaml::Node& over,
                                 Reporter& reporter);

  std::size_t nodes_left_ = kMaxCollectionNodes;
  std::optional<yaml::Node> global_;
  std::optional<yaml::Node> previous_;
};

/// `over` laid on `base`: maps are joined key by key, everything else is replaced. Depth is bounded
/// by the reader's.
[[nodiscard]] yaml::Node merged(const yaml::Node& base, const yaml::Node& over);

}  // namespace interdict::rule
