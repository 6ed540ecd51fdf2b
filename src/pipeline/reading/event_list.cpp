#include "pipeline/reading/event_list.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <numeric>
#include <string_view>
#include <tuple>
#include <utility>

#include "base/flat_map.hpp"

namespace interdict::pipeline {

namespace {

/// `d-` and 16 hexadecimal digits (contract, ids).
std::uint64_t number_of(std::string_view id) {
  std::uint64_t number = 0;
  id.remove_prefix(std::min<std::size_t>(2, id.size()));
  std::from_chars(id.data(), id.data() + id.size(), number, 16);
  return number;
}

/// The place of each input among them all, by a text of it; equal texts have one place.
template <class Text>
FlatMap<std::uint64_t, std::uint32_t> places_of(const InputNames& names, Text text) {
  std::vector<std::pair<std::string_view, std::uint64_t>> sorted;
  for (const auto& [order, name] : names) sorted.emplace_back(text(name), order);
  std::ranges::sort(sorted);
  FlatMap<std::uint64_t, std::uint32_t> places;
  std::uint32_t place = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    if (i > 0 && sorted[i].first != sorted[i - 1].first) ++place;
    places.emplace(sorted[i].second, place);
  }
  return places;
}

tl::unexpected<Error> unreadable() {
  return fail(Errc::io, "the temporary file in " + Spool::temporary_folder() +
                            " cannot be read back (TMPDIR names another folder)");
}

}  // namespace

EventList::EventList(std::size_t memory_max) {
  spools_.emplace_back(memory_max);
}

void EventList::put(const Pending& pending, std::uint64_t order) {
  Key key;
  key.ns = pending.observation.time.ns;
  key.digits = pending.observation.time.digits;
  key.offset = pending.offset;
  key.order = order;
  key.first = static_cast<std::uint32_t>(found_.size());
  key.detections = static_cast<std::uint32_t>(pending.detections.size());
  key.counted = pending.counted != nullptr;
  key.sensed = pending.sensed != nullptr;
  key.flow = pending.observation.flow != 0;
  const auto place = [this](const auto& what) {
    bytes_.clear();
    to_bytes(what, bytes_);
    return spools_.front().put(bytes_);
  };
  const auto at = place(pending);
  key.at = at.at;
  key.size = at.size;
  keys_.push_back(key);
  for (const auto& detection : pending.detections) {
    const auto where = place(detection);
    found_.push_back({number_of(detection.id), where.at, where.size, 0});
  }
}

void EventList::take(EventList&& other) {
  const auto spools = static_cast<std::uint16_t>(spools_.size());
  const auto found = static_cast<std::uint32_t>(found_.size());
  for (Key& key : other.keys_) {
    key.spool = static_cast<std::uint16_t>(key.spool + spools);
    key.first += found;
  }
  if (keys_.empty()) {  // the first part, which is all of it where one thread read: no second copy
    keys_ = std::move(other.keys_);
  } else {
    keys_.insert(keys_.end(), other.keys_.begin(), other.keys_.end());
  }
  std::ranges::move(other.spools_, std::back_inserter(spools_));
  found_.insert(found_.end(), other.found_.begin(), other.found_.end());
  other = EventList(0);
}

void EventList::arrange(InputNames names) {
  names_ = std::move(names);
  const auto contents =
      places_of(names_, [](const InputName& input) { return std::string_view(input.sha256); });
  const auto by_name =
      places_of(names_, [](const InputName& input) { return std::string_view(input.name); });
  for (Key& key : keys_) {
    key.content = contents.at(key.order);
    key.name = by_name.at(key.order);
  }
  arrange_again();
}

void EventList::arrange_again() {
  // `at` tells the events of one input apart that stand at one offset: they are in one spool.
  std::ranges::sort(keys_, [](const Key& a, const Key& b) {
    return std::tie(a.ns, a.content, a.offset, a.name, a.at) <
           std::tie(b.ns, b.content, b.offset, b.name, b.at);
  });
  std::vector<Found> kept;  // an event that was taken out takes its own along
  kept.reserve(found_.size());
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    const auto first = std::exchange(keys_[i].first, static_cast<std::uint32_t>(kept.size()));
    for (std::uint32_t k = first; k < first + keys_[i].detections; ++k) {
      kept.push_back(found_[k]);
      kept.back().event = static_cast<std::uint32_t>(i);
    }
  }
  found_ = std::move(kept);
}

