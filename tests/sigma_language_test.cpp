// The sentences of the Sigma specification (2.1.0) about what a rule matches, a row each: from the
// text of a rule to whether it fires, by both engines. What this project decides where the
// specification is silent or others differ is marked so and stands in docs/sigma.md. Correlations
// and filters have rows of their own (src/correlate/sigma/runtime_test.cpp,
// src/rule/correlation_test.cpp), refusals too (src/rule/parser_test.cpp).

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "detect/fixture.hpp"
#include "rule/parser.hpp"

namespace interdict {
namespace {

using detect::fixture::Event;

struct Row {
  const char* sentence;        ///< of the specification, or the decision
  std::string_view detection;  ///< YAML; lines are parted by `;`, two spaces lead deeper
  Event event;
  bool fires;
};

/// The rule of a row's detection.
std::string rule_of(std::string_view detection) {
  std::string yaml = "title: T\nlogsource: {category: process_creation}\ndetection:\n    ";
  for (const char c : detection) yaml += c == ';' ? std::string("\n    ") : std::string(1, c);
  return yaml + "\n";
}

void check(const std::vector<Row>& rows) {
  for (const auto& row : rows) {
    const auto yaml = rule_of(row.detection);
    const auto file = rule::parse_rules(yaml, "r.yml");
    ASSERT_EQ(file.rules.size(), 1u)
        << row.sentence << "\n"
        << yaml << (file.diagnostics.empty() ? "" : file.diagnostics.front().message);
    auto rule = file.rules.front();
    rule.logsource = {};  // the row's event is of no source
    const auto result = detect::fixture::fires(rule, row.event);
    ASSERT_TRUE(result.has_value()) << row.sentence << ": " << result.error().message;
    EXPECT_EQ(*result, row.fires) << row.sentence << "\n" << yaml;
  }
}

TEST(SigmaLanguage, SearchIdentifiers) {
  check({
      {"maps: all elements are joined with AND",
       "s:;  A: x;  B: y;condition: s",
       {{"A", "x"}, {"B", "y"}},
       true},
      {"maps: all elements are joined with AND",
       "s:;  A: x;  B: y;condition: s",
       {{"A", "x"}},
       false},
      {"a list of maps is joined with OR",
       "s:;  - A: x;    B: y;  - C: z;condition: s",
       {{"C", "z"}},
       true},
      {"a list of maps is joined with OR",
       "s:;  - A: x;    B: y;  - C: z;condition: s",
       {{"A", "x"}},
       false},
      {"a list of values is joined with OR", "s: {A: [x, y]};condition: s", {{"A", "y"}}, true},
      {"a list of texts is keywords, joined with OR",
       "s: [foo, bar];condition: s",
       {{"A", "a bar b"}},
       true},
      {"a single text is a keyword", "s: foo;condition: s", {{"A", "FOOD"}}, true},
      {"keywords with |all are joined with AND",
       "s: {'|all': [foo, bar]};condition: s",
       {{"A", "foo"}, {"B", "bar"}},
       true},
      {"keywords with |all are joined with AND",
       "s: {'|all': [foo, bar]};condition: s",
       {{"A", "foo"}},
       false},
      {"a keyword with |re", "s: {'|re': 'fo+d$'};condition: s", {{"A", "a food"}}, true},
      {"a keyword with |contains", "s: {'|contains': oo};condition: s", {{"A", "food"}}, true},
      {"a mixed list of maps and texts is OR (pySigma)",
       "s: [foo, {A: x}];condition: s",
       {{"A", "x"}},
       true},
      {"one key with different modifiers is AND",
       "s: {A|contains: x, A|endswith: y};condition: s",
       {{"A", "xy"}},
       true},
      {"one key with different modifiers is AND",
       "s: {A|contains: x, A|endswith: y};condition: s",
       {{"A", "yx"}},
       false},
      {"a field with several values: any may match",
       "s: {A: y};condition: s",
       {{"A", "x"}, {"A", "y"}},
       true},
      {"negation holds for the item, not for the value (decision)",
       "s: {A|neq: y};condition: s",
       {{"A", "x"}, {"A", "y"}},
       false},
      {"a dot in a field name is literal",
       "s: {id.orig_h: x};condition: s",
       {{"id.orig_h", "x"}},
       true},
  });
}

TEST(SigmaLanguage, TextsAndEscapes) {
  check({
      {"values are compared without letter case", "s: {A: CMD};condition: s", {{"A", "cmd"}}, true},
      {"… of all of Unicode (decision)", "s: {A: ÄÖ};condition: s", {{"A", "äö"}}, true},
      {"* is any number of characters, none too",
       "s: {A: 'a*b'};condition: s",
       {{"A", "ab"}},
       true},
      {"? is exactly one character", "s: {A: 'a?b'};condition: s", {{"A", "ab"}}, false},
      {"? is a character, not a byte", "s: {A: 'a?b'};condition: s", {{"A", "aüb"}}, true},
      {"\\* is an asterisk", "s: {A: 'a\\*b'};condition: s", {{"A", "a*b"}}, true},
      {"\\* is an asterisk", "s: {A: 'a\\*b'};condition: s", {{"A", "axb"}}, false},
      {"\\\\* is a backslash and a wildcard",
       "s: {A: 'a\\\\*'};condition: s",
       {{"A", "a\\x"}},
       true},
      {"\\\\\\* is a backslash and an asterisk",
       "s: {A: 'a\\\\\\*'};condition: s",
       {{"A", "a\\*"}},
       true},
      {"\\\\\\* is a backslash and an asterisk",
       "s: {A: 'a\\\\\\*'};condition: s",
       {{"A", "a\\x"}},
       false},
      {"a single backslash is one", "s: {A: 'C:\\Win'};condition: s", {{"A", "c:\\win"}}, true},
      {"two backslashes are one", "s: {A: 'C:\\\\Win'};condition: s", {{"A", "c:\\win"}}, true},
      {"a network path is written with four",
       "s: {A: '\\\\\\\\srv'};condition: s",
       {{"A", "\\\\srv"}},
       true},
      {"two before a letter are one", "s: {A: '\\\\foo'};condition: s", {{"A", "\\foo"}}, true},
      {"a backslash at the end is one", "s: {A: 'x\\'};condition: s", {{"A", "x\\"}}, true},
      {"'' is the empty value", "s: {A: ''};condition: s", {{"A", ""}}, true},
      {"'' is not an absent field", "s: {A: ''};condition: s", {{"B", "x"}}, false},
      {"null is an absent field", "s: {A: null};condition: s", {{"B", "x"}}, true},
      {"null is a field without a value",
       "s: {A: null};condition: s",
       {{"A", "", ValueType::null}},
       true},
      {"null is not the empty value", "s: {A: null};condition: s", {{"A", ""}}, false},
      {"a number is compared as a number", "s: {A: 4688};condition: s", {{"A", "0x1250"}}, true},
      {"… and as a text (decision)",
       "s: {A: '4688'};condition: s",
       {{"A", "4688", ValueType::integer}},
       true},
      {"a bool is compared with its texts (decision)",
       "s: {A: true};condition: s",
       {{"A", "True"}},
       true},
  });
}

TEST(SigmaLanguage, Modifiers) {
  check({
      {"contains: anywhere", "s: {A|contains: ll};condition: s", {{"A", "hello"}}, true},
      {"startswith: at the beginning",
       "s: {A|startswith: el};condition: s",
       {{"A", "hello"}},
       false},
      {"endswith: at the end", "s: {A|endswith: LO};condition: s", {{"A", "hello"}}, true},
      {"startswith and endswith together are contains",
       "s: {A|startswith|endswith: ll};condition: s",
       {{"A", "hello"}},
       true},
      {"all changes OR to AND", "s: {A|contains|all: [a, b]};condition: s", {{"A", "ac"}}, false},
      {"all changes OR to AND", "s: {A|contains|all: [a, b]};condition: s", {{"A", "cba"}}, true},
      {"exists: true", "s: {A|exists: true};condition: s", {{"A", ""}}, true},
      {"exists: false", "s: {A|exists: false};condition: s", {{"A", ""}}, false},
      {"exists: false", "s: {A|exists: false};condition: s", {{"B", "x"}}, true},
      {"cased: with letter case",
       "s: {A|contains|cased: eL};condition: s",
       {{"A", "hello"}},
       false},
      {"cased: with letter case", "s: {A|contains|cased: eL};condition: s", {{"A", "heLlo"}}, true},
      {"neq: another value", "s: {A|neq: x};condition: s", {{"A", "y"}}, true},
      {"neq of an absent field is true (pySigma)",
       "s: {A|neq: x};condition: s",
       {{"B", "y"}},
       true},
      {"neq negates a whole list", "s: {A|neq: [x, y]};condition: s", {{"A", "y"}}, false},
      {"re: a search with letter case", "s: {A|re: 'l+o'};condition: s", {{"A", "hello"}}, true},
      {"re: a search with letter case", "s: {A|re: 'L+o'};condition: s", {{"A", "hello"}}, false},
      {"re: escapes of texts do not count",
       "s: {A|re: 'a\\.b'};condition: s",
       {{"A", "a.b"}},
       true},
      {"re: escapes of texts do not count",
       "s: {A|re: 'a\\.b'};condition: s",
       {{"A", "axb"}},
       false},
      {"re|i: without letter case", "s: {A|re|i: 'L+o'};condition: s", {{"A", "hello"}}, true},
      {"re|m: ^ and $ at lines", "s: {A|re|m: '^b$'};condition: s", {{"A", "a\nb\nc"}}, true},
      {"re without m: at the ends", "s: {A|re: '^b$'};condition: s", {{"A", "a\nb\nc"}}, false},
      {"re|s: . is a line feed too", "s: {A|re|s: 'a.b'};condition: s", {{"A", "a\nb"}}, true},
      {"re without s: it is not", "s: {A|re: 'a.b'};condition: s", {{"A", "a\nb"}}, false},
      {"base64: the value encoded",
       "s: {A|base64|contains: foo};condition: s",
       {{"A", "x Zm9v y"}},
       true},
      {"base64 with letter case (decision)",
       "s: {A|base64|contains: foo};condition: s",
       {{"A", "x zm9v y"}},
       false},
      {"base64offset: at any of three offsets",
       "s: {A|base64offset|contains: foobar};condition: s",
       {{"A", "eGZvb2JhcnkK"}},
       true},
      {"wide: UTF-16, little end first",
       "s: {A|wide|base64offset|contains: ab};condition: s",
       {{"A", "YQBiAA=="}},
       true},
      {"utf16be: big end first",
       "s: {A|utf16be|base64|contains: ab};condition: s",
       {{"A", "AGEAYg=="}},
       true},
      {"utf16: with a mark",
       "s: {A|utf16|base64|contains: ab};condition: s",
       {{"A", "//5hAGIA"}},
       true},
      {"windash: every dash",
       "s: {A|contains|windash: ' -f '};condition: s",
       {{"A", "x /f \u2013g"}},
       true},
      {"windash: every one of several",
       "s: {A|contains|windash: '-a -b'};condition: s",
       {{"A", "/a \u2014b"}},
       true},
      {"cidr: of version 4",
       "s: {A|cidr: 192.168.0.0/16};condition: s",
       {{"A", "192.168.9.1"}},
       true},
      {"cidr: of version 6", "s: {A|cidr: 'fe80::/10'};condition: s", {{"A", "fe80::1"}}, true},
      {"cidr: another network", "s: {A|cidr: 10.0.0.0/8};condition: s", {{"A", "11.0.0.1"}}, false},
      {"cidr: what is no address", "s: {A|cidr: 0.0.0.0/0};condition: s", {{"A", "host"}}, false},
      {"lt", "s: {A|lt: 5};condition: s", {{"A", "4"}}, true},
      {"lte", "s: {A|lte: 5};condition: s", {{"A", "5"}}, true},
      {"gt", "s: {A|gt: 5};condition: s", {{"A", "10"}}, true},
      {"gte of a negative", "s: {A|gte: -5};condition: s", {{"A", "-5"}}, true},
      {"gt of a fraction", "s: {A|gt: 1.5};condition: s", {{"A", "1.49"}}, false},
      {"numbers: what is none is false", "s: {A|lt: 5};condition: s", {{"A", "few"}}, false},
      {"two comparisons of one field are a range",
       "s: {A|gte: 1, A|lte: 3};condition: s",
       {{"A", "2"}},
       true},
      {"minute", "s: {A|minute: 15};condition: s", {{"A", "2024-02-29T22:15:00Z"}}, true},
      {"hour, compared", "s: {A|hour|gte: 22};condition: s", {{"A", "2024-02-29T22:15:00Z"}}, true},
      {"day", "s: {A|day: 29};condition: s", {{"A", "2024-02-29T22:15:00Z"}}, true},
      {"week, as ISO counts", "s: {A|week: 9};condition: s", {{"A", "2024-02-29T22:15:00Z"}}, true},
      {"month", "s: {A|month: 2};condition: s", {{"A", "2024-02-29T22:15:00Z"}}, true},
      {"year", "s: {A|year: 2024};condition: s", {{"A", "2024-02-29T22:15:00Z"}}, true},
      {"fieldref: as another field",
       "s: {A|fieldref: B};condition: s",
       {{"A", "x"}, {"B", "X"}},
       true},
      {"fieldref|endswith",
       "s: {A|fieldref|endswith: B};condition: s",
       {{"A", "c:\\x"}, {"B", "\\X"}},
       true},
      {"fieldref: an absent field", "s: {A|fieldref: B};condition: s", {{"A", "x"}}, false},
      {"expand: \\% is a per cent sign",
       "s: {A|expand: 'a\\%b'};condition: s",
       {{"A", "a%b"}},
       true},
  });
}

TEST(SigmaLanguage, Conditions) {
  const std::string three = "p: {A: p};q: {B: q};r: {C: r};_x: {D: x};condition: ";
  const auto row = [&](const char* sentence, std::string_view condition, Event event, bool fires) {
    const std::string detection = three + std::string(condition);
    check({{sentence, detection, std::move(event), fires}});
  };
  row("not binds before and", "not p and q", {{"B", "q"}}, true);
  row("not binds before and", "not p and q", {{"A", "p"}, {"B", "q"}}, false);
  row("and binds before or", "p or q and r", {{"A", "p"}}, true);
  row("and binds before or", "p or q and r", {{"B", "q"}}, false);
  row("parentheses bind first", "(p or q) and r", {{"A", "p"}}, false);
  row("1 of them", "1 of them", {{"C", "r"}}, true);
  row("any of them is 1 of them (pySigma)", "any of them", {{"C", "r"}}, true);
  row("all of them", "all of them", {{"A", "p"}, {"B", "q"}, {"C", "r"}}, true);
  row("all of them", "all of them", {{"A", "p"}, {"B", "q"}}, false);
  row("them leaves out what begins with _", "1 of them", {{"D", "x"}}, false);
  row("a pattern that begins with _ does not", "1 of _*", {{"D", "x"}}, true);
  row("a pattern of identifiers", "1 of *", {{"B", "q"}}, true);
  row("x of binds before not", "not 1 of them", {{"Z", "z"}}, true);
  row("a list of conditions is OR", "[p, q and r]", {{"A", "p"}}, true);
  row("a list of conditions is OR", "[p, q and r]", {{"B", "q"}}, false);
  row("AND, OR and NOT are taken too (decision)", "p AND NOT q", {{"A", "p"}}, true);
}

}  // namespace
}  // namespace interdict
