#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "decode/decoder.hpp"

/// For tests: what a decoder told, as text.
namespace interdict::decode {

struct Told {
  std::vector<std::string> records;  ///< `number@offset: path=text …`; `~` for null
  std::vector<std::string> skipped;  ///< `reason records bytes@offset`
  std::vector<std::string> all;      ///< every call, in order
  std::vector<std::vector<RawType>> types;
  std::uint64_t bytes = 0;
};

class TellingSink final : public Sink {
 public:
  Told told;

  void record(const RawRecord& record) override {
    std::string line = std::to_string(record.number) + "@" + std::to_string(record.offset) + ":" +
                       std::string(record.format.empty() ? "" : " is ") +
                       std::string(record.format);
    auto& types = told.types.emplace_back();
    for (const auto& field : record.fields) {
      line += " " + std::string(field.path) + "=" +
              (field.type == RawType::null ? "~" : std::string(field.text));
      types.push_back(field.type);
    }
    told.records.push_back(line);
    told.all.push_back(line + " in " + std::string(as_text(record.bytes)));
    told.bytes += record.bytes.size();
  }
  void structure(std::uint64_t count) override {
    told.all.push_back("structure " + std::to_string(count));
    told.bytes += count;
  }
  void skipped(SkipReason reason, std::uint64_t count, std::uint64_t size,
               std::uint64_t offset) override {
    told.skipped.push_back(std::string(to_string(reason)) + " " + std::to_string(count) + " " +
                           std::to_string(size) + "@" + std::to_string(offset));
    told.all.push_back(told.skipped.back());
    told.bytes += size;
  }
};

/// Decodes `text` in pieces of that size, each a copy of its own: a view kept beyond the call is
/// then found by the address sanitizer.
inline Told tell(std::string_view format, std::string_view text,
                 std::size_t piece = std::string_view::npos) {
  TellingSink sink;
  const auto decoder = make_decoder(format, {});
  for (auto rest = text; !rest.empty(); rest.remove_prefix(std::min(piece, rest.size()))) {
    const std::string own(rest.substr(0, piece));
    decoder->feed(as_byte_span(own), sink);
  }
  decoder->finish(sink);
  return std::move(sink.told);
}

/// `text` (ASCII) in UTF-16, little-endian, with its mark.
inline std::string utf16(std::string_view text) {
  std::string out = "\xff\xfe";
  for (const char byte : text) {
    out += byte;
    out += '\0';
  }
  return out;
}

}  // namespace interdict::decode
