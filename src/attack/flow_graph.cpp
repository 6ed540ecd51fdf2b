#include "attack/flow_graph.hpp"

#include <algorithm>
#include <set>

namespace interdict::attack {
namespace {

using Lists = std::vector<std::vector<std::size_t>>;

/// Strongly connected components (Tarjan 1972, without recursion). `order` ends with the components
/// that nothing leads out of first, so its reverse is topological.
class Components {
 public:
  explicit Components(const Lists& next)
      : next_(next),
        index_(next.size(), kNone),
        low_(next.size(), 0),
        on_stack_(next.size(), false) {
    of_.resize(next.size(), 0);
    for (std::size_t i = 0; i < next.size(); ++i)
      if (index_[i] == kNone) visit(i);
  }
  [[nodiscard]] const Lists& order() const { return members_; }
  [[nodiscard]] std::size_t of(std::size_t node) const { return of_[node]; }

 private:
  static constexpr std::size_t kNone = ~std::size_t{0};
  struct Frame {
    std::size_t node = 0;
    std::size_t child = 0;
  };

  void enter(std::size_t node) {
    index_[node] = low_[node] = counter_++;
    stack_.push_back(node);
    on_stack_[node] = true;
    frames_.push_back({node, 0});
  }

  void visit(std::size_t root) {
    enter(root);
    while (!frames_.empty()) {
      Frame& frame = frames_.back();
      const std::size_t node = frame.node;
      if (frame.child < next_[node].size()) {
        const std::size_t to = next_[node][frame.child++];
        if (index_[to] == kNone)
          enter(to);
        else if (on_stack_[to])
          low_[node] = std::min(low_[node], index_[to]);
        continue;
      }
      frames_.pop_back();
      if (!frames_.empty())
        low_[frames_.back().node] = std::min(low_[frames_.back().node], low_[node]);
      if (low_[node] == index_[node]) close(node);
    }
  }

  void close(std::size_t node) {
    std::vector<std::size_t> members;
    std::size_t last = kNone;
    while (last != node) {
      last = stack_.back();
      stack_.pop_back();
      on_stack_[last] = false;
      of_[last] = members_.size();
      members.push_back(last);
    }
    std::ranges::sort(members);
    members_.push_back(std::move(members));
  }

  const Lists& next_;
  std::vector<std::size_t> index_;
  std::vector<std::size_t> low_;
  std::vector<bool> on_stack_;
  std::vector<std::size_t> of_;
  std::vector<std::size_t> stack_;
  std::vector<Frame> frames_;
  Lists members_;
  std::size_t counter_ = 0;
};

/// From each action the actions that follow it, over nodes that are none.
Lists action_arcs(const RawFlow& raw) {
  Lists next(raw.nodes.size());
  for (const auto& [from, to] : raw.arcs) next[from].push_back(to);
  Lists out(raw.nodes.size());
  for (std::size_t i = 0; i < raw.nodes.size(); ++i) {
    if (!raw.nodes[i].is_action) continue;
    std::vector<std::size_t> open = next[i];
    std::set<std::size_t> seen;
    while (!open.empty()) {
      const std::size_t at = open.back();
      open.pop_back();
      if (!seen.insert(at).second) continue;
      if (raw.nodes[at].is_action) {
        if (at != i) out[i].push_back(at);
      } else {
        open.insert(open.end(), next[at].begin(), next[at].end());
      }
    }
    std::ranges::sort(out[i]);
  }
  return out;
}

}  // namespace

Flow reduce(const RawFlow& raw) {
  const Lists next = action_arcs(raw);
  const Components components(next);
  Flow out;
  out.name = raw.name;
  std::vector<std::size_t> first(components.order().size(), 0);
  std::vector<std::size_t> last(components.order().size(), 0);
  std::vector<std::set<std::size_t>> entering(components.order().size());
  for (std::size_t node = 0; node < next.size(); ++node)
    for (const std::size_t to : next[node])
      if (components.of(node) != components.of(to))
        entering[components.of(to)].insert(components.of(node));
  for (std::size_t c = components.order().size(); c-- > 0;) {
    const auto& members = components.order()[c];
    if (!raw.nodes[members.front()].is_action) continue;
    if (members.size() > 1) out.cycle_steps += members.size();
    first[c] = out.steps.size();
    for (const std::size_t member : members) {
      FlowStep step = raw.nodes[member].step;
      step.parents.clear();
      if (out.steps.size() > first[c]) {
        step.parents.push_back(out.steps.size() - 1);
      } else {
        for (const std::size_t from : entering[c]) step.parents.push_back(last[from]);
        std::ranges::sort(step.parents);
      }
      out.steps.push_back(std::move(step));
    }
    last[c] = out.steps.size() - 1;
  }
  return out;
}

}  // namespace interdict::attack
