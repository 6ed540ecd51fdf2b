#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "detect/fast.hpp"
#include "detect/line_memo.hpp"
#include "detect/reference.hpp"
#include "detect/ruleset.hpp"
#include "event/batch.hpp"
#include "rule/ast.hpp"

/// Invented rules and events for the comparison of the two engines. Both are made of one small
/// vocabulary, so that rules fire often and miss narrowly: letters that fold to others and to
/// ASCII, dashes, path ends, wildcards, numbers written in several ways, addresses, times, several
/// lines, ill-formed UTF-8.
namespace interdict::detect_cases {

using rule::Condition;
using rule::Item;
using rule::Matcher;
using rule::Op;

/// Makes everything from `pick(n)`: a number below n (n > 0).
template <class Source>
class Cases {
 public:
  explicit Cases(Source& source) : source_(source) {}

  rule::Rule rule() {
    rule::Rule result;
    result.title = "generated";
    result.path = "generated.yml";
    result.logsource.product = std::string(word(kProducts));
    result.logsource.category = std::string(word(kCategories));
    const auto identifiers = 1 + pick(4);
    for (std::uint32_t i = 0; i < identifiers; ++i) {
      rule::SearchIdentifier identifier;
      identifier.name = "s" + std::to_string(i);
      const auto alternatives = 1 + pick(2);
      for (std::uint32_t a = 0; a < alternatives; ++a) {
        auto& items = identifier.alternatives.emplace_back();
        const auto count = 1 + pick(3);
        for (std::uint32_t n = 0; n < count; ++n) items.push_back(item());
      }
      result.identifiers.push_back(std::move(identifier));
    }
    const auto conditions = 1 + pick(8) / 7;
    for (std::uint32_t i = 0; i < conditions; ++i) {
      result.conditions.push_back(condition(identifiers, 3));
    }
    return result;
  }

  /// A batch of `rows` rows of one log source.
  std::unique_ptr<EventBatch> batch(FieldCatalogue& fields, std::size_t rows) {
    LogSource source;
    source.product = std::string(word(kProducts));
    const auto category = std::string(word(kCategories));
    if (!category.empty()) source.categories.push_back(category);
    auto result = std::make_unique<EventBatch>("in", std::move(source));
    for (std::size_t i = 0; i < rows; ++i) {
      const Row row = result->begin_row({}, "host", {});
      const auto values = pick(9);
      for (std::uint32_t n = 0; n < values; ++n) {
        // Rarely into an earlier row: batches need not be filled in order.
        const Row target = pick(256) == 255 ? static_cast<Row>(pick(row + 1U)) : row;
        const auto text = value_text();
        const bool null = pick(12) == 0;
        result->add(target, *fields.intern(word(kFields)),
                    null ? Value{{}, ValueType::null} : Value{text, ValueType::string});
      }
    }
    return result;
  }

 private:
  static constexpr std::array<std::string_view, 3> kProducts = {"", "windows", "linux"};
  static constexpr std::array<std::string_view, 3> kCategories = {"", "process", "file"};
  static constexpr std::array<std::string_view, 6> kFields = {"Image",  "Line", "Id",
                                                              "Parent", "Ip",   "Time"};
  static constexpr std::array<std::string_view, 40> kPieces = {"a",
                                                               "B",
                                                               "ab",
                                                               "cmd",
                                                               ".exe",
                                                               "\\",
                                                               "\\cmd.exe",
                                                               "\\CMD.EXE",
                                                               "\\a\\b.exe",
                                                               "/",
                                                               "-",
                                                               " -c ",
                                                               "\u2013",
                                                               "\u2014",
                                                               "\u2015",
                                                               "\u00e9",
                                                               "\u00c9",
                                                               "\u212a",
                                                               "\u017f",
                                                               "\u0130",
                                                               "k",
                                                               "s",
                                                               "i",
                                                               "ss",
                                                               "\u00df",
                                                               "\u1e9e",
                                                               "\u03c2",
                                                               "\u03a3",
                                                               "1",
                                                               "0",
                                                               "true",
                                                               "True",
                                                               "\xff",
                                                               "\xc5",
                                                               "\xe2\x84",
                                                               "powershell",
                                                               "sekurlsa::logon",
                                                               "SEKURLSA::",
                                                               "C:\\Windows\\",
                                                               " "};
  static constexpr std::array<std::string_view, 14> kNumbers = {
      "0",    "1",  "01", "1.0",  "1e0", "0x1",
      "0x10", "16", "-1", "4688", "1.5", "9223372036854775808",
      "inf",  "-0"};
  static constexpr std::array<std::string_view, 8> kAddresses = {
      "10.0.0.1", "10.0.0.1:445", "::ffff:10.0.0.1", "[fe80::1%12]:80",
      "fe80::1",  "192.168.1.1",  "10.0.0.256",      "localhost"};
  static constexpr std::array<std::string_view, 4> kTimes = {
      "2020-01-02T03:04:05Z", "2021-12-31 23:59:59.5", "2020-02-30T00:00:00Z", "1999-07-01"};
  static constexpr std::array<std::string_view, 7> kRegexes = {
      "a.*b", "^cmd", "\\.exe$", "(?i)CMD", "[0-9]+", "\\\\[a-z]+\\.exe", "k|\xc3\xa9"};
  static constexpr std::array<std::string_view, 5> kNetworks = {"10.0.0.0/8", "10.0.0.1/32",
                                                                "fe80::/10", "::/0", "0.0.0.0/0"};

