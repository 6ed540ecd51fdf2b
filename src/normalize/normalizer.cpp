#include "normalize/normalizer.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <deque>
#include <map>
#include <optional>
#include <utility>

#include "base/hash.hpp"
#include "event/no_time.hpp"
#include "normalize/field_map.hpp"
#include "normalize/path_reader.hpp"
#include "normalize/router.hpp"
#include "normalize/schema.hpp"
#include "normalize/time.hpp"
#include "normalize/usual_time.hpp"

namespace interdict::normalize {
namespace {

using decode::RawField;
using decode::RawRecord;
using decode::RawType;

ValueType value_type(RawType type) {
  switch (type) {
    case RawType::null:
      return ValueType::null;
    case RawType::string:
      return ValueType::string;
    case RawType::integer:
      return ValueType::integer;
    case RawType::real:
      return ValueType::real;
    case RawType::boolean:
      return ValueType::boolean;
  }
  return ValueType::string;
}

std::optional<std::uint32_t> read_id(std::string_view text) {
  std::uint32_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return id;
}

/// What a map locates in one record. Texts point into the record.
struct Located {
  std::optional<ReadTime> time;
  bool has_bad_time = false;  ///< a field that should be it does not parse
  std::array<std::string_view, kParts> text{};
  std::optional<std::size_t> nested;  ///< the field whose text may be the event's data

  [[nodiscard]] std::string_view of(Part part) const {
    return text[static_cast<std::size_t>(part)];
  }
};

/// The paths of a format for which content/taxonomy has no map.
FieldMap unmapped(const std::string& format) {
  FieldMap map;
  map.name = format;
  map.kind = format + "/unknown";
  map.formats = {format};
  map.locate[static_cast<std::size_t>(Part::time)] = {"@timestamp", "timestamp", "time", "ts"};
  map.locate[static_cast<std::size_t>(Part::host)] = {"host", "hostname"};
  return map;
}

/// True if a field names the record among all of its source (CloudTrail's eventID, an audit log's
/// uuid): such numbers are long.
bool has_own_number(std::span<const RawField> fields) {
  static constexpr std::array<std::string_view, 9> kNames = {
      "eventID", "eventId", "event_id", "uuid", "auditID", "insertId", "Id", "id", "uid"};
  constexpr std::size_t kShortest = 16;
  return std::ranges::any_of(fields, [](const RawField& field) {
    return field.text.size() >= kShortest && field.path.size() <= 8 &&
           std::ranges::find(kNames, field.path) != kNames.end();
  });
}

/// A batch that was emitted keeps its memory for the next one, up to so many: most logs have a few
/// kinds of event that make most of it.
constexpr std::size_t kMaxSpareBatches = 4;

}  // namespace

/// What the maps say of one format's records.
struct OfFormat {
  OfFormat(const FieldMaps::Impl& maps, FieldCatalogue& catalogue, std::string of_format)
      : name(std::move(of_format)),
        fallback(unmapped(name)),
        log_map(maps.event_log(name)),
        rest_map(maps.rest(name)),
        always(log_map != nullptr && log_map->always_takes(name)),
        router(maps, name) {
    if (rest_map == nullptr) rest_map = &fallback;
    if (log_map != nullptr) log_paths.emplace(*log_map, catalogue);
    rest_paths.emplace(*rest_map, catalogue);
  }
  OfFormat(const OfFormat&) = delete;
  OfFormat& operator=(const OfFormat&) = delete;
  OfFormat(OfFormat&&) = delete;
  OfFormat& operator=(OfFormat&&) = delete;
  ~OfFormat() = default;

