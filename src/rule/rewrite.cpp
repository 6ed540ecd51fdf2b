#include "rule/rewrite.hpp"

#include <algorithm>
#include <regex>
#include <set>

#include "rule/pattern.hpp"

namespace interdict::rule {
namespace {

using CType = RewriteCondition::Type;
using RType = Rewrite::Type;

constexpr std::size_t kMaxRegexInput = 8192;  ///< longer values are left as they are

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}
std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return out;
}

bool matches(const std::string& pattern, const std::string& text) {
  if (text.size() > kMaxRegexInput) return false;
  try {
    return std::regex_search(text, std::regex(pattern));
  } catch (const std::regex_error&) {  // too complex for this text
    return false;
  }
}

/// An item while it is rewritten, with the ids of what was applied to it.
struct Work {
  Item item;
  std::set<std::string> applied;
};

class Rewriter {
 public:
  explicit Rewriter(Rule& rule) : rule_(rule) {}

  std::optional<std::string> run(const std::vector<RewritePipeline>& pipelines) {
    for (const RewritePipeline& pipeline : pipelines)
      for (const Rewrite& one : pipeline.rewrites) {
        apply(one);
        if (failure_) return failure_;
      }
    return std::nullopt;
  }

 private:
  void apply(const Rewrite& one) {
    if (!holds(one.rule, [&](const RewriteCondition& test) { return rule_holds(test); })) return;
    switch (one.type) {
      case RType::nest:
        for (const Rewrite& inner : one.nested)
          if (!failure_) apply(inner);
        break;
      case RType::rule_failure:
        failure_ = one.text;
        return;
      case RType::change_logsource:
        rule_.logsource = one.source;
        break;
      case RType::set_state:
        state_[one.pattern] = one.text;
        break;
      case RType::add_condition:
        add_condition(one);
        break;
      default:
        rewrite_items(one);
        break;
    }
    if (!one.id.empty()) applied_.insert(one.id);
  }

  template <class Test>
  static bool holds(const RewriteConditions& conditions, Test test) {
    if (conditions.list.empty()) return !conditions.negated;
    const bool result = conditions.any ? std::ranges::any_of(conditions.list, test)
                                       : std::ranges::all_of(conditions.list, test);
    return result != conditions.negated;
  }

  bool rule_holds(const RewriteCondition& test) const {
    switch (test.type) {
      case CType::logsource: {
        const auto fits = [](const std::string& wanted, const std::string& has) {
          return wanted.empty() || wanted == has;
        };
        return fits(test.source.category, rule_.logsource.category) &&
               fits(test.source.product, rule_.logsource.product) &&
               fits(test.source.service, rule_.logsource.service);
      }
      case CType::contains_field:
        return any_item([&](const Item& item) { return item.field == test.field; });
      case CType::contains_item:
        return any_item([&](const Item& item) {
          return item.field == test.field && any_text(item, [&](const std::string& text) {
                   return lower(text) == lower(test.value);
                 });
        });
      case CType::applied:
        return applied_.contains(test.value);
      case CType::state:
        return state_holds(test);
      case CType::tag:
        return std::ranges::find(rule_.tags, test.value) != rule_.tags.end();
      case CType::attribute:
        return attribute(test.field) == test.value;
      case CType::always:
        return true;
      default:
        return false;
    }
  }

  bool state_holds(const RewriteCondition& test) const {
    const auto found = state_.find(test.field);
    return found != state_.end() && found->second == test.value;
  }

  std::string attribute(const std::string& name) const {
    if (name == "title") return rule_.title;
    if (name == "id") return rule_.id;
    if (name == "name") return rule_.name;
    if (name == "status") return rule_.status;
    if (name == "author") return rule_.author;
    if (name == "level") return rule_.level ? std::string(to_string(*rule_.level)) : std::string();
    return {};
  }

  template <class Test>
  bool any_item(Test test) const {
    for (const auto& identifier : rule_.identifiers)
      for (const auto& items : identifier.alternatives)
        if (std::ranges::any_of(items, test)) return true;
    return false;
  }

  template <class Test>
  static bool any_text(const Item& item, Test test) {
    for (const auto& expansions : item.values)
      for (const Matcher& matcher : expansions)
        if (const auto* pattern = std::get_if<Pattern>(&matcher.value))
          if (test(to_sigma(*pattern))) return true;
    return false;
  }

