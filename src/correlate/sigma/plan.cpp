#include "correlate/sigma/plan.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <map>
#include <set>

#include "base/hash.hpp"
#include "base/unicode.hpp"

namespace interdict::correlate {

using rule::Member;

/// Builds the plan: walks every path from a correlation down to its base rules and says which
/// fields of those rules' events stand for its `group-by` and `field`.
class SigmaPlanner {
 public:
  SigmaPlanner(const rule::Linked& linked, FieldCatalogue& catalogue)
      : linked_(linked), catalogue_(catalogue) {}

  SigmaPlan run(const SigmaOptions& options) {
    plan_.null_group_ = options.null_group;
    plan_.feeds_.resize(linked_.rules.size());
    plan_.slots_.resize(linked_.rules.size());
    slot_index_.resize(linked_.rules.size());
    bases_.resize(linked_.correlations.size());
    for (std::size_t i = 0; i < linked_.correlations.size(); ++i) add(i);
    for (auto& feeds : plan_.feeds_) {
      std::ranges::sort(feeds, [](const auto& left, const auto& right) {
        return std::pair(left.correlation, right.position) <
               std::pair(right.correlation, left.position);
      });
    }
    return std::move(plan_);
  }

 private:
  void add(std::size_t index) {
    const rule::LinkedCorrelation& linked = linked_.correlations[index];
    const rule::Correlation& from = linked.correlation;
    SigmaCorrelation made;
    made.type = from.type;
    made.timespan_ns = from.timespan_ns;
    made.member_count = linked.members.size();
    made.bounds = from.bounds;
    made.percentile = from.percentile;
    if (from.expression) made.terms = rule::terms_of(*from.expression).value_or(made.terms);
    made.silent = linked.silent;
    plan_.correlations_.push_back(std::move(made));
    for (std::size_t position = 0; position < linked.members.size(); ++position) {
      const Member member = linked.members[position];
      std::set<std::size_t> bases;
      if (member.is_correlation) {
        bases = bases_[member.index];
        plan_.correlations_[member.index].parents.emplace_back(index, position);
      } else {
        bases = {member.index};
      }
      for (const std::size_t base : bases) {
        plan_.feeds_[base].push_back(
            {static_cast<std::uint32_t>(index), static_cast<std::uint32_t>(position),
             slot(base, names(index, position, base, from.group_by)),
             slot(base, names(index, position, base, from.values)), !member.is_correlation});
      }
      bases_[index].merge(bases);
    }
  }

  /// The base rule's names of the fields that member `position` of the correlation calls so.
  std::vector<std::string> names(std::size_t correlation, std::size_t position, std::size_t base,
                                 const std::vector<std::string>& fields) {
    std::vector<std::string> out;
    out.reserve(fields.size());
    for (const std::string& field : fields)
      out.push_back(resolve(correlation, position, base, field));
    return out;
  }

  std::string resolve(std::size_t correlation, std::size_t position, std::size_t base,
                      const std::string& field) {
    const rule::LinkedCorrelation& linked = linked_.correlations[correlation];
    const Member member = linked.members[position];
    std::string name = field;
    for (const rule::Alias& alias : linked.correlation.aliases) {
      if (alias.name != field) continue;
      const auto found = find_alias(alias, linked.correlation.rules[position].text, member, base);
      if (!found) return {};  // the alias says nothing of this rule: there is no such field
      name = *found;
      break;
    }
    if (!member.is_correlation) return name;
    const auto& below = linked_.correlations[member.index];
    for (std::size_t i = 0; i < below.members.size(); ++i) {
      const Member one = below.members[i];
      const bool leads_there =
          one.is_correlation ? bases_[one.index].contains(base) : one.index == base;
      if (leads_there) return resolve(member.index, i, base, name);
    }
    return name;
  }