  std::string name;
  FieldMap fallback;
  const FieldMap* log_map;   ///< null: no map claims event-log records of this format
  const FieldMap* rest_map;  ///< never null
  bool always;
  Router router;
  std::optional<PathReader> log_paths;
  std::optional<PathReader> rest_paths;
};

struct Normalizer::Impl {
  Impl(const FieldMaps& field_maps, FieldCatalogue& fields, std::string input_name,
       const std::string& of_format, Emit emit_to, LocalTime local,
       std::optional<Digest128> beginning)
      : maps(field_maps.impl()),
        catalogue(fields),
        clock(local.zone, local.year, local.month, local.day_first, local.day),
        chain(beginning),
        input(std::move(input_name)),
        emit(std::move(emit_to)),
        own(maps, fields, of_format) {
    for (std::size_t part = 0; part < kParts; ++part) {
      const auto name = field_of(static_cast<Part>(part));
      if (!name.empty()) part_fields[part] = catalogue.intern(name);
    }
    data_field = catalogue.intern("Data");
  }

  const FieldMaps::Impl& maps;
  FieldCatalogue& catalogue;
  ClockReader clock;
  clock::ClockRepair repair;
  IncompleteTimes incomplete;
  /// Of the input's beginning and of every record so far that it tells apart.
  std::optional<Digest128> chain;
  std::string input;
  Emit emit;
  OfFormat own;                                         ///< the input's
  std::map<std::string, OfFormat, std::less<>> others;  ///< by format, of records that say one
  std::map<const SourceMap*, PathReader> source_paths;  ///< looked up, never walked
  std::array<std::optional<FieldId>, kParts> part_fields{};
  std::optional<FieldId> data_field;
  std::vector<std::optional<FieldId>> index_fields;  ///< of `Data[1]`, `Data[2]`, …

  std::deque<Schema> schemas;
  TextMap<std::size_t> schema_by_key;  ///< channel, provider and id as they stand in records
  TextMap<std::size_t> schema_by_kind;
  std::vector<std::size_t> open;                   ///< schemas with a batch, oldest first
  std::vector<std::unique_ptr<EventBatch>> spare;  ///< emitted; their memory is used again
  std::uint64_t dropped = 0;

  // Scratch of one `add`.
  std::vector<PathReader::Known*> known;
  std::vector<std::string_view> unnamed;
  std::string key;
  std::string joined;
  std::string identity_key;
  /// The instant that a text of this input means.
  std::optional<ReadTime> instant(std::string_view text) { return clock.read(text); }

  static Digest128 digest_of(std::string_view text) { return hash128(as_byte_span(text)); }

  /// See Origin::identity.
  Digest128 identify(const Schema& schema, std::span<const RawField> fields, const Located& parts,
                     const Digest128& digest) {
    if (const auto number = parts.of(Part::record); !number.empty() && number != "0") {
      identity_key.assign(schema.log_source.kind).append(1, '\0');
      identity_key.append(parts.of(Part::host)).append(1, '\0').append(number).append(1, '\0');
      identity_key.append(std::to_string(time_of(parts).ns / kNsPerSecond));
      return digest_of(identity_key);
    }
    if (time_of(parts).digits > 0 || has_own_number(fields)) return digest;
    identity_key.assign(reinterpret_cast<const char*>(&*chain), sizeof *chain);
    identity_key.append(reinterpret_cast<const char*>(&digest), sizeof digest);
    return chain.emplace(digest_of(identity_key));
  }

  static Timestamp time_of(const Located& parts) { return parts.time ? parts.time->time : kNoTime; }

  void count_incomplete(const ReadTime& time) {
    if (!time.has_zone) ++incomplete.without_zone;
    if (!time.has_year) ++incomplete.without_year;
    if (!time.has_date) ++incomplete.without_date;
  }

  Located locate(std::span<const RawField> fields, PathReader& paths) {
    Located result;
    std::array<std::uint16_t, kParts> best;
    best.fill(kNotLocated);
    known.clear();
    paths.begin_record();
    for (const auto& field : fields) {
      auto& path = paths.read(field.path);
      known.push_back(&path);
      if (path.meaning.meaning.nested) result.nested = known.size() - 1;
      if (!path.meaning.located || !is_usable(Value{field.text, value_type(field.type)})) continue;
      for (std::size_t part = 0; part < kParts; ++part) {
        if (path.meaning.meaning.rank[part] >= best[part]) continue;
        if (static_cast<Part>(part) == Part::time) {
          const auto time = instant(field.text);
          result.has_bad_time = result.has_bad_time || !time;
          if (!time) continue;
          result.time = time;
        } else if (static_cast<Part>(part) == Part::event_id && !read_id(field.text)) {
          continue;
        }
        best[part] = path.meaning.meaning.rank[part];
        result.text[part] = field.text;
      }
    }
    return result;
  }

