#include <array>
#include <vector>

#include "decode/decoder.hpp"
#include "decode/evtx.hpp"
#include "decode/ndjson.hpp"
#include "decode/text/formats.hpp"

namespace interdict::decode {
namespace {

struct Row {
  std::string_view format;
  std::unique_ptr<Decoder> (*make)(const Options&);
};

/// Every format there is a decoder for, by the name that `sniff` gives it; those of line_formats()
/// apart.
constexpr std::array kDecoders{
    Row{"evtx", make_evtx_decoder},
    Row{"ndjson", make_ndjson_decoder},
    Row{"zeek", make_zeek_decoder},
    Row{"csv", make_csv_decoder},
    Row{"dhcp", make_dhcp_decoder},
    Row{"w3c", make_w3c_decoder},
    Row{"vpcflow", make_vpcflow_decoder},
    Row{"auditd", make_auditd_decoder},
    Row{"windows-xml", make_windows_xml_decoder},
    Row{"journal", make_journal_decoder},
    Row{"mail", make_mail_decoder},
    Row{"transcript", make_transcript_decoder},
};

}  // namespace

std::vector<std::string_view> formats() {
  std::vector<std::string_view> names;
  names.reserve(kDecoders.size() + line_formats().size());
  for (const auto& row : kDecoders) names.push_back(row.format);
  for (const auto& row : line_formats()) names.push_back(row.name);
  return names;
}

std::unique_ptr<Decoder> make_decoder(std::string_view format, const Options& options) {
  for (const auto& row : kDecoders) {
    if (row.format == format) return row.make(options);
  }
  for (const auto& row : line_formats()) {
    if (row.name == format) return make_line_decoder(row);
  }
  return nullptr;
}

}  // namespace interdict::decode