  std::uint32_t pick(std::uint32_t n) { return source_.pick(n); }
  template <class List>
  std::string_view word(const List& list) {
    return list[pick(static_cast<std::uint32_t>(list.size()))];
  }

  std::string text(std::uint32_t most) {
    std::string result;
    const auto count = pick(most + 1);
    for (std::uint32_t i = 0; i < count; ++i) result += word(kPieces);
    return result;
  }

  std::string value_text() {
    switch (pick(8)) {
      case 0:
        return std::string(word(kNumbers));
      case 1:
        return std::string(word(kAddresses));
      case 2:
        return std::string(word(kTimes));
      case 3:
        return lines();
      default:
        return text(4);
    }
  }

  /// A long value of several lines, some of them as in another value.
  std::string lines() {
    std::string result = text(3);
    while (result.size() < detect::LineMemo::kMinText) {
      result += '\n';
      result += pick(2) == 0 ? std::string("Host = console; Version = 1") : text(6);
    }
    return result;
  }

  rule::Pattern pattern() {
    using Kind = rule::PatternPart::Kind;
    rule::Pattern result;
    const auto count = pick(4) == 0 ? pick(4) : 1;
    for (std::uint32_t i = 0; i < count; ++i) {
      const auto kind = pick(count > 1 ? 4 : 12);
      if (kind == 0) {
        result.parts.push_back({Kind::any, {}});
      } else if (kind == 1) {
        result.parts.push_back({Kind::one, {}});
      } else if (auto literal = pick(6) == 0 ? std::string(word(kNumbers)) : text(2);
                 !literal.empty()) {
        if (pick(256) == 255) literal.insert(pick(2) * literal.size(), 1, '\n');
        result.parts.push_back({Kind::literal, std::move(literal)});
      }
    }
    return result;
  }

  Matcher with(Op op, rule::MatchValue value) {
    Matcher result;
    result.op = op;
    result.value = std::move(value);
    return result;
  }

  rule::MatchValue number() {
    switch (pick(4)) {
      case 0:
        return 1.5;
      case 1:
        return 1.0;
      default: {
        static constexpr std::array<std::int64_t, 5> kIntegers = {0, 1, 16, -1, 4688};
        return kIntegers[pick(kIntegers.size())];
      }
    }
  }

  Matcher text_matcher() {
    static constexpr std::array<Op, 4> kOps = {Op::equals, Op::contains, Op::startswith,
                                               Op::endswith};
    auto result = with(kOps[pick(kOps.size())], pattern());
    result.cased = pick(4) == 0;
    result.windash = pick(5) == 0;
    return result;
  }

  Matcher keyword_matcher() {
    if (pick(8) == 0) return with(Op::regex, rule::RegexText{std::string(word(kRegexes))});
    if (pick(8) == 0) return with(Op::equals, number());
    auto result = text_matcher();
    result.op = Op::equals;
    return result;
  }

