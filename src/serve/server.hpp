#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "serve/api.hpp"

namespace interdict::serve {

/// Where to listen, and how much one client may take.
struct Listening {
  std::string address = "127.0.0.1";  ///< IPv4 or IPv6, in digits
  std::uint16_t port = 8080;          ///< 0: any that is free
  Access access;
  std::size_t connections_max = 64;  ///< more wait until one is closed
  std::size_t requests_max = 1000;   ///< of one connection
  std::size_t header_bytes_max = std::size_t{16} << 10U;
  std::size_t body_bytes_max = 1024;             ///< nothing here reads a body
  std::chrono::milliseconds read_time{10'000};   ///< for a whole request, the wait for it included
  std::chrono::milliseconds write_time{60'000};  ///< for a whole answer
};

/// An HTTP/1.1 server of one hunt's result. One thread runs it; no TLS.
class Server {
 public:
  /// Binds the address. Errors: unsupported (an address that others can reach, without a token of
  /// at least kMinTokenBytes), io (not ours, in use).
  [[nodiscard]] static Result<Server> listen(const Listening& listening,
                                             std::shared_ptr<const Hunted> hunted);
  ~Server();
  Server(Server&&) noexcept;
  Server& operator=(Server&&) noexcept;
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  [[nodiscard]] std::uint16_t port() const;
  /// Answers until stop(), or SIGINT or SIGTERM if `until_signal`.
  void run(bool until_signal);
  /// From any thread.
  void stop();

 private:
  struct Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

inline constexpr std::size_t kMinTokenBytes = 16;

}  // namespace interdict::serve
