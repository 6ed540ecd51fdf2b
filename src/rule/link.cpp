#include "rule/link.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>

#include "rule/filter.hpp"

namespace interdict::rule {
namespace {

/// A document by its place in the library.
struct Target {
  Member member;
  const Metadata* metadata = nullptr;
};
using Names = std::multimap<std::string_view, Target>;

Diagnostic diagnostic_of(const Code& code, const Metadata& metadata, Position position,
                         std::size_t length, std::string message) {
  Diagnostic out;
  out.severity = code.severity;
  out.code = code.id;
  out.message = std::move(message);
  out.line = position.line;
  out.column = position.column;
  out.length = static_cast<std::uint32_t>(std::max<std::size_t>(length, 1));
  out.rule_id = metadata.id;
  return out;
}

void forget_places(Metadata& metadata) {
  metadata.path.clear();
  metadata.position = {};
}
Rule without_places(Rule rule) {
  forget_places(rule);
  for (SearchIdentifier& identifier : rule.identifiers) {
    identifier.position = {};
    for (auto& items : identifier.alternatives)
      for (Item& item : items) item.position = {};
  }
  return rule;
}
Correlation without_places(Correlation correlation) {
  forget_places(correlation);
  for (Reference& reference : correlation.rules) {
    reference.position = {};
    if (reference.text.starts_with('\0')) reference.text.clear();  // of a legacy aggregation
  }
  return correlation;
}

class Linker {
 public:
  explicit Linker(Library library) : library_(std::move(library)) {}

  Linked run() {
    take_own_rules();
    drop_repeats(library_.rules, library_.correlations);
    apply_filters();
    index_names();
    for (const Correlation& correlation : library_.correlations) resolve(correlation);
    order();
    for (Rule& rule : library_.rules) out_.rules.push_back({std::move(rule), false});
    std::ranges::stable_sort(out_.diagnostics, [](const auto& left, const auto& right) {
      return std::tie(left.path, left.diagnostic.line, left.diagnostic.column) <
             std::tie(right.path, right.diagnostic.line, right.diagnostic.column);
    });
    return std::move(out_);
  }

 private:
  void report(const Code& code, const Metadata& metadata, Position position, std::size_t length,
              std::string message) {
    out_.diagnostics.push_back(
        {metadata.path, diagnostic_of(code, metadata, position, length, std::move(message))});
  }

  /// The rule inside of a legacy aggregation becomes one of the library, under a name that no
  /// document can give.
  void take_own_rules() {
    std::size_t number = 0;
    for (Correlation& correlation : library_.correlations) {
      for (Rule& rule : correlation.own_rules) {
        rule.name = std::string("\0own ", 5) + std::to_string(number++);
        rule.id.clear();
        correlation.rules.push_back({rule.name, correlation.position});
        library_.rules.push_back(std::move(rule));
      }
      correlation.own_rules.clear();
    }
  }

  template <class Document>
  void drop_repeats_of(std::vector<Document>& documents,
                       std::map<std::string, const Metadata*>& known) {
    std::map<std::string, std::size_t> first;
    std::vector<Document> kept;
    kept.reserve(documents.size());
    for (Document& document : documents) {
      if (document.id.empty()) {
        kept.push_back(std::move(document));
        continue;
      }
      const auto same = first.find(document.id);
      if (same != first.end() || known.contains(document.id)) {
        const bool repeated =
            same != first.end() && without_places(document) == without_places(kept[same->second]);
        const Metadata& other = same != first.end()
                                    ? static_cast<const Metadata&>(kept[same->second])
                                    : *known.at(document.id);
        report(repeated ? kRepeatedDocument : kDuplicateId, document, document.position, 1,
               std::string(repeated ? "the same document" : "another document with this id") +
                   " stands in " + other.path + ":" + std::to_string(other.position.line));
        continue;
      }
      first.emplace(document.id, kept.size());
      kept.push_back(std::move(document));
    }
    documents = std::move(kept);
    for (const Document& document : documents)
      if (!document.id.empty()) known.emplace(document.id, &document);
  }

  void drop_repeats(std::vector<Rule>& rules, std::vector<Correlation>& correlations) {
    std::map<std::string, const Metadata*> known;
    drop_repeats_of(rules, known);
    drop_repeats_of(correlations, known);
  }

