#include <algorithm>
#include <array>

#include "decode/decoder.hpp"

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
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  text = skip_space(text);
  if (text.starts_with('[')) text = skip_space(text.substr(1));
  if (!text.starts_with('{')) return false;
  text = skip_space(text.substr(1));
  return text.starts_with('"') || text.starts_with('}');
}

bool has_line(std::string_view text, std::string_view start) {
  for (std::size_t at = 0; at < text.size();) {
    if (text.substr(at).starts_with(start)) return true;
    const auto end = text.find('\n', at);
    if (end == std::string_view::npos) break;
    at = end + 1;
  }
  return false;
}

}  // namespace

Sniffed sniff(Bytes first, std::string_view /*name: no two formats are told apart by it yet*/) {
  const auto text = as_text(first.first(std::min(first.size(), kSniffBytes)));
  if (text.starts_with("ElfFile\0"sv)) return {"evtx", true};
  for (const auto& [bytes, format] : kNoLogs) {
    if (text.starts_with(bytes)) return {format, false};
  }
  if (is_pe(first)) return {"pe", false};
  if (is_json_objects(text)) return {"ndjson", true};
  if (has_line(text, "detection:") && (has_line(text, "logsource:") || has_line(text, "title:"))) {
    return {"sigma", false};
  }
  return {};
}

}  // namespace interdict::decode