  bool item_holds(const Work& work, const RewriteCondition& test) const {
    switch (test.type) {
      case CType::match_string: {
        const auto hit = [&](const std::string& text) { return matches(test.pattern, text); };
        if (!test.all) return any_text(work.item, hit);
        return !any_text(work.item, [&](const std::string& text) { return !hit(text); });
      }
      case CType::is_null:
        return std::ranges::any_of(work.item.values, [](const auto& expansions) {
          return std::holds_alternative<std::monostate>(expansions.front().value);
        });
      case CType::include_fields:
      case CType::exclude_fields: {
        const bool in = std::ranges::any_of(test.names, [&](const std::string& name) {
          return test.regex ? matches(name, work.item.field) : name == work.item.field;
        });
        return in == (test.type == CType::include_fields);
      }
      case CType::applied:
        return work.applied.contains(test.value);
      case CType::state:
        return state_holds(test);
      default:
        return rule_holds(test);
    }
  }

  /// Every AND of items becomes one or more: a field that maps to several is an OR.
  void rewrite_items(const Rewrite& one) {
    std::size_t total = 0;
    for (SearchIdentifier& identifier : rule_.identifiers) {
      std::vector<std::vector<Item>> alternatives;
      for (std::vector<Item>& items : identifier.alternatives) {
        std::vector<std::vector<Item>> made = {{}};
        for (Item& item : items) {
          const std::vector<std::vector<Item>> choices = rewrite(one, std::move(item));
          if (choices.empty()) continue;  // dropped
          std::vector<std::vector<Item>> longer;
          for (const auto& head : made)
            for (const auto& choice : choices) {
              total += head.size() + choice.size();
              if (total > kMaxRewrittenItems) {
                failure_ = "the pipelines make the rule too large";
                return;
              }
              auto joined = head;
              joined.insert(joined.end(), choice.begin(), choice.end());
              longer.push_back(std::move(joined));
            }
          made = std::move(longer);
        }
        for (auto& alternative : made)
          if (!alternative.empty()) alternatives.push_back(std::move(alternative));
      }
      identifier.alternatives = std::move(alternatives);
    }
    const bool emptied = std::ranges::any_of(
        rule_.identifiers, [](const auto& identifier) { return identifier.alternatives.empty(); });
    if (emptied && !failure_) failure_ = "a search identifier has no items left";
  }

  /// The choices (OR) of items (AND) that stand for the item; none: it is dropped.
  std::vector<std::vector<Item>> rewrite(const Rewrite& one, Item item) {
    const auto key = key_of(item);
    Work work{std::move(item), applied_to_[key]};
    const auto test = [&](const RewriteCondition& condition) {
      return item_holds(work, condition);
    };
    if (failure_ || !holds(one.item, test) || !holds(one.field, test)) return {{work.item}};
    if (!one.id.empty()) applied_to_[key].insert(one.id);
    if (one.type == RType::drop_item) return {};
    if (one.type == RType::item_failure) {
      failure_ = one.text;
      return {};
    }
    std::vector<std::vector<Item>> out;
    rename_references(one, work.item);
    if (const auto names = renamed(one, work.item.field)) {
      for (const std::string& name : *names) {
        Item made = work.item;
        made.field = name;
        applied_to_[key_of(made)] = applied_to_[key];
        // NOT (a or b) is (NOT a) and (NOT b).
        if (made.negated && !out.empty())
          out.front().push_back(std::move(made));
        else
          out.push_back({std::move(made)});
      }
      return out;
    }
    rewrite_values(one, work.item);
    return {{std::move(work.item)}};
  }

  static std::string key_of(const Item& item) {
    return item.field + '\n' + std::to_string(item.position.line) + ':' +
           std::to_string(item.position.column);
  }

 public:
  /// The new names of a field; nothing if the rewrite is not about names.
  static std::optional<std::vector<std::string>> renamed(const Rewrite& one,
                                                         const std::string& field) {
    if (field.empty()) return std::nullopt;
    switch (one.type) {
      case RType::field_name_mapping:
        for (const auto& [from, to] : one.mapping)
          if (from == field) return to;
        return std::vector{field};
      case RType::field_name_prefix_mapping:
        for (const auto& [from, to] : one.mapping) {
          if (!field.starts_with(from)) continue;
          std::vector<std::string> names;
          for (const std::string& prefix : to) names.push_back(prefix + field.substr(from.size()));
          return names;
        }
        return std::vector{field};
      case RType::field_name_prefix:
        return std::vector{one.text + field};
      case RType::field_name_suffix:
        return std::vector{field + one.text};
      default:
        return std::nullopt;
    }
  }

