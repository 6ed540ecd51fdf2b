#include "analytics/signal.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <initializer_list>

namespace interdict::analytics {

namespace {

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

/// The text as a key: lower-case ASCII, cut at kMaxSignalText.
std::string key(std::string_view text) {
  std::string out(text.substr(0, kMaxSignalText));
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

/// An IPv4 address that is written as an IPv6 one, as Kerberos records do, is the IPv4 address.
std::string_view plain_address(std::string_view address) {
  if (address.starts_with("::ffff:") && address.find('.') != std::string_view::npos) {
    address.remove_prefix(7);
  }
  return address;
}

bool names_nobody(std::string_view address) {
  constexpr std::array<std::string_view, 5> kNobody = {"", "-", "::1", "0.0.0.0", "::"};
  return std::ranges::find(kNobody, address) != kNobody.end() || address.starts_with("127.");
}

std::string_view first_of(const EventBatch& batch, Row row, const std::vector<FieldId>& fields) {
  for (const FieldId field : fields) {
    const auto value = trim(batch.text(row, field));
    if (!value.empty() && value != "-") return value;
  }
  return {};
}

std::uint16_t port_of(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc{} && end == text.data() + text.size() ? port : std::uint16_t{0};
}

std::uint64_t bytes_of(std::string_view text) {
  std::uint64_t bytes = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bytes);
  return error == std::errc{} && end == text.data() + text.size() ? bytes : 0;
}

/// A machine's own account (`WS1$`) proves itself all day and fails without anybody's doing.
bool is_person(std::string_view account) {
  return !account.empty() && !account.ends_with('$');
}

}  // namespace

bool is_internal(std::string_view address) {
  address = plain_address(address);
  if (address.find(':') != std::string_view::npos) {
    constexpr std::array<std::string_view, 8> kOwn = {"fc",  "fd",  "fe8", "fe9",
                                                      "fea", "feb", "ff",  "::1"};
    return address == "::" ||
           std::ranges::any_of(kOwn, [&](auto p) { return address.starts_with(p); });
  }
  std::array<unsigned, 4> part{};
  const char* at = address.data();
  const char* const end = at + address.size();
  for (std::size_t i = 0; i < part.size(); ++i) {
    const auto [next, error] = std::from_chars(at, end, part[i]);
    const bool ends_well = i == 3 ? next == end : next != end && *next == '.';
    if (error != std::errc{} || part[i] > 255 || !ends_well) return true;
    at = next + 1;
  }
  // Every machine on Azure asks its own platform there, regularly; the address is answered by the
  // host below it and leads nowhere else (Microsoft, "What is IP address 168.63.129.16?").
  if (part == std::array<unsigned, 4>{168, 63, 129, 16}) return true;
  return part[0] == 0 || part[0] == 10 || part[0] == 127 || part[0] >= 224 ||
         (part[0] == 192 && part[1] == 168) || (part[0] == 169 && part[1] == 254) ||
         (part[0] == 172 && part[1] >= 16 && part[1] <= 31) ||
         (part[0] == 100 && part[1] >= 64 && part[1] <= 127);
}

SignalReader::SignalReader(FieldCatalogue& catalogue) {
  const auto ids = [&](std::initializer_list<std::string_view> names) {
    Spellings out;
    for (const auto name : names) {
      // A full catalogue knows none of these names: then no event has such a field either.
      if (const auto id = catalogue.intern(name)) out.push_back(*id);
    }
    return out;
  };
  event_id_ = ids({"EventID"});
  account_ = ids({"TargetUserName"});
  client_ = ids({"IpAddress", "WorkstationName", "Workstation"});
  status_ = ids({"Status"});
  initiated_ = ids({"Initiated"});
  direction_ = ids({"Direction"});
  destination_ = ids({"DestinationIp", "DestAddress", "DestinationAddress"});
  destination_name_ = ids({"DestinationHostname"});
  port_ = ids({"DestinationPort", "DestPort", "id.resp_p", "id_resp_p", "dst_port"});
  query_ = ids({"QueryName", "query"});
  source_ = ids({"id.orig_h", "id_orig_h", "src_ip", "c-ip", "SourceIp", "client_ip"});
  http_status_ = ids({"sc-status"});
  logon_type_ = ids({"LogonType"});
  sent_ = ids({"orig_bytes", "flow.bytes_toserver", "cs-bytes", "BytesSent"});
  received_ = ids({"resp_bytes", "flow.bytes_toclient", "sc-bytes", "BytesReceived"});
  http_user_ = ids({"cs-username"});
  outcome_ = ids({"outcome"});
  user_ = ids({"user"});
  sensor_target_ = ids({"id.resp_h", "id_resp_h", "dst_ip", "DestinationIp"});
  sensor_name_ = ids({"cs-host", "r-dns", "server_name", "host_header"});
}

std::optional<Signal> SignalReader::windows(const EventBatch& batch, Row row,
                                            std::string_view id) const {
  const auto text = [&](const Spellings& fields) { return first_of(batch, row, fields); };
  const auto& source = batch.log_source();
  if (source.service == "security" &&
      (id == "4625" || id == "4771" || id == "4776" || id == "4768")) {
    // 4771 is written for failures only; 4768 and 4776 for both, and their status tells.
    const auto status = text(status_);
    const bool succeeded = status.empty() || status.find_first_not_of("0x") == status.npos;
    if ((id == "4776" || id == "4768") && succeeded) return std::nullopt;
    const auto account = text(account_);
    const auto client = plain_address(text(client_));
    if (!is_person(account) || names_nobody(client)) return std::nullopt;
    return Signal{SignalKind::logon_failed, key(client), key(account), {}};
  }
  if (batch.host(row).empty()) return std::nullopt;
  if (source.service == "security" && id == "4624") {
    // 3: over the network, 10: remote desktop ([MS] audit event 4624). Others have no source.
    const auto type = text(logon_type_);
    const auto account = text(account_);
    const auto client = plain_address(text(client_));
    const bool from_afar = type == "3" || type == "10";
    if (!from_afar || !is_person(account) || names_nobody(client)) return std::nullopt;
    return Signal{SignalKind::logon_succeeded, key(client), key(account), key(batch.host(row))};
  }
  const bool sysmon = source.service == "sysmon";
  if ((sysmon && id == "3") || (source.service == "security" && id == "5156")) {
    // Of 5156: %%14593 is outbound ([MS] audit event 5156).
    const bool outbound = sysmon ? key(text(initiated_)) == "true" : text(direction_) == "%%14593";
    const auto address = plain_address(text(destination_));
    if (!outbound || names_nobody(address)) return std::nullopt;
    const auto name = text(destination_name_);
    return Signal{SignalKind::flow, key(batch.host(row)), key(name.empty() ? address : name),
                  key(address), port_of(text(port_))};
  }
  if ((sysmon && id == "22") || (source.service == "dns-client" && id == "3008")) {
    const auto name = text(query_);
    if (name.empty()) return std::nullopt;
    return Signal{SignalKind::name_lookup, key(batch.host(row)), key(name), {}};
  }
  return std::nullopt;
}

std::optional<Signal> SignalReader::other(const EventBatch& batch, Row row) const {
  const auto& source = batch.log_source();
  const bool is_logon = source.has_category("authentication");
  const bool is_web = source.has_category("webserver");
  const bool is_proxy = source.has_category("proxy");
  const bool is_lookup = source.has_category("dns") || source.kind == "zeek/dns";
  const bool is_flow = is_proxy || source.has_category("firewall") || source.kind == "zeek/conn";
  if (!is_logon && !is_web && !is_lookup && !is_flow) return std::nullopt;
  const auto text = [&](const Spellings& fields) { return first_of(batch, row, fields); };
  const auto from = plain_address(text(source_));
  if (names_nobody(from)) return std::nullopt;
  if (is_logon || is_web) {
    const auto outcome = is_logon ? text(outcome_) : std::string_view{};
    const bool failed = is_logon ? outcome == "failure" : text(http_status_) == "401";
    const auto account = is_logon ? text(user_) : text(http_user_);
    if (account.empty()) return std::nullopt;
    if (outcome == "success") {
      return Signal{SignalKind::logon_succeeded, key(from), key(account), key(batch.host(row))};
    }
    if (!failed) return std::nullopt;
    return Signal{SignalKind::logon_failed, key(from), key(account), {}};
  }
  if (is_lookup) {
    const auto name = text(query_);
    if (name.empty()) return std::nullopt;
    return Signal{SignalKind::name_lookup, key(from), key(name), {}};
  }
  const auto address = plain_address(text(sensor_target_));
  const auto name = is_proxy ? text(sensor_name_) : std::string_view{};
  if (names_nobody(address) && name.empty()) return std::nullopt;
  return Signal{SignalKind::flow,
                key(from),
                key(name.empty() ? address : name),
                key(address),
                port_of(text(port_)),
                bytes_of(text(sent_)),
                bytes_of(text(received_))};
}

std::optional<Signal> SignalReader::read(const EventBatch& batch, Row row) const {
  const auto& source = batch.log_source();
  const bool is_channel =
      source.product == "windows" && (source.service == "sysmon" || source.service == "security" ||
                                      source.service == "dns-client");
  return is_channel ? windows(batch, row, first_of(batch, row, event_id_)) : other(batch, row);
}

}  // namespace interdict::analytics
