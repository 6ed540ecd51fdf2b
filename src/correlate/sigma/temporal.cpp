#include <algorithm>
#include <bit>
#include <optional>

#include "correlate/sigma/window.hpp"

/// temporal and temporal_ordered: several rules within one timespan, and perhaps none of others.
namespace interdict::correlate::sigma {
namespace {

using rule::CorrelationTerm;

/// A set of events that satisfies the present part of a term.
struct Found {
  std::int64_t first = 0;
  std::vector<std::uint64_t> refs;  ///< in order of time
  std::size_t rules = 0;
};

struct LastSeen {
  std::int64_t time = 0;
  std::uint64_t ref = 0;
  bool seen = false;
};

/// The best chain (that starts the latest) of one length which ends at one position.
struct Chain {
  std::int64_t first = 0;
  std::vector<std::uint64_t> refs;  ///< empty: no chain
};

/// Waits for its window to end without an event that must be absent.
struct Candidate {
  std::size_t term = 0;
  std::int64_t deadline = 0;
  std::int64_t last = 0;
  std::uint64_t last_ref = 0;
  Found found;
  finding::RuleId rule;
  std::vector<SlotValue> slots;
};

struct TemporalState {
  std::vector<LastSeen> last;                           ///< by position
  std::vector<std::vector<std::vector<Chain>>> chains;  ///< by term, place in it, length - 1
  std::vector<Candidate> candidates;                    ///< at most one a term
  AlertPtr alert;
  [[nodiscard]] std::size_t cost() const {
    std::size_t total = 1 + last.size();
    for (const auto& term : chains) total += term.size() * term.size();
    for (const auto& one : candidates) total += 4 + one.found.refs.size() + one.slots.size();
    return total;
  }
};

class TemporalWindow final : public GroupWindow<TemporalState> {
 public:
  TemporalWindow(std::uint32_t index, const SigmaCorrelation& rule, std::size_t entries_max,
                 Host& host)
      : GroupWindow(index, rule, entries_max, host),
        ordered_(rule.type == rule::CorrelationType::temporal_ordered),
        terms_(rule.terms) {
    const std::uint64_t all =
        rule.member_count >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << rule.member_count) - 1;
    if (terms_.empty()) terms_.push_back({all, 0});
    for (const CorrelationTerm& term : terms_) {
      auto& places = places_.emplace_back();
      for (std::uint32_t i = 0; i < rule.member_count; ++i)
        if ((term.present >> i & 1U) != 0) places.push_back(i);
    }
  }

  void count(const Arrival& arrival) override {
    Node& node = enter(arrival);
    TemporalState& state = node.state;
    const std::size_t before = state.last.empty() ? 0 : state.cost();
    if (state.last.empty()) {
      state.last.resize(rule_.member_count);
      if (ordered_) state.chains.resize(terms_.size());
    }
    state.last[arrival.position] = {arrival.time, arrival.ref, true};
    std::optional<Found> best;
    for (std::size_t i = 0; i < terms_.size(); ++i) {
      const std::uint64_t bit = std::uint64_t{1} << arrival.position;
      if ((terms_[i].absent & bit) != 0)
        std::erase_if(state.candidates, [&](const Candidate& one) { return one.term == i; });
      if ((terms_[i].present & bit) == 0) continue;
      auto found = ordered_ ? follow(state, i, arrival) : gather(state, i, arrival);
      if (!found) continue;
      if (terms_[i].absent != 0)
        await(node, i, arrival, std::move(*found));
      else if (!best || found->first > best->first)
        best = std::move(found);
    }
    if (best) {
      hold(node, arrival, [&](SigmaFinding& made) {
        made.first = Timestamp{best->first, 0};
        made.count = best->refs.size();
        made.value = static_cast<double>(best->rules);
        made.refs = std::move(best->refs);
        if (made.refs.size() > kSigmaSample) made.refs.resize(kSigmaSample);
      });
    }
    settle(node, before);
  }

  void timer(std::uint64_t group, std::int64_t deadline, bool) override {
    Node* node = groups_.find(group);
    if (node == nullptr) return;
    const std::size_t before = node->state.cost();
    for (Candidate& one : node->state.candidates) {
      if (one.deadline != deadline) continue;
      SigmaFinding made;
      made.correlation = correlation_;
      made.group = group;
      made.first = Timestamp{one.found.first, 0};
      made.last = Timestamp{one.last, 0};
      made.count = one.found.refs.size();
      made.value = static_cast<double>(one.found.rules);
      made.refs = std::move(one.found.refs);
      if (made.refs.size() > kSigmaSample) made.refs.resize(kSigmaSample);
      made.last_ref = one.last_ref;
      Arrival arrival;
      arrival.time = deadline;
      arrival.ref = one.last_ref;
      arrival.group = group;
      arrival.rule = one.rule;
      arrival.slots = one.slots;
      host_.record(std::move(made));
      host_.propagate(correlation_, arrival, true);
    }
    std::erase_if(node->state.candidates,
                  [&](const Candidate& one) { return one.deadline == deadline; });
    entries_ -= before - node->state.cost();
  }