 private:
  /// A value that names another field follows that field; of several new names, the first.
  static void rename_references(const Rewrite& one, Item& item) {
    for (auto& expansions : item.values)
      for (Matcher& matcher : expansions)
        if (auto* name = std::get_if<FieldName>(&matcher.value))
          if (const auto names = renamed(one, name->text); names && !names->empty())
            name->text = names->front();
  }

  void rewrite_values(const Rewrite& one, Item& item) {
    for (auto& expansions : item.values) {
      std::vector<Matcher> made;
      for (Matcher& matcher : expansions) rewrite_value(one, std::move(matcher), made);
      expansions = std::move(made);
    }
  }

  void rewrite_value(const Rewrite& one, Matcher matcher, std::vector<Matcher>& out) {
    if (one.type == RType::set_value) {
      matcher = Matcher{};
      matcher.value = *one.value;
      out.push_back(std::move(matcher));
      return;
    }
    const auto* pattern = std::get_if<Pattern>(&matcher.value);
    if (pattern == nullptr) {
      out.push_back(std::move(matcher));
      return;
    }
    const std::string written = to_sigma(*pattern);
    std::vector<std::string> texts = {written};
    if (one.type == RType::replace_string && written.size() <= kMaxRegexInput) {
      try {
        texts = {std::regex_replace(written, std::regex(one.pattern), ecma(one.text))};
      } catch (const std::regex_error&) {  // too complex for this text: it stays
      }
    } else if (one.type == RType::map_string) {
      for (const auto& [from, to] : one.mapping)
        if (from == written) texts = to;
    } else if (one.type == RType::case_of_values) {
      texts = {one.text == "lower" ? lower(written) : upper(written)};
    }
    for (const std::string& text : texts) {
      Matcher made = matcher;
      made.value = parse_pattern(text);
      out.push_back(std::move(made));
    }
  }

  /// Python writes groups as `\1`, this library as `$1`.
  static std::string ecma(const std::string& replacement) {
    std::string out;
    for (std::size_t i = 0; i < replacement.size(); ++i) {
      const bool group = replacement[i] == '\\' && i + 1 < replacement.size() &&
                         replacement[i + 1] >= '0' && replacement[i + 1] <= '9';
      if (group)
        out += '$';
      else if (replacement[i] == '$')
        out += "$$";
      else
        out += replacement[i];
    }
    return out;
  }

  void add_condition(const Rewrite& one) {
    const auto index = static_cast<std::uint32_t>(rule_.identifiers.size());
    SearchIdentifier added = one.identifiers.front();
    added.name = "added " + std::to_string(index);
    rule_.identifiers.push_back(std::move(added));
    Condition tree;
    tree.index = index;
    if (one.negated) {
      Condition negation;
      negation.kind = Condition::Kind::negation;
      negation.children.push_back(std::move(tree));
      tree = std::move(negation);
    }
    for (Condition& condition : rule_.conditions) {
      Condition joined;
      joined.kind = Condition::Kind::conjunction;
      joined.children = {tree, std::move(condition)};
      condition = std::move(joined);
    }
  }

  Rule& rule_;
  std::set<std::string> applied_;
  std::map<std::string, std::set<std::string>> applied_to_;
  std::map<std::string, std::string> state_;
  std::optional<std::string> failure_;
};

}  // namespace

std::optional<std::string> apply_pipelines(const std::vector<RewritePipeline>& pipelines,
                                           Rule& rule) {
  return Rewriter(rule).run(pipelines);
}

std::optional<std::string> apply_pipelines(const std::vector<RewritePipeline>& pipelines,
                                           Correlation& correlation) {
  const auto is_alias = [&](const std::string& field) {
    return std::ranges::any_of(correlation.aliases,
                               [&](const Alias& alias) { return alias.name == field; });
  };
  std::vector<std::string*> fields;
  for (auto* list : {&correlation.group_by, &correlation.values})
    for (std::string& field : *list)
      if (!is_alias(field)) fields.push_back(&field);
  for (Alias& alias : correlation.aliases)
    for (auto& [name, field] : alias.fields) fields.push_back(&field);
  for (const RewritePipeline& pipeline : pipelines)
    for (const Rewrite& one : pipeline.rewrites) {
      if (!one.rule.list.empty() || !one.item.list.empty() || !one.field.list.empty()) continue;
      for (std::string* field : fields) {
        const auto names = Rewriter::renamed(one, *field);
        if (!names) continue;
        if (names->size() != 1) return "field `" + *field + "` of the correlation becomes several";
        *field = names->front();
      }
    }
  return std::nullopt;
}

}  // namespace interdict::rule
