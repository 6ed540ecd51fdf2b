#include "normalize/source_map.hpp"

#include <algorithm>

namespace interdict::normalize {

namespace {

void add_slots(Condition& condition, TextMap<std::uint16_t>& slots) {
  for (auto& all : condition) {
    for (auto& predicate : all) {
      predicate.slot =
          slots.emplace(predicate.field, static_cast<std::uint16_t>(slots.size())).first->second;
    }
  }
}

void add_source(SourceMap& source, TextMap<std::uint16_t>& slots) {
  add_slots(source.when, slots);
  for (auto& messages : source.messages) add_slots(messages.when, slots);
  for (auto& variant : source.variants) add_source(variant, slots);
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
  for (auto& source : sources) add_source(source, slots);
  const auto add = [&](std::size_t from, std::size_t to, bool conditional) {
    for (std::size_t i = from; i < to; ++i) {
      if (sources[i].when.empty() == conditional) continue;
      for (const auto& format : sources[i].map.formats) {
        auto& selector = selectors[format];
        selector.sources.push_back(&sources[i]);
        if (i < user_sources) selector.users = selector.sources.size();
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

bool Facts::holds(const Predicate& predicate) const {
  const bool present = has(predicate.slot);
  if (predicate.op == Predicate::Op::absent) return !present;
  if (!present || predicate.op == Predicate::Op::present) return present;
  return std::ranges::any_of(seen_, [&](const auto& fact) {
    return fact.first == predicate.slot &&
           std::ranges::any_of(predicate.texts, [&](const std::string& wanted) {
             return fits(predicate.op, fact.second, wanted);
           });
  });
}

bool Facts::hold(const Condition& condition) const {
  if (condition.empty()) return true;
  return std::ranges::any_of(condition, [&](const auto& all) {
    return std::ranges::all_of(all, [&](const auto& predicate) { return holds(predicate); });
  });
}

}  // namespace interdict::normalize