  Matcher field_matcher() {
    switch (pick(20)) {
      case 0: {
        auto result = with(Op::regex, rule::RegexText{std::string(word(kRegexes))});
        result.regex_flags.ignore_case = pick(2) == 0;
        return result;
      }
      case 1:
        return with(Op::cidr, rule::CidrText{std::string(word(kNetworks))});
      case 2:
        return with(Op::equals, number());
      case 3: {
        static constexpr std::array<Op, 4> kOrders = {Op::lt, Op::lte, Op::gt, Op::gte};
        return with(kOrders[pick(kOrders.size())], number());
      }
      case 4:
        return with(Op::exists, pick(2) == 0);
      case 5: {
        static constexpr std::array<Op, 4> kCompares = {Op::equals, Op::contains, Op::startswith,
                                                        Op::endswith};
        auto result = with(Op::fieldref, rule::FieldName{std::string(word(kFields))});
        result.compare = kCompares[pick(kCompares.size())];
        result.cased = pick(2) == 0;
        return result;
      }
      case 6: {
        static constexpr std::array<rule::TimePart, 3> kParts = {
            rule::TimePart::minute, rule::TimePart::hour, rule::TimePart::year};
        auto result = with(Op::time_part, std::int64_t{pick(2) == 0 ? 2020 : 3});
        result.part = kParts[pick(kParts.size())];
        result.compare = pick(2) == 0 ? Op::equals : Op::gte;
        return result;
      }
      case 7:
        return with(Op::equals, std::monostate{});
      case 8:
        return with(Op::equals, pick(2) == 0);
      default:
        return text_matcher();
    }
  }

  Item item() {
    Item result;
    const bool keyword = pick(10) == 0;
    if (!keyword) result.field = std::string(word(kFields));
    const auto count = 1 + pick(3);
    for (std::uint32_t i = 0; i < count; ++i) {
      std::vector<Matcher> expansions;
      const auto expanded = 1 + pick(8) / 7;
      for (std::uint32_t n = 0; n < expanded; ++n) {
        expansions.push_back(keyword ? keyword_matcher() : field_matcher());
      }
      result.values.push_back(std::move(expansions));
    }
    result.all = pick(4) == 0;
    result.negated = !keyword && pick(8) == 0;
    result.position.line = 1;
    return result;
  }

  Condition condition(std::uint32_t identifiers, std::uint32_t depth) {
    Condition result;
    const auto kind = pick(depth == 0 ? 3 : 8);
    if (kind == 1 || kind == 2) {
      result.kind = kind == 1 ? Condition::Kind::one_of : Condition::Kind::all_of;
      for (std::uint32_t i = 0; i < identifiers; ++i) {
        if (pick(2) == 0) result.indices.push_back(i);
      }
      if (result.indices.empty()) result.indices.push_back(pick(identifiers));
    } else if (kind == 3 || kind == 4) {
      result.kind = Condition::Kind::negation;
      result.children.push_back(condition(identifiers, depth - 1));
    } else if (kind >= 5) {
      result.kind = kind == 5 ? Condition::Kind::disjunction : Condition::Kind::conjunction;
      result.children.push_back(condition(identifiers, depth - 1));
      result.children.push_back(condition(identifiers, depth - 1));
    } else {
      result.index = pick(identifiers);
    }
    return result;
  }

  Source& source_;
};

/// What one comparison of the engines found.
struct Agreement {
  std::uint64_t comparisons = 0;  ///< rules that apply × rows
  std::uint64_t fired = 0;
  bool agree = true;
};

/// `rule_count` rules against `batch_count` batches of up to `max_rows` rows, by both engines; the
/// fast one keeps what it knows from batch to batch.
template <class Source>
Agreement compare_engines(Source& source, std::uint32_t rule_count, std::uint32_t batch_count,
                          std::uint32_t max_rows) {
  Agreement result;
  Cases<Source> cases(source);
  FieldCatalogue fields;
  detect::RuleSetBuilder builder(fields);
  for (std::uint32_t i = 0; i < rule_count; ++i) static_cast<void>(builder.add(cases.rule()));
  const auto rules = std::move(builder).build();
  const detect::FastRules fast_rules(rules);
  detect::FastMatcher matcher(fast_rules);
  detect::Scratch scratch;
  std::vector<detect::RowMatch> expected;
  std::vector<detect::RowMatch> found;
  for (std::uint32_t i = 0; i < batch_count; ++i) {
    const auto batch = cases.batch(fields, 1 + source.pick(max_rows));
    expected.clear();
    found.clear();
    detect::match_reference(rules, *batch, scratch, expected);
    matcher.match(*batch, found);
    result.comparisons += rules.applicable(batch->log_source()).size() * batch->size();
    result.fired += expected.size();
    result.agree = result.agree && found == expected;
  }
  return result;
}

}  // namespace interdict::detect_cases
