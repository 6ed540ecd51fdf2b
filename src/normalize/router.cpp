#include "normalize/router.hpp"

#include <algorithm>
#include <utility>

namespace interdict::normalize {

namespace {

using decode::RawField;
using decode::RawType;

/// Keeps the fields of the first record of a nested text that is of the format asked for.
class FirstRecord final : public decode::Sink {
 public:
  FirstRecord(std::vector<RawField>& out, Arena& arena, std::string_view prefix)
      : out_(out), arena_(arena), prefix_(prefix) {}

  void record(const decode::RawRecord& record) override {
    if (!record.format.empty() || std::exchange(seen_, true)) return;
    for (const auto& field :
         record.fields.first(std::min(record.fields.size(), Router::kMaxNestedFields))) {
      std::string path(prefix_);
      path += field.path;
      out_.push_back({arena_.copy(path), arena_.copy(field.text), field.type});
    }
  }
  void structure(std::uint64_t) override {}
  void skipped(decode::SkipReason, std::uint64_t, std::uint64_t, std::uint64_t) override {}

 private:
  std::vector<RawField>& out_;
  Arena& arena_;
  std::string_view prefix_;
  bool seen_ = false;
};

}  // namespace

Router::Router(const FieldMaps::Impl& maps, std::string_view format)
    : maps_(maps), selector_(maps.selector(format)) {
  plain_.unwrap = {"_source"};
}

Router::Slots& Router::slots_of(const Selector& selector) {
  for (auto& [known, slots] : slots_) {
    if (known == &selector) return slots;
  }
  return slots_.emplace_back(&selector, Slots{}).second;
}

void Router::read_facts(const Selector& selector, std::size_t first_field) {
  auto& slots = slots_of(selector);
  slots.begin_record();
  for (std::size_t i = first_field; i < fields_.size(); ++i) {
    const auto slot = slots
                          .read(fields_[i].path,
                                [&](std::string_view path) {
                                  const auto at = maps_.slots.find(plain_path(plain_, path));
                                  return at == maps_.slots.end() ? kNoSlot : at->second;
                                })
                          .meaning;
    if (slot != kNoSlot && fields_[i].type != RawType::null) facts_.add(slot, fields_[i].text);
  }
}

void Router::begin(std::span<const RawField> fields) {
  given_ = fields;
  is_open_ = has_facts_ = false;
}

void Router::open() {
  if (std::exchange(is_open_, true)) return;
  fields_.assign(given_.begin(), given_.end());
  arena_.rewind();
}

const SourceMap* Router::route(Whose whose) {
  if (selector_ == nullptr) return nullptr;
  const auto end = selector_->sources.size();
  if (whose == Whose::users && selector_->users == 0) return nullptr;
  open();
  if (!std::exchange(has_facts_, true)) {
    facts_.clear();
    read_facts(*selector_, 0);
  }
  return whose == Whose::users ? choose(*selector_, 0, selector_->users, 0)
                               : choose(*selector_, selector_->users, end, 0);
}

std::string_view Router::text(std::string_view plain) {
  open();
  for (const auto& field : fields_) {
    if (field.type == RawType::null || field.text.empty()) continue;
    if (field.path == plain || plain_path(plain_, field.path) == plain) return field.text;
  }
  return {};
}

const SourceMap* Router::choose(const Selector& selector, std::size_t from, std::size_t to,
                                int depth) {
  for (std::size_t i = from; i < to; ++i) {
    const auto& source = *selector.sources[i];
    if (facts_.hold(source.when)) return settle(source, selector, depth);
  }
  return nullptr;
}

const SourceMap* Router::settle(const SourceMap& source, const Selector& selector, int depth) {
  auto seen = fields_.size();
  const auto read_new = [&] {
    if (fields_.size() > seen) read_facts(selector, seen);
    seen = fields_.size();
  };
  for (const auto& nested : source.nested) {
    if (const auto* inner = take_apart(nested, depth)) return inner;
  }
  read_new();
  for (const auto& messages : source.messages) {
    if (facts_.hold(messages.when)) read_message(messages);
    read_new();  // the next may ask for what this one found
  }
  for (const auto& variant : source.variants) {
    if (facts_.hold(variant.when)) return settle(variant, selector, depth);
  }
  return &source;
}

bool Router::open_event_data(std::size_t index) {
  open();
  const auto text = fields_[index].text;
  const bool is_json = text.starts_with('{');
  if ((!is_json && !text.starts_with('<')) || text.size() > kMaxNestedBytes) return false;
  const auto decoder = decode::make_decoder(is_json ? "ndjson" : "windows-xml", {});
  if (decoder == nullptr) return false;
  const auto before = fields_.size();
  FirstRecord sink(fields_, arena_, is_json ? "EventData." : "");
  if (is_json) {
    decoder->feed(as_byte_span(text), sink);
  } else {
    const bool is_whole = text.starts_with("<Event>") || text.starts_with("<Event ");
    const std::string event =
        is_whole ? std::string(text) : "<Event>" + std::string(text) + "</Event>";
    decoder->feed(as_byte_span(event), sink);
  }
  decoder->finish(sink);
  if (fields_.size() == before) return false;
  fields_.erase(fields_.begin() + static_cast<std::ptrdiff_t>(index));
  return true;
}

const SourceMap* Router::take_apart(const Nested& nested, int depth) {
  const auto outer = text(nested.field);
  if (outer.empty() || outer.size() > kMaxNestedBytes) return nullptr;
  const auto before = fields_.size();
  const auto decoder = decode::make_decoder(nested.format, {});
  if (decoder == nullptr) return nullptr;
  FirstRecord sink(fields_, arena_, nested.prefix);
  decoder->feed(as_byte_span(outer), sink);
  decoder->finish(sink);
  if (!nested.reselect || fields_.size() == before || depth >= kMaxReselections) return nullptr;
  const auto* selector = maps_.selector(nested.format);
  if (selector == nullptr) return nullptr;
  const Facts outer_facts = std::exchange(facts_, Facts{});
  read_facts(*selector, before);
  const auto* inner = choose(*selector, 0, selector->sources.size(), depth + 1);
  if (inner == nullptr) facts_ = outer_facts;
  return inner;
}

void Router::read_message(const Messages& messages) {
  auto whole = text(messages.field);
  while (whole.starts_with(' ')) whole.remove_prefix(1);  // as syslog's writers pad
  if (whole.empty()) return;
  captures_.clear();
  for (const auto& shape : messages.templates) {
    if (!match_template(shape, whole, captures_)) continue;
    for (const auto& [name, value] : captures_) fields_.push_back({name, value, RawType::string});
    for (const auto& [name, value] : shape.set) fields_.push_back({name, value, RawType::string});
    return;
  }
}

}  // namespace interdict::normalize
