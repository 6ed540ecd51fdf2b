#include "sensors/network.hpp"

#include <initializer_list>

namespace interdict::sensors {
namespace {

constexpr std::string_view kConnFields =
    "ts uid id.orig_h id.orig_p id.resp_h id.resp_p proto service duration orig_bytes resp_bytes "
    "conn_state local_orig local_resp missed_bytes history orig_pkts orig_ip_bytes resp_pkts "
    "resp_ip_bytes tunnel_parents";
constexpr std::string_view kConnTypes =
    "time string addr port addr port enum string interval count count string bool bool count "
    "string count count count count set[string]";
constexpr std::string_view kDnsFields =
    "ts uid id.orig_h id.orig_p id.resp_h id.resp_p proto trans_id rtt query qclass qclass_name "
    "qtype qtype_name rcode rcode_name AA TC RD RA Z answers TTLs rejected";
constexpr std::string_view kDnsTypes =
    "time string addr port addr port enum count interval string count string count string count "
    "string bool bool bool bool count vector[string] vector[interval] bool";
constexpr std::string_view kHttpFields =
    "ts uid id.orig_h id.orig_p id.resp_h id.resp_p trans_depth method host uri referrer version "
    "user_agent origin request_body_len response_body_len status_code status_msg info_code "
    "info_msg tags username password proxied orig_fuids orig_filenames orig_mime_types resp_fuids "
    "resp_filenames resp_mime_types";
constexpr std::string_view kHttpTypes =
    "time string addr port addr port count string string string string string string string count "
    "count count string count string set[enum] string string set[string] vector[string] "
    "vector[string] vector[string] vector[string] vector[string] vector[string]";

constexpr std::string_view kAgent =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0";

/// Words separated by spaces, separated by tabs.
std::string tabs(std::string_view words) {
  std::string out(words);
  for (char& c : out) c = c == ' ' ? '\t' : c;
  return out;
}

std::string head_of(std::string_view path, std::string_view fields, std::string_view types) {
  return "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\t" +
         std::string(path) + "\n#open\t2026-03-03-00-00-00\n#fields\t" + tabs(fields) +
         "\n#types\t" + tabs(types) + '\n';
}

std::string join(std::initializer_list<std::string_view> cells) {
  std::string out;
  for (const std::string_view cell : cells) {
    if (!out.empty()) out += '\t';
    out += cell;
  }
  return out;
}

/// Seconds since the epoch with six digits, as Zeek writes times.
std::string zeek_time(std::int64_t time_ms) {
  std::string part = std::to_string(time_ms % 1000);
  return std::to_string(time_ms / 1000) + '.' + std::string(3 - part.size(), '0') + part + "000";
}

bool is_outside(std::string_view address) {
  return address.starts_with("198.51.100.") || address.starts_with("203.0.113.");
}

std::string_view service_of(std::uint32_t port) {
  switch (port) {
    case 22:
      return "ssh";
    case 80:
      return "http";
    case 135:
      return "dce_rpc";
    case 443:
      return "ssl";
    case 445:
      return "smb";
    case 3389:
      return "rdp";
    default:
      return "-";
  }
}

}  // namespace

Network::Network(std::uint64_t seed) : random_(seed) {
  conn_ = {"zeek/conn.log", head_of("conn", kConnFields, kConnTypes), {}};
  dns_ = {"zeek/dns.log", head_of("dns", kDnsFields, kDnsTypes), {}};
  http_ = {"zeek/http.log", head_of("http", kHttpFields, kHttpTypes), {}};
}

std::string Network::uid() {
  constexpr std::string_view kDigits =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  std::string out = "C";
  for (int i = 0; i < 17; ++i) out += kDigits[random_.below(kDigits.size())];
  return out;
}

void Network::add(Log& log, std::int64_t time_ms, std::string text, std::size_t step) {
  log.records.push_back({time_ms, std::move(text), step, Source::zeek});
}

std::string Network::flow(std::int64_t time_ms, const Endpoint& from, const Endpoint& to,
                          std::string_view id) {
  return join({zeek_time(time_ms), id, from.address, std::to_string(from.port), to.address,
               std::to_string(to.port)});
}

void Network::lookup(std::int64_t time_ms, std::string_view client, std::string_view query,
                     std::string_view answer, std::size_t step) {
  const Endpoint from{std::string(client),
                      static_cast<std::uint32_t>(random_.between(49152, 65535))};
  const std::string head = flow(time_ms, from, {resolver_, 53}, uid());
  const std::string id = std::to_string(random_.between(1, 65535));
  add(dns_, time_ms,
      join({head, "udp", id, "0.012000", query, "1", "C_INTERNET", "1", "A", "0", "NOERROR", "F",
            "F", "T", "T", "0", answer, "300.000000", "F"}),
      step);
}

void Network::transfer(std::int64_t time_ms, const Endpoint& from, const Endpoint& to,
                       std::string_view name, std::int64_t out, std::int64_t in, std::size_t step) {
  if (!name.empty() && is_outside(to.address)) {
    lookup(time_ms - 40, from.address, name, to.address, step);
  }
  const std::string id = uid();
  const std::string head = flow(time_ms, from, to, id);
  constexpr std::int64_t kSegment = 1400;  // bytes of payload a packet
  const std::int64_t sent = out / kSegment + 4;
  const std::int64_t received = in / kSegment + 4;
  add(conn_, time_ms,
      join({head, "tcp", service_of(to.port),
            "0." + std::to_string(random_.between(100000, 999999)), std::to_string(out),
            std::to_string(in), "SF", is_outside(from.address) ? "F" : "T",
            is_outside(to.address) ? "F" : "T", "0", "ShADadFf", std::to_string(sent),
            std::to_string(out + sent * 40), std::to_string(received),
            std::to_string(in + received * 40), "-"}),
      step);
  if (to.port != 80) return;
  add(http_, time_ms + 20,
      join({flow(time_ms + 20, from, to, id),
            "1",
            "GET",
            name.empty() ? to.address : name,
            "/",
            "-",
            "1.1",
            kAgent,
            "-",
            "0",
            std::to_string(in),
            "200",
            "OK",
            "-",
            "-",
            "(empty)",
            "-",
            "-",
            "-",
            "-",
            "-",
            "-",
            "-",
            "-",
            "-"}),
      step);
}

void Network::tcp(std::int64_t time_ms, const Endpoint& from, const Endpoint& to,
                  std::string_view name, std::size_t step) {
  const std::int64_t out = random_.between(400, 4000);
  const std::int64_t in = random_.between(800, 60000);
  transfer(time_ms, from, to, name, out, in, step);
}

void Network::refused(std::int64_t time_ms, const Endpoint& from, const Endpoint& to,
                      std::size_t step) {
  add(conn_, time_ms,
      join({flow(time_ms, from, to, uid()), "tcp", "-", "-", "-", "-", "REJ",
            is_outside(from.address) ? "F" : "T", is_outside(to.address) ? "F" : "T", "0", "Sr",
            "1", "40", "1", "40", "-"}),
      step);
}

}  // namespace interdict::sensors
