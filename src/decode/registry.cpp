#include <array>

#include "decode/decoder.hpp"
#include "decode/evtx.hpp"
#include "decode/ndjson.hpp"

namespace interdict::decode {
namespace {

struct Row {
  std::string_view format;
  std::unique_ptr<Decoder> (*make)(const Options&);
};

/// Every format there is a decoder for, by the name that `sniff` gives it.
constexpr std::array kDecoders{
    Row{"evtx", make_evtx_decoder},
    Row{"ndjson", make_ndjson_decoder},
};

}  // namespace

std::unique_ptr<Decoder> make_decoder(std::string_view format, const Options& options) {
  for (const auto& row : kDecoders) {
    if (row.format == format) return row.make(options);
  }
  return nullptr;
}

}  // namespace interdict::decode