  /// The index of the schema that `make` would make, made if it is not known under `key`. `shared`:
  /// other keys of the same kind mean the same schema.
  template <class Make>
  std::size_t find_schema(Make make, bool shared = true) {
    if (const auto at = schema_by_key.find(key); at != schema_by_key.end()) return at->second;
    if (schema_by_key.size() >= kMaxSchemas) {
      flush();
      schema_by_key.clear();
      schema_by_kind.clear();
      schemas.clear();
    }
    Schema fresh = make();
    if (!shared) {
      schemas.push_back(std::move(fresh));
      schema_by_key.emplace(key, schemas.size() - 1);
      return schemas.size() - 1;
    }
    const auto [at, is_new] = schema_by_kind.emplace(fresh.log_source.kind, schemas.size());
    if (is_new) schemas.push_back(std::move(fresh));
    schema_by_key.emplace(key, at->second);
    return at->second;
  }

  OfFormat& of(const RawRecord& record) {
    if (record.format.empty() || record.format == own.name) return own;
    const auto at = others.find(record.format);
    if (at != others.end()) return at->second;
    const std::string name(record.format);
    return others.try_emplace(name, maps, catalogue, name).first->second;
  }

  std::size_t event_schema(const FieldMap& log_map, const Located& parts) {
    const auto channel = parts.of(Part::channel);
    const auto provider = channel.empty() ? parts.of(Part::provider) : std::string_view{};
    const auto id = read_id(parts.of(Part::event_id));
    key.assign("e");
    key.append(channel).append(1, '\0').append(provider).append(1, '\0');
    if (id) key.append(std::to_string(*id));
    return find_schema(
        [&] { return make_event_schema(log_map, channel, provider, id, catalogue); });
  }

  EventBatch& open_batch(std::size_t index) {
    auto& schema = schemas[index];
    if (schema.batch == nullptr) {
      if (open.size() >= kMaxOpenBatches) close(open.front());
      if (spare.empty()) {
        schema.batch = std::make_unique<EventBatch>(input, schema.log_source);
      } else {
        schema.batch = std::move(spare.back());
        spare.pop_back();
        schema.batch->reset(schema.log_source);
      }
      schema.batch_bytes = 0;
      open.push_back(index);
    }
    return *schema.batch;
  }

  void close(std::size_t index) {
    std::erase(open, index);
    auto batch = std::move(schemas[index].batch);
    emit(*batch, schemas[index].alerts);
    schemas[index].alerts.clear();
    if (spare.size() < kMaxSpareBatches) spare.push_back(std::move(batch));
  }

  void flush() {
    while (!open.empty()) close(open.front());
  }

  void put(Schema& schema, Row row, std::optional<FieldId> field, Value value) {
    if (!field) {
      ++dropped;
      return;
    }
    for (const auto& [from, to] : schema.moved) {
      if (from == *field) {
        field = to;
        break;
      }
    }
    schema.batch->add(row, *field, value);
    schema.batch_bytes += value.text.size();
  }

  void put_unnamed(Schema& schema, Row row) {
    if (unnamed.empty()) return;
    joined.clear();
    for (const auto text : unnamed) {
      if (!joined.empty() && !text.empty()) joined += '\n';
      joined += text;
    }
    put(schema, row, data_field, Value{joined, ValueType::string});
    for (std::size_t i = 0; i < std::min(unnamed.size(), kMaxUnnamed); ++i) {
      if (i == index_fields.size()) {
        index_fields.push_back(catalogue.intern("Data[" + std::to_string(i + 1) + "]"));
      }
      put(schema, row, index_fields[i], Value{unnamed[i], ValueType::string});
    }
  }

