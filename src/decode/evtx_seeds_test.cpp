// The seeds of fuzz_evtx are written here, so that they are records of our own and can be made
// anew: INTERDICT_WRITE_SEEDS=1 decode_test --gtest_filter='EvtxSeeds.*'

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include <gmock/gmock.h>

#include "decode/binxml_value.hpp"
#include "decode/evtx_testing.hpp"

namespace interdict::decode {
namespace {

using namespace evtx_testing;

/// A chunk without the padding at its end: the decoder takes a file that begins with its chunk and
/// ends behind the last record.
std::string trimmed(Writer& w, std::size_t free_space = 0) {
  const std::size_t used = w.chunk.size();
  return w.finish_chunk(free_space).substr(0, used);
}

void add_event(Writer& w, std::uint64_t id, std::size_t& definition,
               const std::vector<std::pair<unsigned, std::string>>& values) {
  const std::size_t at = w.begin_record(id);
  w.header();
  if (definition == 0) {
    definition = w.begin_template();
    w.open("Event", true), w.attribute("xmlns"), w.text("urn:x"), w.close_start();
    w.open("System"), w.close_start();
    w.open("Provider", true), w.attribute("Name"), w.text("Synthetic"), w.close_empty();
    w.open("EventID", true), w.attribute("Qualifiers"), w.substitution(0, true), w.close_start();
    w.substitution(1), w.end();
    w.end();
    w.open("EventData"), w.close_start();
    for (std::size_t i = 2; i < values.size(); ++i) w.data("Field" + std::to_string(i), i);
    w.end(), w.end(), w.end_template(definition);
  } else {
    w.use_template(definition);
  }
  w.values(values);
  w.eof(), w.end_record(at);
}

std::string templates() {
  Writer w;
  std::size_t definition = 0;
  for (std::uint64_t id = 7; id < 10; ++id) {
    add_event(w, id, definition,
              {{id == 7 ? 0U : 6U, id == 7 ? "" : le<std::uint16_t>(3)},
               {6, le<std::uint16_t>(4688)},
               {1, Writer::utf16("program.exe")},
               {8, le(static_cast<std::uint32_t>(id))}});
  }
  return trimmed(w);
}

std::string every_type() {
  Writer w;
  std::size_t definition = 0;
  std::vector<std::pair<unsigned, std::string>> values{{0, ""}, {6, le<std::uint16_t>(1)}};
  for (unsigned type = 2; type <= 0x15; ++type) {
    std::size_t size = binxml_element_size(static_cast<std::uint8_t>(type));
    if (type == 0x13) size = 12;  // S-1-5-n
    values.emplace_back(type, type == 0x13
                                  ? le<std::uint64_t>(0x0500'0000'0000'0101) + le<std::uint32_t>(18)
                                  : std::string(size == 0 ? 5 : size, '\x21'));
    const unsigned array = type | kBinXmlArrayFlag;
    values.emplace_back(array, values.back().second + values.back().second);
  }
  values.emplace_back(0x81, Writer::utf16(std::string_view("one\0\0three\0", 11)));
  add_event(w, 1, definition, values);
  return trimmed(w);
}

std::string nested_fragment() {
  Writer w;
  std::size_t definition = 0;
  // <a>deep</a>, its name in place: an offset in the chunk that the value itself lies at is not
  // known before, so the name is one that the template has used already.
  add_event(w, 1, definition, {{0, ""}, {6, le<std::uint16_t>(1)}, {1, Writer::utf16("x")}});
  const auto name = static_cast<std::uint32_t>(w.chunk.find(Writer::utf16("EventData")) - 8);
  std::string fragment("\x0f\x01\x01\0\x01", 5);
  fragment += le<std::uint32_t>(0) + le(name) + "\x02\x05\x01" + le<std::uint16_t>(4) +
              Writer::utf16("deep") + std::string("\x04\0", 2);
  add_event(w, 2, definition, {{0, ""}, {6, le<std::uint16_t>(2)}, {0x21, fragment}});
  return trimmed(w);
}

std::string slack() {
  Writer w;
  w.plain_record(8, "Event", "live");
  const std::size_t free_space = w.chunk.size();
  w.plain_record(3, "Event", "old");
  return trimmed(w, free_space);
}

std::string damaged() {
  Writer w;
  w.plain_record(1, "Event", "a");
  const std::size_t bad = w.chunk.size();
  w.plain_record(2, "Event", "b");
  w.plain_record(3, "Event", "c");
  w.put_at(bad + 4, std::uint32_t{0});
  return trimmed(w);
}

std::string with_file_header() {
  Writer w;
  w.plain_record(1, "Event", "forwarded");
  return Writer::file_header() + trimmed(w);
}

/// By name of file; the first byte is the target's choice of options (odd: carve) and cut.
std::map<std::string, std::string> seeds() {
  return {{"templates", "\x02" + templates()},    {"every_type", "\x04" + every_type()},
          {"nested", "\x06" + nested_fragment()}, {"slack", "\x08" + slack()},
          {"slack_carved", "\x09" + slack()},     {"damaged", "\x0a" + damaged()},
          {"file", "\x0c" + with_file_header()}};
}

TEST(EvtxSeeds, AreAsWrittenHere) {
  const std::filesystem::path folder = INTERDICT_SOURCE_DIR "/fuzz/seeds/fuzz_evtx";
  for (const auto& [name, bytes] : seeds()) {
    if (std::getenv("INTERDICT_WRITE_SEEDS") != nullptr) {
      std::filesystem::create_directories(folder);
      std::ofstream(folder / name, std::ios::binary) << bytes;
    }
    std::ifstream in(folder / name, std::ios::binary);
    const std::string found{std::istreambuf_iterator<char>(in), {}};
    EXPECT_TRUE(found == bytes) << name;
  }
}

TEST(EvtxSeeds, HoldWhatTheirNamesSay) {
  const auto all = seeds();
  const auto decoded = [&](const std::string& name) { return decode(all.at(name).substr(1)); };
  EXPECT_EQ(decoded("templates").records.size(), 3U);
  ASSERT_EQ(decoded("every_type").records.size(), 1U);
  EXPECT_GT(decoded("every_type").records[0].fields.size(), 40U);
  const Decoded nested = decoded("nested");
  ASSERT_EQ(nested.records.size(), 2U);
  EXPECT_THAT(nested.records[1].fields.back().second, "deep");
  EXPECT_EQ(decoded("slack").records.size(), 1U);
  EXPECT_EQ(decode(all.at("slack").substr(1), 0, {.carve = true}).records.size(), 2U);
  EXPECT_EQ(decoded("damaged").skipped_records(SkipReason::bad_record), 1U);
  EXPECT_EQ(decoded("file").records.size(), 1U);
}

}  // namespace
}  // namespace interdict::decode
