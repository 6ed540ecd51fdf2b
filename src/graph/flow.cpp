#include "graph/flow.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string>

#include "base/hash.hpp"
#include "graph/keys.hpp"

namespace interdict::graph {

FlowFields::FlowFields(FieldCatalogue& catalogue) {
  const auto ids = [&](std::initializer_list<std::string_view> names) {
    Spellings out;
    for (const auto name : names) {
      if (const auto id = catalogue.intern(name)) out.push_back(*id);
    }
    return out;
  };
  source_ = ids({"SourceIp", "SourceAddress", "id.orig_h", "id_orig_h", "src_ip"});
  source_port_ = ids({"SourcePort", "id.orig_p", "id_orig_p", "src_port"});
  target_ = ids(
      {"DestinationIp", "DestAddress", "DestinationAddress", "id.resp_h", "id_resp_h", "dst_ip"});
  target_port_ = ids({"DestinationPort", "DestPort", "id.resp_p", "id_resp_p", "dst_port"});
}

std::uint64_t FlowFields::key(const EventBatch& batch, Row row) const {
  const auto first = [&](const Spellings& spellings) -> std::string_view {
    for (const FieldId field : spellings) {
      if (const auto text = batch.text(row, field); !text.empty()) return text;
    }
    return {};
  };
  const auto end = [&](const Spellings& addresses, const Spellings& ports) {
    const auto address = first(addresses);
    const auto port = first(ports);
    if (null_address(address) || port.empty() || port == "0" || port.size() > 5) {
      return std::string();
    }
    return lower(address.substr(0, kMaxKeyBytes)) + '|' + std::string(port);
  };
  std::array<std::string, 2> ends{end(source_, source_port_), end(target_, target_port_)};
  if (ends[0].empty() || ends[1].empty()) return 0;
  std::ranges::sort(ends);
  return hash64(ends[0] + '\n' + ends[1]);
}

}  // namespace interdict::graph
