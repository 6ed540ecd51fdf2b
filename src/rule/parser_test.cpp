#include "rule/parser.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <set>
#include <string>

#include <gmock/gmock.h>

#include "rule/pattern.hpp"
#include "rule/test_rule.hpp"

namespace interdict::rule {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Item only_item(std::string_view item) {
  const ParsedFile file = parse_rules(with_item(item), "f.yml");
  EXPECT_EQ(file.rules.size(), 1u)
      << item << (file.diagnostics.empty() ? "" : "\n" + file.diagnostics[0].message);
  if (file.rules.empty()) return {};
  return file.rules[0].identifiers.at(0).alternatives.at(0).at(0);
}

Matcher only_matcher(std::string_view item) {
  const Item found = only_item(item);
  if (found.values.empty()) return {};
  EXPECT_EQ(found.values.size(), 1u) << item;
  EXPECT_EQ(found.values[0].size(), 1u) << item;
  return found.values[0][0];
}

struct Refused {
  std::string_view item;
  std::string_view code;
};

// Specification, "Value Modifiers": which modifiers exist, what they take and where they stand.
TEST(Parser, RefusesItemsByCode) {
  constexpr Refused kRows[] = {
      {"Image|endwith: x", "S012"},
      {"Image|: x", "S012"},
      {"Image|Contains: x", "S012"},
      {"Image|contains|re: x", "S013"},
      {"Image|i: x", "S013"},
      {"Image|contains|base64: x", "S013"},
      {"Image|wide: x", "S013"},
      {"Image|wide|contains: x", "S013"},
      {"Image|contains: null", "S013"},
      {"Image|re|windash: x", "S013"},
      {"Image|exists|contains: true", "S013"},
      {"Image|expand: '%servers%'", "S014"},
      {"Image|re: '(?=x)'", "S015"},
      {"Image|re: '(a)\\1'", "S015"},
      {"Image|re: '(a'", "S016"},
      {"Image|re: 'a\\'", "S016"},
      {"Ip|cidr: 10.0.0.1/8", "S017"},
      {"Ip|cidr: 10.0.0.0/33", "S017"},
      {"Ip|cidr: 10.*", "S017"},
      {"N|gt: x", "S018"},
      {"N|hour: 1.5", "S018"},
      {"N|exists: 1", "S010"},
      {"'|contains': null", "S019"},
      {"'|neq': x", "S020"},
      {"'|exists': true", "S020"},
      {"'|gt': 1", "S020"},
      {"Image|base64: 'a*'", "S021"},
      {"Image|wide|base64offset: 'a?'", "S021"},
      {"Image|fieldref: 'a*'", "S021"},
      {"Image: {a: b}", "S010"},
      {"Image: [[a]]", "S010"},
      {"<<: x", "S010"},
  };
  for (const Refused& row : kRows) {
    const ParsedFile file = parse_rules(with_item(row.item), "f.yml");
    EXPECT_THAT(file.rules, IsEmpty()) << row.item;
    EXPECT_EQ(file.refused, 1u) << row.item;
    EXPECT_THAT(codes_of(file), ElementsAre(row.code)) << row.item;
  }
}

struct Lowered {
  std::string_view item;
  Op op;
  std::string_view pattern;  // as to_sigma() writes it
};

// Specification, "Generic modifiers": contains, startswith and endswith put wildcards around the
// value; wildcards inside of it stay active.
TEST(Parser, LowersTextModifiers) {
  constexpr Lowered kRows[] = {
      {"F: abc", Op::equals, "abc"},
      {"F: ''", Op::equals, ""},
      {"F: 'a*c'", Op::equals, "a*c"},
      {"F|contains: abc", Op::contains, "abc"},
      {"F|contains: 'a?c'", Op::contains, "a?c"},
      {"F|startswith: abc", Op::startswith, "abc"},
      {"F|endswith: '\\cmd.exe'", Op::endswith, "\\\\cmd.exe"},
      {"F|startswith|endswith: abc", Op::contains, "abc"},
      {"F|contains: 4625", Op::contains, "4625"},
      {"F|expand: 'a\\%b'", Op::equals, "a%b"},
      {"F|utf16le|base64: cmd", Op::equals, "YwBtAGQA"},
      {"F|base64|contains: 'http://'", Op::contains, "aHR0cDovLw=="},
  };
  for (const Lowered& row : kRows) {
    const Matcher matcher = only_matcher(row.item);
    EXPECT_EQ(matcher.op, row.op) << row.item;
    const auto* pattern = std::get_if<Pattern>(&matcher.value);
    ASSERT_NE(pattern, nullptr) << row.item;
    EXPECT_EQ(to_sigma(*pattern), row.pattern) << row.item;
  }
}

TEST(Parser, LowersValuesOfOtherTypes) {
  EXPECT_EQ(only_matcher("F: 5").value, MatchValue(std::int64_t{5}));
  EXPECT_EQ(only_matcher("F: 1.5").value, MatchValue(1.5));
  EXPECT_EQ(only_matcher("F: true").value, MatchValue(true));
  EXPECT_EQ(only_matcher("F: null").value, MatchValue(std::monostate{}));
  EXPECT_EQ(only_matcher("F: 'null'").value, MatchValue(literal_pattern("null")));
  EXPECT_EQ(only_matcher("F|gte: '0x10'").value, MatchValue(std::int64_t{16}));
  EXPECT_EQ(only_matcher("F|lt: -2.5").op, Op::lt);
  EXPECT_EQ(only_matcher("F|exists: false").op, Op::exists);
  EXPECT_EQ(only_matcher("F|cidr: 192.168.0.0/16").value, MatchValue(CidrText{"192.168.0.0/16"}));
  EXPECT_EQ(only_matcher("F|cidr: '::1'").value, MatchValue(CidrText{"::1/128"}));
}

TEST(Parser, LowersFlagsAndChains) {
  const Matcher regex = only_matcher("F|re|i|m|s: 'a\\*b'");
  EXPECT_EQ(regex.op, Op::regex);
  EXPECT_EQ(regex.value, MatchValue(RegexText{"a\\*b"}));
  EXPECT_EQ(regex.regex_flags, (RegexFlags{true, true, true}));
  EXPECT_EQ(only_matcher("F|re|startswith: 'a|b'").value, MatchValue(RegexText{"^(?:a|b)"}));

  const Matcher reference = only_matcher("F|fieldref|endswith|cased: Other");
  EXPECT_EQ(reference.op, Op::fieldref);
  EXPECT_EQ(reference.compare, Op::endswith);
  EXPECT_TRUE(reference.cased);
  EXPECT_EQ(reference.value, MatchValue(FieldName{"Other"}));

  const Matcher time = only_matcher("F|hour|gte: 22");
  EXPECT_EQ(time.op, Op::time_part);
  EXPECT_EQ(time.part, TimePart::hour);
  EXPECT_EQ(time.compare, Op::gte);
  EXPECT_EQ(time.value, MatchValue(std::int64_t{22}));
  EXPECT_EQ(only_matcher("F|year: 2024").part, TimePart::year);

  EXPECT_TRUE(only_matcher("F|contains|windash: ' -enc'").windash);
  EXPECT_TRUE(only_matcher("F|cased: A").cased);
  EXPECT_TRUE(only_item("F|neq: A").negated);
  EXPECT_TRUE(only_item("F|contains|all: [a, b]").all);
}

// Specification, "all": the expansions of one value stay OR inside of the AND.
TEST(Parser, KeepsExpansionsTogether) {
  const Item item = only_item("F|base64offset|contains|all: [foobar, barfoo]");
  EXPECT_TRUE(item.all);
  ASSERT_EQ(item.values.size(), 2u);
  ASSERT_EQ(item.values[0].size(), 3u);
  for (const Matcher& matcher : item.values[0]) EXPECT_TRUE(matcher.cased);
  EXPECT_EQ(item.values[0][0].value, MatchValue(literal_pattern("Zm9vYmFy")));
  EXPECT_EQ(item.values[0][1].value, MatchValue(literal_pattern("Zvb2Jhc")));
  EXPECT_EQ(item.values[0][2].value, MatchValue(literal_pattern("mb29iYX")));
}

// Specification, "Search-Identifier": lists of maps and of texts are OR, maps are AND.
TEST(Parser, ReadsSearchIdentifiersOfEveryShape) {
  const ParsedFile file = parse_rules(with_detection("    maps:\n"
                                                     "        - A: 1\n"
                                                     "          A|contains: 2\n"
                                                     "        - B: 3\n"
                                                     "    words: [x, 5, true]\n"
                                                     "    word: y\n"
                                                     "    mixed: [z, {C: 4}]\n"
                                                     "    keyless:\n"
                                                     "        '|all': [p, q]\n"
                                                     "    condition: 1 of them\n"),
                                      "f.yml");
  ASSERT_EQ(file.rules.size(), 1u);
  EXPECT_THAT(file.diagnostics, IsEmpty());
  const auto& identifiers = file.rules[0].identifiers;
  ASSERT_EQ(identifiers.size(), 5u);
  ASSERT_EQ(identifiers[0].alternatives.size(), 2u);
  EXPECT_EQ(identifiers[0].alternatives[0].size(), 2u);
  EXPECT_EQ(identifiers[1].alternatives.size(), 3u);
  EXPECT_EQ(identifiers[1].alternatives[1][0].field, "");
  EXPECT_EQ(identifiers[1].alternatives[1][0].values[0][0].value, MatchValue(literal_pattern("5")));
  EXPECT_EQ(identifiers[2].alternatives.size(), 1u);
  EXPECT_EQ(identifiers[3].alternatives.size(), 2u);
  EXPECT_TRUE(identifiers[4].alternatives[0][0].all);
  EXPECT_EQ(file.rules[0].conditions[0].indices.size(), 5u);
}

TEST(Parser, WarnsAndAccepts) {
  constexpr Refused kRows[] = {
      {"F|contains|all: x", "S053"},
      {"F: [null, x]", "S054"},
      {"F: []", "S059"},
  };
  for (const Refused& row : kRows) {
    const ParsedFile file = parse_rules(with_item(row.item), "f.yml");
    EXPECT_EQ(file.rules.size(), 1u) << row.item;
    EXPECT_THAT(codes_of(file), ElementsAre(row.code)) << row.item;
  }
}

TEST(Parser, RefusesDocumentsByCode) {
  constexpr Refused kRows[] = {
      {"title: [", "S001"},
      {"- a\n", "S004"},
      {"action: globl\ntitle: T\n", "S008"},
      {"action: repeat\ntitle: T\n", "S008"},
      {"title: \xff\n", "S003"},
      {"&a a: *a\n", "S004"},
  };
  for (const Refused& row : kRows) {
    const ParsedFile file = parse_rules(row.item, "f.yml");
    EXPECT_EQ(file.refused, 1u) << row.item;
    ASSERT_FALSE(file.diagnostics.empty()) << row.item;
    if (row.item[0] != '&') {
      EXPECT_EQ(file.diagnostics[0].code, row.code) << row.item;
    }
  }
}

TEST(Parser, RefusesTwoKeysOfOneName) {
  const ParsedFile file = parse_rules(
      with_detection("    sel:\n        A: 1\n        A: 2\n    condition: sel\n"), "f.yml");
  EXPECT_EQ(file.refused, 1u);
  EXPECT_THAT(codes_of(file), ElementsAre("S005"));
  EXPECT_EQ(file.diagnostics[0].line, 7u);
}

TEST(Parser, ReportsAllFaultsOfAFileAtOnce) {
  const ParsedFile file = parse_rules(
      "logsource: {category: x}\nlevel: hgh\ndetection:\n  a: {F|bad: 1, G|re: '('}\n  b: []\n"
      "  condition: a and c or d\n",
      "f.yml");
  EXPECT_EQ(file.refused, 1u);
  EXPECT_THAT(codes_of(file), testing::UnorderedElementsAre("S009", "S011", "S012", "S016", "S022",
                                                            "S031", "S031"));
}

TEST(Parser, GoesOnAfterARefusedDocument) {
  const ParsedFile file = parse_rules(
      with_item("A|bad: 1") + "---\n" + with_item("B: 2") + "---\n" + with_item("C: ["), "f.yml");
  EXPECT_EQ(file.rules.size(), 1u);
  EXPECT_EQ(file.refused, 2u);
}

TEST(Parser, RefusesHostileFilesByCode) {
  std::string deep = "a: ";
  for (int i = 0; i < 1'000'000; ++i) deep += '[';
  EXPECT_THAT(codes_of(parse_rules(deep, "f")), ElementsAre("S002"));
  EXPECT_THAT(codes_of(parse_rules(std::string(100'000'000, ' '), "f")), ElementsAre("S002"));
}

TEST(Parser, ReadsMetadata) {
  const ParsedFile file = parse_rules(
      "title: T\nid: 62fff148-278d-497e-8ecd-ad6083231a35\nname: n\nstatus: test\nlevel: HIGH\n"
      "date: 2024/01/02\nauthor: A\nfalsepositives: [Unknown, Backup tools]\nfields: [F]\n"
      "references: [r1, r2]\n"
      "tags: [attack.t1059.001, attack.defense_evasion, attack.stealth, attack.T1059.001,\n"
      "       cve.2021-44228, attack.g0016, attack.executio]\n"
      "logsource: {product: Windows, service: security, definition: x, extra: y}\n"
      "detection: {sel: {A: 1}, condition: sel}\n",
      "dir/f.yml");
  ASSERT_EQ(file.rules.size(), 1u);
  const Rule& rule = file.rules[0];
  EXPECT_EQ(rule.id, "62fff148-278d-497e-8ecd-ad6083231a35");
  EXPECT_EQ(rule.level, Level::high);
  EXPECT_EQ(rule.date, "2024-01-02");
  EXPECT_TRUE(rule.has_false_positives);
  EXPECT_THAT(rule.techniques, ElementsAre("T1059.001"));
  EXPECT_THAT(rule.tactics, ElementsAre("defense-evasion", "stealth"));
  EXPECT_EQ(rule.logsource.product, "windows");
  EXPECT_THAT(rule.logsource.custom, ElementsAre(testing::Pair("extra", "y")));
  EXPECT_EQ(rule.path, "dir/f.yml");
  EXPECT_THAT(codes_of(file), ElementsAre("S051", "S050", "S060"));
  EXPECT_EQ(file.diagnostics[1].suggestion, "attack.execution");
}

TEST(Diagnostic, ShowsTheTokenWithACaretAndWhatWasMeant) {
  const std::string text = with_item("Image|endwith: '\\cmd.exe'");
  const ParsedFile file = parse_rules(text, "rules/proc.yml");
  ASSERT_EQ(file.diagnostics.size(), 1u);
  EXPECT_EQ(render(file.diagnostics[0], text, "rules/proc.yml"),
            "rules/proc.yml:6:15: error[S012]: unknown modifier `endwith` on field `Image`\n"
            "    6 |         Image|endwith: '\\cmd.exe'\n"
            "      |               ^^^^^^^ did you mean `endswith`?\n");
}

TEST(Diagnostic, EscapesControlCharacters) {
  const std::string text = with_item("\"I\xe2\x80\xae|bad\": '\x7f'");
  const ParsedFile file = parse_rules(text, "f");
  ASSERT_FALSE(file.diagnostics.empty());
  const std::string shown = render(file.diagnostics[0], text, "a\x1b[31m");
  EXPECT_EQ(shown.find('\x1b'), std::string::npos);
  EXPECT_EQ(shown.find("\xe2\x80\xae"), std::string::npos);
  EXPECT_EQ(shown.find('\x7f'), std::string::npos);
  EXPECT_NE(shown.find("\\u202e"), std::string::npos);
}

TEST(Diagnostic, CutsLongLines) {
  const std::string text =
      with_item("F: [" + std::string(5000, 'a') + ", {b: c}, " + std::string(5000, 'd') + "]");
  const ParsedFile file = parse_rules(text, "f");
  ASSERT_EQ(file.diagnostics.size(), 1u);
  EXPECT_LT(render(file.diagnostics[0], text, "f").size(), 800u);
}

TEST(Codes, AreUniqueAndAscending) {
  std::string_view before;
  for (const Code& code : kCodes) {
    EXPECT_LT(before, code.id);
    EXPECT_FALSE(code.meaning.empty());
    before = code.id;
  }
}

std::filesystem::path data_folder() {
  if (const char* folder = std::getenv("INTERDICT_DATA")) return folder;
  return std::filesystem::path(INTERDICT_SOURCE_DIR) / ".." / "shared" / "data";
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

struct Tally {
  std::size_t files = 0;
  std::size_t loaded = 0;
  std::size_t refused = 0;
  std::map<std::string, std::size_t> codes;
};

Tally load_folder(const std::filesystem::path& folder, bool verbose) {
  std::set<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.path().extension() == ".yml") paths.insert(entry.path());
  Tally tally;
  for (const auto& path : paths) {
    const std::string text = read_file(path);
    const ParsedFile file = parse_rules(text, path.filename().string());
    ++tally.files;
    tally.loaded += file.rules.size();
    tally.refused += file.refused;
    for (const Diagnostic& diagnostic : file.diagnostics) {
      ++tally.codes[diagnostic.code];
      if (verbose && diagnostic.severity == Severity::error && diagnostic.code != "S014")
        std::cout << render(diagnostic, text, path.filename().string());
    }
  }
  std::cout << folder.filename().string() << ": " << tally.files << " files, " << tally.loaded
            << " loaded, " << tally.refused << " refused;";
  for (const auto& [code, count] : tally.codes) std::cout << ' ' << code << '=' << count;
  std::cout << '\n';
  return tally;
}

// Every active public rule is loaded; only those with placeholders are refused, and by that code.
TEST(DataPack, LoadsAllActiveSigmaRules) {
  const std::filesystem::path sigma = data_folder() / "sigma";
  if (!std::filesystem::exists(sigma / "rules")) GTEST_SKIP() << "no data pack at " << sigma;
  Tally all;
  for (const char* folder : {"rules", "rules-emerging-threats", "rules-threat-hunting",
                             "rules-placeholder", "rules-compliance"}) {
    const Tally tally = load_folder(sigma / folder, true);
    all.files += tally.files;
    all.loaded += tally.loaded;
    all.refused += tally.refused;
    if (std::string_view(folder) == "rules-placeholder") {
      EXPECT_EQ(tally.refused, tally.files);
    }
    for (const auto& [code, count] : tally.codes) {
      const bool warning = code >= "S050";
      EXPECT_TRUE(warning || code == "S014") << code << " " << count;
    }
  }
  EXPECT_EQ(all.loaded + all.refused, all.files);
  EXPECT_GT(all.loaded, 3000u);
}

TEST(DataPack, LoadsTheSpecificationsExamples) {
  const std::filesystem::path schema = data_folder() / "sigma-spec" / "tests" / "schema";
  if (!std::filesystem::exists(schema)) GTEST_SKIP() << "no data pack at " << schema;
  const Tally rules = load_folder(schema / "rules", true);
  EXPECT_GT(rules.loaded, 0u);
  // One of them has a taxonomy of its own, which must be transformed or refused.
  EXPECT_EQ(rules.refused, rules.codes.count("S023") == 1 ? rules.codes.at("S023") : 0u);
  for (const char* folder : {"correlation", "filter"}) {
    const Tally tally = load_folder(schema / folder, true);
    EXPECT_EQ(tally.refused, tally.codes.count("S023") == 1 ? tally.codes.at("S023") : 0u);
  }
}

}  // namespace
}  // namespace interdict::rule