  /// Fills one row; `known` is the fields' reading by `paths`.
  void fill(std::size_t index, const RawRecord& record, std::span<const RawField> fields,
            const Located& parts, PathReader& paths, bool with_parts,
            const AlertMap* alert_map = nullptr) {
    auto& batch = open_batch(index);
    auto& schema = schemas[index];
    Origin origin{record.number, record.offset, record.bytes.size(), hash128(record.bytes),
                  record.carved};
    if (chain) origin.identity = identify(schema, fields, parts, origin.digest);
    auto time = time_of(parts);
    if (parts.time) {
      count_incomplete(*parts.time);
      time = repair.mend(parts.of(Part::host), time);
    }
    const Row row = batch.begin_row(time, parts.of(Part::host), origin);
    if (with_parts) {
      for (std::size_t part = 0; part < kParts; ++part) {
        if (static_cast<Part>(part) == Part::time || parts.text[part].empty()) continue;
        const bool number = static_cast<Part>(part) == Part::event_id ||
                            (static_cast<Part>(part) == Part::record && read_id(parts.text[part]));
        put(schema, row, part_fields[part],
            Value{parts.text[part], number ? ValueType::integer : ValueType::string});
      }
    }
    unnamed.clear();
    for (std::size_t i = 0; i < fields.size(); ++i) {
      if (known[i]->meaning.meaning.unnamed) {
        unnamed.push_back(fields[i].text);
        continue;
      }
      if (known[i]->meaning.meaning.name.empty()) continue;
      put(schema, row, paths.field(*known[i]), Value{fields[i].text, value_type(fields[i].type)});
    }
    put_unnamed(schema, row);
    complete_row(schema, row);
    if (alert_map != nullptr) {
      if (auto alert = read_alert(*alert_map, batch, row, catalogue)) {
        schema.alerts.push_back(*std::move(alert));
      }
    }
    if (batch.full() || schema.batch_bytes >= kMaxBatchBytes ||
        batch.fields().size() >= kMaxBatchFields) {
      close(index);
    }
  }

  /// `aws/{service}` with the record's own word for each field in braces.
  [[nodiscard]] static std::string named_by_record(std::string_view shape, Router& router) {
    std::string result;
    while (true) {
      const auto brace = shape.find('{');
      result += shape.substr(0, brace);
      if (brace == std::string_view::npos) return result;
      const auto close = std::min(shape.find('}', brace), shape.size());
      result += slug(router.text(shape.substr(brace + 1, close - brace - 1)));
      shape.remove_prefix(std::min(close + 1, shape.size()));
    }
  }

  /// What an event with that time, or none, is called.
  Placed placed(std::span<const RawField> fields, const Located& parts) {
    if (parts.time) return Placed::event;
    if (parts.has_bad_time || has_usual_time(fields)) return Placed::event_with_bad_time;
    ++incomplete.none;
    return Placed::event;
  }

  Placed add_to_source(const SourceMap& source, const RawRecord& record, OfFormat& its) {
    auto& router = its.router;
    const auto fields = router.fields();
    auto& paths = source_paths.try_emplace(&source, source.map, catalogue).first->second;
    auto parts = locate(fields, paths);
    for (std::size_t i = 0; !parts.time && i < source.time_pairs.size(); ++i) {
      const auto& [date, of_day] = source.time_pairs[i];
      key.assign(router.text(date)).append(1, ' ').append(router.text(of_day));
      parts.time = instant(key);
    }
    if (!parts.time) parts.time = usual_time(fields, clock);
    dropped += record.fields.size() - std::min(record.fields.size(), kMaxRowFields);
    auto kind = named_by_record(source.map.kind, router);
    auto service = named_by_record(source.service, router);
    key.assign("s");
    key.append(std::to_string(reinterpret_cast<std::uintptr_t>(&source)));
    key.append(1, '\0').append(kind).append(1, '\0').append(service);
    const auto index = find_schema(
        [&] { return make_source_schema(source, std::move(kind), std::move(service), catalogue); },
        false);
    const auto result = placed(fields, parts);
    fill(index, record, fields, parts, paths, false, source.alert ? &*source.alert : nullptr);
    return result;
  }

