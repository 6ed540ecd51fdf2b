#include "detect/predicates.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/unicode.hpp"
#include "detect/one_value.hpp"
#include "match/cidr.hpp"

namespace interdict::detect {
namespace {

/// The outermost `length` (at most 8) bytes of `text` as a number.
std::uint64_t edge_key(std::string_view text, std::size_t length, bool at_end) {
  std::uint64_t key = 0;
  const auto part = at_end ? text.substr(text.size() - length) : text.substr(0, length);
  for (const char c : part) key = key << 8U | static_cast<unsigned char>(c);
  return key;
}

constexpr std::size_t kFolded = match::TextForm{.folded = true, .dashes = false}.index();

/// The integer that equals `number`, if one of 64 bits does.
std::optional<std::int64_t> as_integer(const Number& number) {
  if (const auto* integer = std::get_if<std::int64_t>(&number)) return *integer;
  const double real = std::get<double>(number);
  if (!(real >= -9223372036854775808.0 && real < 9223372036854775808.0)) return std::nullopt;
  if (std::trunc(real) != real) return std::nullopt;
  return static_cast<std::int64_t>(real);
}

/// The text of a pattern that is one literal, whatever stands around it; else nothing.
std::optional<std::string_view> single_literal(const match::Pattern& pattern) {
  const auto segments = pattern.segments();
  if (segments.size() != 1 || segments.front().size() != 1) return std::nullopt;
  const auto& part = segments.front().front();
  if (part.kind != match::PatternPart::Kind::literal) return std::nullopt;
  return part.text;
}

/// Marks a test that is known to hold. There are fewer tests than that: each takes memory.
constexpr std::uint32_t kHolds = std::uint32_t{1} << 31U;

/// Nothing but one literal, anywhere in the text.
bool is_contains(const match::Pattern& pattern) {
  return pattern.open_start() && pattern.open_end() && single_literal(pattern).has_value();
}

void append(const std::vector<TestId>& from, std::vector<TestId>& to) {
  to.insert(to.end(), from.begin(), from.end());
}

}  // namespace

std::string_view longest_literal(const match::Pattern& pattern) {
  std::string_view longest;
  for (const auto& segment : pattern.segments()) {
    for (const auto& part : segment) {
      if (part.text.size() > longest.size()) longest = part.text;
    }
  }
  return longest;
}

void SlotPredicates::build(const Tables& tables, SlotId slot, const std::vector<TestId>& tests) {
  tables_ = &tables;
  slot_ = slot;
  for (const TestId id : tests) {
    const auto& how = tables.tests[id.value()].how;
    ++tests_;
    if (const auto* text = std::get_if<TextTest>(&how)) {
      add_text(id, *text);
    } else if (const auto* number = std::get_if<NumberTest>(&how)) {
      const auto integer = as_integer(number->number);
      if (integer) {
        integers_[*integer].push_back(id);
      } else {
        numbers_.push_back(id);
      }
    } else if (std::holds_alternative<OrderTest>(how)) {
      numbers_.push_back(id);
    } else if (std::holds_alternative<CidrTest>(how)) {
      networks_.push_back(id);
    } else if (const auto* regex = std::get_if<RegexTest>(&how)) {
      regexes_.push_back(id);
      regex_filter_.add(regex->regex, id.value());
    } else if (std::holds_alternative<BoolTest>(how) || std::holds_alternative<TimeTest>(how)) {
      others_.push_back(id);
    } else {
      --tests_;
    }
  }
  for (auto& form : forms_) form.literals.build();
  regex_filter_.build();
}

void SlotPredicates::add_text(TestId id, const TextTest& test) {
  const auto& pattern = test.pattern;
  auto& form = forms_[pattern.form().index()];
  form.used = true;
  if (pattern.segments().empty() && !pattern.open_start()) {
    form.whole[std::string()].push_back(id);
    return;
  }
  if (const auto literal = single_literal(pattern)) {
    const bool start = !pattern.open_start();
    const bool end = !pattern.open_end();
    const auto length = std::min(literal->size(), kMaxEdge);
    if (start && end) {
      form.whole[std::string(*literal)].push_back(id);
      return;
    }
    if (end && literal->starts_with('\\') && literal->rfind('\\') == 0) {
      form.last_component[std::string(*literal)].push_back(id);
      return;
    }
    if (start || end) {
      auto& edges = end ? form.ends : form.starts;
      edges[length][edge_key(*literal, length, end)].push_back(id);
      return;
    }
  }
  const auto literal = longest_literal(pattern);
  if (literal.empty()) {
    form.always.push_back(id);
  } else {
    form.literals.add(literal, id.value());
  }
}

bool SlotPredicates::holds(TestId id, std::string_view text_in_form) const {
  return std::get<TextTest>(tables_->tests[id.value()].how).pattern.matches(text_in_form);
}

void SlotPredicates::evaluate_edges(const Edges& edges, bool at_end, std::string_view text,
                                    std::vector<TestId>& out) const {
  for (std::size_t length = 1; length <= std::min(kMaxEdge, text.size()); ++length) {
    if (edges[length].empty()) continue;
    const auto found = edges[length].find(edge_key(text, length, at_end));
    if (found == edges[length].end()) continue;
    for (const TestId id : found->second) {
      if (holds(id, text)) out.push_back(id);
    }
  }
}

/// The tests of one form that are looked for by a literal.
void SlotPredicates::find_literals(std::size_t form_index, std::string_view text, Work& work,
                                   std::vector<TestId>& out) const {
  const auto& literals = forms_[form_index].literals;
  if (literals.empty()) return;
  work.candidates.clear();
  if (literals.spans_lines() || !LineMemo::suits(text)) {
    literals.search(text, work.seen, work.candidates);
  } else {
    // A literal stands in the text if it stands in one of its lines. What asks for no more is
    // answered by the line, and marked so.
    const auto find = [&](std::string_view line, std::vector<std::uint32_t>& ids) {
      literals.search(line, work.seen, ids);
      std::size_t kept = 0;
      for (const auto id : ids) {
        const auto& test = std::get<TextTest>(tables_->tests[id].how);
        if (!is_contains(test.pattern)) {
          ids[kept++] = id;
        } else if (test.pattern.matches(line)) {
          ids[kept++] = id | kHolds;
        }
      }
      ids.resize(kept);
    };
    for_each_line(text, [&](std::string_view line) {
      const auto ids = work.lines.found(memo_of(form_index), line, find);
      work.candidates.insert(work.candidates.end(), ids.begin(), ids.end());
    });
    std::ranges::sort(work.candidates);
    work.candidates.erase(std::unique(work.candidates.begin(), work.candidates.end()),
                          work.candidates.end());
  }
  for (const auto candidate : work.candidates) {
    const TestId id(candidate & ~kHolds);
    if ((candidate & kHolds) != 0 || holds(id, text)) out.push_back(id);
  }
}

void SlotPredicates::evaluate_texts(std::size_t form_index, std::string_view text, Work& work,
                                    std::vector<TestId>& out) const {
  const auto& form = forms_[form_index];
  if (!form.whole.empty()) {
    if (const auto found = form.whole.find(text); found != form.whole.end()) {
      append(found->second, out);
    }
  }
  if (!form.last_component.empty()) {
    const auto slash = text.rfind('\\');
    if (slash != std::string_view::npos) {
      const auto found = form.last_component.find(text.substr(slash));
      if (found != form.last_component.end()) append(found->second, out);
    }
  }
  evaluate_edges(form.starts, false, text, out);
  evaluate_edges(form.ends, true, text, out);
  for (const TestId id : form.always) {
    if (holds(id, text)) out.push_back(id);
  }
  find_literals(form_index, text, work, out);
}

void SlotPredicates::evaluate_regexes(std::string_view text, Work& work,
                                      std::vector<TestId>& out) const {
  if (regexes_.empty()) return;
  const auto search = [&](TestId id) {
    if (holds_for_text(tables_->tests[id.value()], text)) out.push_back(id);
  };
  if (!is_ascii(text)) {
    for (const TestId id : regexes_) search(id);
    return;
  }
  if (!forms_[kFolded].used) fold_case(text, work.folded);
  work.candidates.clear();
  if (regex_filter_.spans_lines() || !LineMemo::suits(work.folded)) {
    regex_filter_.candidates(work.folded, work.regexes, work.candidates);
  } else {
    work.literals.clear();
    const auto find = [&](std::string_view line, std::vector<std::uint32_t>& ids) {
      regex_filter_.literals_in(line, work.regexes, ids);
    };
    for_each_line(work.folded, [&](std::string_view line) {
      const auto ids = work.lines.found(memo_of(forms_.size()), line, find);
      work.literals.insert(work.literals.end(), ids.begin(), ids.end());
    });
    std::ranges::sort(work.literals);
    work.literals.erase(std::unique(work.literals.begin(), work.literals.end()),
                        work.literals.end());
    regex_filter_.candidates(work.literals, work.regexes, work.candidates);
  }
  for (const auto candidate : work.candidates) search(TestId(candidate));
}

void SlotPredicates::evaluate_numbers(std::string_view text, std::vector<TestId>& out) const {
  if (integers_.empty() && numbers_.empty()) return;
  const auto number = parse_number(text);
  // A NumberTest's own text reads back as its number, so text that is no number equals none; but a
  // rule may hold infinity, whose text is no number: those are in numbers_.
  if (number) {
    if (const auto integer = as_integer(*number)) {
      if (const auto found = integers_.find(*integer); found != integers_.end()) {
        append(found->second, out);
      }
    }
  }
  for (const TestId id : numbers_) {
    if (holds_for_text(tables_->tests[id.value()], text)) out.push_back(id);
  }
}

void SlotPredicates::evaluate(std::string_view text, Work& work, std::vector<TestId>& out) const {
  const auto first = static_cast<std::ptrdiff_t>(out.size());
  for (std::size_t i = 0; i < forms_.size(); ++i) {
    if (!forms_[i].used) continue;
    if (i == 0) {
      evaluate_texts(i, text, work, out);
    } else {
      auto& in_form = i == kFolded ? work.folded : work.text;
      match::to_form(text, {.folded = (i & 1U) != 0, .dashes = (i & 2U) != 0}, in_form);
      evaluate_texts(i, in_form, work, out);
    }
  }
  evaluate_regexes(text, work, out);
  evaluate_numbers(text, out);
  if (!networks_.empty()) {
    if (const auto address = match::parse_ip(text)) {
      for (const TestId id : networks_) {
        const auto& test = std::get<CidrTest>(tables_->tests[id.value()].how);
        if (test.network.contains(*address)) out.push_back(id);
      }
    }
  }
  for (const TestId id : others_) {
    if (holds_for_text(tables_->tests[id.value()], text)) out.push_back(id);
  }
  std::sort(out.begin() + first, out.end());
}

}  // namespace interdict::detect
