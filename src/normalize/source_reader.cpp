#include <algorithm>
#include <array>

#include "base/unicode.hpp"
#include "normalize/source_map.hpp"

namespace interdict::normalize {
namespace {

/// A source in a file of sources may nest no deeper: variants of variants end here.
constexpr int kMaxVariantDepth = 4;

/// A list of texts, or one.
std::vector<std::string> read_some(const Node& node, Faults& faults) {
  if (node.is_sequence()) return read_texts(node, faults);
  return {read_text(node, faults)};
}

Predicate read_predicate(const std::string& field, const Node& node, Faults& faults) {
  Predicate result;
  result.field = field;
  if (!node.is_map()) {
    if (node.is_scalar() && node.text() == "present") return result;
    result.op = Predicate::Op::equals;
    if (node.is_scalar() && node.text() == "absent") {
      result.op = Predicate::Op::absent;
      return result;
    }
    result.texts = read_some(node, faults);
    return result;
  }
  using Op = Predicate::Op;
  constexpr std::array<std::pair<std::string_view, Op>, 4> kOps = {
      {{"is", Op::equals}, {"starts", Op::starts}, {"ends", Op::ends}, {"contains", Op::contains}}};
  each_entry(node, faults, [&](const std::string& key, const Node& value) {
    const auto at = std::ranges::find(kOps, key, &std::pair<std::string_view, Op>::first);
    if (at == kOps.end()) return false;
    result.op = at->second;
    result.texts = read_some(value, faults);
    return true;
  });
  if (node.entries().size() != 1) faults.add(node, "one of `is`, `starts`, `ends`, `contains`");
  return result;
}

std::vector<Predicate> read_predicates(const Node& node, Faults& faults) {
  std::vector<Predicate> result;
  each_entry(node, faults, [&](const std::string& field, const Node& value) {
    result.push_back(read_predicate(field, value, faults));
    return true;
  });
  return result;
}

Condition read_condition(const Node& node, Faults& faults) {
  Condition result;
  if (!node.is_sequence()) return {read_predicates(node, faults)};
  for (const auto& item : node.items()) result.push_back(read_predicates(item, faults));
  return result;
}

void read_time_paths(const Node& node, SourceMap& source, Faults& faults) {
  auto& paths = source.map.locate[static_cast<std::size_t>(Part::time)];
  paths.clear();
  source.time_pairs.clear();
  for (auto& path : read_some(node, faults)) {
    const auto plus = path.find(" + ");
    if (plus == std::string::npos) {
      paths.push_back(std::move(path));
    } else {
      source.time_pairs.emplace_back(path.substr(0, plus), path.substr(plus + 3));
    }
  }
}

std::vector<Account> read_users(const Node& node, Faults& faults) {
  std::vector<Account> result;
  const auto one = [&](const Node& item) {
    Account account;
    if (item.is_map()) {
      each_entry(item, faults, [&](const std::string& key, const Node& value) {
        if (key == "name") {
          account.name = read_text(value, faults);
        } else if (key == "domain") {
          account.domain = read_text(value, faults);
        } else {
          return false;
        }
        return true;
      });
    } else {
      account.name = read_text(item, faults);
    }
    result.push_back(std::move(account));
  };
  if (node.is_sequence()) {
    for (const auto& item : node.items()) one(item);
  } else {
    one(node);
  }
  return result;
}

Nested read_nested(const Node& node, Faults& faults) {
  Nested result;
  if (!node.is_map()) {
    result.field = read_text(node, faults);
    return result;
  }
  each_entry(node, faults, [&](const std::string& key, const Node& value) {
    if (key == "field") {
      result.field = read_text(value, faults);
    } else if (key == "format") {
      result.format = read_text(value, faults);
    } else if (key == "prefix") {
      result.prefix = read_text(value, faults);
    } else if (key == "reselect") {
      result.reselect = value.as_bool().value_or(false);
    } else {
      return false;
    }
    return true;
  });
  if (result.field.empty()) faults.add(node, "`field` is missing");
  return result;
}

MessageTemplate read_template(const Node& node, Faults& faults) {
  const auto parse = [&](const Node& text) {
    auto parsed = parse_template(read_text(text, faults));
    if (!parsed) faults.add(text, parsed.error().message);
    return parsed.value_or(MessageTemplate{});
  };
  if (!node.is_map()) return parse(node);
  MessageTemplate result;
  std::vector<std::pair<std::string, std::string>> set;
  each_entry(node, faults, [&](const std::string& key, const Node& value) {
    if (key == "text") {
      result = parse(value);
    } else if (key == "set") {
      set = read_pairs(value, faults);
    } else {
      return false;
    }
    return true;
  });
  if (node.find("text") == nullptr) faults.add(node, "`text` is missing");
  result.set = std::move(set);
  return result;
}

Messages read_messages(const Node& node, Faults& faults) {
  Messages result;
  each_entry(node, faults, [&](const std::string& key, const Node& value) {
    if (key == "field") {
      result.field = read_text(value, faults);
    } else if (key == "when") {
      result.when = read_condition(value, faults);
    } else if (key == "templates") {
      if (!value.is_sequence()) faults.add(value, "list expected");
      for (const auto& item : value.items())
        result.templates.push_back(read_template(item, faults));
    } else {
      return false;
    }
    return true;
  });
  if (result.field.empty()) faults.add(node, "`field` is missing");
  return result;
}

/// `values` with folded keys; each value must be one of `words`.
std::vector<std::pair<std::string, std::string>> read_words(const Node& node,
                                                            std::span<const std::string_view> words,
                                                            Faults& faults) {
  auto result = read_pairs(node, faults);
  for (auto& [from, to] : result) {
    from = fold_case(from);
    if (std::ranges::find(words, to) == words.end()) faults.add(node, "unknown word `" + to + "`");
  }
  return result;
}

constexpr std::array<std::string_view, 5> kLevels = {"informational", "low", "medium", "high",
                                                     "critical"};
constexpr std::array<std::string_view, 4> kOutcomes = {"unknown", "succeeded", "blocked", "failed"};

std::vector<std::pair<double, std::string>> read_thresholds(const Node& node, Faults& faults) {
  std::vector<std::pair<double, std::string>> result;
  if (!node.is_map()) faults.add(node, "map expected");
  for (const auto& [key, value] : node.entries()) {
    if (!key.as_double()) faults.add(key, "number expected");
    if (std::ranges::find(kLevels, value.text()) == kLevels.end()) {
      faults.add(value, "unknown level `" + value.text() + "`");
    }
    result.emplace_back(key.as_double().value_or(0), value.text());
  }
  std::ranges::sort(result, std::greater<>{});
  return result;
}

AlertMap read_alert(const Node& node, Faults& faults) {
  AlertMap result;
  each_entry(node, faults, [&](const std::string& key, const Node& value) {
    if (key == "tool") {
      result.tool = read_text(value, faults);
    } else if (key == "id") {
      result.id = read_some(value, faults);
    } else if (key == "title") {
      result.title = read_some(value, faults);
    } else if (key == "severity") {
      result.severity = read_some(value, faults);
    } else if (key == "severity_values") {
      result.severity_values = read_words(value, kLevels, faults);
    } else if (key == "severity_at_least") {
      result.severity_at_least = read_thresholds(value, faults);
    } else if (key == "technique") {
      result.technique = read_some(value, faults);
    } else if (key == "outcome") {
      result.outcome = read_some(value, faults);
    } else if (key == "outcome_values") {
      result.outcome_values = read_words(value, kOutcomes, faults);
    } else if (key == "words") {
      result.words = read_some(value, faults);
    } else if (key == "flow") {
      result.flow = read_some(value, faults);
    } else {
      return false;
    }
    return true;
  });
  if (result.tool.empty()) faults.add(node, "`tool` is missing");
  if (result.title.empty()) faults.add(node, "`title` is missing");
  return result;
}

void read_source(const Node& node, SourceMap& source, int depth, Faults& faults);

template <class T>
void append(std::vector<T>& to, std::vector<T> more) {
  to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

/// What adds to the source that a variant is of comes first: it is more exact.
template <class T>
void prepend(std::vector<T>& to, std::vector<T> more) {
  to.insert(to.begin(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

bool read_paths(SourceMap& source, const std::string& key, const Node& value, Faults& faults) {
  auto& map = source.map;
  if (key == "formats") {
    map.formats = read_some(value, faults);
  } else if (key == "unwrap") {
    map.unwrap = read_some(value, faults);
  } else if (key == "time") {
    read_time_paths(value, source, faults);
  } else if (key == "host") {
    map.locate[static_cast<std::size_t>(Part::host)] = read_some(value, faults);
  } else if (key == "user") {
    map.accounts = read_users(value, faults);
  } else if (key == "prefixes") {
    prepend(map.prefixes, read_prefixes(value, faults));
  } else if (key == "rename") {
    for (auto& [from, to] : read_pairs(value, faults)) map.rename.insert_or_assign(from, to);
  } else if (key == "derive") {
    Derivation rule;
    each_entry(value, faults, [&](const std::string& name, const Node& field) {
      rule.fields.push_back(read_derived(name, field, faults));
      return true;
    });
    prepend(map.derive, {std::move(rule)});
  } else {
    return false;
  }
  return true;
}

bool read_meaning(SourceMap& source, const std::string& key, const Node& value, Faults& faults) {
  if (key == "source") {
    source.map.name = read_text(value, faults);
  } else if (key == "kind") {
    source.map.kind = read_text(value, faults);
  } else if (key == "product") {
    source.map.product = read_text(value, faults);
  } else if (key == "service") {
    source.service = read_text(value, faults);
  } else if (key == "categories") {
    append(source.categories, read_some(value, faults));
  } else if (key == "nested") {
    if (!value.is_sequence()) faults.add(value, "list expected");
    for (const auto& item : value.items()) source.nested.push_back(read_nested(item, faults));
  } else if (key == "messages") {
    if (!value.is_sequence()) faults.add(value, "list expected");
    for (const auto& item : value.items()) source.messages.push_back(read_messages(item, faults));
  } else if (key == "alert") {
    source.alert = read_alert(value, faults);
  } else {
    return false;
  }
  return true;
}

void read_variants(const Node& node, SourceMap& source, int depth, Faults& faults) {
  if (!node.is_sequence()) faults.add(node, "list expected");
  if (depth >= kMaxVariantDepth) {
    faults.add(node, "variants of variants of variants");
    return;
  }
  std::vector<SourceMap> variants;
  for (const auto& item : node.items()) {
    SourceMap variant = source;
    variant.when.clear();
    variant.variants.clear();
    variant.nested.clear();  // done by then
    variant.messages.clear();
    read_source(item, variant, depth + 1, faults);
    variants.push_back(std::move(variant));
  }
  source.variants = std::move(variants);
}

void read_source(const Node& node, SourceMap& source, int depth, Faults& faults) {
  const Node* variants = nullptr;
  each_entry(node, faults, [&](const std::string& key, const Node& value) {
    if (key == "when") {
      source.when = read_condition(value, faults);
    } else if (key == "variants") {
      variants = &value;  // they have all that the source says, wherever it says it
    } else {
      return read_paths(source, key, value, faults) || read_meaning(source, key, value, faults);
    }
    return true;
  });
  if (variants != nullptr) read_variants(*variants, source, depth, faults);
}

void finish(SourceMap& source, const Node& at, Faults& faults) {
  const auto& map = source.map;
  if (map.kind.empty()) faults.add(at, "`kind` is missing");
  if (map.formats.empty()) faults.add(at, "`formats` is missing");
  if (map.locate[static_cast<std::size_t>(Part::time)].empty() && source.time_pairs.empty()) {
    faults.add(at, "`time` is missing");
  }
  std::ranges::sort(source.categories);
  source.categories.erase(std::unique(source.categories.begin(), source.categories.end()),
                          source.categories.end());
  for (auto& variant : source.variants) finish(variant, at, faults);
}

}  // namespace

void read_sources(const Node& root, std::vector<SourceMap>& out, Faults& faults) {
  SourceMap shared;
  shared.map.unwrap = {"_source"};  // search engines' exports wrap the record in it
  const Node* list = nullptr;
  each_entry(root, faults, [&](const std::string& key, const Node& value) {
    if (key == "map") {
      static_cast<void>(read_text(value, faults));
    } else if (key == "sources") {
      list = &value;
    } else {
      return read_paths(shared, key, value, faults);
    }
    return true;
  });
  if (list == nullptr || !list->is_sequence()) {
    faults.add(root, "`sources` must be a list");
    return;
  }
  for (const auto& item : list->items()) {
    SourceMap source = shared;
    read_source(item, source, 0, faults);
    finish(source, item, faults);
    out.push_back(std::move(source));
  }
}

}  // namespace interdict::normalize
