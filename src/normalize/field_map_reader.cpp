#include <algorithm>
#include <limits>

#include "base/unicode.hpp"
#include "normalize/field_map.hpp"
#include "normalize/map_faults.hpp"
#include "normalize/source_map.hpp"
#include "yaml/reader.hpp"

namespace interdict::normalize {
namespace {

std::vector<std::uint32_t> read_ids(const Node& node, Faults& faults) {
  std::vector<std::uint32_t> result;
  if (!node.is_sequence()) faults.add(node, "list of event ids expected");
  for (const auto& item : node.items()) {
    const auto id = item.as_int();
    if (!id || *id < 0 || *id > std::numeric_limits<std::uint32_t>::max()) {
      faults.add(item, "event id expected");
    } else {
      result.push_back(static_cast<std::uint32_t>(*id));
    }
  }
  return result;
}

bool read_scope(Scope& scope, const std::string& key, const Node& value, Faults& faults) {
  if (key == "service") {
    scope.service = read_text(value, faults);
  } else if (key == "ids") {
    scope.ids = read_ids(value, faults);
  } else {
    return false;
  }
  return true;
}

}  // namespace

void read_locate(const Node& node, FieldMap& map, Faults& faults) {
  constexpr std::array<std::string_view, kParts> kNames = {"time",     "host",     "channel",
                                                           "provider", "event_id", "record"};
  each_entry(node, faults, [&](const std::string& key, const Node& value) {
    const auto at = std::ranges::find(kNames, key);
    if (at == kNames.end()) return false;
    auto& list = map.locate[static_cast<std::size_t>(at - kNames.begin())];
    list = read_texts(value, faults);
    if (list.size() >= 0xFFFF) faults.add(value, "too many paths");
    return true;
  });
}

namespace {

Prefix split_prefix(std::string_view path) {
  Prefix result;
  while (!path.empty()) {
    const auto dot = path.find('.');
    result.segments.emplace_back(path.substr(0, dot));
    path.remove_prefix(dot == std::string_view::npos ? path.size() : dot + 1);
  }
  return result;
}

}  // namespace

std::vector<Prefix> read_prefixes(const Node& node, Faults& faults) {
  return read_list<Prefix>(
      node, faults, [&](Prefix& prefix, const std::string& key, const Node& value) {
        if (key == "path") {
          prefix.segments = split_prefix(read_text(value, faults)).segments;
        } else if (key == "data" || key == "capital") {
          (key == "data" ? prefix.data : prefix.capital) = value.as_bool().value_or(false);
          if (!value.as_bool()) faults.add(value, "true or false expected");
        } else {
          return false;
        }
        return true;
      });
}

namespace {

void read_services(const Node& node, FieldMap& map, Faults& faults) {
  each_entry(node, faults, [&](const std::string& service, const Node& writers) {
    each_entry(writers, faults, [&](const std::string& key, const Node& value) {
      if (key != "channels" && key != "providers") return false;
      auto& names = key == "channels" ? map.service_by_channel : map.service_by_provider;
      for (const auto& item : value.items()) {
        const auto name = read_text(item, faults);
        const auto [at, fresh] = names.emplace(fold_case(name), service);
        if (!fresh && at->second != service) {
          faults.add(item, "`" + name + "` belongs to `" + at->second + "` already");
        }
      }
      if (!value.is_sequence()) faults.add(value, "list expected");
      return true;
    });
    return true;
  });
}

/// `a[0-63]` stands for `a0` … `a63`.
void append_numbered(const std::string& text, std::vector<std::string>& out) {
  constexpr std::string_view kRange = "[0-63]";
  if (!text.ends_with(kRange)) {
    out.push_back(text);
    return;
  }
  for (int i = 0; i < 64; ++i) {
    out.push_back(text.substr(0, text.size() - kRange.size()) + std::to_string(i));
  }
}

/// `%{a}://%{b}` as pieces; a field's name stands at every odd place.
std::vector<std::string> read_format(const Node& node, Faults& faults) {
  std::vector<std::string> result;
  std::string_view text = node.text();
  while (true) {
    const auto open = text.find("%{");
    result.emplace_back(text.substr(0, open));
    if (open == std::string_view::npos) break;
    const auto close = text.find('}', open);
    if (close == std::string_view::npos) {
      faults.add(node, "`%{` without `}`");
      break;
    }
    result.emplace_back(text.substr(open + 2, close - open - 2));
    text.remove_prefix(close + 1);
  }
  if (result.size() < 2) faults.add(node, "`format` names no field as `%{name}`");
  return result;
}

}  // namespace

DerivedField read_derived(const std::string& name, const Node& node, Faults& faults) {
  DerivedField result;
  result.name = name;
  const auto read_from = [&](const Node& list) {
    for (const auto& text : read_texts(list, faults)) append_numbered(text, result.from);
  };
  if (node.is_scalar() && !node.is_null()) {
    append_numbered(node.text(), result.from);
    return result;
  }
  if (node.is_sequence()) {
    read_from(node);
    return result;
  }
  each_entry(node, faults, [&](const std::string& key, const Node& value) {
    if (key == "from") {
      read_from(value);
    } else if (key == "domain") {
      result.domain = read_text(value, faults);
    } else if (key == "suffix") {
      result.suffix = read_text(value, faults);
    } else if (key == "move") {
      result.move = value.as_bool().value_or(false);
    } else if (key == "values") {
      result.values = read_pairs(value, faults);
    } else if (key == "starts") {
      result.starts = read_pairs(value, faults);
    } else if (key == "join") {
      result.join = read_text(value, faults);
    } else if (key == "before") {
      result.before = read_text(value, faults);
    } else if (key == "after") {
      result.after = read_text(value, faults);
    } else if (key == "text") {
      result.text = read_text(value, faults);
    } else if (key == "format") {
      result.format = read_format(value, faults);
    } else {
      return false;
    }
    return true;
  });
  if (result.from.empty() && result.text.empty() && result.format.empty()) {
    faults.add(node, "`" + name + "` has no `from`");
  }
  return result;
}

namespace {

std::vector<Derivation> read_derive(const Node& node, Faults& faults) {
  return read_list<Derivation>(
      node, faults, [&](Derivation& rule, const std::string& key, const Node& value) {
        if (key != "fields") return read_scope(rule.scope, key, value, faults);
        each_entry(value, faults, [&](const std::string& name, const Node& field) {
          rule.fields.push_back(read_derived(name, field, faults));
          return true;
        });
        return true;
      });
}

std::vector<Categories> read_categories(const Node& node, Faults& faults) {
  return read_list<Categories>(node, faults,
                               [&](Categories& rule, const std::string& key, const Node& value) {
                                 if (key != "categories")
                                   return read_scope(rule.scope, key, value, faults);
                                 rule.names = read_texts(value, faults);
                                 return true;
                               });
}

std::vector<Account> read_accounts(const Node& node, Faults& faults) {
  return read_list<Account>(node, faults,
                            [&](Account& rule, const std::string& key, const Node& value) {
                              if (key == "name") {
                                rule.name = read_text(value, faults);
                              } else if (key == "domain") {
                                rule.domain = read_text(value, faults);
                              } else {
                                return read_scope(rule.scope, key, value, faults);
                              }
                              return true;
                            });
}

bool read_entry(FieldMap& map, const std::string& key, const Node& value, Faults& faults) {
  if (key == "map") {
    map.name = read_text(value, faults);
  } else if (key == "product") {
    map.product = read_text(value, faults);
  } else if (key == "kind") {
    map.kind = read_text(value, faults);
  } else if (key == "formats") {
    map.formats = read_texts(value, faults);
  } else if (key == "always") {
    map.always = read_texts(value, faults);
  } else if (key == "unwrap") {
    map.unwrap = read_texts(value, faults);
  } else if (key == "nested") {
    map.nested = read_texts(value, faults);
  } else if (key == "locate") {
    read_locate(value, map, faults);
  } else if (key == "prefixes") {
    map.prefixes = read_prefixes(value, faults);
  } else if (key == "rename") {
    for (auto& [from, to] : read_pairs(value, faults)) map.rename.emplace(from, to);
  } else if (key == "services") {
    read_services(value, map, faults);
  } else if (key == "categories") {
    map.categories = read_categories(value, faults);
  } else if (key == "derive") {
    map.derive = read_derive(value, faults);
  } else if (key == "account") {
    map.accounts = read_accounts(value, faults);
  } else {
    return false;
  }
  return true;
}

/// A rule for a service that no channel and no provider leads to could never apply.
void check_scope(const FieldMap& map, const Scope& scope, const Node& root, Faults& faults) {
  if (scope.service.empty()) return;
  const auto is_it = [&](const auto& entry) { return entry.second == scope.service; };
  if (!std::ranges::any_of(map.service_by_channel, is_it) &&
      !std::ranges::any_of(map.service_by_provider, is_it)) {
    faults.add(root, "service `" + scope.service + "` is not among `services`");
  }
}

FieldMap read_map(const Node& root, Faults& faults) {
  FieldMap map;
  each_entry(root, faults, [&](const std::string& key, const Node& value) {
    return read_entry(map, key, value, faults);
  });
  if (map.name.empty()) faults.add(root, "`map` is missing");
  if (map.formats.empty()) faults.add(root, "`formats` is missing");
  if (map.product.empty() == map.kind.empty()) {
    faults.add(root, "exactly one of `product` and `kind` is needed");
  }
  if (map.locate[static_cast<std::size_t>(Part::time)].empty()) {
    faults.add(root, "`locate.time` is missing");
  }
  for (const auto& rule : map.categories) check_scope(map, rule.scope, root, faults);
  for (const auto& rule : map.derive) check_scope(map, rule.scope, root, faults);
  for (const auto& rule : map.accounts) {
    check_scope(map, rule.scope, root, faults);
    if (rule.name.empty()) faults.add(root, "an `account` rule has no `name`");
  }
  return map;
}

}  // namespace

FieldMaps::FieldMaps() : impl_(std::make_unique<const Impl>()) {}
FieldMaps::~FieldMaps() = default;
FieldMaps::FieldMaps(FieldMaps&&) noexcept = default;
FieldMaps& FieldMaps::operator=(FieldMaps&&) noexcept = default;

namespace {

/// Reads one file into `impl`.
void read_file(const std::string& name, const std::string& text, bool is_user,
               FieldMaps::Impl& impl, Faults& faults) {
  faults.file(name);
  const auto root = yaml::read_document(text, name);
  if (!root) {
    faults.add(root.error());
  } else if (root->find("sources") != nullptr) {
    read_sources(*root, impl.sources, faults);
  } else if (is_user) {
    faults.add(*root, "`sources` is missing");
  } else {
    impl.maps.push_back(read_map(*root, faults));
  }
}

}  // namespace

Result<FieldMaps> load_field_maps(const std::vector<std::pair<std::string, std::string>>& shipped,
                                  const std::vector<std::pair<std::string, std::string>>& users) {
  auto sorted = shipped;
  std::ranges::sort(sorted);
  Faults faults;
  auto impl = std::make_unique<FieldMaps::Impl>();
  for (const auto& [name, text] : users) read_file(name, text, true, *impl, faults);
  impl->user_sources = impl->sources.size();
  for (const auto& [name, text] : sorted) read_file(name, text, false, *impl, faults);
  if (!faults.none()) return faults.error();
  impl->index();
  FieldMaps result;
  result.impl_ = std::move(impl);
  return result;
}

}  // namespace interdict::normalize