  [[nodiscard]] static bool names(const Reference& reference, const Rule& rule) {
    return (!rule.id.empty() && reference.text == rule.id) ||
           (!rule.name.empty() && reference.text == rule.name);
  }
  [[nodiscard]] static bool source_contains(const LogsourceSpec& rule,
                                            const LogsourceSpec& wanted) {
    const auto covers = [](const std::string& has, const std::string& needs) {
      return needs.empty() || has == needs;
    };
    return covers(rule.category, wanted.category) && covers(rule.product, wanted.product) &&
           covers(rule.service, wanted.service) &&
           std::ranges::all_of(wanted.custom, [&](const auto& attribute) {
             return std::ranges::find(rule.custom, attribute) != rule.custom.end();
           });
  }

  /// A rule may get several filters: their AND is the same in any order.
  void apply_filters() {
    for (const Filter& filter : library_.filters) {
      bool used = false;
      for (Rule& rule : library_.rules) {
        const bool wanted = filter.any || std::ranges::any_of(filter.rules, [&](const auto& one) {
                              return names(one, rule);
                            });
        if (!wanted || !source_contains(rule.logsource, filter.body.logsource)) continue;
        apply_filter(filter, rule);
        used = true;
      }
      if (!used)
        report(kFilterUnused, filter.body, filter.body.position, 1,
               "the filter applies to none of the rules that were given");
    }
  }

  void index_names() {
    const auto add = [this](const Metadata& metadata, Member member) {
      if (!metadata.id.empty()) names_.emplace(metadata.id, Target{member, &metadata});
      if (!metadata.name.empty() && metadata.name != metadata.id)
        names_.emplace(metadata.name, Target{member, &metadata});
    };
    for (std::size_t i = 0; i < library_.rules.size(); ++i) add(library_.rules[i], {false, i});
    for (std::size_t i = 0; i < library_.correlations.size(); ++i)
      add(library_.correlations[i], {true, i});
  }

  void resolve(const Correlation& correlation) {
    std::vector<Member> members;
    bool good = true;
    for (const Reference& reference : correlation.rules) {
      const auto [begin, end] = names_.equal_range(reference.text);
      const auto found = std::distance(begin, end);
      if (found == 1) {
        members.push_back(begin->second.member);
        continue;
      }
      good = false;
      report(found == 0 ? kUnknownReference : kAmbiguousReference, correlation, reference.position,
             reference.text.size(),
             found == 0
                 ? "no rule with the id or name `" + reference.text + "` was loaded"
                 : std::to_string(found) + " documents have the name `" + reference.text + "`");
    }
    check_aliases(correlation, members, good);
    members_.push_back(good ? std::optional(std::move(members)) : std::nullopt);
  }

  void check_aliases(const Correlation& correlation, const std::vector<Member>& members,
                     bool good) {
    if (!good) return;
    for (const Alias& alias : correlation.aliases) {
      for (std::size_t i = 0; i < members.size(); ++i) {
        const Metadata& member =
            members[i].is_correlation
                ? static_cast<const Metadata&>(library_.correlations[members[i].index])
                : library_.rules[members[i].index];
        const bool said = std::ranges::any_of(alias.fields, [&](const auto& field) {
          return field.first == correlation.rules[i].text || field.first == member.name ||
                 (!member.id.empty() && field.first == member.id);
        });
        if (said || members[i].is_correlation) continue;
        report(kAliasIncomplete, correlation, correlation.rules[i].position,
               correlation.rules[i].text.size(),
               "alias `" + alias.name + "` says nothing of `" + correlation.rules[i].text +
                   "`: its events are not counted where the alias is needed");
      }
    }
  }

  enum class Mark : std::uint8_t { fresh, open, good, bad };

  /// Depth first, without recursion: a chain may be as long as there are documents.
  void order() {
    std::vector<Mark> marks(members_.size(), Mark::fresh);
    std::vector<std::size_t> place(members_.size());
    chain_.resize(members_.size());
    struct Frame {
      std::size_t index;
      std::size_t next = 0;
    };
    for (std::size_t root = 0; root < members_.size(); ++root) {
      std::vector<Frame> stack;
      if (marks[root] == Mark::fresh) stack.push_back({root});
      while (!stack.empty()) {
        Frame& frame = stack.back();
        const std::size_t at = frame.index;
        if (frame.next == 0) marks[at] = Mark::open;
        const bool resolved = members_[at].has_value();
        if (resolved && frame.next < members_[at]->size()) {
          const Member member = (*members_[at])[frame.next++];
          if (!member.is_correlation) continue;
          if (marks[member.index] == Mark::open) report_cycle(at, frame.next - 1);
          if (marks[member.index] == Mark::fresh) stack.push_back({member.index});
          continue;
        }
        marks[at] = resolved && finish(at, marks) ? Mark::good : Mark::bad;
        if (marks[at] == Mark::good) place[at] = emit(at, place);
        stack.pop_back();
      }
    }
  }

