#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "yaml/node.hpp"

namespace interdict::yaml {

/// What a text may cost. Checked before the memory or the stack is spent.
inline constexpr std::size_t kMaxBytes = std::size_t{8} << 20;  ///< of one text
inline constexpr std::size_t kMaxDepth = 64;                    ///< nested containers, aliases too
inline constexpr std::size_t kMaxNodes = 500'000;               ///< of one text, aliases expanded

/// A key that its map has already.
struct DuplicateKey {
  std::string key;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

struct Document {
  Node root;
  std::vector<DuplicateKey> duplicates;  ///< in the document's order
  std::uint32_t line = 1;                ///< where it starts
};

/// The documents of a text up to the first fault.
struct Stream {
  std::vector<Document> documents;  ///< empty ones (nothing between two `---`) are left out
  std::optional<Error> error;       ///< syntax, limit, or what `documents` lacks
  std::uint32_t error_column = 0;   ///< 1-based; 0 if unknown
};

/// Reads all documents of `text`. `path` only names the file in errors. O(size).
[[nodiscard]] Stream read_stream(std::string_view text, const std::string& path);

/// Reads a text of exactly one document; an error if there are none, several, a fault, or a
/// repeated key. For files of ours, where nothing may be left to chance.
[[nodiscard]] Result<Node> read_document(std::string_view text, const std::string& path);

}  // namespace interdict::yaml
