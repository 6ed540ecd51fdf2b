#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

/// The Sigma rule as parsed: modifiers are already lowered, names resolved, nothing left to guess.
/// What each construct means is in docs/sigma.md.
namespace interdict::rule {

/// A place in the rule's file, 1-based; columns count bytes.
struct Position {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  friend bool operator==(const Position&, const Position&) = default;
};

/// One part of a Sigma string: text as it must stand, or a wildcard.
struct PatternPart {
  enum class Kind : std::uint8_t {
    literal,
    any,  ///< `*`: any number of characters, none included
    one,  ///< `?`: exactly one character (a code point, not a byte)
  };
  Kind kind = Kind::literal;
  std::string text{};  ///< UTF-8, escapes resolved, case as written; empty unless literal
  friend bool operator==(const PatternPart&, const PatternPart&) = default;
};

/// A Sigma string after the escape automaton. Empty = the empty string. Neighbouring literals and
/// neighbouring `any` are merged.
struct Pattern {
  std::vector<PatternPart> parts;

  [[nodiscard]] bool has_wildcard() const {
    for (const PatternPart& part : parts)
      if (part.kind != PatternPart::Kind::literal) return true;
    return false;
  }
  friend bool operator==(const Pattern&, const Pattern&) = default;
};

enum class Op : std::uint8_t {
  equals,      ///< the whole value; for a keyword item (no field) see Item::field
  contains,    ///< as if the pattern had `*` at both ends
  startswith,  ///< `*` at the end
  endswith,    ///< `*` at the start
  regex,       ///< unanchored search, case-sensitive unless RegexFlags::ignore_case
  cidr,        ///< the field is an address of that network; no address: false
  lt,          ///< numeric; a field that is no number: false
  lte,
  gt,
  gte,
  exists,     ///< the field is present, even if null or empty, is what `value` (a bool) says
  fieldref,   ///< against another field's value, by `compare`; either absent: false
  time_part,  ///< `part` of the field read as a time, by `compare` against the integer `value`
};

enum class TimePart : std::uint8_t { minute, hour, day, week, month, year };  ///< week: ISO 8601

struct RegexFlags {
  bool ignore_case = false;  ///< `i`
  bool multi_line = false;   ///< `m`: `^` and `$` also at line ends
  bool dot_all = false;      ///< `s`: `.` matches a line end too
  friend bool operator==(const RegexFlags&, const RegexFlags&) = default;
};

struct RegexText {
  std::string text;  ///< as written in the rule; Sigma escapes are not processed
  friend bool operator==(const RegexText&, const RegexText&) = default;
};
struct CidrText {
  std::string text;  ///< `10.0.0.0/8`, `fe80::/10`; checked: address, prefix, no host bits
  friend bool operator==(const CidrText&, const CidrText&) = default;
};
struct FieldName {
  std::string text;
  friend bool operator==(const FieldName&, const FieldName&) = default;
};

/// `std::monostate` is YAML null: the field is absent or null.
using MatchValue = std::variant<std::monostate, Pattern, std::int64_t, double, bool, RegexText,
                                CidrText, FieldName>;

/// One comparison of one field value.
///
/// | op | value |
/// |---|---|
/// | equals | monostate, Pattern, integer, double or bool |
/// | contains, startswith, endswith | Pattern |
/// | regex | RegexText | cidr | CidrText | fieldref | FieldName | exists | bool |
/// | lt, lte, gt, gte | integer or double | time_part | integer |
///
/// A number against a text compares numerically and by canonical text; a bool against a text
/// compares to true/false/1/0, letter case ignored.
struct Matcher {
  Op op = Op::equals;
  /// Letter case counts (`cased`, and what base64 produced). Otherwise simple case folding.
  bool cased = false;
  /// `-`, `/`, en dash, em dash and horizontal bar are one and the same character, in pattern and
  /// in value.
  bool windash = false;
  RegexFlags regex_flags{};
  /// fieldref: equals, contains, startswith, endswith. time_part: equals, lt, lte, gt, gte.
  Op compare = Op::equals;
  TimePart part = TimePart::minute;  ///< only for time_part
  MatchValue value{};
  friend bool operator==(const Matcher&, const Matcher&) = default;
};

/// One key of a search identifier's map, or keywords.
struct Item {
  /// Empty: keywords. Each matcher is tried on every value of the event and its whole message;
  /// `equals` with a pattern means that the text stands anywhere in it.
  std::string field{};
  bool all = false;      ///< the values are joined by AND instead of OR
  bool negated = false;  ///< `neq`: NOT of the whole item, so an absent field is a match
  /// Outer: the values in the rule's order. Inner: expansions of one value (base64offset), always
  /// OR. Neither is ever empty.
  std::vector<std::vector<Matcher>> values{};
  Position position{};  ///< of the key
  friend bool operator==(const Item&, const Item&) = default;
};

/// A named selection: OR over `alternatives`, each an AND over its items. None is empty.
struct SearchIdentifier {
  std::string name{};
  std::vector<std::vector<Item>> alternatives{};
  Position position{};
  friend bool operator==(const SearchIdentifier&, const SearchIdentifier&) = default;
};

/// A condition's tree. Identifiers are indices into Rule::identifiers.
struct Condition {
  enum class Kind : std::uint8_t {
    identifier,   ///< `index`
    negation,     ///< one child
    conjunction,  ///< two children or more
    disjunction,  ///< two children or more
    one_of,       ///< any of `indices`
    all_of,       ///< every one of `indices`
  };
  Kind kind = Kind::identifier;
  std::uint32_t index = 0;               ///< only for Kind::identifier
  std::vector<std::uint32_t> indices{};  ///< only for one_of and all_of; ascending, never empty
  std::vector<Condition> children{};
  friend bool operator==(const Condition&, const Condition&) = default;
};

/// What the event's source must satisfy; every attribute given counts, an empty one does not.
struct LogsourceSpec {
  std::string category;  ///< lower case, as the other two
  std::string product;
  std::string service;
  std::vector<std::pair<std::string, std::string>> custom;  ///< other keys, in the rule's order
  friend bool operator==(const LogsourceSpec&, const LogsourceSpec&) = default;
};

/// Sigma's levels, in order.
enum class Level : std::uint8_t { informational, low, medium, high, critical };
[[nodiscard]] constexpr std::string_view to_string(Level level) {
  constexpr std::string_view kNames[] = {"informational", "low", "medium", "high", "critical"};
  return kNames[static_cast<std::size_t>(level)];
}

/// What every kind of Sigma document may say about itself.
struct Metadata {
  std::string title{};
  std::string id{};    ///< as written; empty if the document has none
  std::string name{};  ///< empty if it has none
  std::string status{};
  std::string description{};
  std::string author{};
  std::string date{};      ///< `YYYY-MM-DD`; empty if absent
  std::string modified{};  ///< as `date`
  std::optional<Level> level{};
  std::vector<std::string> references{};
  std::vector<std::string> tags{};        ///< as written
  std::vector<std::string> techniques{};  ///< `T1059.001`, sorted, no repeats
  std::vector<std::string> tactics{};     ///< slugs with `-`, v18 or v19, sorted, no repeats
  std::vector<std::string> fields{};      ///< what the author wants shown
  bool has_false_positives = false;  ///< `falsepositives` says more than none, unknown or unlikely
  std::string path{};                ///< as the user gave it
  Position position{};               ///< where the document starts
  friend bool operator==(const Metadata&, const Metadata&) = default;
};

struct Rule : Metadata {
  LogsourceSpec logsource{};
  std::vector<SearchIdentifier> identifiers{};  ///< in the rule's order
  std::vector<Condition> conditions{};          ///< OR; never empty
  friend bool operator==(const Rule&, const Rule&) = default;
};

/// How a correlation or a filter names another document: by its `id` or its `name`.
struct Reference {
  std::string text{};
  Position position{};
  friend bool operator==(const Reference&, const Reference&) = default;
};

/// Specification, "Correlation types". `value_median` is a percentile of 50.
enum class CorrelationType : std::uint8_t {
  event_count,
  value_count,
  temporal,
  temporal_ordered,
  value_sum,
  value_avg,
  value_percentile,
};

enum class Comparison : std::uint8_t { gt, gte, lt, lte, eq, neq };

/// One criterion of a correlation's condition; several are joined by AND.
struct Bound {
  Comparison compare = Comparison::gte;
  double number = 0;
  [[nodiscard]] bool holds(double value) const {
    switch (compare) {
      case Comparison::gt:
        return value > number;
      case Comparison::gte:
        return value >= number;
      case Comparison::lt:
        return value < number;
      case Comparison::lte:
        return value <= number;
      case Comparison::eq:
        return value == number;
      case Comparison::neq:
        return value != number;
    }
    return false;
  }
  friend bool operator==(const Bound&, const Bound&) = default;
};

/// A field name that means another field in each of the correlated rules.
struct Alias {
  std::string name{};
  std::vector<std::pair<std::string, std::string>> fields{};  ///< (rule's id or name, its field)
  friend bool operator==(const Alias&, const Alias&) = default;
};

/// No timespan: all of the input is one window (a legacy aggregation without `timeframe`).
inline constexpr std::int64_t kWholeInput = INT64_MAX / 4;

struct Correlation : Metadata {
  CorrelationType type = CorrelationType::event_count;
  std::vector<Reference> rules{};  ///< in order; never empty after linking, no repeats
  std::vector<std::string> group_by{};
  std::int64_t timespan_ns = 0;
  std::vector<Bound> bounds{};            ///< AND; empty only for the temporal types
  std::vector<std::string> values{};      ///< `condition.field`; several: their tuple
  std::optional<double> percentile{};     ///< only for value_percentile: 0–100
  std::optional<Condition> expression{};  ///< extended condition over `rules`; no quantifiers
  std::vector<Alias> aliases{};
  bool generate = false;          ///< the correlated rules fire on their own too
  std::vector<Rule> own_rules{};  ///< of a legacy aggregation: the rule itself, its only member
  friend bool operator==(const Correlation&, const Correlation&) = default;
};

/// Specification, "Sigma filters": what is added by AND to the rules that it names.
struct Filter {
  Rule body{};       ///< metadata, log source, identifiers and exactly one condition
  bool any = false;  ///< for every rule whose log source has all that the filter's has
  std::vector<Reference> rules{};
  friend bool operator==(const Filter&, const Filter&) = default;
};

}  // namespace interdict::rule
