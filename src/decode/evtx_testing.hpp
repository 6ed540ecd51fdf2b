#pragma once

// Helpers of the tests of EVTX: a writer of small files, and a sink that remembers.

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "decode/evtx.hpp"
#include "decode/evtx_crc32.hpp"

namespace interdict::decode::evtx_testing {

using Fields = std::vector<std::pair<std::string, std::string>>;

/// Writes one EVTX file with one chunk, token by token, after the format documentation.
class Writer {
 public:
  Writer() : chunk(EvtxLayout::kChunkHeaderBytes, '\0') { chunk.replace(0, 7, "ElfChnk"); }

  template <class T>
  void put(T value) {
    put_at(chunk.size(), value);
  }
  template <class T>
  void put_at(std::size_t at, T value) {
    if (chunk.size() < at + sizeof(T)) chunk.resize(at + sizeof(T));
    std::memcpy(chunk.data() + at, &value, sizeof(T));
  }
  void u8(unsigned value) { put(static_cast<std::uint8_t>(value)); }
  void u16(std::size_t value) { put(static_cast<std::uint16_t>(value)); }
  void u32(std::size_t value) { put(static_cast<std::uint32_t>(value)); }
  static std::string utf16(std::string_view ascii) {
    std::string out;
    for (const char c : ascii) out.append({c, '\0'});
    return out;
  }

  void name(const std::string& text) {
    const auto known = names_.find(text);
    if (known != names_.end()) return u32(known->second);
    const std::size_t at = chunk.size() + 4;
    names_[text] = at;
    u32(at);
    u32(0);
    u16(0);
    u16(text.size());
    chunk += utf16(text);
    u16(0);
  }
  void header() { u8(0x0f), u8(1), u8(1), u8(0); }
  void eof() { u8(0); }
  /// Inside a definition an element has a dependency id.
  void open(const std::string& text, bool attributes = false) {
    u8(attributes ? 0x41 : 0x01);
    if (in_definition) u16(0xffff);
    u32(0);
    name(text);
    if (attributes) u32(0);
  }
  void attribute(const std::string& text) { u8(0x46), name(text); }
  void text(std::string_view ascii) {
    u8(0x05), u8(1), u16(ascii.size());
    chunk += utf16(ascii);
  }
  void close_start() { u8(0x02); }
  void close_empty() { u8(0x03); }
  void end() { u8(0x04); }
  void substitution(std::size_t index, bool optional = false) {
    u8(optional ? 0x0e : 0x0d), u16(index), u8(0);
  }
  void element(const std::string& tag, std::string_view content) {
    open(tag), close_start(), text(content), end();
  }
  void substituted(const std::string& tag, std::size_t index, bool optional = false) {
    open(tag), close_start(), substitution(index, optional), end();
  }
  void data(const std::string& key, std::size_t index) {
    open("Data", true), attribute("Name"), text(key), close_start(), substitution(index), end();
  }

