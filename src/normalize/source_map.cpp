#include "normalize/source_map.hpp"

#include <algorithm>

namespace interdict::normalize {

namespace {

void add_slots(const Condition& condition, Selector& selector) {
  for (const auto& all : condition) {
    for (const auto& predicate : all) {
      selector.slots.emplace(predicate.field, static_cast<std::uint16_t>(selector.slots.size()));
    }
  }
}

void add_source(const SourceMap& source, Selector& selector) {
  add_slots(source.when, selector);
  for (const auto& messages : source.messages) add_slots(messages.when, selector);
  for (const auto& variant : source.variants) add_source(variant, selector);
}

bool fits(Predicate::Op op, std::string_view text, const std::string& wanted) {
  switch (op) {
    case Predicate::Op::present:
    case Predicate::Op::absent:
      return true;
    case Predicate::Op::equals:
      return text == wanted;
    case Predicate::Op::starts:
      return text.starts_with(wanted);
    case Predicate::Op::ends:
      return text.ends_with(wanted);
    case Predicate::Op::contains:
      return text.find(wanted) != std::string_view::npos;
  }
  return false;
}

}  // namespace

void FieldMaps::Impl::index() {
  const auto add = [&](std::size_t from, std::size_t to, bool conditional) {
    for (std::size_t i = from; i < to; ++i) {
      if (sources[i].when.empty() == conditional) continue;
      for (const auto& format : sources[i].map.formats) {
        auto& selector = selectors[format];
        selector.sources.push_back(&sources[i]);
        if (i < user_sources) selector.users = selector.sources.size();
        add_source(sources[i], selector);
      }
    }
  };
  add(0, user_sources, true);
  add(0, user_sources, false);
  add(user_sources, sources.size(), true);
  add(user_sources, sources.size(), false);
}

const FieldMap* FieldMaps::Impl::event_log(std::string_view format) const {
  for (const auto& map : maps) {
    if (map.is_event_log() && map.takes(format)) return &map;
  }
  return nullptr;
}

const FieldMap* FieldMaps::Impl::rest(std::string_view format) const {
  for (const auto& map : maps) {
    if (!map.is_event_log() && map.takes(format)) return &map;
  }
  return nullptr;
}

const Selector* FieldMaps::Impl::selector(std::string_view format) const {
  const auto at = selectors.find(format);
  return at == selectors.end() ? nullptr : &at->second;
}

bool Facts::holds(const Predicate& predicate, const Selector& selector) const {
  const auto slot = selector.slots.find(predicate.field);
  const auto at = slot == selector.slots.end() ? std::uint16_t{0xFFFF} : slot->second;
  bool present = false;
  for (const auto& [seen, text] : seen_) {
    if (seen != at) continue;
    present = true;
    if (predicate.op == Predicate::Op::present) return true;
    if (predicate.op == Predicate::Op::absent) return false;
    for (const auto& wanted : predicate.texts) {
      if (fits(predicate.op, text, wanted)) return true;
    }
  }
  return predicate.op == Predicate::Op::absent && !present;
}

bool Facts::hold(const Condition& condition, const Selector& selector) const {
  if (condition.empty()) return true;
  return std::ranges::any_of(condition, [&](const auto& all) {
    return std::ranges::all_of(all,
                               [&](const auto& predicate) { return holds(predicate, selector); });
  });
}

}  // namespace interdict::normalize