  [[nodiscard]] std::optional<std::string> find_alias(const rule::Alias& alias,
                                                      const std::string& reference, Member member,
                                                      std::size_t base) const {
    const auto metadata = [this](Member one) -> const rule::Metadata& {
      if (one.is_correlation) return linked_.correlations[one.index].correlation;
      return linked_.rules[one.index].rule;
    };
    const auto named = [](const rule::Metadata& document, const std::string& name) {
      return name == document.name || (!document.id.empty() && name == document.id);
    };
    for (const auto& [name, field] : alias.fields)
      if (name == reference || named(metadata(member), name)) return field;
    for (const auto& [name, field] : alias.fields)
      if (named(metadata({false, base}), name)) return field;
    return std::nullopt;
  }

  std::uint32_t slot(std::size_t base, const std::vector<std::string>& fields) {
    const auto next = static_cast<std::uint32_t>(plan_.slots_[base].size());
    const auto [entry, is_new] = slot_index_[base].try_emplace(fields, next);
    if (is_new) {
      auto& ids = plan_.slots_[base].emplace_back();
      for (const std::string& field : fields)
        ids.push_back(field.empty() ? std::nullopt : catalogue_.intern(field));
    }
    return entry->second;
  }

  const rule::Linked& linked_;
  FieldCatalogue& catalogue_;
  SigmaPlan plan_;
  std::vector<std::map<std::vector<std::string>, std::uint32_t>> slot_index_;  ///< by rule
  std::vector<std::set<std::size_t>> bases_;  ///< by correlation: the rules below it
};

SigmaPlan SigmaPlan::create(const rule::Linked& linked, FieldCatalogue& catalogue,
                            const SigmaOptions& options) {
  return SigmaPlanner(linked, catalogue).run(options);
}

const SigmaPlan::Feed* SigmaPlan::feed(finding::RuleId rule, std::uint32_t correlation,
                                       std::uint32_t position) const {
  for (const Feed& one : feeds_[rule.value()])
    if (one.correlation == correlation && one.position == position) return &one;
  return nullptr;
}

void SigmaPlan::read(const EventBatch& batch, Row row, finding::RuleId rule,
                     std::vector<SlotValue>& out) const {
  for (const auto& fields : slots_[rule.value()]) {
    SlotValue value;
    value.present = true;
    std::string text;
    for (const auto& field : fields) {
      const auto cell = field ? batch.values(row, *field) : std::span<const Value>{};
      if (cell.empty()) value.present = false;
      for (const Value& one : cell) {
        const std::string folded = fold_case(one.text);
        text += std::to_string(folded.size()) + ':' + folded;
      }
      text += ';';
    }
    value.hash = hash64(text);
    if (fields.size() == 1 && fields.front()) {
      const auto number = number_of(batch.text(row, *fields.front()));
      value.numeric = number.has_value();
      value.number = number.value_or(0);
    }
    out.push_back(value);
  }
}

std::vector<std::pair<std::string, OwnedValue>> SigmaPlan::shown(
    const EventBatch& batch, Row row, finding::RuleId rule, const FieldCatalogue& catalogue) const {
  std::map<std::string, OwnedValue> out;
  for (const auto& fields : slots_[rule.value()]) {
    for (const auto& field : fields) {
      if (!field) continue;
      const auto cell = batch.values(row, *field);
      if (cell.empty()) continue;
      out.try_emplace(std::string(catalogue.name(*field)),
                      OwnedValue{std::string(cell.front().text), cell.front().type});
    }
  }
  return {out.begin(), out.end()};
}

std::optional<double> number_of(std::string_view text) {
  if (text.starts_with("0x") || text.starts_with("0X")) {
    std::uint64_t whole = 0;
    const auto [end, error] =
        std::from_chars(text.data() + 2, text.data() + text.size(), whole, 16);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return static_cast<double>(whole);
  }
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (!(number <= std::numeric_limits<double>::max() &&
        number >= std::numeric_limits<double>::lowest()))
    return std::nullopt;  // infinite or not a number
  return number;
}

}  // namespace interdict::correlate
