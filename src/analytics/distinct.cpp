#include "analytics/distinct.hpp"

#include <algorithm>

#include "base/hash.hpp"

namespace interdict::analytics {

namespace {
constexpr std::size_t kMaxSpellItems = 65'536;  ///< `distinct` of one spell stops there
}

DistinctWatch::DistinctWatch(std::uint64_t least, std::int64_t window_ns, std::size_t groups_max)
    // A spell that is kept in part only could never begin.
    : least_(std::min<std::uint64_t>(least, kMaxGroupEvents)),
      window_ns_(window_ns),
      groups_(groups_max) {}

void DistinctWatch::close(Entry& entry) {
  Finding& spell = entry.state.spell;
  if (spell.count == 0) return;
  spell.group = entry.key;
  spell.facts.emplace_back("distinct", std::to_string(entry.state.items.size()));
  found_.add(std::move(spell));
  spell = {};
}

void DistinctWatch::start_spell(Entry& entry) {
  auto& [recent, items, spell] = entry.state;
  for (const Seen& seen : recent) {
    if (spell.refs.size() < kMaxRefs) spell.refs.push_back(seen.ref);
  }
  spell.count = recent.size();
  spell.last = recent.back().time;
  spell.last_ref = recent.back().ref;
  recent.clear();
}

void DistinctWatch::see(std::string_view group, std::string_view item, Timestamp time, Ref ref) {
  const auto gone = [this](Entry& entry) { close(entry); };
  groups_.expire(Timestamp{time.ns - window_ns_, 0}, gone);
  Entry& entry = groups_.touch(group, time, gone);
  entry.last = time;
  auto& [recent, items, spell] = entry.state;
  const std::uint64_t hash = hash64(item);
  if (spell.count > 0) {
    ++spell.count;
    spell.last = time;
    spell.last_ref = ref;
    if (items.size() < kMaxSpellItems) ++items[hash];
    return;
  }
  const auto forget_first = [&, &recent = recent, &items = items] {
    const auto it = items.find(recent.front().item);
    if (--it->second == 0) items.erase(it);
    recent.pop_front();
  };
  while (!recent.empty() && recent.front().time.ns < time.ns - window_ns_) forget_first();
  if (recent.size() >= kMaxGroupEvents) {
    ++evicted_;
    forget_first();
  }
  recent.push_back({time, hash, ref});
  ++items[hash];
  if (items.size() >= least_) start_spell(entry);
}

void DistinctWatch::finish() {
  groups_.clear([this](Entry& entry) { close(entry); });
}

}  // namespace interdict::analytics
