#pragma once

#include <cstddef>
#include <vector>

namespace interdict::assess {

/// The causes of each step: `parents[i]` are lower numbers (time order); a step without one is an
/// entry.
using Causes = std::vector<std::vector<std::size_t>>;

/// Marks the nodes that no entry reaches without passing a node of `cut`, those of `cut` included.
/// With one node in `cut` this is its dominated set. Of `parents` any one is enough; of `needs`
/// (empty, or as long) every one must be reached. The order is topological, so the usual iteration
/// (Allen and Cocke, 1972) settles in one pass. O(nodes + arcs).
[[nodiscard]] std::vector<bool> behind(const Causes& parents, const std::vector<bool>& cut,
                                       const Causes& needs = {});

}  // namespace interdict::assess
