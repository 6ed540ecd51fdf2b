#include "normalize/schema.hpp"

#include <algorithm>
#include <utility>

#include "base/unicode.hpp"
#include "normalize/path.hpp"

namespace interdict::normalize {
namespace {

std::string find_service(const FieldMap& map, std::string_view channel, std::string_view provider) {
  if (!channel.empty()) {
    const auto at = map.service_by_channel.find(fold_case(channel));
    if (at != map.service_by_channel.end()) return at->second;
  } else if (!provider.empty()) {
    const auto at = map.service_by_provider.find(fold_case(provider));
    if (at != map.service_by_provider.end()) return at->second;
  }
  return {};
}

void compile_derived(const DerivedField& rule, FieldCatalogue& catalogue, Schema& schema) {
  const auto target = catalogue.intern(rule.name);
  if (!target) return;
  DerivedIds ids;
  ids.rule = &rule;
  ids.target = *target;
  for (const auto& name : rule.from) {
    const auto source = catalogue.intern(name);
    if (!source) continue;
    if (rule.move) {
      schema.moved.emplace_back(*source, *target);
    } else {
      ids.from.push_back(*source);
    }
  }
  if (!rule.domain.empty()) ids.domain = catalogue.intern(rule.domain);
  if (!rule.suffix.empty()) ids.suffix = catalogue.intern(rule.suffix);
  for (std::size_t i = 1; i < rule.format.size(); i += 2) {
    const auto source = catalogue.intern(rule.format[i]);
    if (!source) return;
    ids.format.push_back(*source);
  }
  if (!ids.from.empty() || !rule.text.empty() || !ids.format.empty()) {
    schema.derived.push_back(std::move(ids));
  }
}

void compile(const FieldMap& map, std::string_view service, std::optional<std::uint32_t> id,
             FieldCatalogue& catalogue, Schema& schema) {
  const auto fits = [&](const Scope& scope) {
    return id ? scope.fits(service, *id) : scope.ids.empty() && scope.fits(service, 0);
  };
  for (const auto& rule : map.categories) {
    if (!fits(rule.scope)) continue;
    auto& categories = schema.log_source.categories;
    categories.insert(categories.end(), rule.names.begin(), rule.names.end());
  }
  auto& all = schema.log_source.categories;
  std::ranges::sort(all);
  all.erase(std::unique(all.begin(), all.end()), all.end());

  for (const auto& rule : map.derive) {
    if (!fits(rule.scope)) continue;
    for (const auto& field : rule.fields) compile_derived(field, catalogue, schema);
  }
  for (const auto& rule : map.accounts) {
    if (!fits(rule.scope)) continue;
    const auto name = catalogue.intern(rule.name);
    if (!name) continue;
    AccountIds ids{*name, std::nullopt};
    if (!rule.domain.empty()) ids.domain = catalogue.intern(rule.domain);
    schema.accounts.push_back(ids);
  }
}

/// The text of the first usable value; empty if there is none.
std::string_view usable_text(const EventBatch& batch, Row row, std::optional<FieldId> field) {
  if (!field) return {};
  for (const auto& value : batch.values(row, *field)) {
    if (is_usable(value)) return value.text;
  }
  return {};
}

/// `DOMAIN\name`, unless the name says its domain itself.
std::string with_domain(std::string_view domain, std::string_view name) {
  std::string result;
  if (!domain.empty() && name.find_first_of("\\@") == std::string_view::npos) {
    result.append(domain).append("\\");
  }
  return result.append(name);
}

/// What stands before or behind a mark; nothing if the mark is not there but was asked for.
std::optional<std::string_view> part_of(const DerivedField& rule, std::string_view text) {
  if (!rule.after.empty()) {
    const auto at = text.find(rule.after);
    if (at == std::string_view::npos) return std::nullopt;
    text.remove_prefix(at + rule.after.size());
  }
  if (!rule.before.empty()) text = text.substr(0, text.find(rule.before));
  if (rule.before == "\n" && text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

std::string apply(const DerivedIds& ids, const EventBatch& batch, Row row, std::string_view text) {
  const auto& rule = *ids.rule;
  for (const auto& [from, to] : rule.values) {
    if (from == text) return to;
  }
  std::string result = with_domain(usable_text(batch, row, ids.domain), text);
  for (const auto& [start, replacement] : rule.starts) {
    if (result.starts_with(start)) {
      result.replace(0, start.size(), replacement);
      break;
    }
  }
  const auto suffix = usable_text(batch, row, ids.suffix);
  if (!suffix.empty()) result.append("\\").append(suffix);
  return result;
}

/// True if `apply` gives back any text unchanged.
bool takes_as_it_is(const DerivedIds& ids) {
  return ids.rule->values.empty() && ids.rule->starts.empty() && !ids.domain && !ids.suffix;
}

void put(Schema& schema, Row row, FieldId field, Value value) {
  schema.batch->add(row, field, value);
  schema.batch_bytes += value.text.size();
}

/// The pieces of a format with the fields' first usable texts; nothing if one has none.
std::optional<std::string> formatted(const DerivedIds& ids, const EventBatch& batch, Row row) {
  std::string result;
  for (std::size_t i = 0; i < ids.rule->format.size(); ++i) {
    if (i % 2 == 0) {
      result += ids.rule->format[i];
      continue;
    }
    const auto text = usable_text(batch, row, ids.format[i / 2]);
    if (text.empty()) return std::nullopt;
    result += text;
  }
  return result;
}

/// All values of all sources.
std::string joined(const DerivedIds& ids, const EventBatch& batch, Row row) {
  std::string result;
  bool first = true;
  for (const auto source : ids.from) {
    for (const auto& value : batch.values(row, source)) {
      if (value.type == ValueType::null) continue;
      if (!std::exchange(first, false)) result += ids.rule->join;
      result += value.text;
    }
  }
  return result;
}

void derive(Schema& schema, Row row, const DerivedIds& ids) {
  auto& batch = *schema.batch;
  if (!batch.values(row, ids.target).empty()) return;
  if (!ids.rule->format.empty()) {
    const auto text = formatted(ids, batch, row);
    if (text) put(schema, row, ids.target, Value{*text, ValueType::string});
    return;
  }
  if (!ids.rule->join.empty()) {
    const auto text = joined(ids, batch, row);
    if (!text.empty()) put(schema, row, ids.target, Value{text, ValueType::string});
    return;
  }
  for (const auto source : ids.from) {
    for (const auto& value : batch.values(row, source)) {
      if (!is_usable(value)) continue;
      const auto part = part_of(*ids.rule, value.text);
      if (!part || part->empty()) continue;
      const auto type = value.type;
      if (takes_as_it_is(ids)) {
        put(schema, row, ids.target,
            Value{*part, part->size() == value.text.size() ? type : ValueType::string});
        return;
      }
      const auto text = apply(ids, batch, row, *part);
      put(schema, row, ids.target, Value{text, text == value.text ? type : ValueType::string});
      return;
    }
  }
  if (!ids.rule->text.empty()) {
    put(schema, row, ids.target, Value{ids.rule->text, ValueType::string});
  }
}

}  // namespace

bool is_usable(const Value& value) {
  return value.type != ValueType::null && !value.text.empty() && value.text != "-";
}

Schema make_event_schema(const FieldMap& map, std::string_view channel, std::string_view provider,
                         std::optional<std::uint32_t> id, FieldCatalogue& catalogue) {
  Schema result;
  auto& source = result.log_source;
  source.product = map.product;
  source.service = find_service(map, channel, provider);
  const auto middle =
      source.service.empty() ? slug(channel.empty() ? provider : channel) : source.service;
  source.kind = map.product + "/" + middle + "/" + (id ? std::to_string(*id) : "unknown");
  compile(map, source.service, id, catalogue, result);
  return result;
}

Schema make_source_schema(const SourceMap& source, std::string kind, std::string service,
                          FieldCatalogue& catalogue) {
  Schema result;
  result.log_source.product = source.map.product;
  result.log_source.service = std::move(service);
  result.log_source.kind = std::move(kind);
  result.log_source.categories = source.categories;
  compile(source.map, {}, std::nullopt, catalogue, result);
  return result;
}

Schema make_rest_schema(const FieldMap& map, FieldCatalogue& catalogue) {
  Schema result;
  result.log_source.kind = map.kind;
  compile(map, {}, std::nullopt, catalogue, result);
  return result;
}

void complete_row(Schema& schema, Row row) {
  for (const auto& ids : schema.derived) derive(schema, row, ids);
  constexpr std::string_view kNobody = "S-1-0-0";  // the null SID ([MS-DTYP] 2.4.2.4)
  for (const auto& ids : schema.accounts) {
    auto name = usable_text(*schema.batch, row, ids.name);
    // Mail servers write `user=<ann>`, and what reads their lines keeps the brackets.
    if (name.size() > 2 && name.starts_with('<') && name.ends_with('>')) {
      name = name.substr(1, name.size() - 2);
    }
    if (name.empty() || name == kNobody) continue;
    const auto domain = usable_text(*schema.batch, row, ids.domain);
    if (domain.empty()) {
      schema.batch->set_user(row, name);
    } else {
      schema.batch->set_user(row, with_domain(domain, name));
    }
    return;
  }
}

}  // namespace interdict::normalize