  /// An event log's record has an id, and a channel or who wrote it.
  static bool is_event(const Located& parts) {
    return !parts.of(Part::event_id).empty() &&
           !(parts.of(Part::channel).empty() && parts.of(Part::provider).empty());
  }

  /// How a collector that sends an event with the rule it fired says so; null: there is none.
  static const AlertMap* alert_of(std::span<const RawField> fields, Router& router) {
    static constexpr std::string_view kFired = "rule.level";  // Wazuh
    const bool fired =
        std::ranges::any_of(fields, [](const RawField& field) { return field.path == kFired; });
    if (!fired) return nullptr;
    const auto* source = router.route(Router::Whose::shipped);
    return source != nullptr && source->alert ? &*source->alert : nullptr;
  }

  Placed add(const RawRecord& record) {
    if (record.fields.empty()) return Placed::not_an_event;
    auto& its = of(record);
    auto& router = its.router;
    const auto fields = record.fields.first(std::min(record.fields.size(), kMaxRowFields));
    router.begin(fields);
    if (const auto* source = router.route(Router::Whose::users)) {
      return add_to_source(*source, record, its);
    }
    if (its.log_paths) {
      auto parts = locate(fields, *its.log_paths);
      const bool claimed = its.always || is_event(parts);
      const auto fill_event = [&](std::span<const RawField> all, const AlertMap* alert = nullptr) {
        fill(event_schema(*its.log_map, parts), record, all, parts, *its.log_paths, true, alert);
      };
      if (!claimed && parts.nested && fields[*parts.nested].text.starts_with("<Event") &&
          router.open_event_data(*parts.nested)) {
        parts = locate(router.fields(), *its.log_paths);
        if (is_event(parts) && parts.time) {
          fill_event(router.fields());
          return Placed::event;
        }
        router.begin(fields);
      }
      if (claimed) {
        const auto result = placed(fields, parts);
        dropped += record.fields.size() - fields.size();
        if (parts.nested && router.open_event_data(*parts.nested)) {
          parts = locate(router.fields(), *its.log_paths);
          fill_event(router.fields());
        } else {
          fill_event(fields, alert_of(fields, router));
        }
        return result;
      }
    }
    if (const auto* source = router.route(Router::Whose::shipped)) {
      return add_to_source(*source, record, its);
    }
    auto parts = locate(fields, *its.rest_paths);
    if (!parts.time) parts.time = usual_time(fields, clock);
    const bool may_be_no_log = its.name == "ndjson" || its.name == "csv";
    if (!parts.time && may_be_no_log && !parts.has_bad_time && !has_usual_time(fields)) {
      return Placed::not_an_event;
    }
    const auto result = placed(fields, parts);
    dropped += record.fields.size() - fields.size();
    key.assign("r").append(its.name);
    const auto index = find_schema([&] { return make_rest_schema(*its.rest_map, catalogue); });
    fill(index, record, fields, parts, *its.rest_paths, false);
    return result;
  }
};

Normalizer::Normalizer(const FieldMaps& maps, FieldCatalogue& catalogue, std::string input,
                       const std::string& format, Emit emit, LocalTime local,
                       std::optional<Digest128> beginning)
    : impl_(std::make_unique<Impl>(maps, catalogue, std::move(input), format, std::move(emit),
                                   std::move(local), beginning)) {}
Normalizer::~Normalizer() = default;

Placed Normalizer::add(const decode::RawRecord& record) {
  return impl_->add(record);
}
void Normalizer::flush() {
  impl_->flush();
}
void Normalizer::repair_from_here(clock::ClockRepair repair) {
  impl_->repair = std::move(repair);
}
IncompleteTimes Normalizer::incomplete_times() const {
  return impl_->incomplete;
}
std::uint64_t Normalizer::values_dropped() const {
  return impl_->dropped;
}

}  // namespace interdict::normalize
