#include "yaml/reader.hpp"

#include <string>

#include <gmock/gmock.h>

namespace interdict::yaml {
namespace {

struct Scalar {
  std::string_view text;
  ScalarType type;
};

// YAML 1.2.2, chapter 10.3.2 "Tag Resolution": the table of regular expressions.
TEST(Node, ResolvesPlainScalarsByTheCoreSchema) {
  constexpr Scalar kRows[] = {
      {"", ScalarType::null},         {"~", ScalarType::null},
      {"Null", ScalarType::null},     {"nULL", ScalarType::string},
      {"true", ScalarType::boolean},  {"FALSE", ScalarType::boolean},
      {"yes", ScalarType::string},    {"on", ScalarType::string},
      {"0", ScalarType::integer},     {"-17", ScalarType::integer},
      {"+3", ScalarType::integer},    {"0o17", ScalarType::integer},
      {"0x1F", ScalarType::integer},  {"0x", ScalarType::string},
      {"1_000", ScalarType::string},  {"1.5", ScalarType::floating},
      {".5", ScalarType::floating},   {"1e3", ScalarType::floating},
      {"1e", ScalarType::string},     {".", ScalarType::string},
      {"-", ScalarType::string},      {"-.inf", ScalarType::floating},
      {".NaN", ScalarType::floating}, {"1.2.3", ScalarType::string},
  };
  for (const Scalar& row : kRows) EXPECT_EQ(resolve_plain(row.text), row.type) << row.text;
}

TEST(Node, ConvertsNumbers) {
  const auto document =
      read_document("[0x1F, 0o17, -17, +3, 99999999999999999999, 1.5, .inf]", "f");
  ASSERT_TRUE(document);
  const auto& items = document->items();
  EXPECT_EQ(items[0].as_int(), 31);
  EXPECT_EQ(items[1].as_int(), 15);
  EXPECT_EQ(items[2].as_int(), -17);
  EXPECT_EQ(items[3].as_int(), 3);
  EXPECT_EQ(items[4].as_int(), std::nullopt);
  EXPECT_EQ(items[4].as_double(), 1e20);
  EXPECT_EQ(items[5].as_double(), 1.5);
  EXPECT_GT(*items[6].as_double(), 1e300);
}

TEST(Reader, KeepsOrderPlaceAndQuoting) {
  const auto document = read_document("b: 1\na:\n  - 'null'\n  - null\n  - !!str 5\n", "f");
  ASSERT_TRUE(document) << document.error().message;
  ASSERT_EQ(document->entries().size(), 2u);
  EXPECT_EQ(document->entries()[0].first.text(), "b");
  const Node* a = document->find("a");
  ASSERT_NE(a, nullptr);
  ASSERT_EQ(a->items().size(), 3u);
  EXPECT_TRUE(a->items()[0].is_string());
  EXPECT_FALSE(a->items()[0].plain());
  EXPECT_EQ(a->items()[0].line(), 3u);
  EXPECT_EQ(a->items()[0].column(), 5u);
  EXPECT_TRUE(a->items()[1].is_null());
  EXPECT_TRUE(a->items()[2].is_string());
}

TEST(Reader, ReadsSeveralDocumentsUpToTheFault) {
  const Stream stream = read_stream("a: 1\n---\n---\nb: 2\n---\nc: [\n", "f");
  ASSERT_EQ(stream.documents.size(), 2u);
  EXPECT_EQ(stream.documents[1].root.entries()[0].first.line(), 4u);
  ASSERT_TRUE(stream.error);
  EXPECT_EQ(stream.error->code, Errc::syntax);
  EXPECT_GE(stream.error->where.line, 6u);
}

TEST(Reader, ReportsRepeatedKeysWithTheirPlace) {
  const Stream stream = read_stream("a: 1\nb:\n  c: 1\n  c: 2\n", "f");
  ASSERT_EQ(stream.documents.size(), 1u);
  ASSERT_EQ(stream.documents[0].duplicates.size(), 1u);
  EXPECT_EQ(stream.documents[0].duplicates[0].key, "c");
  EXPECT_EQ(stream.documents[0].duplicates[0].line, 4u);
  EXPECT_FALSE(read_document("a: 1\na: 2\n", "f"));
}

TEST(Reader, ExpandsAliases) {
  const auto document = read_document("a: &x [1, 2]\nb: *x\n", "f");
  ASSERT_TRUE(document);
  EXPECT_EQ(document->find("b")->items().size(), 2u);
}

TEST(Reader, RefusesAnAliasBomb) {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 9; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
    for (int j = 0; j < 9; ++j) text += ", " + before;
    text += "]\n";
  }
  const Stream stream = read_stream(text, "f");
  ASSERT_TRUE(stream.error);
  EXPECT_EQ(stream.error->code, Errc::limit);
  EXPECT_TRUE(stream.documents.empty());
}

TEST(Reader, CountsDepthThroughAliases) {
  std::string text = "a0: &a0 [x]\n";
  for (int i = 1; i < 80; ++i)
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [*a" + std::to_string(i - 1) +
            "]\n";
  const Stream stream = read_stream(text, "f");
  ASSERT_TRUE(stream.error);
  EXPECT_EQ(stream.error->code, Errc::limit);
}

TEST(Reader, RefusesAnAliasInsideItself) {
  EXPECT_TRUE(read_stream("a: &a [*a]\n", "f").error);
}

TEST(Reader, RefusesAMillionLevelsOfEachKind) {
  for (const std::string_view unit : {"[", "{", "- ", "{a: ", "[[", "? ", "[{"}) {
    std::string text;
    for (int i = 0; i < 1'000'000; ++i) text += unit;
    const Stream stream = read_stream(text, "f");
    ASSERT_TRUE(stream.error) << unit;
    EXPECT_TRUE(stream.documents.empty()) << unit;
  }
}

TEST(Reader, AcceptsTheDeepestLevelAllowedAndNoMore) {
  const std::string at_limit = std::string(kMaxDepth, '[') + std::string(kMaxDepth, ']');
  EXPECT_FALSE(read_stream(at_limit, "f").error);
  const std::string beyond = "[" + at_limit + "]";
  ASSERT_TRUE(read_stream(beyond, "f").error);
  EXPECT_EQ(read_stream(beyond, "f").error->code, Errc::limit);
}

TEST(Reader, RefusesATokenThatBeginsNoDocument) {
  for (const std::string text : {",", "a\n---\n,,", "]", "}", "--- ,"}) {
    const Stream stream = read_stream(text, "f");
    ASSERT_TRUE(stream.error) << text;
    EXPECT_EQ(stream.error->code, Errc::syntax) << text;
    EXPECT_LE(stream.documents.size(), 1U) << text;
  }
  const Stream empty = read_stream("---\n---\n...\n---\na\n", "f");
  EXPECT_FALSE(empty.error);
  EXPECT_EQ(empty.documents.size(), 1U);
}

TEST(Reader, RefusesTooManyNodes) {
  std::string text;
  for (std::size_t i = 0; i <= kMaxNodes; ++i) text += "- a\n";
  const Stream stream = read_stream(text, "f");
  ASSERT_TRUE(stream.error);
  EXPECT_EQ(stream.error->code, Errc::limit);
}

TEST(Reader, RefusesAHundredMegabytes) {
  const std::string text(100'000'000, 'a');
  const Stream stream = read_stream(text, "f");
  ASSERT_TRUE(stream.error);
  EXPECT_EQ(stream.error->code, Errc::limit);
}

TEST(Reader, RefusesWhatIsNotUtf8AndSaysWhere) {
  const Stream stream = read_stream("a: b\nc: \xff\n", "f");
  ASSERT_TRUE(stream.error);
  EXPECT_EQ(stream.error->where.line, 2u);
  EXPECT_EQ(stream.error_column, 4u);
}

TEST(Reader, RefusesAKeyThatIsNoScalar) {
  const Stream stream = read_stream("? [a]\n: b\n", "f");
  ASSERT_TRUE(stream.error);
  EXPECT_EQ(stream.error->code, Errc::unsupported);
}

}  // namespace
}  // namespace interdict::yaml
