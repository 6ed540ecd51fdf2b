#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sensors/random.hpp"
#include "sensors/record.hpp"

namespace interdict::sensors {

struct Endpoint {
  std::string address;
  std::uint32_t port = 0;
};

/// A Zeek sensor at the site's switch: `conn.log`, `dns.log` and `http.log` in Zeek's own
/// tab-separated form, with the default columns of Zeek 6 (Zeek manual, "Log Files").
class Network {
 public:
  explicit Network(std::uint64_t seed);

  /// A TCP connection; one to a named place outside is looked up before, at the resolver, and one
  /// to port 80 is a request. `name` may be empty.
  void tcp(std::int64_t time_ms, const Endpoint& from, const Endpoint& to, std::string_view name,
           std::size_t step = 0);
  /// The same with a volume of its own, bytes.
  void transfer(std::int64_t time_ms, const Endpoint& from, const Endpoint& to,
                std::string_view name, std::int64_t out, std::int64_t in, std::size_t step = 0);
  /// A connection that nobody answers.
  void refused(std::int64_t time_ms, const Endpoint& from, const Endpoint& to,
               std::size_t step = 0);
  void lookup(std::int64_t time_ms, std::string_view client, std::string_view query,
              std::string_view answer, std::size_t step = 0);
  /// Where lookups go: the address of the domain controller.
  void set_resolver(std::string address) { resolver_ = std::move(address); }

  [[nodiscard]] Log& conn() { return conn_; }
  [[nodiscard]] Log& dns() { return dns_; }
  [[nodiscard]] Log& http() { return http_; }

 private:
  std::string uid();
  void add(Log& log, std::int64_t time_ms, std::string text, std::size_t step);
  std::string flow(std::int64_t time_ms, const Endpoint& from, const Endpoint& to,
                   std::string_view id);

  Random random_;
  std::string resolver_;
  Log conn_, dns_, http_;
};

}  // namespace interdict::sensors