  std::size_t begin_record(std::uint64_t id) {
    const std::size_t at = chunk.size();
    u32(0x2a2a), u32(0), put(id), put(std::uint64_t{132'000'000'000'000'000});
    return at;
  }
  void end_record(std::size_t at) {
    while (chunk.size() % 8 != 4) u8(0);
    u32(chunk.size() + 4 - at);
    put_at(at + 4, static_cast<std::uint32_t>(chunk.size() - at));
  }
  /// `<tag>content</tag>` without a template, as forwarded events are written.
  void plain_record(std::uint64_t id, const std::string& tag, std::string_view content) {
    const std::size_t at = begin_record(id);
    header(), element(tag, content), eof();
    end_record(at);
  }
  /// Begins a template instance with its definition in place.
  std::size_t begin_template() {
    u8(0x0c), u8(1), u32(0x11111111);
    u32(chunk.size() + 4);
    const std::size_t definition = chunk.size();
    u32(0);
    chunk.append(16, '\x11');
    u32(0);
    header();
    in_definition = true;
    return definition;
  }
  void end_template(std::size_t definition) {
    eof();
    in_definition = false;
    put_at(definition + 20, static_cast<std::uint32_t>(chunk.size() - definition - 24));
  }
  void use_template(std::size_t definition) { u8(0x0c), u8(1), u32(0x11111111), u32(definition); }
  void values(const std::vector<std::pair<unsigned, std::string>>& list) {
    u32(list.size());
    for (const auto& [type, bytes] : list) u16(bytes.size()), u8(type), u8(0);
    for (const auto& [type, bytes] : list) chunk += bytes;
  }

  [[nodiscard]] static std::string file_header() {
    std::string out("ElfFile\0", 8);
    out.resize(EvtxLayout::kFileHeaderBytes, '\0');
    return out;
  }
  /// `free_space` 0: the end of what was written.
  [[nodiscard]] std::string finish_chunk(std::size_t free_space = 0) {
    const std::size_t end = free_space == 0 ? chunk.size() : free_space;
    chunk.resize(EvtxLayout::kChunkBytes, '\0');
    put_at(48, static_cast<std::uint32_t>(end));
    put_at(52, evtx_crc32(as_byte_span(std::string_view(chunk).substr(512, end - 512))));
    put_at(124, evtx_crc32(as_byte_span(std::string_view(chunk).substr(128, 384)),
                           evtx_crc32(as_byte_span(std::string_view(chunk).substr(0, 120)))));
    return chunk;
  }
  [[nodiscard]] std::string finish() { return file_header() + finish_chunk(); }

  std::string chunk;
  bool in_definition = false;

 private:
  std::map<std::string, std::size_t> names_;
};

/// All that a sink was told.
struct Decoded {
  struct Record {
    std::uint64_t number;
    std::uint64_t offset;
    std::uint64_t bytes;
    bool carved;
    Fields fields;
    std::vector<RawType> types;
    bool operator==(const Record&) const = default;
  };
  /// Reason, records, bytes, offset.
  using Skip = std::tuple<SkipReason, std::uint64_t, std::uint64_t, std::uint64_t>;

  [[nodiscard]] std::uint64_t skipped_records(SkipReason reason) const {
    std::uint64_t sum = 0;
    for (const auto& [r, count, bytes, offset] : skips) sum += r == reason ? count : 0;
    return sum;
  }
  bool operator==(const Decoded&) const = default;

  std::vector<Record> records;
  std::vector<Skip> skips;
  std::uint64_t accounted = 0;  ///< bytes
  std::uint64_t structure_bytes = 0;
};

class Recorder final : public Sink {
 public:
  explicit Recorder(bool with_fields) : with_fields_(with_fields) {}

  void record(const RawRecord& r) override {
    seen.accounted += r.bytes.size();
    seen.records.push_back({r.number, r.offset, r.bytes.size(), r.carved, {}, {}});
    if (!with_fields_) return;
    for (const RawField& f : r.fields) {
      seen.records.back().fields.emplace_back(f.path, f.text);
      seen.records.back().types.push_back(f.type);
    }
  }
  void structure(std::uint64_t bytes) override {
    seen.accounted += bytes;
    seen.structure_bytes += bytes;
  }
  void skipped(SkipReason reason, std::uint64_t count, std::uint64_t bytes,
               std::uint64_t offset) override {
    seen.accounted += bytes;
    seen.skips.emplace_back(reason, count, bytes, offset);
  }

  Decoded seen;

 private:
  bool with_fields_;
};

/// Feeds `file` in pieces of `piece` bytes (0: whole) and checks the balance of bytes.
inline Decoded decode(std::string_view file, std::size_t piece = 0, const Options& options = {},
                      bool with_fields = true) {
  Recorder out(with_fields);
  const auto decoder = make_evtx_decoder(options);
  if (piece == 0) piece = std::max<std::size_t>(file.size(), 1);
  for (std::size_t at = 0; at < file.size(); at += piece) {
    const std::string copy(file.substr(at, piece));  // a view kept past feed would be caught
    decoder->feed(as_byte_span(copy), out);
  }
  decoder->finish(out);
  EXPECT_EQ(out.seen.accounted, file.size());
  return std::move(out.seen);
}

template <class T>
std::string le(T value) {
  std::string out(sizeof(T), '\0');
  std::memcpy(out.data(), &value, sizeof(T));
  return out;
}

}  // namespace interdict::decode::evtx_testing
