#include "decode/binxml.hpp"

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gmock/gmock.h>

#include "decode/evtx_testing.hpp"

namespace interdict::decode {
namespace {

using namespace evtx_testing;
using testing::ElementsAre;
using testing::Pair;

/// One record whose template is `<Event><E>…` with the given values, one element E each.
Decoded decode_values(const std::vector<std::pair<unsigned, std::string>>& list,
                      bool optional = false) {
  Writer w;
  const std::size_t at = w.begin_record(1);
  w.header();
  const std::size_t definition = w.begin_template();
  w.open("Event"), w.close_start();
  for (std::size_t i = 0; i < list.size(); ++i) w.substituted("E", i, optional);
  w.end(), w.end_template(definition), w.values(list), w.eof();
  w.end_record(at);
  return decode(w.finish());
}

Fields values_of(const std::vector<std::pair<unsigned, std::string>>& list, bool optional = false) {
  const Decoded out = decode_values(list, optional);
  return out.records.size() == 1 ? out.records[0].fields : Fields{{"records", "not one"}};
}
std::string value_of(unsigned type, const std::string& bytes) {
  const Fields fields = values_of({{type, bytes}});
  return fields.size() == 1 ? fields[0].second : "fields: " + std::to_string(fields.size());
}

TEST(BinXml, ReadsReferencesCdataInstructionsAndNestedFragments) {
  Writer w;
  const std::size_t at = w.begin_record(1);
  w.header(), w.open("Event"), w.close_start();
  w.open("T"), w.close_start(), w.text("a"), w.u8(0x09), w.name("lt"), w.u8(0x08), w.u16(0xe9);
  w.u8(0x07), w.u16(1), w.u16('>'), w.u8(0x09), w.name("other"), w.end();
  w.u8(0x0a), w.name("target"), w.u8(0x0b), w.u16(2), w.u32(0);
  const std::size_t definition = w.begin_template();
  w.open("UserData"), w.close_start(), w.substitution(0), w.end();
  w.end_template(definition);
  w.u32(1);
  const std::size_t size_at = w.chunk.size();
  w.u16(0), w.u8(0x21), w.u8(0);
  const std::size_t begin = w.chunk.size();
  w.header(), w.open("Elem"), w.close_start(), w.element("Field", "v"), w.end(), w.eof();
  w.put_at(size_at, static_cast<std::uint16_t>(w.chunk.size() - begin));
  w.end(), w.eof(), w.end_record(at);
  const Decoded out = decode(w.finish());
  ASSERT_EQ(out.records.size(), 1U);
  EXPECT_THAT(out.records[0].fields, ElementsAre(Pair("Event.T", "a<\xc3\xa9>&other;"),
                                                 Pair("Event.UserData.Elem.Field", "v")));
}

TEST(BinXml, RendersEveryType) {
  EXPECT_EQ(value_of(0x01, Writer::utf16("x")), "x");
  EXPECT_EQ(value_of(0x02, std::string("y\xe9\0", 3)), "y\xc3\xa9");
  EXPECT_EQ(value_of(0x03, le<std::int8_t>(-1)), "-1");
  EXPECT_EQ(value_of(0x04, le<std::uint8_t>(255)), "255");
  EXPECT_EQ(value_of(0x05, le<std::int16_t>(-300)), "-300");
  EXPECT_EQ(value_of(0x06, le<std::uint16_t>(65535)), "65535");
  EXPECT_EQ(value_of(0x07, le<std::int32_t>(-70000)), "-70000");
  EXPECT_EQ(value_of(0x08, le<std::uint32_t>(4'000'000'000)), "4000000000");
  EXPECT_EQ(value_of(0x09, le<std::int64_t>(-5'000'000'000)), "-5000000000");
  EXPECT_EQ(value_of(0x0a, le<std::uint64_t>(~std::uint64_t{0})), "18446744073709551615");
  EXPECT_EQ(value_of(0x0b, le<float>(1.5F)), "1.5");
  EXPECT_EQ(value_of(0x0c, le<double>(-0.25)), "-0.25");
  EXPECT_EQ(value_of(0x0d, le<std::uint32_t>(1)), "true");
  EXPECT_EQ(value_of(0x0d, le<std::uint32_t>(0)), "false");
  EXPECT_EQ(value_of(0x0d, le<std::uint32_t>(0x100)), "true");
  EXPECT_EQ(value_of(0x0d, le<std::uint8_t>(0)), "false");
  EXPECT_EQ(value_of(0x0e, "\x01\xab"), "01AB");
  const std::string guid("\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\xff", 16);
  EXPECT_EQ(value_of(0x0f, guid), "{04030201-0605-0807-090A-0B0C0D0E0FFF}");
  EXPECT_EQ(value_of(0x10, le<std::uint32_t>(0x3e7)), "0x3e7");
  EXPECT_EQ(value_of(0x10, le<std::uint64_t>(0x1234567890)), "0x1234567890");
  EXPECT_EQ(value_of(0x14, le<std::uint32_t>(0xABC)), "0xabc");
  EXPECT_EQ(value_of(0x15, le<std::uint64_t>(0)), "0x0");
  EXPECT_EQ(value_of(0x11, le<std::uint64_t>(132'223'104'000'000'001)),
            "2020-01-01T00:00:00.0000001Z");
  EXPECT_EQ(value_of(0x11, le<std::uint64_t>(0)), "1601-01-01T00:00:00.0000000Z");
  const std::string time =
      le<std::uint64_t>(0x001d'0004'0002'07e8) + le<std::uint64_t>(0x0007'003b'003b'0017);
  EXPECT_EQ(value_of(0x12, time), "2024-02-29T23:59:59.007Z");
  EXPECT_EQ(value_of(0x13, std::string("\x01\x02\0\0\0\0\0\x05\x20\0\0\0\x20\x02\0\0", 16)),
            "S-1-5-32-544");
  EXPECT_EQ(value_of(0x77, "\x0f"), "0F") << "an unknown type is kept as its bytes";
  EXPECT_EQ(value_of(0x08, "\x01\x02"), "0102") << "a wrong size is kept as its bytes";
}

TEST(BinXml, TellsNullFromEmptyFromAbsent) {
  const Decoded null = decode_values({{0, ""}, {1, ""}});
  ASSERT_EQ(null.records.size(), 1U);
  EXPECT_THAT(null.records[0].types, ElementsAre(RawType::null, RawType::string));
  EXPECT_THAT(values_of({{0, ""}, {1, ""}}, true), ElementsAre(Pair("Event.E", "")));
}

/// `<E/>` and `<E xmlns="…"/>` are empty strings; `<E A="…"/>` says all with its attribute.
TEST(BinXml, EmptyElements) {
  Writer w;
  const std::size_t at = w.begin_record(1);
  w.header(), w.open("Event"), w.close_start();
  w.open("E"), w.close_empty();
  w.open("F", true), w.attribute("xmlns"), w.text("urn:x"), w.close_start(), w.end();
  w.open("G", true), w.attribute("A"), w.text("a"), w.close_empty();
  w.end(), w.eof(), w.end_record(at);
  const Decoded out = decode(w.finish());
  ASSERT_EQ(out.records.size(), 1U);
  EXPECT_THAT(out.records[0].fields,
              ElementsAre(Pair("Event.E", ""), Pair("Event.F", ""), Pair("Event.G.A", "a")));
}

TEST(BinXml, ReadsArrays) {
  EXPECT_THAT(values_of({{0x86, le<std::uint16_t>(1) + le<std::uint16_t>(2)}}),
              ElementsAre(Pair("Event.E", "1"), Pair("Event.E", "2")));
  EXPECT_THAT(values_of({{0x82, std::string("a\0b\0", 4)}}),
              ElementsAre(Pair("Event.E", "a"), Pair("Event.E", "b")));
}

TEST(BinXmlLimits, Depth) {
  const auto nested = [](std::size_t depth) {
    Writer w;
    const std::size_t at = w.begin_record(1);
    w.header();
    for (std::size_t i = 0; i < depth; ++i) w.open("E"), w.close_start();
    w.text("x");
    for (std::size_t i = 0; i < depth; ++i) w.end();
    w.eof(), w.end_record(at);
    return decode(w.finish());
  };
  EXPECT_EQ(nested(BinXmlLimits::kMaxDepth - 1).records.size(), 1U);
  EXPECT_EQ(nested(BinXmlLimits::kMaxDepth).skipped_records(SkipReason::limit), 1U);
}

TEST(BinXmlLimits, Substitutions) {
  const auto with = [](std::size_t count) {
    return decode_values(std::vector<std::pair<unsigned, std::string>>(1, {1, ""})).records.size() +
           [count] {
             Writer w;
             const std::size_t at = w.begin_record(1);
             w.header();
             const std::size_t definition = w.begin_template();
             w.element("Event", "x"), w.end_template(definition);
             w.values(std::vector<std::pair<unsigned, std::string>>(count, {0, ""}));
             w.eof(), w.end_record(at);
             return decode(w.finish()).skipped_records(SkipReason::limit);
           }();
  };
  EXPECT_EQ(with(BinXmlLimits::kMaxSubstitutions), 1U);
  EXPECT_EQ(with(BinXmlLimits::kMaxSubstitutions + 1), 2U);
}

/// A record whose elements each name one value of `size` bytes.
Decoded repeat_value(std::size_t times, std::size_t size) {
  Writer w;
  const std::size_t at = w.begin_record(1);
  w.header();
  const std::size_t definition = w.begin_template();
  w.open("Event"), w.close_start();
  for (std::size_t i = 0; i < times; ++i) w.substituted("E", 0);
  w.end(), w.end_template(definition), w.values({{0x0e, std::string(size, 'x')}});
  w.eof(), w.end_record(at);
  return decode(w.finish());
}

TEST(BinXmlLimits, OutputBytes) {
  EXPECT_EQ(repeat_value(10, 16'000).records.size(), 1U);
  EXPECT_EQ(repeat_value(1000, 16'000).skipped_records(SkipReason::limit), 1U);
}

TEST(BinXmlLimits, FieldsOfAnArray) {
  EXPECT_EQ(decode_values({{0x84, std::string(BinXmlLimits::kMaxFields, 'a')}}).records.size(), 1U);
  EXPECT_EQ(decode_values({{0x84, std::string(BinXmlLimits::kMaxFields + 1, 'a')}})
                .skipped_records(SkipReason::limit),
            1U);
}

/// A definition that instantiates itself, twice: 2^depth without a limit on tokens.
TEST(BinXmlLimits, TemplateThatNamesItself) {
  Writer w;
  const std::size_t at = w.begin_record(1);
  w.header();
  const std::size_t definition = w.begin_template();
  w.open("E"), w.close_start();
  for (int i = 0; i < 2; ++i) w.use_template(definition), w.values({});
  w.end(), w.end_template(definition), w.values({}), w.eof();
  w.end_record(at);
  EXPECT_EQ(decode(w.finish()).skipped_records(SkipReason::limit), 1U);
}

/// Wide and flat, so that neither depth nor output ends it: T0 holds 60 times T1, T1 60 times T2 …
TEST(BinXmlLimits, TokensOfNestedTemplates) {
  Writer w;
  const std::size_t at = w.begin_record(1);
  w.header();
  std::vector<std::size_t> levels;
  for (std::size_t level = 0; level < 6; ++level) {
    const std::size_t definition = w.begin_template();
    w.open("E"), w.close_start();
    for (int i = 0; level > 0 && i < 60; ++i) w.use_template(levels[level - 1]), w.values({});
    w.end(), w.end_template(definition), w.values({});
    levels.push_back(definition);
  }
  w.eof(), w.end_record(at);
  EXPECT_EQ(decode(w.finish()).skipped_records(SkipReason::limit), 1U);
}

/// Many such records in a chunk end at the chunk's own budget.
TEST(BinXmlLimits, ChunkOfBombs) {
  Writer w;
  std::vector<std::size_t> levels;
  const std::size_t first = w.begin_record(1);
  w.header();
  for (std::size_t level = 0; level < 6; ++level) {
    const std::size_t definition = w.begin_template();
    w.open("E"), w.close_start();
    for (int i = 0; level > 0 && i < 60; ++i) w.use_template(levels[level - 1]), w.values({});
    w.end(), w.end_template(definition), w.values({});
    levels.push_back(definition);
  }
  w.eof(), w.end_record(first);
  std::uint64_t bombs = 1;
  while (w.chunk.size() < 64'000) {
    const std::size_t at = w.begin_record(++bombs);
    w.header(), w.use_template(levels.back()), w.values({}), w.eof();
    w.end_record(at);
  }
  w.plain_record(++bombs, "Event", "x");
  EXPECT_EQ(decode(w.finish()).skipped_records(SkipReason::limit), bombs)
      << "the budget of the chunk is spent; also the last record is counted, not lost in silence";
}

}  // namespace
}  // namespace interdict::decode
