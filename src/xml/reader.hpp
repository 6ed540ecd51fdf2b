#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "base/result.hpp"

namespace interdict::xml {

/// Elements inside elements; deeper text is refused with `limit`. Event XML stays below 8.
inline constexpr std::size_t kMaxDepth = 32;
/// Leaves of one element; more is refused with `limit`.
inline constexpr std::size_t kMaxLeaves = 4096;
/// Bytes of one element; more is refused with `limit`.
inline constexpr std::size_t kMaxBytes = std::size_t{4} << 20U;

/// One text of an element: `Event.System.EventID`, `Event.System.Provider.Name` for an attribute.
struct Leaf {
  std::string_view path;
  std::string_view text;
};

/// Turns one XML element into leaves, in document order. Namespaces are dropped. An element that
/// has the attribute `Name` beside its text (`<Data Name="Image">`) goes by that name in the path,
/// as Windows means it. Entities other than XML's own five stay as they stand: nothing is fetched,
/// no DTD is read. Keeps its buffers. One thread.
class XmlFlattener {
 public:
  XmlFlattener();
  ~XmlFlattener();
  XmlFlattener(XmlFlattener&&) noexcept;
  XmlFlattener& operator=(XmlFlattener&&) noexcept;
  XmlFlattener(const XmlFlattener&) = delete;
  XmlFlattener& operator=(const XmlFlattener&) = delete;

  /// The leaves live until the next call or the end of the flattener. Errors: syntax, limit. O(n).
  [[nodiscard]] Result<std::span<const Leaf>> flatten(std::string_view element);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace interdict::xml