void EventList::place_rules(std::size_t first, std::vector<finding::RuleId> places) {
  first_placed_ = first;
  places_ = std::move(places);
}

Result<Pending> EventList::load(std::size_t i) {
  const Key& key = keys_[i];
  Pending event;
  if (!spools_[key.spool].get({key.at, key.size}, bytes_) || !from_bytes(bytes_, event)) {
    return unreadable();
  }
  event.input = input(i);
  event.observation.time.ns = key.ns;
  return event;
}

Result<finding::Detection> EventList::detection(const Found& found) {
  if (found.size == 0) return added_[found.at];
  finding::Detection detection;
  auto& spool = spools_[keys_[found.event].spool];
  if (!spool.get({found.at, found.size}, bytes_) || !from_bytes(bytes_, detection)) {
    return unreadable();
  }
  detection.time.ns = detection.last.ns = keys_[found.event].ns;
  const std::size_t rule = detection.rule.value();
  if (rule >= first_placed_) detection.rule = places_[rule - first_placed_];
  return detection;
}

Result<std::vector<finding::Detection>> EventList::detections_of(std::size_t i) {
  std::vector<finding::Detection> all;
  const Key& key = keys_[i];
  for (std::uint32_t k = key.first; k < key.first + key.detections; ++k) {
    INTERDICT_TRY(all.emplace_back(), detection(found_[k]));
  }
  const auto [first, last] = added_to_.equal_range(i);
  for (auto one = first; one != last; ++one) all.push_back(added_[found_[one->second].at]);
  return all;
}

void EventList::add(std::size_t i, finding::Detection detection) {
  added_to_.emplace(i, found_.size());
  found_.push_back({number_of(detection.id), added_.size(), 0, static_cast<std::uint32_t>(i)});
  added_.push_back(std::move(detection));
}

std::uint64_t EventList::count(const Found& found) const {
  return found.size == 0 ? added_[found.at].count : 1;
}

Timestamp EventList::last(const Found& found) const {
  return found.size == 0 ? added_[found.at].last : time(found.event);
}

Result<void> EventList::for_each_detection(
    const std::function<void(const finding::Detection&)>& use) {
  std::vector<std::uint32_t> order(found_.size());
  std::iota(order.begin(), order.end(), 0U);
  // The first of an id stands first in found_ or, added, behind: among equals the event decides.
  std::ranges::sort(
      order, {}, [this](std::uint32_t k) { return std::tuple(found_[k].id, found_[k].event, k); });
  struct Joint {
    std::uint64_t count = 0;
    Timestamp last;
  };
  FlatMap<std::uint32_t, Joint> joints;  // of the first of each id that there is more than once
  std::vector<std::uint32_t> firsts;
  for (const auto k : order) {
    const auto& found = found_[k];
    if (firsts.empty() || found_[firsts.back()].id != found.id) {
      firsts.push_back(k);
      continue;
    }
    const auto& first = found_[firsts.back()];
    auto& joint = joints.try_emplace(firsts.back(), Joint{count(first), last(first)}).first->second;
    joint.count += count(found);
    joint.last = std::max(joint.last, last(found));
  }
  order = std::move(firsts);
  std::ranges::sort(order, {}, [this](std::uint32_t k) {
    return std::pair(keys_[found_[k].event].ns, found_[k].id);
  });
  for (const auto k : order) {
    INTERDICT_TRY(auto detection, detection(found_[k]));
    if (const auto joint = joints.find(k); joint != joints.end()) {
      detection.count = joint->second.count;
      detection.last = joint->second.last;
    }
    use(detection);
  }
  return {};
}

std::size_t EventList::lacks_file() const {
  std::size_t bytes = 0;
  for (const auto& spool : spools_) {
    if (spool.lacks_file()) bytes += spool.bytes_in_memory();
  }
  return bytes;
}

}  // namespace interdict::pipeline
