#include <algorithm>
#include <array>
#include <string>

#include "base/unicode.hpp"
#include "decode/decoder.hpp"
#include "decode/json_look.hpp"
#include "decode/sniff_text.hpp"
#include "decode/utf16_adapter.hpp"

namespace interdict::decode {
namespace {

using namespace std::string_view_literals;

struct Magic {
  std::string_view bytes;
  std::string_view format;
};

/// Formats that are no logs, by how their files begin.
constexpr std::array kNoLogs{
    Magic{"\x89PNG\r\n\x1a\n"sv, "png"},
    Magic{"\xff\xd8\xff"sv, "jpeg"},
    Magic{"GIF87a"sv, "gif"},
    Magic{"GIF89a"sv, "gif"},
    Magic{"%PDF-"sv, "pdf"},
    Magic{"\x7f"
          "ELF"sv,
          "elf"},
    Magic{"SQLite format 3\0"sv, "sqlite"},
    Magic{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"sv, "ole"},
};

/// The PE signature stands where the DOS header's e_lfanew (at 0x3C) points (PE format, "MS-DOS
/// stub").
bool is_pe(Bytes first) {
  if (!as_text(first).starts_with("MZ")) return false;
  const auto header = load_le<std::uint32_t>(first, 0x3C);
  const auto signature = header ? slice(first, *header, 4) : std::nullopt;
  return signature && as_text(*signature) == "PE\0\0"sv;
}

std::string_view skip_space(std::string_view text) {
  const auto start = text.find_first_not_of(" \t\r\n");
  return start == std::string_view::npos ? std::string_view{} : text.substr(start);
}

/// Objects, or an array of them. What follows the brackets must be a key or the end, so that a
/// template (`{{name}}`) or a shell script (`{ cmd; }`) is none.
bool is_json_objects(std::string_view text) {
  text = skip_space(text);
  if (text.starts_with('[')) text = skip_space(text.substr(1));
  if (!text.starts_with('{')) return false;
  text = skip_space(text.substr(1));
  return text.starts_with('"') || text.starts_with('}');
}

/// UTF-16 with a mark, or of plain characters only, as UTF-8; else the text without UTF-8's mark.
std::string as_utf8(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  const auto bare = bare_utf16(text);
  const bool is_big = text.starts_with("\xfe\xff") || bare == BareUtf16::big;
  const bool is_little = text.starts_with("\xff\xfe") || bare == BareUtf16::little;
  if (!is_big && !is_little) return std::string(text);
  std::string units(text.substr(0, text.size() - text.size() % 2));
  for (std::size_t i = 0; is_big && i < units.size(); i += 2) std::swap(units[i], units[i + 1]);
  std::string out;
  append_utf8_from_utf16le(as_byte_span(units), out);
  if (out.starts_with("\xef\xbb\xbf")) out.erase(0, 3);
  return out;
}

/// Control characters other than white space are rare in text, but for zeros that a crash left.
bool is_text(std::string_view text) {
  const auto controls = std::ranges::count_if(text, [](char byte) {
    return byte > 0 && byte < ' ' && byte != '\t' && byte != '\n' && byte != '\r' &&
           byte != '\x1b' && byte != '\x1d';
  });
  const auto zeros = std::ranges::count(text, '\0');
  return static_cast<std::size_t>(controls) * 100 <= text.size() &&
         static_cast<std::size_t>(zeros) * 2 <= text.size();
}

}  // namespace

Sniffed sniff(Bytes first, std::string_view name) {
  const auto text = as_text(first.first(std::min(first.size(), kSniffBytes)));
  if (text.starts_with("ElfFile\0"sv)) return {"evtx", true};
  for (const auto& [bytes, format] : kNoLogs) {
    if (text.starts_with(bytes)) return {format, false};
  }
  if (is_pe(first)) return {"pe", false};
  const std::string readable = as_utf8(text);
  if (is_json_objects(readable)) {
    const auto look = look_at_json(skip_space(readable), first.size() < kSniffBytes);
    if (!look.document.empty()) return {look.document, false};
    return {"ndjson", true};
  }
  if (!is_text(readable)) return {};
  return sniff_text(readable, first.size() < kSniffBytes, name);
}

}  // namespace interdict::decode