 private:
  /// True if that many different rules are enough.
  [[nodiscard]] bool enough(std::size_t rules, std::size_t term) const {
    return rule_.bounds.empty() ? rules == places_[term].size()
                                : in_bounds(rule_, static_cast<double>(rules));
  }

  /// In any order: which of the term's rules were seen within the timespan.
  [[nodiscard]] std::optional<Found> gather(const TemporalState& state, std::size_t term,
                                            const Arrival& arrival) const {
    const std::int64_t from = minus(arrival.time, rule_.timespan_ns);
    std::vector<std::pair<std::int64_t, std::uint64_t>> seen;
    for (const std::uint32_t place : places_[term]) {
      const LastSeen& last = state.last[place];
      if (last.seen && last.time >= from) seen.emplace_back(last.time, last.ref);
    }
    if (!enough(seen.size(), term)) return std::nullopt;
    std::ranges::sort(seen);
    Found found;
    found.first = seen.front().first;
    found.rules = seen.size();
    for (const auto& [time, ref] : seen)
      if (found.refs.empty() || found.refs.back() != ref) found.refs.push_back(ref);
    return found;
  }

  /// In the term's order: the longest chain that ends with this arrival.
  std::optional<Found> follow(TemporalState& state, std::size_t term, const Arrival& arrival) {
    const auto& places = places_[term];
    auto& chains = state.chains[term];
    if (chains.empty()) chains.assign(places.size(), std::vector<Chain>(places.size()));
    const auto at =
        static_cast<std::size_t>(std::ranges::find(places, arrival.position) - places.begin());
    const std::int64_t from = minus(arrival.time, rule_.timespan_ns);
    std::optional<Found> found;
    chains[at][0] = {arrival.time, {arrival.ref}};
    if (enough(1, term)) found = Found{arrival.time, {arrival.ref}, 1};
    for (std::size_t length = 1; length <= at; ++length) {
      const Chain* best = nullptr;
      for (std::size_t before = 0; before < at; ++before) {
        const Chain& one = chains[before][length - 1];
        if (one.refs.empty() || one.first < from) continue;
        if (best == nullptr || one.first > best->first) best = &one;
      }
      Chain& chain = chains[at][length];
      if (best == nullptr) {
        chain.refs.clear();
        continue;
      }
      chain = *best;
      chain.refs.push_back(arrival.ref);
      if (enough(length + 1, term)) found = Found{chain.first, chain.refs, length + 1};
    }
    return found;
  }

  /// A candidate stands if nothing that must be absent came within the timespan before its last
  /// event; it falls if that comes before its window ends.
  void await(Node& node, std::size_t term, const Arrival& arrival, Found found) {
    auto& candidates = node.state.candidates;
    const bool waits =
        std::ranges::any_of(candidates, [&](const auto& one) { return one.term == term; });
    const std::int64_t from = minus(arrival.time, rule_.timespan_ns);
    for (std::uint32_t i = 0; i < rule_.member_count; ++i) {
      const LastSeen& last = node.state.last[i];
      if ((terms_[term].absent >> i & 1U) != 0 && last.seen && last.time >= from) return;
    }
    if (waits) return;
    Candidate made;
    made.term = term;
    made.deadline = plus(found.first, rule_.timespan_ns);
    made.last = arrival.time;
    made.last_ref = arrival.ref;
    made.found = std::move(found);
    made.rule = arrival.rule;
    if (!rule_.parents.empty()) made.slots.assign(arrival.slots.begin(), arrival.slots.end());
    host_.set_timer(correlation_, node.key, made.deadline);
    candidates.push_back(std::move(made));
  }

  bool ordered_;
  std::vector<CorrelationTerm> terms_;
  std::vector<std::vector<std::uint32_t>> places_;  ///< by term: positions present, ascending
};

}  // namespace

std::unique_ptr<Window> make_temporal(std::uint32_t index, const SigmaCorrelation& rule,
                                      std::size_t entries_max, Host& host) {
  return std::make_unique<TemporalWindow>(index, rule, entries_max, host);
}

}  // namespace interdict::correlate::sigma