  void report_cycle(std::size_t at, std::size_t member) {
    const Correlation& correlation = library_.correlations[at];
    const Reference& reference = correlation.rules[member];
    report(kCycle, correlation, reference.position, reference.text.size(),
           "`" + reference.text + "` refers back to this correlation");
  }

  /// True if all members are good; those that are bad for another reason than a cycle are named.
  bool finish(std::size_t at, const std::vector<Mark>& marks) {
    bool good = true;
    for (std::size_t i = 0; i < members_[at]->size(); ++i) {
      const Member member = (*members_[at])[i];
      if (!member.is_correlation || marks[member.index] == Mark::good) continue;
      good = false;
      if (marks[member.index] != Mark::bad) continue;
      const Correlation& correlation = library_.correlations[at];
      report(kUnknownReference, correlation, correlation.rules[i].position,
             correlation.rules[i].text.size(), "`" + correlation.rules[i].text + "` was refused");
    }
    std::size_t length = 1;
    for (const Member member : *members_[at])
      if (member.is_correlation) length = std::max(length, 1 + chain_[member.index]);
    chain_[at] = length;
    if (good && length > kMaxChain) {
      good = false;
      const Correlation& correlation = library_.correlations[at];
      report(kCorrelationLimit, correlation, correlation.position, 1,
             "correlations of correlations go deeper than " + std::to_string(kMaxChain));
    }
    return good;
  }

  std::size_t emit(std::size_t at, const std::vector<std::size_t>& place) {
    LinkedCorrelation linked;
    linked.correlation = library_.correlations[at];
    for (Member member : *members_[at]) {
      if (member.is_correlation) member.index = place[member.index];
      linked.members.push_back(member);
    }
    out_.correlations.push_back(std::move(linked));
    return out_.correlations.size() - 1;
  }

  Library library_;
  Linked out_;
  Names names_;
  std::vector<std::optional<std::vector<Member>>> members_;  ///< nothing: a reference failed
  std::vector<std::size_t> chain_;                           ///< by correlation: its depth
};

/// Who fires on its own: what no correlation refers to, or one with `generate` does.
void set_silence(Linked& linked) {
  std::vector<std::uint8_t> rules(linked.rules.size());
  std::vector<std::uint8_t> correlations(linked.correlations.size());
  constexpr std::uint8_t kUsed = 1;
  constexpr std::uint8_t kGenerated = 2;
  for (const LinkedCorrelation& one : linked.correlations) {
    const std::uint8_t mark = one.correlation.generate ? kUsed | kGenerated : kUsed;
    for (const Member& member : one.members) {
      auto& marks = member.is_correlation ? correlations : rules;
      marks[member.index] = static_cast<std::uint8_t>(marks[member.index] | mark);
    }
  }
  for (std::size_t i = 0; i < rules.size(); ++i) linked.rules[i].silent = rules[i] == kUsed;
  for (std::size_t i = 0; i < correlations.size(); ++i)
    linked.correlations[i].silent = correlations[i] == kUsed;
}

}  // namespace

Linked link(Library library) {
  Linked linked = Linker(std::move(library)).run();
  set_silence(linked);
  return linked;
}

void drop_rules(Linked& linked, const std::vector<bool>& bad) {
  std::vector<std::size_t> rule_place(linked.rules.size());
  std::vector<LinkedRule> rules;
  for (std::size_t i = 0; i < linked.rules.size(); ++i) {
    rule_place[i] = rules.size();
    if (!bad[i]) rules.push_back(std::move(linked.rules[i]));
  }
  std::vector<std::size_t> place(linked.correlations.size());
  std::vector<bool> dropped(linked.correlations.size());
  std::vector<LinkedCorrelation> kept;
  for (std::size_t i = 0; i < linked.correlations.size(); ++i) {
    LinkedCorrelation& one = linked.correlations[i];
    for (std::size_t k = 0; k < one.members.size(); ++k) {
      Member& member = one.members[k];
      const bool lost = member.is_correlation ? dropped[member.index] : bad[member.index];
      member.index = member.is_correlation ? place[member.index] : rule_place[member.index];
      if (!lost || dropped[i]) continue;
      dropped[i] = true;
      const Reference& reference = one.correlation.rules[k];
      linked.diagnostics.push_back(
          {one.correlation.path,
           diagnostic_of(kUnknownReference, one.correlation, reference.position,
                         reference.text.size(), "`" + reference.text + "` was refused")});
    }
    place[i] = kept.size();
    if (!dropped[i]) kept.push_back(std::move(one));
  }
  linked.rules = std::move(rules);
  linked.correlations = std::move(kept);
  set_silence(linked);
}

}  // namespace interdict::rule
